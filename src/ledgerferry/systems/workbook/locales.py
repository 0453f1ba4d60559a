"""The decimal sign and the order of day and month of one sheet, proved by its own texts."""

from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.grid import Locale, Sheet


def of(sheet: Sheet, language: str | None) -> Locale:
    """What the sheet's texts prove; for the order of dates, the language where it leaves no choice."""
    signs: set[str] = set()
    orders: set[str] = set()
    for cell in sheet:
        if not cell.text or len(cell.text) > 60:
            continue
        number = values.number(cell.text)
        if number and number.decimal:
            signs.add(number.decimal)
        found = values.day(cell.text)
        if found and found.order:
            orders.add(found.order)
    order = next(iter(orders)) if len(orders) == 1 else None
    if order is None and not orders and language in ("fr", "de", "es", "nl", "it", "pt"):
        order = "dmy"
    return Locale(next(iter(signs)) if len(signs) == 1 else None, order)
