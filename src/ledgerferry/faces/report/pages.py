"""Pages of a report: a thin hand over XlsxWriter. Rows are written in order and then leave memory."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ledgerferry.faces.report.cells import (
    APART,
    FORMULA_STARTS,
    QUOTED,
    STYLES,
    Amount,
    Count,
    Link,
    Styled,
    Sum,
    Value,
    certain,
    plain,
)
from ledgerferry.model.money import NO_CURRENCY, text

_LONGEST: Final = 32_000
# A sheet takes 65,530 links (Excel's limit). Each is held until the end: later ones are formulas instead.
MOST_LINKS: Final = 15_000
# Excel's limits: of an address, of a text within a formula.
_LONGEST_ADDRESS, _LONGEST_LITERAL = 2_000, 250
# The height of a line of text; of a row at most so many (Excel's own limit is 409).
_LINE, _MOST_LINES = 15, 12
_FIRST_YEAR: Final = 1900


class Pages:
    """A workbook in the making; a context manager. What it needs meanwhile lies beside it, in its folder.

    Left by an exception it is not written.
    """

    def __init__(self, path: Path, title: str, created: datetime) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": False,
                "tmpdir": str(path.parent),
            },
        )
        self._book.set_properties(
            {"title": plain(title), "author": "ledgerferry", "created": created.replace(tzinfo=None)}
        )
        self.formats = {name: self._book.add_format(dict(style)) for name, style in STYLES.items()}
        for name, quoted in QUOTED.items():
            self.formats[quoted] = self._book.add_format({**STYLES[name], "quote_prefix": True})
        plain_of = {quoted: name for name, quoted in QUOTED.items()}
        apart = {"align": "left", "indent": 1}
        for name in APART:
            style = {**STYLES[plain_of.get(name, name)], **apart, "quote_prefix": name in plain_of}
            self.formats[f"{name} apart"] = self._book.add_format(style)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._book.close()
        finally:
            self._book.fileclosed = True
            for sheet in self._book.worksheets():
                with suppress(OSError):
                    sheet.row_data_fh.close()

    def page(self, name: str, widths: Sequence[int]) -> "Page":
        """A new sheet with columns of these widths."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8&A&C&8ledgerferry&R&8&P / &N")
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        return Page(sheet, self.formats, widths)

    def listing(self, name: str, columns: Mapping[str, int], right: Collection[str], keep: int = 0) -> "Page":
        """A new sheet that is one list, with its head row; columns by name with their widths.

        The first ``keep`` columns stay in view.
        """
        page = self.page(name, list(columns.values()))
        page.sheet.set_paper(8)
        page.heads(list(columns), right, keep)
        return page

    def chart(self, kind: str, subtype: str | None = None) -> Chart:
        """A new chart, to be put on a page."""
        return self._book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))

    def name(self, name: str, page: "Page", row: int) -> None:
        """Give the first cell of a row a name, so that links to it can be written before it."""
        self._book.define_name(name, f"='{page.name}'!$A${row + 1}")


