"""Invoices of invented houses, each in a form of its own, written without any word list of the parser's."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

GOODS = ("Rope", "Lantern", "Anchor bolt", "Sailcloth", "Tar", "Block and tackle", "Compass", "Chart")
BUYERS = ("Nordlys Havn", "Quay & Daughters", "Molen Groep", "Fjord Supply", "Casa Brava")


@dataclass
class Truth:
    """What one invoice says."""

    number: str
    issued: date
    buyer: str
    lines: list[tuple[str, Decimal, Decimal, Decimal]]
    rate: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    sheet: str = "Sheet"
    freight: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        return sum((x[3] for x in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return cents(self.net * self.rate / 100)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax + self.freight

    def answer(self, *, stated: bool = True) -> dict[str, object]:
        """The values as a person would type them; ``stated``: the sheet shows net, tax and prices."""
        return {
            "invoice_number": self.number,
            "invoice_date": self.issued.isoformat(),
            "customer_name": self.buyer,
            "line_items": [
                {"description": d, "amount": str(a), **({"quantity": str(q)} if stated else {})}
                for d, q, _, a in self.lines
            ],
            "subtotal": str(self.net) if stated else None,
            "tax_total": str(self.tax) if stated else None,
            "total": str(self.gross),
        }


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def truth(chance: random.Random, number: str, rate: str = "0") -> Truth:
    lines = []
    for _ in range(chance.randint(1, 6)):
        quantity, price = Decimal(chance.randint(1, 9)), Decimal(chance.randint(150, 90_000)) / 100
        lines.append((chance.choice(GOODS), quantity, price, cents(quantity * price)))
    issued = date(2024, 1, 1) + timedelta(days=chance.randint(0, 700))
    return Truth(number, issued, chance.choice(BUYERS), lines, Decimal(rate))


Form = Callable[[Worksheet, Truth], None]


def corner(sheet: Worksheet, told: Truth) -> None:
    """Nothing names the date, and the number stands behind a mere reference."""
    sheet["A1"] = "Kessel & Sohn Chandlers"
    sheet["F1"] = told.issued
    sheet["A3"] = "INVOICE"
    sheet["A5"], sheet["B5"] = "Ref", told.number
    sheet["D5"], sheet["D6"] = "Bill to", told.buyer
    row = table(sheet, told, 9, "ABEF", ("Description", "Qty", "Price", "Amount"))
    sums(sheet, told, row + 1, "EF", ("Subtotal", f"VAT {told.rate}%", "Total"))


def welsh(sheet: Worksheet, told: Truth) -> None:
    """A language that the parser has no words of."""
    sheet["B2"] = "Harbwr Cyf"
    sheet["E2"] = "ANFONEB"
    sheet["E4"], sheet["F4"] = "Rhif yr anfoneb:", told.number
    sheet["E5"], sheet["F5"] = "Dyddiad yr anfoneb:", told.issued
    sheet["B6"], sheet["B7"] = "At sylw:", told.buyer
    row = table(sheet, told, 10, "BCDF", ("Disgrifiad", "Nifer", "Pris yr un", "Swm"))
    sums(sheet, told, row + 1, "DF", ("Swm cyn treth:", "Treth ar werth:", "I'w dalu:"))


def irish(sheet: Worksheet, told: Truth) -> None:
    """Another such language, and not even a colon tells a label."""
    sheet["A1"] = "Uirlisí na hAbhann Teo"
    sheet["D1"] = "Sonrasc"
    sheet["C3"], sheet["D3"] = "Uimhir", told.number
    sheet["C4"], sheet["D4"] = "Lá", told.issued
    sheet["A4"], sheet["A5"] = "Ceannaitheoir", told.buyer
    row = table(sheet, told, 8, "ABCD", ("Cur síos", "Cainníocht", "Luach", "Méid"))
    sums(sheet, told, row + 1, "CD", ("Roimh cháin", "Cáin", "Le híoc"))


def american(sheet: Worksheet, told: Truth) -> None:
    """Dates as texts with the month first, amounts as texts."""
    sheet["A1"] = "Gulf Coast Riggers LLC"
    sheet["D1"] = "Invoice"
    sheet["D2"], sheet["E2"] = "Invoice #", told.number
    sheet["D3"], sheet["E3"] = "Invoice date", told.issued.strftime("%m/%d/%Y")
    sheet["A4"], sheet["A5"] = "Bill To", told.buyer
    row = table(sheet, told, 8, "ABCE", ("Item", "Quantity", "Unit price", "Line total"))
    sums(sheet, told, row + 1, "CE", ("Subtotal", "Sales tax", "Total"))


def tabbed(sheet: Worksheet, told: Truth) -> None:
    """The number stands only on the tab; the parties' names in the middle of other texts."""
    sheet.title = told.number
    sheet["A1"] = "FACTURE"
    sheet["A3"], sheet["B3"] = "Date", told.issued
    sheet["A5"] = f"Client : {told.buyer}"
    row = table(sheet, told, 7, "ABCD", ("Désignation", "Quantité", "Prix unitaire", "Montant HT"))
    sums(sheet, told, row + 1, "CD", ("Total HT", "TVA", "Total TTC"))


def bare(sheet: Worksheet, told: Truth) -> None:
    """Lines without headings; the total names the tax and nothing states it."""
    sheet["A1"] = "Hafenkurier Brandt"
    sheet["C1"] = "RECHNUNG"
    sheet["C3"] = f"Rechnungsnr.: {told.number}"
    sheet["C4"], sheet["D4"] = "Datum:", told.issued
    sheet["A6"], sheet["A7"] = "An:", told.buyer
    for row, (text, _, _, amount) in enumerate(told.lines, 10):
        sheet[f"B{row}"], sheet[f"E{row}"] = text, float(amount)
    sheet["B24"] = f"Summe Total inkl. {told.rate}% MwSt:"
    sheet["E24"] = float(told.gross)


