"""Registers: sheets with one row for each document, or one row for each line of several documents."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise, permutations

from ledgerferry.model.document import DocumentKind, Line
from ledgerferry.model.party import Address, Party
from ledgerferry.systems.workbook import (
    blocks,
    contacts,
    currencies,
    grid,
    lines,
    rowstatements,
    status,
    treatments,
)
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell, How
from ledgerferry.systems.workbook.labels import Concept, label
from ledgerferry.systems.workbook.lines import CENT, ReadLine
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Row, Table

ZERO = Decimal(0)
_UNIT = Decimal("0.01")
# What rounding a tax to a cent can hide of its base at rates of two per cent and more.
_SHARE = Decimal("0.3")
C = Concept
Place = tuple[Decimal, Cell]


def is_register(form: Shape) -> bool:
    """Whether the table has a column of document numbers, filled in its rows."""
    table = form.table
    if table is None or not table.rows:
        return False
    if not table.of(Role.NUMBER) and not _bare_number(form):
        return False
    valued = table.of(*SUMS) or (table.of(Role.QUANTITY) and table.of(Role.PRICE))
    return bool(valued) and bool(table.of(Role.DATE, Role.CUSTOMER))


def _bare_number(form: Shape) -> bool:
    """A column that is only called number, on a tab or in a file that speaks of invoices."""
    table = form.table
    if table is None or C.INVOICE not in label(form.sheet.name).concepts or not table.of(Role.DATE):
        return False
    return any(table.columns[i].label.concepts <= {C.NUMBER} for i in table.of(Role.SERIAL))


def _numbers(table: Table) -> list[int]:
    return table.of(Role.NUMBER) or [
        i for i in table.of(Role.SERIAL) if table.columns[i].label.concepts <= {C.NUMBER}
    ]


def read(form: Shape) -> list[Draft]:
    """The documents of a register, in the order of its rows."""
    table = form.table
    if table is None:
        return []
    column = _numbers(table)[0]
    rows = _numbered(table, column)
    drafts = []
    known = treatments.legend(form.sheet)
    for number, group in groupby(rows, key=lambda pair: pair[0]):
        members = [row for _, row in group]
        single = len(members) == 1 and not _per_line(table, members[0])
        draft = _single(form, table, members[0]) if single else _several(form, table, members)
        _common(draft, form, table, members[0], number, column)
        if len(members) == 1:
            rowstatements.tell(draft, form, table, members[0], known)
        status.check(draft, rowstatements.statuses(table, members[0]))
        drafts.append(draft)
    if not table.of(Role.NUMBER) and (len(_numbers(table)) > 1 or _rivals(form, table)):
        for draft in drafts:
            text = "the column's heading does not say that it holds the invoices' numbers: confirm it"
            draft.doubt("weak-number", text, draft.cells.get("number"))
    _repeated(drafts)
    if table.of(Role.QUANTITY) and table.of(Role.PRICE):
        _beside_unnumbered(drafts)
    return drafts


_IDENTIFIER = re.compile(r"[^\s\\:@]{0,24}\d[^\s\\:@]{0,24}")


def _rivals(form: Shape, table: Table) -> bool:
    """Whether a column of another heading could hold the documents' numbers as well: each row another."""
    taken = {c.heading.column for c in table.columns}
    for heading in form.sheet.rows[table.header[0]]:
        if heading.column in taken:
            continue
        cells = [c for row in table.rows if (c := form.sheet.at(row.row, heading.column)) is not None]
        held = [c.text or str(c.value) for c in cells]
        if held and len(set(held)) == len(held) and all(_IDENTIFIER.fullmatch(text) for text in held):
            return True
    return False


def _numbered(table: Table, column: int) -> list[tuple[str | None, Row]]:
    """The rows with their numbers; a row without number, date and customer goes on the one above."""
    found: list[tuple[str | None, Row]] = []
    heads = table.of(Role.DATE, Role.CUSTOMER)
    for row in table.rows:
        number = _identifier(table, row, column)
        if number is None and found and not any(index in row.texts for index in heads):
            number = found[-1][0]
        found.append((number, row))
    return found


def _beside_unnumbered(drafts: list[Draft]) -> None:
    """A row without a number may be a line of the document before or after it."""
    for left, right in pairwise(drafts):
        if (left.number is None) != (right.number is None):
            text = "the next row has no number and may belong here: confirm the lines"
            for draft in (left, right):
                draft.doubt("row-without-number", text, draft.cells.get("number"))


def _identifier(table: Table, row: Row, column: int) -> str | None:
    cell = row.texts.get(column)
    if cell is None or cell.value is None:
        return None
    return re.sub(r"\s+", " ", cell.text) or (
        f"{cell.value:f}" if isinstance(cell.value, Decimal) else str(cell.value)
    )


