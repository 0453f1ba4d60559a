"""What stands in a cell of a report: text that stays text, amounts to the last digit, sums, links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ledgerferry.model.money import NO_CURRENCY, exponent

# A cell that a spreadsheet program would take for a formula when it is edited or exported.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheet programs keep numbers as binary fractions: 15 decimal digits of one are certain.
_CERTAIN_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount to be shown with its currency's decimals; nothing where there is none.

    ``strong``: it is a total.
    """

    value: Decimal | None
    currency: str | None
    strong: bool = False

    @property
    def places(self) -> int:
        """The decimals of its currency."""
        return exponent(self.currency or NO_CURRENCY)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount that the workbook adds up itself; ``value`` is what comes of it, and is shown at once."""

    formula: str
    value: Decimal
    currency: str | None
    strong: bool = False

    @property
    def amount(self) -> Amount:
        """The same as a plain amount."""
        return Amount(self.value, self.currency, self.strong)


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number that the workbook works out itself."""

    formula: str
    value: int
    style: str = "count"


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that opens an address built by us; ``place`` is where in it (``'Sheet'!B7``)."""

    address: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with one of the page's styles, such as ``title``, ``good`` or ``faint``."""

    value: str | int | date
    style: str


Value = str | int | date | Amount | Sum | Count | Link | Styled | None

_BLUE: Final = "#1F3A5F"
_TOP: Final[dict[str, object]] = {"valign": "top"}
_HEAD: Final[dict[str, object]] = _TOP | {
    "bold": True, "bg_color": _BLUE, "font_color": "#FFFFFF", "text_wrap": True, "border": 1,
    "border_color": "#FFFFFF",
}  # fmt: skip
_RIGHT: Final[dict[str, object]] = {"align": "right"}


def _amounts() -> dict[str, dict[str, object]]:
    """The styles of amounts, by the decimals of their currency."""
    made: dict[str, dict[str, object]] = {}
    for places in (0, 2, 3):
        digits = "#,##0" + ("." + "0" * places if places else "")
        style = _TOP | {"num_format": f"{digits}_);[Red]-{digits}_)"}
        made[f"amount{places}"] = style
        made[f"total{places}"] = style | {"bold": True, "top": 1}
    return made


STYLES: Final[Mapping[str, Mapping[str, object]]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _BLUE},
    "section": {"bold": True, "font_size": 12, "font_color": _BLUE, "bottom": 1, "bottom_color": _BLUE},
    "head": _HEAD,
    "head right": _HEAD | _RIGHT,
    "small": {"font_color": "#666666", "bottom": 4, "bottom_color": "#AAAAAA"},
    "small right": {"font_color": "#666666", "bottom": 4, "bottom_color": "#AAAAAA"} | _RIGHT,
    "good": _TOP | {"bold": True, "font_color": "#1B6E3C"},
    "bad": _TOP | {"bold": True, "font_color": "#B3261E"},
    "warn": _TOP | {"bold": True, "font_color": "#9A5B00"},
    "faint": _TOP | {"font_color": "#666666"},
    "faint wrapped": _TOP | {"font_color": "#666666", "text_wrap": True},
    "aside": _TOP | {"font_color": "#666666", "indent": 1},
    "text": _TOP,
    "wrapped": _TOP | {"text_wrap": True},
    "strong": _TOP | {"bold": True},
    "strong wrapped": _TOP | {"bold": True, "text_wrap": True},
    "count": _TOP | {"num_format": "#,##0_)"},
    "input": _TOP | {"bg_color": "#FFF4CC", "border": 1, "border_color": "#D9C36B", "num_format": "0_)"},
    "day": _TOP | {"num_format": "yyyy-mm-dd", "align": "left"},
    "link": _TOP | {"font_color": "#0B57D0", "underline": 1},
    "digits": _TOP | _RIGHT,
    "faint right": _TOP | _RIGHT | {"font_color": "#666666"},
    "month": _TOP | _RIGHT | {"num_format": "yyyy-mm"},
    "total count": _TOP | {"num_format": "#,##0_)", "bold": True, "top": 1},
} | _amounts()
# Texts that stand close behind an amount: the same, a little further right.
APART: Final = ("head", "good", "bad", "warn", "faint", "text", "wrapped", "quoted", "quoted wrapped", "day")
# Texts that come from a source: the same, and marked as text for whoever edits the cell.
QUOTED: Final[Mapping[str, str]] = {"text": "quoted", "wrapped": "quoted wrapped", "link": "quoted link"}


def certain(value: Decimal) -> bool:
    """Whether a spreadsheet program shows the number to its last digit."""
    return len(value.normalize().as_tuple().digits) <= _CERTAIN_DIGITS


def plain(text: str) -> str:
    """A text without what no workbook can hold: half characters and characters that are none."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" or c in "\ufffe\uffff" else c for c in text)