class Page:
    """One sheet, written from the top down."""

    def __init__(self, sheet: Worksheet, formats: dict[str, Format], widths: Sequence[int]) -> None:
        self.sheet = sheet
        self._formats = formats
        self._widths = widths
        self._top = 0
        self._links = 0
        self._apart: frozenset[int] = frozenset()
        self.at = 0
        """The row that is written next, counted from 0."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.get_name())

    def heads(
        self, names: Sequence[str], right: Collection[str], keep: int = 0, *, fixed: bool = True
    ) -> None:
        """The head row of a list: filters the rows below; those in ``right`` head amounts.

        ``fixed``: it stays in view, and so do the first ``keep`` columns. What stands behind an amount keeps
        a little away from it.
        """
        self._top = self.at
        self._apart = frozenset(
            n for n, name in enumerate(names) if n and names[n - 1] in right and name not in right
        )
        self.row([Styled(name, "head right" if name in right else "head") for name in names], height=32)
        if fixed:
            self.sheet.freeze_panes(self.at, keep)
        self.sheet.repeat_rows(self._top)

    def end_of_list(self) -> None:
        """The list is complete."""
        if self.at > self._top + 1:
            self.sheet.autofilter(self._top, 0, self.at - 1, len(self._widths) - 1)

    def row(self, values: Sequence[Value], height: int | None = None) -> int:
        """The next row; its number, counted from 0."""
        lines = max((self._lines(column, value) for column, value in enumerate(values)), default=1)
        if height is not None or lines > 1:
            self.sheet.set_row(self.at, height or _LINE * min(lines, _MOST_LINES))
        for column, value in enumerate(values):
            self._put(column, value)
        self.at += 1
        return self.at - 1

    def said(self, said: str, style: str, columns: int) -> None:
        """A paragraph over so many columns, as high as it needs."""
        room = sum(self._widths[:columns])
        self.sheet.set_row(self.at, _LINE * _high(said, room))
        area = (self.at, 0, self.at, columns - 1)
        self.sheet.merge_range(*area, plain(said), self._formats[style])
        self.at += 1

    def gap(self) -> None:
        """An empty row."""
        self.at += 1

    def cell(self, column: int, row: int | None = None) -> str:
        """The address of a cell of a row (else of the next one), such as ``B7``."""
        return f"{xl_col_to_name(column)}{(self.at if row is None else row) + 1}"

    def span(self, column: int, first: int, last: int, *, named: bool = False) -> str:
        """The address of a column's cells from one row to another; ``named`` with the sheet."""
        letter = xl_col_to_name(column)
        sheet = f"'{self.name}'!" if named else ""
        return f"{sheet}${letter}${first + 1}:${letter}${last + 1}"

    def put_chart(self, place: str, chart: Chart, width: int, height: int) -> None:
        """Put a chart over the cells that begin at a place."""
        chart.set_size({"width": width, "height": height})
        row, column = xl_cell_to_rowcol(place)
        self.sheet.insert_chart(row, column, chart)

    def _lines(self, column: int, value: Value) -> int:
        """How many lines a cell takes."""
        if not isinstance(value, Styled) or not isinstance(value.value, str) or "wrapped" not in value.style:
            return 1
        return _high(value.value, self._widths[column])

    def _put(self, column: int, value: Value) -> None:
        if isinstance(value, Styled):
            self._styled(column, value)
        elif isinstance(value, Amount):
            self._amount(column, value)
        elif isinstance(value, Sum):
            self._sum(column, value)
        elif isinstance(value, Count):
            formula, style = f"={value.formula}", self._formats[value.style]
            self.sheet.write_formula(self.at, column, formula, style, value.value)
        elif isinstance(value, Link):
            self._link(column, value)
        elif isinstance(value, date):
            self._day(column, value, "day")
        elif value is not None and value != "":
            self._plain(column, value, "text" if isinstance(value, str) else "count")

    def _styled(self, column: int, styled: Styled) -> None:
        if isinstance(styled.value, date):
            self._day(column, styled.value, styled.style)
        else:
            self._plain(column, styled.value, styled.style)

    def _plain(self, column: int, value: str | int, style: str) -> None:
        if isinstance(value, int):
            self.sheet.write_number(self.at, column, value, self._formats[style])
            return
        if not value:
            self.sheet.write_blank(self.at, column, None, self._format(style, column))
            return
        chosen = QUOTED.get(style, style) if value.startswith(FORMULA_STARTS) else style
        self.sheet.write_string(self.at, column, plain(value[:_LONGEST]), self._format(chosen, column))

    def _format(self, style: str, column: int) -> Format:
        apart = f"{style} apart" if column in self._apart else style
        return self._formats.get(apart) or self._formats[style]

    def _amount(self, column: int, amount: Amount) -> None:
        if amount.value is None:
            return
        if not certain(amount.value):
            self._plain(column, text(amount.value, amount.currency or NO_CURRENCY), "digits")
            return
        style = self._formats[f"{'total' if amount.strong else 'amount'}{amount.places}"]
        self.sheet.write_number(self.at, column, amount.value, style)

    def _sum(self, column: int, value: Sum) -> None:
        if not certain(value.value):
            self._amount(column, value.amount)
            return
        style = self._formats[f"{'total' if value.strong else 'amount'}{value.amount.places}"]
        self.sheet.write_formula(self.at, column, f"={value.formula}", style, Decimal(f"{value.value:f}"))

    def _day(self, column: int, value: date, style: str) -> None:
        """A day; as text where it lies before the first one that a workbook knows."""
        if value.year < _FIRST_YEAR:
            self._plain(column, value.isoformat(), "text")
            return
        day = datetime(value.year, value.month, value.day)  # noqa: DTZ001 a day has no zone
        self.sheet.write_datetime(self.at, column, day, self._format(style, column))

    def _link(self, column: int, link: Link) -> None:
        said = plain(link.text[:_LONGEST])
        address = f"{link.address}#{link.place}" if link.place else link.address
        quoted = said.startswith(FORMULA_STARTS)
        style = self._formats[QUOTED["link"] if quoted else "link"]
        if len(address) > _LONGEST_ADDRESS or any(c < " " for c in address) or plain(address) != address:
            self._plain(column, said, "text")
        elif self._links < MOST_LINKS:
            self._links += 1
            self.sheet.write_url(self.at, column, address, style, said)
        elif max(len(address), len(said)) > _LONGEST_LITERAL:
            self._plain(column, said, "text")
        else:
            formula = f"=HYPERLINK({_literal(address.removeprefix('internal:'))},{_literal(said)})"
            self.sheet.write_formula(self.at, column, formula, style, said)


def _high(said: str, width: int) -> int:
    """About how many lines a text takes in a column of a width."""
    return sum(max(1, -(-len(line) * 11 // (width * 10))) for line in said[:_LONGEST].splitlines()) or 1


def _literal(said: str) -> str:
    """A text within a formula."""
    return '"' + said.replace('"', '""') + '"'