def _per_line(table: Table, row: Row) -> bool:
    """Whether the row is a line: it has quantity and price, and its amounts follow from them alone."""
    return bool(lines.value(table, row, Role.QUANTITY) and lines.value(table, row, Role.PRICE))


def _sum_of(table: Table, row: Row, *roles: Role) -> tuple[Decimal, Cell] | None:
    return lines.value(table, row, *roles)


def _taxes(table: Table, row: Row) -> list[tuple[Decimal | None, Decimal, Cell]]:
    rates = {i: table.columns[i].label.rate for i in table.of(Role.TAX)}
    return [(rates[i], *row.numbers[i]) for i in table.of(Role.TAX) if i in row.numbers]


def _single(form: Shape, table: Table, row: Row) -> Draft:
    draft = Draft()
    taxes = _taxes(table, row)
    net, gross = _net_of(table, row), _sum_of(table, row, Role.GROSS)
    plain = _sum_of(table, row, Role.AMOUNT)
    if net is None and gross is None:
        net, plain = _paired(table, row, sum((t[1] for t in taxes), ZERO)) or (None, plain)
    own = _sums_of(table, row)
    plain = next((p for p in _amounts(table, row) if p[0] in own), plain)
    total = gross or plain or net
    tax = sum((t[1] for t in taxes), ZERO) if taxes else None
    base = net or (plain if gross and plain and plain != total else None)
    draft.total = total[0] if total else None
    draft.subtotal = base[0] if base else None
    draft.tax_total = tax
    draft.taxes = tuple((rate, amount) for rate, amount, _ in taxes if amount)
    draft.discount = _absolute(_sum_of(table, row, Role.DISCOUNT))
    for name, place in (("total", total), ("subtotal", base), ("tax_total", taxes[0][1:] if taxes else None)):
        if place:
            draft.cells[name] = place[1]
    _close_row(draft, table, row)
    draft.lines = (
        (_parts(draft, table, row) or (_whole(draft, table, row),)) if draft.total is not None else ()
    )
    return draft


def _net_of(table: Table, row: Row) -> Place | None:
    rated = list(lines.rated_nets(table, row).values())
    if not rated:
        return _sum_of(table, row, Role.NET)
    return sum((base for base, _ in rated), ZERO), rated[0][1]


def _parts(draft: Draft, table: Table, row: Row) -> tuple[ReadLine, ...]:
    """The row as one line for each tax rate, where the taxes show how the net is shared among them."""
    net, rates = draft.subtotal, {rate for rate, _ in draft.taxes}
    if net is None or len(rates) < 2 or len(rates) < len(draft.taxes):
        return ()
    shares = [(rate, base) for rate, (base, _) in lines.rated_nets(table, row).items()]
    shares = shares or [(rate, (tax * 100 / rate).quantize(_UNIT)) for rate, tax in draft.taxes if rate]
    (most, base), *others = sorted(shares, key=lambda share: -abs(share[1]))
    exact = [(most, net - sum((b for _, b in others), ZERO)), *others]
    stated = dict(draft.taxes)
    if len(shares) < len(rates) or abs(exact[0][1] - base) > _SHARE:
        return ()
    if any((b * rate / 100).quantize(_UNIT, ROUND_HALF_UP) != stated[rate] for rate, b in exact):
        return ()
    described = lines.text(table, row, Role.DESCRIPTION)
    text, cells = (described[0], {"description": described[1]}) if described else ("", {})
    return tuple(ReadLine(Line(description=text, tax_rate=rate, amount=b), cells) for rate, b in exact)


def _amounts(table: Table, row: Row) -> list[Place]:
    return [row.numbers[i] for i in table.of(Role.AMOUNT) if i in row.numbers]


def _paired(table: Table, row: Row, tax: Decimal) -> tuple[Place, Place] | None:
    """Of two amounts that differ by exactly the row's tax, the net and the total."""
    stated = [row.numbers[i] for i in table.of(Role.AMOUNT) if i in row.numbers]
    if len(stated) != 2 or not tax:
        return None
    for net, total in permutations(stated):
        if abs(net[0] + tax - total[0]) <= CENT:
            return net, total
    return None


def _absolute(found: tuple[Decimal, Cell] | None) -> Decimal | None:
    return abs(found[0]) if found else None


def _whole(draft: Draft, table: Table, row: Row) -> ReadLine:
    """The row as the only line of its document: net of tax where the row tells net from gross."""
    described = lines.text(table, row, Role.DESCRIPTION)
    amount = (
        draft.subtotal if draft.subtotal is not None else (draft.total or ZERO) - (draft.tax_total or ZERO)
    )
    rates = [rate for rate, _ in draft.taxes]
    rate = rates[0] if len(rates) == 1 else None
    line = Line(description=described[0] if described else "", tax_rate=rate, amount=amount)
    return ReadLine(line, {"description": described[1]} if described else {})


