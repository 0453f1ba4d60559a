"""Where each invoice lies: folders by year, a workbook for each or one for all, PDFs beside some."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledgerferry_sandbox.samples import ods, pdf, xlsx
from ledgerferry_sandbox.samples.compose import Drafted
from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.layouts import Layout
from ledgerferry_sandbox.samples.page import Page


@dataclass
class Workbook:
    """One workbook to be: its path in the folder, its layout, and the drafts on its sheets."""

    path: str
    layout: Layout
    sheets: dict[str, Drafted] = field(default_factory=dict)

    @property
    def pdf(self) -> str | None:
        """The path of the PDF beside it, where its layout keeps one."""
        return self.path.removesuffix(self.layout.suffix) + ".pdf" if self.layout.printed else None

    def files(self) -> dict[str, bytes]:
        """The bytes of the workbook and of its PDF, by path."""
        pages = {name: self.layout.draw(draft.invoice) for name, draft in self.sheets.items()}
        files = {self.path: saved(pages, self.layout.suffix)}
        if self.pdf:
            files[self.pdf] = pdf.leaf(next(iter(pages.values())))
        return files


def saved(pages: dict[str, Page], suffix: str) -> bytes:
    """The pages as a workbook of the kind that the suffix names."""
    return ods.workbook(pages) if suffix == ".ods" else xlsx.workbook(pages)


def workbooks(drafts: Sequence[Drafted]) -> list[Workbook]:
    """Every draft put on a sheet of exactly one workbook, in the order of the drafts."""
    books: dict[str, Workbook] = {}
    for draft in drafts:
        path = _path(draft)
        if not draft.layout.bound:
            path = _free(path, draft.layout.suffix, books)
        book = books.setdefault(path, Workbook(path, draft.layout))
        book.sheets[draft.layout.sheet or _safe(draft.invoice.number)] = draft
    return list(books.values())


def _path(draft: Drafted) -> str:
    invoice, year = draft.invoice, draft.invoice.issued.year
    if draft.layout.bound:
        years = draft.layout.years
        return f"Invoices/Invoice book {years[0]}-{years[-1]}{draft.layout.suffix}"
    if invoice.customer.language == "fr":
        return f"Factures/{year}/Facture {_safe(invoice.number)}{draft.layout.suffix}"
    return f"Invoices/{year}/{_safe(invoice.number)} {_short(invoice)}{draft.layout.suffix}"


def _free(path: str, suffix: str, taken: dict[str, Workbook]) -> str:
    stem, count = path.removesuffix(suffix), 1
    while path in taken:
        count += 1
        path = f"{stem} ({count}){suffix}"
    return path


def _safe(number: str) -> str:
    return number.replace("/", "-")


def _short(invoice: Invoice) -> str:
    return invoice.customer.name.removesuffix(" Ltd").removesuffix(" LLP")
