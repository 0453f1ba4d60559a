"""Sample companies: a folder as a small business would have it after some years, and what is planted in it.

It is made without knowing how anybody reads it. Each layout is a file of its own under `layouts`.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from ledgerferry_sandbox.samples import filing, full, planted, strays
from ledgerferry_sandbox.samples.companies import SELLER, customers
from ledgerferry_sandbox.samples.compose import LAST_PAYMENT, Drafted, Role, compose
from ledgerferry_sandbox.samples.filing import Workbook
from ledgerferry_sandbox.samples.invoice import NOTHING
from ledgerferry_sandbox.samples.layouts import BESIDE
from ledgerferry_sandbox.samples.planted import Document, Fault, Planted, Settling, config

__all__ = ["Document", "Fault", "Planted", "add_arguments", "config", "main", "write"]

COMPANIES, INVOICES, SEED = 12, 44, 1
_TEMPLATE = "Invoices/Templates/Invoice template.xlsx"
_PRICES = "Price list 2024.xlsx"
_HELD = {
    Role.CLASH: "number-used-twice",
    Role.CONTRADICTION: "total-contradicts-lines",
    Role.UNKNOWN_CREDIT: "credit-of-unknown-invoice",
    Role.PART_PAID: "part-paid-by-file-name",
}


def write(
    directory: Path,
    companies: int,
    invoices: int,
    seed: int,
    *,
    everything: bool = False,
    today: date = LAST_PAYMENT,
) -> Planted:
    """Write the samples into `directory` and the truth about them beside it; answer that truth.

    `invoices` counts the invoices that are right; the planted faults come on top of them. `everything` makes
    a third of them what not every business has (instalments, payments that only names of files and folders
    tell of, club fees, exports), adds credit notes, and writes beside the folder the ferry.toml that these
    need. `today` is the day of the truth, by which deals are won or lost. The same arguments write the same
    bytes. Raises FileExistsError where the directory already holds something, since what lies there would
    not be in the truth, and ValueError for a number that is out of range.
    """
    least = full.LEAST if everything else 1
    if invoices < least:
        message = f"the number of invoices must be at least {least}, not {invoices}"
        raise ValueError(message)
    drafts = _drafts(companies, invoices, seed, everything=everything)
    folder = _empty(directory)
    books, settling = filing.workbooks(drafts), _settling(drafts, today)
    files = {path: content for book in books for path, content in book.files().items()}
    true = tuple(_documents(books, Role.TRUE, settling))
    truth = Planted(SELLER.name, seed, today, true, _faults(books, files, settling))
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    planted.beside(folder).write_text(truth.json(), encoding="utf-8")
    if everything:
        config(folder).write_text(planted.CONFIG, encoding="utf-8")
    return truth


def _empty(directory: Path) -> Path:
    folder = directory.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        message = f"{directory} is not empty"
        raise FileExistsError(message)
    return folder


def _drafts(companies: int, invoices: int, seed: int, *, everything: bool) -> list[Drafted]:
    buyers = customers(companies)
    if not everything:
        return compose(buyers, invoices, seed)
    further = max(full.KINDS, invoices // 3)
    drafts = compose(buyers, invoices - further, seed, full.sales(buyers, further, seed))
    return [*drafts, *full.credit_notes(drafts, invoices)]


def _settling(drafts: Sequence[Drafted], today: date) -> Settling:
    applied = full.applied(drafts)
    taken: dict[str, Decimal] = {}
    for note in (draft.invoice for draft in drafts):
        if note.credits and note.number in applied:
            taken[note.credits] = taken.get(note.credits, NOTHING) + applied[note.number]
    return Settling(today, applied, taken)


def _documents(books: Sequence[Workbook], role: Role, settling: Settling) -> list[Document]:
    return [
        planted.document(draft.invoice, book, sheet, settling)
        for book in books
        for sheet, draft in book.sheets.items()
        if draft.role is role
    ]


def _faults(books: Sequence[Workbook], files: dict[str, bytes], settling: Settling) -> tuple[Fault, ...]:
    """Plant what is not an invoice among the files, and tell of every fault."""
    held = {role: tuple(_documents(books, role, settling)) for role in _HELD}
    first = next(book for book in books if book.layout is BESIDE)
    (draft,) = first.sheets.values()
    files[_TEMPLATE] = filing.saved({BESIDE.sheet: strays.blank_form(draft.invoice)}, BESIDE.suffix)
    files[_PRICES] = filing.saved({"Prices": strays.price_list()}, ".xlsx")
    name = first.path.rpartition("/")[2]
    copies = (f"Invoices/Old laptop/{name}", f"Invoices/Old laptop/Copy of {name}")
    files.update(dict.fromkeys(copies, files[first.path]))
    return (
        Fault("copied-file", "once", (first.path, *copies), (draft.invoice.number,)),
        *(_of(_HELD[role], documents) for role, documents in held.items() if documents),
        Fault("blank-template", "rejected", (_TEMPLATE,)),
        Fault("not-an-invoice", "rejected", (_PRICES,)),
    )


def _of(kind: str, documents: tuple[Document, ...]) -> Fault:
    paths = tuple(document.path for document in documents)
    numbers = tuple(dict.fromkeys(document.number for document in documents))
    return Fault(kind, "held", paths, numbers, documents)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of `samples`."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="a folder that is empty or not there yet")
    parser.add_argument(
        "--companies", type=int, default=COMPANIES, metavar="N", help="customers (%(default)s)"
    )
    parser.add_argument(
        "--invoices", type=int, default=INVOICES, metavar="N", help="right ones (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="another seed, other figures")
    parser.add_argument(
        "--full", action="store_true", help="also instalments, payments by file names, exports, credit notes"
    )
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=LAST_PAYMENT,
        metavar="DAY",
        help="the day by which the truth calls deals won or lost (%(default)s)",
    )


def main(argv: Sequence[str]) -> int:
    """Run `ferry-sandbox samples` with the arguments after that word; answer the exit code."""
    parser = argparse.ArgumentParser(prog="ferry-sandbox samples", description=__doc__)
    add_arguments(parser)
    given = parser.parse_args(argv)
    try:
        truth = write(
            given.directory,
            given.companies,
            given.invoices,
            given.seed,
            everything=given.full,
            today=given.today,
        )
    except (ValueError, OSError) as fault:
        sys.stderr.write(f"ferry-sandbox samples: {fault}\n")
        return 2
    beside = planted.beside(given.directory.resolve())
    what = "documents" if given.full else "invoices"
    sys.stdout.write(f"{len(truth.documents)} {what} in {given.directory}; what is planted: {beside}\n")
    return 0