def dated_twice(sheet: Worksheet, told: Truth) -> None:
    """Two dates that the labels do not tell apart."""
    sheet["A1"] = "Lighthouse Stores"
    sheet["A2"] = "Tax invoice"
    sheet["C3"], sheet["D3"] = "Date", told.issued - timedelta(days=9)
    sheet["C4"], sheet["D4"] = "Date", told.issued
    sheet["C5"], sheet["D5"] = "No.", told.number
    sheet["A4"], sheet["A5"] = "Customer", told.buyer
    row = table(sheet, told, 8, "ABCD", ("Goods", "Qty", "Rate", "Amount"))
    sums(sheet, told, row, "CD", ("Net", f"GST {told.rate}%", "Grand total"))


def table(sheet: Worksheet, told: Truth, row: int, columns: str, heads: tuple[str, ...]) -> int:
    """A row of headings with the lines under it; the row after the last."""
    for column, head in zip(columns, heads, strict=True):
        sheet[f"{column}{row}"] = head
    row += 1
    for text, quantity, price, amount in told.lines:
        values: tuple[str | float, ...] = (text, float(quantity), float(price), float(amount))
        for column, value in zip(columns, values, strict=True):
            sheet[f"{column}{row}"] = value
        row += 1
    return row


def sums(sheet: Worksheet, told: Truth, row: int, columns: str, names: tuple[str, ...]) -> None:
    """Net, tax and gross, each beside its name."""
    for place, (name, amount) in enumerate(zip(names, (told.net, told.tax, told.gross), strict=True), row):
        sheet[f"{columns[0]}{place}"], sheet[f"{columns[1]}{place}"] = name, float(amount)


@dataclass(frozen=True)
class House:
    """One form: how it is written, its numbers, its tax, and whether it states net, tax and prices."""

    name: str
    form: Form
    number: str
    rate: str
    stated: bool = True


HOUSES = (
    House("corner", corner, "K-{:04}", "20"),
    House("welsh", welsh, "24{:05}", "24"),
    House("irish", irish, "H/{:04}", "27"),
    House("american", american, "GC{:05}", "7.5"),
    House("tabbed", tabbed, "F-2024-{:03}", "20"),
    House("bare", bare, "24.{}", "8.1", stated=False),
    House("dated-twice", dated_twice, "LS/{:03}", "18"),
)


def write(folder: Path, house: House, told: Truth, name: str, spoil: Form | None = None) -> Path:
    """The file of one invoice; ``spoil`` changes the sheet afterwards."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = told.sheet
    house.form(sheet, told)
    if spoil is not None:
        spoil(sheet, told)
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path


def _last(sheet: Worksheet) -> int:
    """The row of the last sum."""
    return max(row for row in range(1, sheet.max_row + 1) if any(c.value is not None for c in sheet[row]))


def _right_most(sheet: Worksheet) -> str:
    row = sheet[_last(sheet)]
    return next(c.coordinate for c in reversed(row) if isinstance(c.value, int | float))


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def wrong_total(sheet: Worksheet, told: Truth) -> None:
    del told
    cell = sheet[_right_most(sheet)]
    cell.value = _number(cell.value) + 1


def wrong_line(sheet: Worksheet, told: Truth) -> None:
    """The amount of a line was typed over."""
    amount = float(told.lines[0][3])
    cell = next(c for row in sheet for c in row if c.value == amount)
    cell.value = amount + 3


def freight(sheet: Worksheet, told: Truth) -> None:
    """A charge that the form did not have when it was confirmed, and the total with it."""
    cell = sheet[_right_most(sheet)]
    cell.value = _number(cell.value) + 12.5
    label = sheet.cell(cell.row + 1, cell.column - 1)
    label.value, sheet.cell(cell.row + 1, cell.column).value = "Freight", 12.5
    told.freight = Decimal("12.50")


def second_total(sheet: Worksheet, told: Truth) -> None:
    """A greater total under the one that was confirmed."""
    del told
    cell = sheet[_right_most(sheet)]
    sheet.cell(cell.row + 1, cell.column - 1).value = "Total to pay"
    sheet.cell(cell.row + 1, cell.column).value = _number(cell.value) + 40


def no_number(sheet: Worksheet, told: Truth) -> None:
    for row in sheet:
        for cell in row:
            if cell.value == told.number:
                cell.value = None
            elif isinstance(cell.value, str) and told.number in cell.value:
                cell.value = cell.value.replace(told.number, "")
    if sheet.title == told.number:
        sheet.title = "Sheet"


def worded_number(sheet: Worksheet, told: Truth) -> None:
    for row in sheet:
        for cell in row:
            if cell.value == told.number:
                cell.value = "see the letter"


def undated(sheet: Worksheet, told: Truth) -> None:
    for row in sheet:
        for cell in row:
            if cell.value in (told.issued, told.issued.strftime("%m/%d/%Y")):
                cell.value = None


def moving_date(sheet: Worksheet, told: Truth) -> None:
    for row in sheet:
        for cell in row:
            if cell.value in (told.issued, told.issued.strftime("%m/%d/%Y")):
                cell.value = "=TODAY()"


def pushed_down(sheet: Worksheet, told: Truth) -> None:
    del told
    sheet.insert_rows(1, 2)


def pushed_right(sheet: Worksheet, told: Truth) -> None:
    del told
    sheet.insert_cols(1, 1)


SPOILERS = (
    wrong_total, wrong_line, freight, second_total, no_number, worded_number, undated, moving_date,
    pushed_down, pushed_right,
)  # fmt: skip
