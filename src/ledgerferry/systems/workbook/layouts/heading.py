"""The head of a layout: number, dates and parties at their spots."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ledgerferry.model.party import Address, Party
from ledgerferry.systems.workbook import grid, values
from ledgerferry.systems.workbook.docnumbers import number_at
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Locale
from ledgerferry.systems.workbook.layouts.marks import inner
from ledgerferry.systems.workbook.layouts.model import Layout, Place, Spot
from ledgerferry.systems.workbook.layouts.spots import Ground, find, name_at

NEEDED = ("number", "issued", "customer_name", "seller_name")
DATES = ("issued", "due", "paid_on")
_VOLATILE = re.compile(r"\b(TODAY|NOW)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What one spot says: a text or a day, and its cell where it stands in one."""

    text: str
    cell: Cell | None
    day: date | None = None
    ambiguous: bool = False


def told(ground: Ground, field: str, spot: Spot, locale: Locale) -> Told | None:
    """What a spot says of a field; ``None`` where it says nothing of the right type."""
    if spot.place in (Place.TAB, Place.FILE):
        name = name_at(ground, spot)
        return Told(name, None) if name and any(ch.isdigit() for ch in name) else None
    cell = find(ground, spot)
    if cell is None:
        return None
    if field == "number":
        text = number_at(cell, inside=spot.place is Place.INSIDE)
        return Told(text, cell) if text else None
    if field in DATES:
        return _day(cell, spot, locale)
    text = written(cell, spot)
    return Told(text, cell) if text and any(ch.isalnum() for ch in text) else None


def written(cell: Cell, spot: Spot) -> str:
    """The text that a spot means in its cell."""
    whole = cell.text or ("" if cell.value is None or isinstance(cell.value, bool) else str(cell.value))
    if spot.line is not None:
        rows = whole.splitlines()
        whole = rows[spot.line].strip() if spot.line < len(rows) else ""
    return inner(whole) if spot.place is Place.INSIDE else whole


def _day(cell: Cell, spot: Spot, locale: Locale) -> Told | None:
    if spot.place is Place.INSIDE:
        read = values.day(inner(cell.text), locale.order)
    else:
        read = grid.day(cell, locale)
    if read is None or len(values.NUMERIC.findall(cell.text)) > 1:
        return None
    return Told(cell.text or read.value.isoformat(), cell, read.value, read.ambiguous)


def take(draft: Draft, ground: Ground, layout: Layout, locale: Locale) -> str | None:
    """Fills the head of a draft from the layout's spots; why not, where one that is needed says nothing."""
    for field, spot in layout.head.items():
        found = told(ground, field, spot, locale)
        if found is None:
            if field in NEEDED:
                return f"its {field.replace('_', ' ')} is not where it was"
            continue
        _PUT.get(field, _put_text)(draft, field, found)
        if found.cell is not None:
            draft.cells[field] = found.cell
    for field in layout.absent:
        _clear(draft, field)
    return None


def _put_number(draft: Draft, field: str, found: Told) -> None:
    draft.number = found.text
    draft.doubts = [d for d in draft.doubts if d.code not in ("no-number", "several-numbers", "weak-number")]
    draft.cells.pop(field, None)


def _put_day(draft: Draft, field: str, found: Told) -> None:
    setattr(draft, field, found.day)
    if field != "issued":
        return
    settled = ("no-date", "several-dates", "date-unlabelled", "date-order", "date-volatile")
    draft.doubts = [d for d in draft.doubts if d.code not in settled]
    if found.ambiguous:
        draft.doubt("date-order", "day and month of this date could be exchanged: confirm it", found.cell)
    if found.cell is not None and found.cell.formula and _VOLATILE.search(found.cell.formula):
        text = "the date is recomputed whenever the file is opened: confirm it"
        draft.doubt("date-volatile", text, found.cell)


def _put_text(draft: Draft, field: str, found: Told) -> None:
    if field == "seller_name":
        draft.seller = (draft.seller or Party(name="")).model_copy(update={"name": found.text})
        draft.seller_labelled = True
        return
    key = {
        "customer_name": "name",
        "contact_name": "contact",
        "customer_email": "email",
        "customer_phone": "phone",
    }.get(field)
    party = draft.customer or Party(name="")
    if key is not None:
        draft.customer = party.model_copy(update={key: found.text})
    else:
        address = (party.address or Address()).model_copy(update={"postcode": found.text})
        draft.customer = party.model_copy(update={"address": address})
    if field == "customer_name":
        draft.doubts = [d for d in draft.doubts if d.code not in ("no-customer", "customer-is-seller")]


_PUT: dict[str, Callable[[Draft, str, Told], None]] = {
    "number": _put_number, "issued": _put_day, "due": _put_day, "paid_on": _put_day,
}  # fmt: skip


def _clear(draft: Draft, field: str) -> None:
    """Takes out what the reader found where the layout's sheets state none."""
    draft.cells.pop(field, None)
    if field in ("number", *DATES):
        setattr(draft, field, None)
    elif field == "seller_name":
        draft.seller = None
    elif field == "customer_name":
        draft.customer = None
    elif draft.customer is not None:
        keys = {"contact_name": "contact", "customer_email": "email", "customer_phone": "phone"}
        if field in keys:
            draft.customer = draft.customer.model_copy(update={keys[field]: None})
