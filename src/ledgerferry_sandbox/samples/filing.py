"""Where each invoice lies: folders by year, a workbook for each or one for all, PDFs beside some."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledgerferry_sandbox.samples import ods, pdf, strays, xlsx
from ledgerferry_sandbox.samples.compose import Drafted, Role
from ledgerferry_sandbox.samples.invoice import Invoice, Told
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

    @property
    def pdfs(self) -> list[str]:
        """Every PDF that is this workbook's only document's, by its stem or by the number in its name."""
        beside = [name for draft in self.sheets.values() for name in _beside(self.path, draft)]
        return [*([self.pdf] if self.pdf else []), *(name for name in beside if name.endswith(".pdf"))]

    def files(self) -> dict[str, bytes]:
        """The bytes of the workbook, of its PDF, and of what else lies beside it, by path."""
        pages = {name: self.layout.draw(draft.invoice.stated) for name, draft in self.sheets.items()}
        files = {self.path: saved(pages, self.layout.suffix)}
        if self.pdf:
            files[self.pdf] = pdf.leaf(next(iter(pages.values())))
        for draft in self.sheets.values():
            files.update(_beside(self.path, draft))
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


def _beside(path: str, draft: Drafted) -> dict[str, bytes]:
    """What lies beside a workbook and bears its invoice's number: receipts, and a scan of the paper."""
    invoice, folder = draft.invoice, path.rpartition("/")[0]
    number, english = _safe(invoice.number), invoice.customer.language == "en"
    files = {f"{folder}/Scan of {number} signed.pdf": strays.scan(invoice)} if draft.scan else {}
    for payment in invoice.payments:
        if payment.told is Told.FILE:
            said = "part payment" if draft.role is Role.PART_PAID else "paid"
            name = f"{number} {said} {payment.on}.pdf" if english else f"reçu {number} {payment.on}.txt"
            files[f"{folder}/{name}"] = strays.receipt(invoice, payment, printed=english)
    return files


def _path(draft: Drafted) -> str:
    invoice, year = draft.invoice, draft.invoice.issued.year
    folder = any(payment.told is Told.FOLDER for payment in invoice.payments)
    if draft.layout.bound:
        years = draft.layout.years
        return f"Invoices/Invoice book {years[0]}-{years[-1]}{draft.layout.suffix}"
    if invoice.customer.language == "fr":
        below = "Payé/" if folder else ""
        what = "Avoir" if invoice.credits else "Facture"
        return f"Factures/{year}/{below}{what} {_safe(invoice.number)}{draft.layout.suffix}"
    below = "Paid/" if folder else ""
    return f"Invoices/{year}/{below}{_safe(invoice.number)} {_short(invoice)}{draft.layout.suffix}"


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
