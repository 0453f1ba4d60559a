"""The exchange rate that a document states, for one unit of its own currency."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Locale, Sheet
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.titles import labelled

_AMOUNT = r"\d[\d.,]*"
_CODE = r"[A-Z]{3}|[€£$]"
_EQUATION = re.compile(
    rf"(?:(?P<one>{_AMOUNT})\s*(?P<left>{_CODE})|(?P<sign>[€£$])\s*(?P<signed>{_AMOUNT}))\s*=\s*"
    rf"(?:(?P<many>{_AMOUNT})\s*(?P<right>{_CODE})|(?P<mark>[€£$])\s*(?P<marked>{_AMOUNT}))"
)
# Decimals of an exchange rate that the account keeps (F41).
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate as it stands: of one ``of`` in ``base``; both ``None`` where only a number is given."""

    value: Decimal
    cell: Cell
    of: str | None = None
    base: str | None = None


def tell(draft: Draft, sheet: Sheet, skipped: frozenset[int], locale: Locale) -> None:
    """Adds the rate of the document's currency; several that differ, or one of others, are a doubt."""
    found = list(_rates(sheet, skipped, locale))
    own = [rate for one in found if (rate := _turned(one, draft.currency)) is not None]
    if not found:
        return
    if len({(r.value, r.base) for r in own}) != 1 or len(own) != len(found):
        text = "the exchange rate is stated twice over, or is one of other currencies: say which one counts"
        draft.doubt("exchange-rate", text, found[0].cell)
        return
    draft.exchange_rate, draft.exchange_base = own[0].value, own[0].base
    draft.cells["exchange_rate"] = own[0].cell


def _turned(rate: _Rate, currency: str | None) -> _Rate | None:
    """The rate as one of a unit of the currency; ``None`` for a rate of other currencies."""
    if rate.of is None or rate.of == currency:
        return rate
    if rate.base != currency:
        return None
    value = (1 / rate.value).quantize(_PLACES, ROUND_HALF_EVEN)
    return _Rate(value, rate.cell, of=currency, base=rate.of)


def _rates(sheet: Sheet, skipped: frozenset[int], locale: Locale) -> Iterator[_Rate]:
    for cell, name in labelled(sheet, skipped):
        if not name.has(Concept.EXCHANGE):
            continue
        beside = next(sheet.right_of(cell), None) or sheet.below(cell, 1)
        for place, text in ((cell, cell.text), *([(beside, beside.text)] if beside is not None else [])):
            if (told := _equation(text, place, locale)) is not None:
                yield told
                break
        else:
            place = cell if name.value or beside is None else beside
            plain = Cell(cell.row, cell.column, name.value) if name.value else place
            read = grid.number(plain, locale)
            if read is not None and read.value > 0 and not read.percent and not read.unit:
                yield _Rate(read.value, place)


def _equation(text: str, cell: Cell, locale: Locale) -> _Rate | None:
    """The rate of ``1 USD = 0.7812 GBP``, for one unit of what stands on its left."""
    match = _EQUATION.search(text or "")
    if match is None:
        return None
    numbers = [values.number(match["one"] or match["signed"], locale.decimal)]
    numbers.append(values.number(match["many"] or match["marked"], locale.decimal))
    of = values.currency_of(match["left"] or match["sign"])
    base = values.currency_of(match["right"] or match["mark"])
    if any(n is None or n.value <= 0 for n in numbers) or of is None or base is None or of == base:
        return None
    one, many = (n.value for n in numbers if n is not None)
    value = many if one == 1 else (many / one).quantize(_PLACES, ROUND_HALF_EVEN)
    return _Rate(value, cell, of=of, base=base)
