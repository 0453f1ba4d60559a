"""What no heading or label names: lines that add up to a total, and a tax that only arithmetic shows."""

import re
from decimal import Decimal

from ledgerferry.model.document import Line
from ledgerferry.systems.workbook.grid import Cell, Sheet, letters
from ledgerferry.systems.workbook.labels import Concept, label, near_concept
from ledgerferry.systems.workbook.lines import CENT, Doubt, Reading, ReadLine
from ledgerferry.systems.workbook.roles import Role
from ledgerferry.systems.workbook.totals import Amount, Sum, sum_role

# Half of the smallest coin of the countries that round totals to it: five cents.
_COIN = Decimal("0.0251")
_NEAR = Decimal("0.05")
# One fewer where a total that includes a rate is met with it: chance does not hit that.
_ENOUGH = 3
_NEAREST = 2


def readings(sheet: Sheet, amounts: list[Amount]) -> list[Reading]:
    """Lines without a header: numbers of one column, each beside a text, that add up to a labelled total."""
    goals = [a for a in amounts if a.kind in (Sum.TOTAL, Sum.PAYABLE, Sum.NET) and a.value]
    taken = {(a.cell.row, a.cell.column) for a in amounts}
    columns: dict[int, list[tuple[Cell, Cell]]] = {}
    for cell in sheet:
        described = (
            _described(sheet, cell) if _countable(cell) and (cell.row, cell.column) not in taken else None
        )
        if described is not None:
            columns.setdefault(cell.column, []).append((cell, described))
    found = []
    for column, cells in columns.items():
        for goal in goals:
            members = [(c, d) for c, d in cells if goal.cell.column != column or c.row < goal.cell.row]
            exact = _adds_up(members, goal)
            if exact is not None:
                enough = _ENOUGH - (Concept.GROSS in goal.concepts)
                found.append(_reading(members, column, certain=exact and len(members) >= enough))
    return found[:4]


def _countable(cell: Cell) -> bool:
    return isinstance(cell.value, Decimal) and cell.value != 0 and not cell.percent


def _described(sheet: Sheet, cell: Cell) -> Cell | None:
    """The longer of the nearest texts to the left on its row; none where they speak of a sum."""
    left: list[Cell] = []
    for other in sheet.rows[cell.row]:
        if other.column >= cell.column:
            break
        left = [*left, other] if other.text else []
    left = left[-_NEAREST:]
    if any(sum_role(label(c.text)) for c in left):
        return None
    best = max(left, key=lambda c: len(c.text), default=None)
    return (
        best
        if best is not None and any(ch.isalpha() for ch in best.text) and not label(best.text).pure
        else None
    )


def _adds_up(members: list[tuple[Cell, Cell]], goal: Amount) -> bool | None:
    """Whether they come to the goal: exactly, or only with the tax that its label says it includes."""
    together = sum((c.value for c, _ in members if isinstance(c.value, Decimal)), Decimal(0))
    if not members:
        return None
    if abs(together - goal.value) <= CENT:
        return True
    taxed = together * (1 + goal.rate / 100) if goal.rate else None
    if taxed is None or abs(taxed - goal.value) > _NEAR:
        return None
    return {Concept.GROSS, Concept.TOTAL} <= goal.concepts and abs(taxed - goal.value) <= _COIN


def _reading(members: list[tuple[Cell, Cell]], column: int, *, certain: bool) -> Reading:
    found = []
    for cell, described in members:
        if isinstance(cell.value, Decimal):
            line = Line(description=described.text, amount=cell.value)
            found.append(ReadLine(line, {"amount": cell, "description": described}))
    doubt = Doubt("no-header", "the lines have no headings: confirm that these are the lines", members[0][0])
    return Reading(tuple(found), Role.AMOUNT, column, () if certain else (doubt,))


def proven(net: Amount, tax: Amount, total: Amount) -> bool:
    """Whether formulas show a tax: a rate of the net, added to it, under a name that nearly is one."""
    word = tax.label.text.strip(" .:%")
    share = re.fullmatch(
        rf"=?\$?{_place(net.cell)}\*(?:\d+(?:[.,]\d+)?%?|\$?[A-Z]{{1,3}}\$?\d+)", tax.cell.formula or ""
    )
    together = (total.cell.formula or "").replace("$", "").removeprefix("=")
    added = together in {
        f"{net.cell.name}+{tax.cell.name}",
        f"{tax.cell.name}+{net.cell.name}",
        f"SUM({net.cell.name}:{tax.cell.name})",
        f"SUM({net.cell.name},{tax.cell.name})",
    }
    return bool(share) and added and word.isalpha() and near_concept(word, Concept.TAX)


def _place(cell: Cell) -> str:
    return rf"{letters(cell.column)}\$?{cell.row}"


def unnamed_tax(sheet: Sheet, amounts: list[Amount]) -> Amount | None:
    """A number between net and total, under no known name, that is exactly their difference."""
    nets = [a for a in amounts if a.kind is Sum.NET and a.value]
    totals = [a for a in amounts if a.kind in (Sum.TOTAL, Sum.PAYABLE) and a.value]
    if any(a.kind in (Sum.TAX, Sum.TAX_TOTAL) and a.value for a in amounts):
        return None
    for net in nets:
        for total in totals:
            for row in range(net.cell.row + 1, total.cell.row):
                cell = sheet.at(row, total.cell.column)
                if (
                    cell
                    and isinstance(cell.value, Decimal)
                    and abs(net.value + cell.value - total.value) <= CENT
                    and cell.value
                ):
                    owner = next((c for c in sheet.rows[row] if c.text), cell)
                    return Amount(Sum.TAX, cell.value, cell, owner, frozenset())
    return None
