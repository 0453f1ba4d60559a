"""One pass over the content of an .ods: values, formulas, currencies, merges, what is hidden."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from lxml import etree

from ledgerferry.systems.workbook.grid import Book, Cell, How, Sheet, Value
from ledgerferry.systems.workbook.guards import Limits, Refused
from ledgerferry.systems.workbook.parts import FAULTS, Parts, damaged, number

# OpenDocument 1.3 part 3: the namespaces of content.xml.
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
# LibreOffice's extension, which alone tells an error from a text.
_SHOWN_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_REFERENCE = re.compile(
    r"\[(?:\$?('(?:[^']|'')+'|[^.\[\]]+))?\.(\$?[A-Z]+\$?\d+)(?::\.?(\$?[A-Z]+\$?\d+))?\]"
)


def read(path: Path, limits: Limits) -> Book:
    """The workbook. Raises ``Refused`` when it is malformed, encrypted or has too many cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = Parts(archive)
            if "META-INF/manifest.xml" in parts and _encrypted(parts):
                raise Refused(
                    "password-protected", "the workbook is protected by a password: save a copy without one"
                )
            root = parts.tree("content.xml")
        return _Content(root, limits).book()
    except FAULTS as error:
        text = "the workbook is damaged: open it in a spreadsheet program and save it again"
        raise damaged(error, text) from error


def _encrypted(parts: Parts) -> bool:
    with parts.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read()


class _Content:
    """The tree of content.xml with its styles looked up."""

    def __init__(self, root: etree._Element, limits: Limits) -> None:
        self.root, self.limits = root, limits
        self.room = limits.cells
        symbols = {
            style.get(f"{_STYLE}name"): style.findtext(f"{_NUMBER}currency-symbol")
            for style in root.iter(f"{_NUMBER}currency-style")
        }
        styles = list(root.iter(f"{_STYLE}style"))
        self.symbols = {
            s.get(f"{_STYLE}name"): symbols.get(s.get(f"{_STYLE}data-style-name")) for s in styles
        }
        self.hidden = {
            s.get(f"{_STYLE}name")
            for s in styles
            for p in s.iterfind(f"{_STYLE}table-properties")
            if p.get(f"{_TABLE}display") == "false"
        }

    def book(self) -> Book:
        """Every sheet."""
        return Book([self._sheet(table) for table in self.root.iter(f"{_TABLE}table")])

    def _sheet(self, table: etree._Element) -> Sheet:
        sheet = Sheet(
            table.get(f"{_TABLE}name") or "", hidden=table.get(f"{_TABLE}style-name") in self.hidden
        )
        line = 1
        for row in table.iter(f"{_TABLE}table-row"):
            repeated = int(row.get(f"{_TABLE}number-rows-repeated") or 1)
            if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                sheet.hidden_rows.update(range(line, line + min(repeated, 1000)))
            self._row(sheet, row, line, repeated)
            line += repeated
        return sheet

    def _row(self, sheet: Sheet, row: etree._Element, line: int, repeated: int) -> None:
        column = 1
        for element in row:
            width = int(element.get(f"{_TABLE}number-columns-repeated") or 1)
            if (found := self._cell(element, line, column)) is not None:
                self._spend(repeated * width)
                for r in range(line, line + repeated):
                    for c in range(column, column + width):
                        sheet.cells[r, c] = replace(found, row=r, column=c)
            self._merge(sheet, element, line, column)
            column += width

    def _cell(self, element: etree._Element, line: int, column: int) -> Cell | None:
        formula, code = self._formula(element), self._format(element)
        value, error = self._value(element), ""
        if element.get(_SHOWN_TYPE) == "error":
            value, error = None, str(value or "#VALUE!")
        if value is None and formula is None and not error:
            return None
        how = How.TYPED if formula is None else How.CACHED if value is not None else How.MISSING
        return Cell(line, column, value, formula, code, how, error)

    def _spend(self, count: int) -> None:
        self.room -= count
        if self.room < 0:
            raise Refused(
                "too-large",
                f"the workbook has more than {self.limits.cells:,} filled cells: split it into several",
            )

    def _merge(self, sheet: Sheet, element: etree._Element, line: int, column: int) -> None:
        across = int(element.get(f"{_TABLE}number-columns-spanned") or 1)
        down = int(element.get(f"{_TABLE}number-rows-spanned") or 1)
        if across > 1 or down > 1:
            self._spend(1)
            sheet.merges.append((line, column, line + down - 1, column + across - 1))

    def _value(self, element: etree._Element) -> Value | None:
        kind = element.get(f"{_OFFICE}value-type")
        raw = element.get(f"{_OFFICE}value")
        if kind in ("float", "currency", "percentage") and raw is not None:
            return number(raw)
        if kind == "date":
            return date.fromisoformat((element.get(f"{_OFFICE}date-value") or "")[:10])
        if kind == "boolean":
            return element.get(f"{_OFFICE}boolean-value") == "true"
        words = "\n".join(_words(p) for p in element.iterfind(f"{_TEXT}p"))
        return words or element.get(f"{_OFFICE}string-value") or None

    def _format(self, element: etree._Element) -> str:
        if element.get(f"{_OFFICE}value-type") == "percentage":
            return "0%"
        symbol = element.get(f"{_OFFICE}currency") or self.symbols.get(element.get(f"{_TABLE}style-name"))
        return f"[${symbol}]0.00" if symbol else ""

    def _formula(self, element: etree._Element) -> str | None:
        text = element.get(f"{_TABLE}formula")
        return _REFERENCE.sub(_plain, text.partition("=")[2]) if text else None


def _plain(found: re.Match[str]) -> str:
    sheet, first, last = found.groups()
    place = f"{first}:{last}" if last else first
    return f"{sheet}!{place}" if sheet else place


def _words(paragraph: etree._Element) -> str:
    """The text of a paragraph; runs of spaces and tabs are elements of their own."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        tag = etree.QName(child).localname
        if tag == "s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c") or 1), 200))
        else:
            parts.append(" " if tag in ("tab", "line-break") else _words(child))
        parts.append(child.tail or "")
    return "".join(parts)
