"""Workbooks to read: invoices of several shapes by two writers, the same for the same seed."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook
from openpyxl.styles import Font

_THINGS = ("Oak shelf", "Brass hinge", "Étagère en chêne", "Schraube M6", "Delivery", "Lámpara", "Paint, 5 l")
_TOWNS = ("Whitby", "Lyon", "Kassel", "Málaga", "Utrecht", "Torino", "Porto")
_MONEY = ("#,##0.00", "#,##0.00 [$€-407]", "[$£-809]#,##0.00", "0.00", '#,##0.00_);[Red]("$"#,##0.00)')
_DAYS = ("dd/mm/yyyy", "yyyy-mm-dd", "[$-409]mmmm d, yyyy", "d.m.yy")


def made(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """So many workbooks in a folder; those that are there already are used again."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(count):
        path = folder / f"{seed}-{number:05}.xlsx"
        if not path.exists():
            _write(path, number, random.Random(f"{seed} {number}"))  # noqa: S311 - figures of no secret
        found.append(path)
    return found


def _write(path: Path, number: int, chance: random.Random) -> None:
    lines = [
        (chance.choice(_THINGS), chance.randint(1, 12), chance.randint(50, 99_999) / 100)
        for _ in range(chance.choice((2, 4, 9, 30)))
    ]
    day = date(2024, 1, 1) + timedelta(days=chance.randint(0, 700))
    head = [
        ("A1", f"{chance.choice(_TOWNS)} Trading Ltd"),
        ("D1", "INVOICE"),
        ("A3", "Bill to"),
        ("A4", f"{chance.choice(_TOWNS)} Stores"),
        ("A5", f"{chance.randint(1, 99)} Quay Street"),
        ("C3", "Invoice no."),
        ("D3", f"INV-{number:05}"),
        ("C4", "Invoice date"),
        ("C5", "Due date"),
    ]
    writer: Callable[..., None] = _by_openpyxl if number % 4 == 3 else _by_xlsxwriter
    writer(path, head, lines, day, chance.choice(_MONEY), chance.choice(_DAYS))


_Head = list[tuple[str, str]]
_Lines = list[tuple[str, int, float]]


def _formulas(lines: _Lines) -> list[tuple[str, str, float]]:
    """The sums: address, formula, and what it gives."""
    first, last = 10, 9 + len(lines)
    amounts = [round(Decimal(str(price)) * quantity, 2) for _, quantity, price in lines]
    net = sum(amounts, Decimal(0))
    tax = (net / 5).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    each = [
        (f"D{row}", f"ROUND(B{row}*C{row},2)", float(amount)) for row, amount in enumerate(amounts, first)
    ]
    return [
        *each,
        (f"D{last + 2}", f"SUM(D{first}:D{last})", float(net)),
        (f"D{last + 3}", f"ROUND(D{last + 2}*20%,2)", float(tax)),
        (f"D{last + 4}", f'IF(D{last + 2}=0,"",D{last + 2}+D{last + 3})', float(net + tax)),
    ]


def _texts(lines: _Lines) -> _Head:
    last = 9 + len(lines)
    return [
        *((f"{column}9", name) for column, name in zip("ABCD", _COLUMNS, strict=True)),
        (f"C{last + 2}", "Subtotal"),
        (f"C{last + 3}", "VAT 20%"),
        (f"C{last + 4}", "Total"),
        (f"A{last + 6}", "Thank you for your custom.\nPlease quote the number of this invoice."),
    ]


_COLUMNS = ("Description", "Qty", "Unit price", "Amount")


def _by_xlsxwriter(path: Path, head: _Head, lines: _Lines, day: date, money: str, days: str) -> None:
    """Shared strings, cached values, merges, a hidden row and sheet, and styled cells without content."""
    book = xlsxwriter.Workbook(str(path))
    sheet, other = book.add_worksheet("Invoice"), book.add_worksheet("Lists")
    bold, amount = (
        book.add_format({"bold": True, "bg_color": "#DDEEFF"}),
        book.add_format({"num_format": money}),
    )
    dated = book.add_format({"num_format": days, "border": 1})
    for place, text in [*head, *_texts(lines)]:
        sheet.write_string(place, text, bold if place.endswith("9") else None)
    sheet.write_datetime("D4", day, dated)
    sheet.write_datetime("D5", day + timedelta(days=30), dated)
    for row, (name, quantity, price) in enumerate(lines, 10):
        sheet.write_string(f"A{row}", name)
        sheet.write_number(f"B{row}", quantity)
        sheet.write_number(f"C{row}", price, amount)
    for place, formula, value in _formulas(lines):
        sheet.write_formula(place, f"={formula}", amount, value)
    for row in range(12 + len(lines), 40 + len(lines)):
        for column in range(6):
            sheet.write_blank(row + 8, column, None, bold)
    sheet.merge_range("A7:D7", "All prices are net.", bold)
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.write("A8", "internal")
    for row in range(20):
        other.write_row(row, 0, [row, row % 2 == 0, f"code {row}"])
    other.hide()
    book.close()


def _by_openpyxl(path: Path, head: _Head, lines: _Lines, day: date, money: str, days: str) -> None:
    """Inline strings and formulas that were never calculated."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Invoice"
    for place, text in [*head, *_texts(lines)]:
        sheet[place] = text
        if place.endswith("9"):
            sheet[place].font = Font(bold=True)
    for place, value in (("D4", day), ("D5", day + timedelta(days=30))):
        sheet[place] = value
        sheet[place].number_format = days
    for row, (name, quantity, price) in enumerate(lines, 10):
        sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = name, quantity, price
        sheet[f"C{row}"].number_format = money
    for place, formula, _ in _formulas(lines):
        sheet[place] = f"={formula}"
        sheet[place].number_format = money
    sheet.merge_cells("A7:D7")
    sheet["A7"] = "All prices are net."
    sheet.row_dimensions[8].hidden = True
    book.save(path)
