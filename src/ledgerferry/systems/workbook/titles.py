"""What a sheet calls itself, whether it is still a blank form, and on which side its captions stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import LONGEST, Concept, Label, label, vocabulary, words

C = Concept
NEGATIVE = {
    C.PROFORMA: ("proforma", "a pro-forma invoice is no claim: load the invoice that followed it"),
    C.QUOTE: ("quote", "a quote is no invoice: nothing is to be loaded"),
    C.DELIVERY_NOTE: (
        "delivery-note",
        "a delivery note or packing list is no invoice: nothing is to be loaded",
    ),
    C.PRICE_LIST: ("price-list", "a price list is no invoice: nothing is to be loaded"),
    C.STATEMENT: ("statement", "a statement repeats invoices: load those instead"),
    C.ORDER: ("order", "an order is no invoice: nothing is to be loaded"),
    C.RECEIPT: ("receipt", "a receipt is no invoice: load the invoice it belongs to"),
}
_PLACEHOLDER = re.compile(r"^\[[^\]]{2,40}\]$|\$\{[^}]+\}|%%[^%]+%%|\{\{[^}]+\}\}|<<[^>]+>>|\bX{4,}\b")
_TITLED = {C.TAX, C.DESCRIPTION, C.NUMBER, C.PRICE}
_ATTACHED = (C.ORDER, C.DELIVERY_NOTE, C.RECEIPT, C.STATEMENT, C.PRICE_LIST)
_HEADLINE = 5
_CAPTIONED = (C.NUMBER, C.DATE, C.DUE, C.CUSTOMER, C.ADDRESS, C.EMAIL, C.PHONE, C.NAME)
_CAPTIONS = 3


_BETWEEN = re.compile(r"\n|\t|\s{3,}|\s\|\s")
_PARTY = (C.CUSTOMER, C.SELLER, C.SHIP, C.COMPANY)
_HEAD = (C.NUMBER, C.DATE, C.ISSUED, C.DUE, C.TOTAL)


def labelled(sheet: Sheet, skipped: frozenset[int]) -> Iterator[tuple[Cell, Label]]:
    """The texts that read as labels, outside the rows to be skipped; of a cell with several, each."""
    for whole in sheet:
        if whole.text and whole.row not in skipped and whole.row not in sheet.hidden_rows:
            for cell in pieces(whole):
                name = label(cell.text)
                if name.concepts and name.unknown <= 1:
                    yield cell, name


def pieces(cell: Cell) -> list[Cell]:
    """The cell, or one for each of the labels that stand in it with their values."""
    if not _BETWEEN.search(cell.text):
        return [cell]
    parts = [part.strip() for part in _BETWEEN.split(cell.text) if part.strip()]
    names = [label(part) for part in parts]
    valued = [n for n in names if n.value and n.concepts and n.unknown <= 1]
    party = names[0].any(*_PARTY) and not any(n.any(*_HEAD) for n in names[1:])
    if len(parts) < 2 or not valued or party:
        return [cell]
    return [replace(cell, value=part) for part in parts]


@dataclass(frozen=True, slots=True)
class Title:
    """What a sheet calls itself: in titles proper, and in labels such as ``Invoice no``."""

    titles: frozenset[Concept]
    mentions: frozenset[Concept]

    @property
    def invoice(self) -> bool:
        """Whether it calls itself an invoice or a credit note."""
        return bool((self.titles | self.mentions) & {C.INVOICE, C.CREDIT})

    @property
    def credit(self) -> bool:
        """Whether it calls itself a credit note."""
        return C.CREDIT in self.titles or (C.CREDIT in self.mentions and C.INVOICE not in self.titles)

    @property
    def other(self) -> Concept | None:
        """The other kind of document that it calls itself, if it is no invoice by name."""
        if C.PROFORMA in self.titles | self.mentions:
            return C.PROFORMA
        titles = self.titles - {C.ORDER, C.RECEIPT} if self.invoice else self.titles
        named = titles or self.mentions
        return None if named & {C.INVOICE, C.CREDIT} else next((k for k in NEGATIVE if k in named), None)


def title(sheet: Sheet, limit: int) -> Title:
    """What the sheet calls itself in short texts above a row, and on its tab when nothing else says it."""
    titles: set[Concept] = set()
    mentions: set[Concept] = set()
    for cell, name in labelled(sheet, frozenset()):
        kinds = name.concepts & {C.INVOICE, C.CREDIT, *NEGATIVE}
        if not kinds or cell.row > limit or len(words(cell.text)) > 8:
            continue
        if (
            name.concepts <= kinds | _TITLED
            and (C.NUMBER not in name.concepts or name.value)
            and name.unknown == 0
        ):
            titles |= kinds
        elif name.any(C.NUMBER, C.DATE) and not (kinds <= set(_ATTACHED)):
            mentions |= kinds - set(_ATTACHED)
    mentions |= {c for cell in sheet if cell.row <= _HEADLINE and (c := _opening(cell))}
    if not titles | mentions:
        tab = label(sheet.name)
        titles |= (tab.concepts & {C.INVOICE, C.CREDIT, *NEGATIVE}) if tab.unknown <= 1 else set()
    return Title(frozenset(titles), frozenset(mentions))


def _opening(cell: Cell) -> Concept | None:
    """What a headline begins with: ``INVOICE from`` somebody. Short words open other things as well."""
    first = words(cell.text)[:1] if cell.text and len(cell.text) <= LONGEST else []
    concepts = vocabulary().phrases.get(tuple(first), frozenset())
    return next((kind for kind in (C.INVOICE, C.CREDIT) if kind in concepts and len(first[0]) > 4), None)


def placeholders(sheet: Sheet) -> int:
    """How many texts are still those of a form."""
    return sum(1 for cell in sheet if 0 < len(cell.text) <= LONGEST and _PLACEHOLDER.search(cell.text))


def captions_below(sheet: Sheet, limit: int) -> bool:
    """Whether labels stand under their values: with something over them and nothing under them."""
    over = under = 0
    for cell, name in labelled(sheet, frozenset()):
        if cell.row >= limit or not name.pure or name.value or not name.any(*_CAPTIONED):
            continue
        above, below = sheet.at(cell.row - 1, cell.column), sheet.at(cell.row + 1, cell.column)
        if above is not None and below is None and not label(above.text).pure:
            over += 1
        elif below is not None or next(sheet.right_of(cell), None) is not None:
            under += 1
    return over >= _CAPTIONS and over > under
