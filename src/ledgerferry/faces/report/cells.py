"""Pages of a report: a thin hand over XlsxWriter that keeps text text and amounts exact."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledgerferry.model.money import exponent

# A cell that a spreadsheet program would take for a formula when it is edited or exported.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST: Final = 32_000


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount to be shown with its currency's decimals."""

    value: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that opens an address built by us."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with one of the page's styles, such as ``title``, ``good`` or ``faint``."""

    value: "str | int"
    style: str


Value = str | int | date | Amount | Link | Styled | None
_STYLES: Final[dict[str, dict[str, object]]] = {
    "title": {"bold": True, "font_size": 15},
    "section": {
        "bold": True,
        "font_size": 11,
        "font_color": "#1F3A5F",
        "bottom": 1,
        "bottom_color": "#1F3A5F",
    },
    "head": {
        "bold": True,
        "bg_color": "#1F3A5F",
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "valign": "top",
    },
    "head right": {
        "bold": True,
        "bg_color": "#1F3A5F",
        "font_color": "#FFFFFF",
        "valign": "top",
        "align": "right",
    },
    "good": {"bold": True, "font_color": "#1B6E3C"},
    "bad": {"bold": True, "font_color": "#B3261E"},
    "faint": {"font_color": "#666666"},
    "faint right": {"font_color": "#666666", "align": "right"},
    "text": {"valign": "top"},
    "beside": {"valign": "top", "indent": 1},
    "quoted": {"valign": "top", "quote_prefix": True},
    "day": {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    "link": {"font_color": "#0B57D0", "underline": 1, "valign": "top"},
    "amount0": {"num_format": "#,##0;[Red]-#,##0", "valign": "top"},
    "amount2": {"num_format": "#,##0.00;[Red]-#,##0.00", "valign": "top"},
    "amount3": {"num_format": "#,##0.000;[Red]-#,##0.000", "valign": "top"},
}


class Pages:
    """A workbook in the making; a context manager. Rows are written in order and then leave memory."""

    def __init__(self, path: Path, title: str, created: datetime) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": False,
            },
        )
        self._book.set_properties(
            {"title": title, "author": "ledgerferry", "created": created.replace(tzinfo=None)}
        )
        self.formats = {name: self._book.add_format(style) for name, style in _STYLES.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def page(self, name: str, widths: Sequence[int]) -> "Page":
        """A new sheet with columns of these widths."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        return Page(sheet, self.formats, len(widths))

    def listing(self, name: str, columns: Mapping[str, int], right: Collection[str]) -> "Page":
        """A new sheet that is one list, with its head row; columns by name with their widths."""
        page = self.page(name, list(columns.values()))
        page.heads(list(columns), right)
        return page


class Page:
    """One sheet, written from the top down."""

    def __init__(self, sheet: Worksheet, formats: dict[str, Format], columns: int) -> None:
        self._sheet = sheet
        self._formats = formats
        self._columns = columns
        self._row = 0
        self._top = 0

    def heads(self, names: Sequence[str], right: Collection[str]) -> None:
        """The head row of a list: stays in view, filters the rows below; those in ``right`` head amounts."""
        self._top = self._row
        self.row([Styled(name, "head right" if name in right else "head") for name in names])
        self._sheet.freeze_panes(self._row, 0)
        self._sheet.repeat_rows(self._top)

    def end_of_list(self) -> None:
        """The list is complete."""
        if self._row > self._top + 1:
            self._sheet.autofilter(self._top, 0, self._row - 1, self._columns - 1)

    def row(self, values: Sequence[Value]) -> None:
        """The next row."""
        for column, value in enumerate(values):
            self._put(column, value)
        self._row += 1

    def gap(self) -> None:
        """An empty row."""
        self._row += 1

    def _put(self, column: int, value: Value) -> None:
        if isinstance(value, Styled):
            self._plain(column, value.value, value.style)
        elif isinstance(value, Amount):
            self._amount(column, value)
        elif isinstance(value, Link):
            self._sheet.write_url(self._row, column, value.address, self._formats["link"], value.text)
        elif isinstance(value, date):
            day = datetime(value.year, value.month, value.day)  # noqa: DTZ001 a day has no zone
            self._sheet.write_datetime(self._row, column, day, self._formats["day"])
        elif value is not None and value != "":
            self._plain(column, value, "text")

    def _plain(self, column: int, value: str | int, style: str) -> None:
        if isinstance(value, int):
            self._sheet.write_number(self._row, column, value, self._formats[style])
            return
        chosen = "quoted" if style == "text" and value.startswith(_FORMULA_STARTS) else style
        self._sheet.write_string(self._row, column, value[:_LONGEST], self._formats[chosen])

    def _amount(self, column: int, amount: Amount) -> None:
        if amount.value is not None:
            style = self._formats[f"amount{exponent(amount.currency or 'XXX')}"]
            self._sheet.write_number(self._row, column, amount.value, style)
