"""Fingerprints: by what a sheet's layout is known again, and how alike two are."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ledgerferry.systems.workbook.forms import Shape
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.layouts.marks import mark, readable
from ledgerferry.systems.workbook.layouts.model import Fingerprint, Layout, Place, Sign

_MOST = 120
_SHIFT = 6
_FIRM = 3
_ANCHORS = 4
_REFERENCE = re.compile(r"(?<![A-Za-z_.])\$?([A-Z]{1,3})\$?\d{1,7}(?![\d(A-Za-z_])")
_COLUMN = r"\1"
_HIDDEN_WEIGHT = 0.5
_FORMULA_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two layouts are, 0 to 1, and by how many rows and columns the second is shifted.

    ``firm``: several labels above the lines agree on the rows.
    """

    share: float
    down: int = 0
    right: int = 0
    firm: bool = False


UNMOVED = Likeness(1.0, firm=True)


def of(sheet: Sheet, lines: Collection[int]) -> Fingerprint:
    """The fingerprint of a sheet whose line rows are these."""
    signs: list[Sign] = []
    shapes: Counter[str] = Counter()
    for cell in sheet:
        if cell.row in lines or cell.row in sheet.hidden_rows:
            continue
        if cell.formula and not cell.text:
            shapes[shape(cell)] += 1
        sign = _sign(cell)
        if sign is not None and len(signs) < _MOST:
            signs.append(sign)
    return Fingerprint(signs=tuple(signs), formulas=tuple(sorted(shapes.elements()))[:_MOST])


def rows_of(form: Shape) -> frozenset[int]:
    """The rows that the reader by itself takes for lines; both fingerprints leave out the same."""
    return frozenset(r.row for r in form.table.rows) if form.table else frozenset()


def _sign(cell: Cell) -> Sign | None:
    found = mark(cell.text) if cell.text else ""
    if not found or not (readable(found) or ":" in cell.text):
        return None
    return Sign(mark=found, row=cell.row, column=cell.column)


def shape(cell: Cell) -> str:
    """A formula without its rows: ``SUM(D10:D14)`` in column D is ``D SUM(D:D)``."""
    column = cell.name.rstrip("0123456789")
    return f"{column} {_REFERENCE.sub(_COLUMN, cell.formula or '')}"[:80]


def likeness(known: Fingerprint, other: Fingerprint) -> Likeness:
    """How alike: labels in the same columns and order, and formulas where both have any."""
    right = _columns(known, other)
    if right is None:
        return Likeness(0.0)
    pairs = _paired(known.signs, other.signs, right)
    together = sum(_weight(a) for a, _ in pairs)
    whole = sum(map(_weight, known.signs)) + sum(map(_weight, other.signs))
    share = 2 * together / whole if whole else 0.0
    if known.formulas and other.formulas and not right:
        common = (Counter(known.formulas) & Counter(other.formulas)).total()
        shared = 2 * common / (len(known.formulas) + len(other.formulas))
        share = max(share, (share + _FORMULA_WEIGHT * shared) / (1 + _FORMULA_WEIGHT))
    upper = pairs[: max(_FIRM, len(pairs) // 2)]
    down = Counter(b.row - a.row for a, b in upper).most_common(1)
    firm = bool(down) and len(down) == 1 and down[0][1] >= _FIRM and down[0][1] * 4 >= len(upper) * 3
    return Likeness(share, down[0][0] if down else 0, right, firm)


def anchored(layout: Layout, marks: Mapping[str, Collection[int]]) -> Likeness:
    """How many of the labels that a layout reads by stand in their columns; the share is 0 for too few."""
    spots = [*layout.head.values(), *(layout.sums.ends if layout.sums else ())]
    anchors = [(s.mark, s.column - s.right) for s in spots if s.place in (Place.LABEL, Place.INSIDE)]
    anchors += [(c.mark, c.first) for c in (layout.body.columns if layout.body else ()) if c.mark]
    votes = Counter(c - column for sign, column in set(anchors) for c in marks.get(sign, ()))
    best = max(votes.items(), key=lambda v: (v[1], -abs(v[0])), default=(0, 0))
    if len(set(anchors)) < _ANCHORS or abs(best[0]) > _SHIFT:
        return Likeness(0.0)
    return Likeness(best[1] / len(set(anchors)), 0, best[0])


def marks_of(sheet: Sheet) -> dict[str, set[int]]:
    """The columns of every mark of a sheet."""
    found: dict[str, set[int]] = {}
    for cell in sheet:
        if cell.text and (sign := mark(cell.text)):
            found.setdefault(sign, set()).add(cell.column)
    return found


def _weight(sign: Sign) -> float:
    return 1.0 if readable(sign.mark) else _HIDDEN_WEIGHT


def _columns(known: Fingerprint, other: Fingerprint) -> int | None:
    """By how many columns most of the labels that both bear are shifted."""
    where: dict[str, set[int]] = {}
    for sign in other.signs:
        where.setdefault(sign.mark, set()).add(sign.column)
    votes = Counter(c - sign.column for sign in known.signs for c in where.get(sign.mark, ()))
    best = max(votes.items(), key=lambda v: (v[1], -abs(v[0])), default=None)
    return best[0] if best and abs(best[0]) <= _SHIFT else None


def _paired(known: tuple[Sign, ...], other: tuple[Sign, ...], right: int) -> list[tuple[Sign, Sign]]:
    """The labels of one that the other bears in the same column and in the same order downwards."""
    pairs: list[tuple[Sign, Sign]] = []
    left = list(other)
    row = 0
    for sign in known:
        fits = [s for s in left if s.mark == sign.mark and s.column == sign.column + right and s.row >= row]
        if fits:
            chosen = min(
                fits,
                key=lambda s: (
                    abs((s.row - sign.row) - (pairs[-1][1].row - pairs[-1][0].row)) if pairs else s.row
                ),
            )
            pairs.append((sign, chosen))
            left.remove(chosen)
            row = chosen.row
    return pairs
