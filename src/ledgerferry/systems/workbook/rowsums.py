"""The money of a register: one row as a document by itself, or several rows as its lines."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from ledgerferry.model.document import Line
from ledgerferry.systems.workbook import lines
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell
from ledgerferry.systems.workbook.lines import CENT, ReadLine
from ledgerferry.systems.workbook.roles import SUMS, Role
from ledgerferry.systems.workbook.tables import Row, Table

Place = tuple[Decimal, Cell]
ZERO = Decimal(0)
_UNIT = Decimal("0.01")
# What rounding a tax to a cent can hide of its base at rates of two per cent and more.
_SHARE = Decimal("0.3")


def _taxes(table: Table, row: Row) -> list[tuple[Decimal | None, Decimal, Cell]]:
    rates = {i: table.columns[i].label.rate for i in table.of(Role.TAX)}
    return [(rates[i], *row.numbers[i]) for i in table.of(Role.TAX) if i in row.numbers]


def single_row(table: Table, row: Row) -> Draft:
    """A document that is one row: its sums as the row states them, and its lines."""
    draft = Draft()
    taxes = _taxes(table, row)
    net, gross = _net_of(table, row), lines.value(table, row, Role.GROSS)
    plain = lines.value(table, row, Role.AMOUNT)
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
    draft.discount = _absolute(lines.value(table, row, Role.DISCOUNT))
    for name, place in (("total", total), ("subtotal", base), ("tax_total", taxes[0][1:] if taxes else None)):
        if place:
            draft.cells[name] = place[1]
    _close_row(draft, table, row)
    draft.lines = (
        (_parts(draft, table, row) or (_whole(draft, table, row),)) if draft.total is not None else ()
    )
    return draft


def _rated_nets(table: Table, row: Row) -> dict[Decimal, Place]:
    """The row's net for each tax rate, where its columns of net amounts are several and each names one."""
    columns = [i for i in table.of(Role.NET) if i in row.numbers]
    rates = [table.columns[i].label.rate for i in columns]
    found = {rate: row.numbers[i] for rate, i in zip(rates, columns, strict=True) if rate is not None}
    return found if 1 < len(found) == len(columns) else {}


def _net_of(table: Table, row: Row) -> Place | None:
    rated = list(_rated_nets(table, row).values())
    if not rated:
        return lines.value(table, row, Role.NET)
    return sum((base for base, _ in rated), ZERO), rated[0][1]


def _parts(draft: Draft, table: Table, row: Row) -> tuple[ReadLine, ...]:
    """The row as one line for each tax rate, where the taxes show how the net is shared among them."""
    net, rates = draft.subtotal, {rate for rate, _ in draft.taxes}
    if net is None or len(rates) < 2 or len(rates) < len(draft.taxes):
        return ()
    shares = [(rate, base) for rate, (base, _) in _rated_nets(table, row).items()]
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
    stated = _amounts(table, row)
    if len(stated) != 2 or not tax:
        return None
    for net, total in permutations(stated):
        if abs(net[0] + tax - total[0]) <= CENT:
            return net, total
    return None


def _absolute(found: Place | None) -> Decimal | None:
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
    shares = {cell for _, cell in _rated_nets(table, row).values()}
    held = (row.numbers[i] for i in table.of(*SUMS) if i in row.numbers)
    stated = {amount for amount, cell in held if amount and cell not in shares}
    stated |= {net[0]} if shares and (net := _net_of(table, row)) else set()
    rates = {row.numbers[i][0] for i in table.of(Role.EXCHANGE) if i in row.numbers}
    return {a for a in stated if not any(abs(b * rate - a) <= CENT for b in stated - {a} for rate in rates)}


def several_rows(table: Table, rows: list[Row]) -> Draft:
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
