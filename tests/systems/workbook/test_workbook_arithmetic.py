"""What is computed agrees with another evaluation: exact fractions over a tree, without our parser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerferry.systems.workbook import formula
from ledgerferry.systems.workbook.grid import Book, Cell, How, Sheet

GRID: dict[str, Fraction | str | bool | None] = {
    "A1": Fraction(10),
    "A2": Fraction(-5, 2),
    "A3": Fraction(1999, 100),
    "A4": None,
    "B1": "text",
    "B2": Fraction(0),
    "B3": True,
    "B4": Fraction(7),
}
NUMBERS = ["A1", "A2", "A3", "A4", "B2", "B4"]


class Fails(Exception):
    """A spreadsheet shows an error here."""


@dataclass(frozen=True)
class Tree:
    """A formula as text, and what it gives; a comparison's operands are kept for an exact one."""

    text: str
    value: Callable[[], Fraction]


def numbers() -> st.SearchStrategy[Tree]:
    literal = st.integers(0, 999_999).map(lambda n: Tree(str(Decimal(n) / 100), lambda: Fraction(n, 100)))
    return (
        literal
        | st.sampled_from(NUMBERS).map(cell)
        | st.sampled_from(["SUM(A1:B4)", "SUM(B1,B3,A2)"]).map(total)
    )


def cell(place: str) -> Tree:
    found = GRID[place]
    assert found is None or isinstance(found, Fraction)
    return Tree(place, lambda: found or Fraction(0))


def total(text: str) -> Tree:
    """The two sums: of the whole grid, and of cells one by one; texts and truth values count for nothing."""
    places = list(GRID) if ":" in text else ["B1", "B3", "A2"]
    counted = [v for p in places if isinstance(v := GRID[p], Fraction)]
    return Tree(text, lambda: sum(counted, Fraction(0)))


