"""What a row of a register says of its document beside number and sums: dates, customer, status."""

import re

from ledgerferry.model.document import DocumentKind
from ledgerferry.model.party import Address, Party
from ledgerferry.systems.workbook import blocks, contacts, currencies, grid, lines, rowstatements
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import How
from ledgerferry.systems.workbook.labels import Concept
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Row, Table

C = Concept


def fill(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    """The fields of a draft, taken from its row; what is missing or unsure there becomes a doubt."""
    _row_dates(draft, form, table, row)
    _row_customer(draft, table, row)
    rowstatements.paid(draft, table, row)
    if draft.total is not None and draft.total < 0:
        draft.kind = DocumentKind.CREDIT_NOTE
    cells = [c for i in table.of(*SUMS) if i in row.numbers for c in (row.numbers[i][1],)]
    currencies.tell(draft, form.sheet, form.rows, cells, [c.heading for c in table.columns])
    if stated := lines.text(table, row, Role.CURRENCY):
        code = stated[0].strip().upper()
        if len(code) == 3 and code.isalpha():
            draft.currency, draft.currency_confidence = code, currencies.SURE
    if rate := lines.value(table, row, Role.EXCHANGE):
        draft.exchange_rate, draft.cells["exchange_rate"] = rate
    if any(c.how is How.STALE for c in cells):
        draft.doubt(
            "stale-value", "the stored value differs from its formula: recalculate and save", cells[0]
        )


_ORDER = {"issued": "date-order", "due": "due-date-order", "paid_on": "paid-date-order"}


def _row_dates(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    for role, name in ((Role.DATE, "issued"), (Role.DUE, "due"), (Role.PAID_ON, "paid_on")):
        for index in table.of(role):
            cell = row.texts.get(index)
            read = grid.day(cell, form.locale) if cell else None
            if cell is None or read is None:
                continue
            setattr(draft, name, read.value)
            draft.cells.setdefault(name, cell)
            if read.ambiguous:
                draft.doubt(_ORDER[name], "day and month of this date could be exchanged: confirm it", cell)
            break
    if draft.issued is None:
        draft.doubt("no-date", "the row has no invoice date: add it")


def _row_customer(draft: Draft, table: Table, row: Row) -> None:
    name = lines.text(table, row, Role.CUSTOMER)
    if name is None:
        draft.doubt("no-customer", "the row names no customer: add it")
        return
    address = lines.text(table, row, Role.ADDRESS)
    postcode = lines.text(table, row, Role.POSTCODE)
    email, phone = lines.text(table, row, Role.EMAIL), lines.text(table, row, Role.PHONE)
    place = Address(
        lines=tuple(address[0].splitlines()) if address else (), postcode=postcode[0] if postcode else None
    )
    plain = re.sub(r"\s+", " ", name[0])
    country = contacts.country(list(place.lines), draft.currency)
    found = postcode[0] if postcode else contacts.postcode(list(place.lines), country)
    found = found or blocks.postcode(list(place.lines))
    draft.customer = Party(
        name=plain,
        person=contacts.person(plain),
        email=email[0] if email else None,
        phone=phone[0] if phone else None,
        phone_e164=contacts.e164(phone[0], country) if phone else None,
        address=place.model_copy(update={"postcode": found}) if address or postcode else None,
    )
    draft.cells["customer_name"] = name[1]
