"""Sample companies: a folder as a small business would have it after some years, and what is planted in it.

It is made without knowing how anybody reads it. Each layout is a file of its own under `layouts`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ledgerferry_sandbox.samples import filing, planted, strays
from ledgerferry_sandbox.samples.companies import SELLER, customers
from ledgerferry_sandbox.samples.compose import Role, compose
from ledgerferry_sandbox.samples.filing import Workbook
from ledgerferry_sandbox.samples.layouts import BESIDE
from ledgerferry_sandbox.samples.planted import Document, Fault, Planted

__all__ = ["Document", "Fault", "Planted", "add_arguments", "main", "write"]

COMPANIES, INVOICES, SEED = 12, 44, 1
_TEMPLATE = "Invoices/Templates/Invoice template.xlsx"
_PRICES = "Price list 2024.xlsx"


def write(directory: Path, companies: int, invoices: int, seed: int) -> Planted:
    """Write the samples into `directory` and the truth about them beside it; answer that truth.

    `invoices` counts the documents that are right; the planted faults come on top of them. The same
    arguments write the same bytes. Raises FileExistsError where the directory already holds something,
    since what lies there would not be in the truth, and ValueError for a number that is out of range.
    """
    if invoices < 1:
        message = f"the number of invoices must be at least 1, not {invoices}"
        raise ValueError(message)
    books = filing.workbooks(compose(customers(companies), invoices, seed))
    folder = directory.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        message = f"{directory} is not empty"
        raise FileExistsError(message)
    files = {path: content for book in books for path, content in book.files().items()}
    truth = Planted(SELLER.name, seed, tuple(_documents(books, Role.TRUE)), _faults(books, files))
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    planted.beside(folder).write_text(truth.json(), encoding="utf-8")
    return truth


def _documents(books: Sequence[Workbook], role: Role) -> list[Document]:
    return [
        planted.document(draft.invoice, book.path, sheet, book.pdf)
        for book in books
        for sheet, draft in book.sheets.items()
        if draft.role is role
    ]


def _faults(books: Sequence[Workbook], files: dict[str, bytes]) -> tuple[Fault, ...]:
    """Plant what is not an invoice among the files, and tell of every fault."""
    clash = tuple(_documents(books, Role.CLASH))
    wrong = tuple(_documents(books, Role.CONTRADICTION))
    first = next(book for book in books if book.layout is BESIDE)
    (draft,) = first.sheets.values()
    files[_TEMPLATE] = filing.saved({BESIDE.sheet: strays.blank_form(draft.invoice)}, BESIDE.suffix)
    files[_PRICES] = filing.saved({"Prices": strays.price_list()}, ".xlsx")
    name = first.path.rpartition("/")[2]
    copies = (f"Invoices/Old laptop/{name}", f"Invoices/Old laptop/Copy of {name}")
    files.update(dict.fromkeys(copies, files[first.path]))
    return (
        Fault("copied-file", "once", (first.path, *copies), (draft.invoice.number,)),
        _of("number-used-twice", clash),
        _of("total-contradicts-lines", wrong),
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


def main(argv: Sequence[str]) -> int:
    """Run `ferry-sandbox samples` with the arguments after that word; answer the exit code."""
    parser = argparse.ArgumentParser(prog="ferry-sandbox samples", description=__doc__)
    add_arguments(parser)
    given = parser.parse_args(argv)
    try:
        truth = write(given.directory, given.companies, given.invoices, given.seed)
    except (ValueError, OSError) as fault:
        sys.stderr.write(f"ferry-sandbox samples: {fault}\n")
        return 2
    beside = planted.beside(given.directory.resolve())
    sys.stdout.write(f"{len(truth.documents)} invoices in {given.directory}; what is planted: {beside}\n")
    return 0