def divided(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise Fails
    return a / b


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from nought, on whole numbers only."""
    scaled = abs(value) * Fraction(10) ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(-whole if value < 0 else whole) / Fraction(10) ** places


JOINS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divided,
}
SIGNS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
}


def joined(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def join(a: Tree, sign: str, b: Tree) -> Tree:
        return Tree(f"({a.text}{sign} {b.text})", lambda: JOINS[sign](a.value(), b.value()))

    def rounding(a: Tree, places: int) -> Tree:
        return Tree(f"ROUND({a.text},{places})", lambda: rounded(a.value(), places))

    def choice(left: str, sign: str, right: str, a: Tree, b: Tree) -> Tree:
        truth = SIGNS[sign](cell(left).value(), cell(right).value())
        return Tree(f"IF({left}{sign}{right},{a.text},{b.text})", (a if truth else b).value)

    places, signs = st.sampled_from(NUMBERS), st.sampled_from(list(SIGNS))
    return st.one_of(
        st.builds(join, parts, st.sampled_from(list(JOINS)), parts),
        st.builds(rounding, parts, st.integers(-2, 4)),
        st.builds(choice, places, signs, places, parts, parts),
        parts.map(negative),
        parts.map(lambda a: Tree(f"{a.text}%", lambda: a.value() / 100)),
        st.lists(parts, min_size=1, max_size=4).map(
            lambda many: Tree(
                f"SUM({','.join(m.text for m in many)})", lambda: sum((m.value() for m in many), Fraction(0))
            )
        ),
    )


def negative(a: Tree) -> Tree:
    return Tree(f"-{a.text}", lambda: -a.value())


TREES = st.recursive(numbers(), joined, max_leaves=12)


def settled(text: str, cached: Decimal | None, how: How) -> Cell:
    sheet = Sheet("One")
    for place, value in GRID.items():
        row, column = int(place[1]), ord(place[0]) - 64
        kept = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
        if kept is not None:
            sheet.cells[row, column] = Cell(row, column, kept)
    sheet.cells[9, 9] = Cell(9, 9, cached, text, "", how)
    formula.settle(Book([sheet]))
    return sheet.cells[9, 9]


def close(found: object, expected: Fraction, most: Fraction) -> bool:
    """Whether they agree to thirteen digits of the largest figure on the way."""
    return isinstance(found, Decimal) and abs(Fraction(found) - expected) <= most / 10**13


@settings(max_examples=400, deadline=None)
@given(TREES)
def test_what_was_never_calculated_is_computed_and_marked(tree: Tree) -> None:
    found = settled(tree.text, None, How.MISSING)
    try:
        expected = tree.value()
    except Fails:
        assert (found.value, found.how) == (None, How.MISSING)
        return
    if found.how is How.MISSING:
        assert abs(expected) > 10**12 or "/" in tree.text, "only what loses digits may be left alone"
        return
    assert found.how is How.COMPUTED
    assert close(found.value, expected, max(abs(expected), Fraction(10**6))), (
        tree.text,
        found.value,
        expected,
    )


@settings(max_examples=200, deadline=None)
@given(TREES, st.integers(1, 500))
def test_a_stale_value_is_replaced_and_marked_and_a_true_one_is_kept(tree: Tree, cents: int) -> None:
    computed = settled(tree.text, None, How.MISSING).value
    if not isinstance(computed, Decimal) or abs(computed) > 10**6:
        return
    true = settled(tree.text, computed, How.CACHED)
    assert (true.value, true.how) == (computed, How.CACHED)
    stale = settled(tree.text, computed + Decimal(cents) / 100, How.CACHED)
    assert (stale.value, stale.how) == (computed, How.STALE)


@pytest.mark.parametrize(
    "name", ["AVERAGE", "PRODUCT", "VLOOKUP", "INDIRECT", "NOW", "ROUNDUP", "SUMIF", "IFERROR"]
)
@given(tree=TREES)
@settings(max_examples=20, deadline=None)
def test_nothing_else_is_computed(name: str, tree: Tree) -> None:
    for text in (
        f"{name}({tree.text})",
        f"{tree.text}+{name}({tree.text})",
        f"{tree.text}^2",
        f"{tree.text}&1",
    ):
        assert settled(text, None, How.MISSING).value is None
        kept = settled(text, Decimal(5), How.CACHED)
        assert (kept.value, kept.how) == (Decimal(5), How.CACHED)


@given(st.integers(-5, 400), st.sampled_from(["A1+{0}", "{0}+A1", "A1-{1}"]))
@settings(deadline=None)
def test_a_day_and_whole_days_give_a_day(days: int, shape: str) -> None:
    sheet = Sheet("One")
    sheet.cells[1, 1] = Cell(1, 1, date(2024, 1, 31))
    sheet.cells[2, 1] = Cell(2, 1, None, shape.format(f"({days})", f"({-days})"), "", How.MISSING)
    formula.settle(Book([sheet]))
    found = sheet.cells[2, 1]
    assert (found.value, found.how) == (date(2024, 1, 31) + timedelta(days=days), How.COMPUTED)


def chain(length: int, last: str, how: How = How.MISSING) -> Sheet:
    sheet = Sheet("One")
    for row in range(1, length):
        sheet.cells[row, 1] = Cell(row, 1, None, f"A{row + 1}+1", "", how)
    sheet.cells[length, 1] = Cell(length, 1, None, last, "", how)
    return sheet


def test_a_chain_as_long_as_a_register_is_computed_whichever_way_it_runs() -> None:
    sheet = chain(5_000, "1")
    formula.settle(Book([sheet]))
    assert sheet.cells[1, 1].value == Decimal(5_000)


def test_formulas_in_a_circle_keep_what_they_have() -> None:
    sheet = chain(3, "A1")
    sheet.cells[1, 2] = Cell(1, 2, Decimal(1), "B2+1", "", How.CACHED)
    sheet.cells[2, 2] = Cell(2, 2, Decimal(7), "SUM(B1:B2)", "", How.CACHED)
    sheet.cells[3, 2] = Cell(3, 2, Decimal(9), "B1+B2", "", How.CACHED)
    formula.settle(Book([sheet]))
    assert [sheet.cells[row, 1].how for row in (1, 2, 3)] == [How.MISSING] * 3
    assert [sheet.cells[row, 2].how for row in (1, 2, 3)] == [How.CACHED] * 3


def test_what_is_not_chosen_need_not_have_a_value() -> None:
    assert settled("IF(B2=0,A1,A1/B2)", None, How.MISSING).value == Decimal(10)
    assert settled('IF(B2=0,"",A1/B2)', None, How.MISSING).value == ""


def test_a_half_cent_behind_a_division_is_rounded_up() -> None:
    assert settled("ROUND(A1/3*0.0015,2)", None, How.MISSING).value == Decimal("0.01")