def _close_row(draft: Draft, table: Table, row: Row) -> None:
    total, net, tax = draft.total, draft.subtotal, draft.tax_total
    if total is None:
        draft.doubt("no-total", "the row states no total: add it")
    elif len(_sums_of(table, row)) > (1 if net is None else 2):
        draft.doubt(
            "several-totals",
            "the row has several amounts that could be the total: confirm it",
            draft.cells.get("total"),
        )
    elif (
        net is not None
        and abs(net + (tax or ZERO) - total) > CENT
        and abs(net - (draft.discount or ZERO) + (tax or ZERO) - total) > CENT
    ):
        draft.doubt(
            "does-not-close",
            f"net {net} and tax {tax or 0} do not give {total}: correct the row",
            draft.cells.get("total"),
        )
    elif net is None and tax:
        draft.doubt("no-net", "the row states tax but no net amount: confirm it", draft.cells.get("total"))
    if len({rate for rate, _ in draft.taxes}) > 1 and not _parts(draft, table, row):
        draft.doubt(
            "several-rates",
            "one row with several tax rates: say which part bears which",
            draft.cells.get("tax_total"),
        )


def _sums_of(table: Table, row: Row) -> set[Decimal]:
    """The amounts of a row, without those that are others in a second currency by its exchange rate."""
    shares = {cell for _, cell in lines.rated_nets(table, row).values()}
    held = (row.numbers[i] for i in table.of(*SUMS) if i in row.numbers)
    stated = {amount for amount, cell in held if amount and cell not in shares}
    stated |= {net[0]} if shares and (net := _net_of(table, row)) else set()
    rates = {row.numbers[i][0] for i in table.of(Role.EXCHANGE) if i in row.numbers}
    return {a for a in stated if not any(abs(b * rate - a) <= CENT for b in stated - {a} for rate in rates)}


def _several(form: Shape, table: Table, rows: list[Row]) -> Draft:
    """A document of several rows, each a line; its sums are those of the rows."""
    draft = Draft()
    part = Table(table.header, table.columns, rows)
    readings = lines.readings(part)
    reading = readings[0] if readings else None
    if reading is None:
        draft.doubt("no-lines", "no lines could be read: add them")
        return draft
    draft.lines = reading.lines
    draft.doubts += reading.doubts
    net = _net_lines(reading.lines)
    if net is not None:
        draft.lines = net
        draft.tax_total = sum((item.tax or ZERO for item in net), ZERO)
        draft.subtotal = sum((item.line.amount for item in net), ZERO)
        draft.total = draft.subtotal + draft.tax_total
    else:
        draft.total = reading.total
        if reading.tax:
            draft.tax_total = reading.tax
            draft.doubt(
                "tax-in-lines", "the rows do not tell whether their amounts include the tax: confirm it"
            )
    return draft


def _net_lines(found: tuple[ReadLine, ...]) -> tuple[ReadLine, ...] | None:
    """The lines net of tax, where every row's tax is stated and quantity times price shows which they are."""
    result = []
    for item in found:
        line = item.line
        if item.tax is None or line.quantity is None or line.unit_price is None:
            return None
        product = line.quantity * line.unit_price
        if abs(product - line.amount) > CENT and abs(product + item.tax - line.amount) > CENT:
            return None
        result.append(ReadLine(line.model_copy(update={"amount": product}), item.cells, item.tax))
    return tuple(result)


def _common(draft: Draft, form: Shape, table: Table, row: Row, number: str | None, column: int) -> None:
    draft.number = number
    if number is None:
        draft.doubt("no-number", "the row has no invoice number: add it")
    elif column in row.texts:
        draft.cells["number"] = row.texts[column]
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


def _row_dates(draft: Draft, form: Shape, table: Table, row: Row) -> None:
    for role, name in ((Role.DATE, "issued"), (Role.DUE, "due"), (Role.PAID_ON, "paid_on")):
        for index in table.of(role):
            cell = row.texts.get(index)
            read = grid.day(cell, form.locale) if cell else None
            if cell is None or read is None:
                continue
            _set_date(draft, name, read.value)
            draft.cells.setdefault(name, cell)
            if read.ambiguous and name == "issued":
                draft.doubt("date-order", "day and month of this date could be exchanged: confirm it", cell)
            break
    if draft.issued is None:
        draft.doubt("no-date", "the row has no invoice date: add it")


def _set_date(draft: Draft, name: str, value: date) -> None:
    setattr(draft, name, value)


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


def _repeated(drafts: list[Draft]) -> None:
    """The same number on rows that do not stand together is doubtful wherever it stands."""
    seen: dict[str, Draft] = {}
    for draft in drafts:
        if draft.number is None:
            continue
        other = seen.setdefault(draft.number.casefold(), draft)
        if other is not draft:
            for each in (other, draft):
                each.doubt(
                    "repeated-number",
                    "the number stands on rows that are apart: confirm each",
                    draft.cells.get("number"),
                )
