"""Workbooks of one invoice, written as a person would lay one out."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook

SELLER = "Ashdown Orchards & Gardens Ltd"
CENT = Decimal("0.01")
Value = str | int | Decimal | date


@dataclass(frozen=True)
class Invoice:
    number: str = "JN-0001"
    customer: str = "Quay Street Bakery"
    lines: tuple[tuple[str, int, Decimal], ...] = (
        ("Whetstone", 4, Decimal("12.50")),
        ("Pruning knife", 2, Decimal("25.10")),
    )
    rate: int = 20
    issued: date = date(2024, 3, 5)
    due: date = date(2024, 4, 4)
    paid: Decimal = Decimal(0)
    paid_on: date | None = None
    credits: str | None = None

    @property
    def net(self) -> Decimal:
        return sum((quantity * price for _, quantity, price in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * self.rate / 100).quantize(CENT)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def all_paid(self) -> "Invoice":
        return replace(self, paid=self.gross, paid_on=date(2024, 3, 28))


def write(path: Path, invoice: Invoice) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for place, value in _cells(invoice).items():
        sheet[place] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    book.close()
    return path


def _cells(invoice: Invoice) -> dict[str, Value]:
    mail = f"{invoice.customer.split()[0].lower()}@customers.example"
    cells: dict[str, Value] = {
        "A1": SELLER, "C1": "INVOICE", "A3": "Bill to", "A4": invoice.customer, "A5": "2 Quay Street",
        "A6": "Whitby YO21 3PU", "A7": mail, "C3": "Invoice no:", "D3": invoice.number, "C4": "Invoice date:",
        "D4": invoice.issued, "C5": "Due date:", "D5": invoice.due, "C6": "Currency:", "D6": "GBP",
        "A9": "Description", "B9": "Quantity", "C9": "Unit price", "D9": "Amount",
    }  # fmt: skip
    row = 10
    for row, (what, quantity, price) in enumerate(invoice.lines, start=10):
        cells |= {f"A{row}": what, f"B{row}": quantity, f"C{row}": price, f"D{row}": quantity * price}
    totals = [("Subtotal", invoice.net), (f"VAT {invoice.rate}%", invoice.tax), ("Total", invoice.gross)]
    totals += [("Amount paid", invoice.paid), ("Balance due", invoice.gross - invoice.paid)]
    for below, (label, amount) in enumerate(totals, start=row + 2):
        cells |= {f"C{below}": label, f"D{below}": amount}
    if invoice.credits:
        cells |= {"C1": "CREDIT NOTE", "C3": "Credit note no:", "C4": "Date:", "C5": "Original invoice:",
                  "D5": invoice.credits}  # fmt: skip
        for place in [p for p, value in cells.items() if p[0] in "CD" and isinstance(value, Decimal)]:
            cells[place] = -Decimal(str(cells[place]))
    if invoice.paid_on:
        cells |= {f"C{row + 7}": "Date paid", f"D{row + 7}": invoice.paid_on}
    return cells


INVOICES = (
    Invoice("JN-0001"),
    Invoice("JN-0002", "Harbour Tools Ltd", (("Apple crate", 30, Decimal("9.95")),)),
    Invoice("JN-0003", lines=(("Cider press", 1, Decimal("480.00")),)).all_paid(),
)


def three(folder: Path) -> None:
    """Three invoices for two customers, one of them paid, one with a PDF beside it."""
    for invoice in INVOICES:
        write(folder / f"{invoice.number}.xlsx", invoice)
    (folder / "JN-0002.pdf").write_bytes(b"%PDF-1.4\n% the invoice as it was printed\n%%EOF\n")


def saved_again(path: Path) -> None:
    """Open a workbook and save it, as somebody does who only looked."""
    book = load_workbook(path)
    book.save(path)
    book.close()
