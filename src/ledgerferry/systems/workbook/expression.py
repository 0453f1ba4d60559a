"""Formulas as trees: plain arithmetic, references, ``SUM``, ``ROUND``, ``IF``; there is no other node."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Protocol

from ledgerferry.systems.workbook.grid import Area, Value, address

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<string>\"(?:[^\"]|\"\")*\")"
    r"|(?P<ref>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(!])"
    r"(?::\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(!]))?)"
    r"|(?P<name>[A-Z][A-Z.]*)\(|(?P<op><=|>=|<>|[-+*/^(),;=<>&%]))"
)
DEEPEST = 60
LONGEST = 8_192
"""The most characters of a formula: what spreadsheet programs allow."""
WIDEST = 20_000


class Unsupported(Exception):
    """The formula holds more than plain arithmetic; its cached value is all there is."""


Operand = Decimal | str | bool | date | list[Value] | None


@dataclass(frozen=True, slots=True)
class Reference:
    """One cell or a range. ``sheet`` is ``None`` for the sheet that the formula stands on."""

    sheet: str | None
    area: Area
    single: bool


class Cells(Protocol):
    """Where a tree finds the values of its references."""

    def operand(self, reference: Reference) -> Operand:
        """The value of one cell, or the filled ones of a range. Raises ``Unsupported``."""


Node = Callable[[Cells], Operand]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed formula: ``value`` computes it, ``needs`` is every reference in it."""

    value: Node
    needs: tuple[Reference, ...]


@lru_cache(maxsize=4096)
def parsed(formula: str) -> Expression | None:
    """The tree of a formula; ``None`` when it holds more than plain arithmetic."""
    try:
        parser = _Parser(formula)
        return Expression(parser.whole(), tuple(parser.needs))
    except (Unsupported, ValueError):
        return None


class _Parser:
    """Recursive descent over one formula; ``Unsupported`` for all that is not plain."""

    def __init__(self, formula: str) -> None:
        self.tokens = _tokens(formula)
        self.at, self.depth = 0, 0
        self.needs: list[Reference] = []

    def whole(self) -> Node:
        """The tree of the whole formula."""
        node = self._comparison()
        if self.at != len(self.tokens):
            raise Unsupported
        return lambda cells: _final(node(cells))

    def _peek(self) -> str | None:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        return text if kind == "op" else None

    def _take(self, *texts: str) -> None:
        if self._peek() not in texts:
            raise Unsupported
        self.at += 1

    def _comparison(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsupported
        node = self._chain(("=", "<>", "<", ">", "<=", ">="), self._sum, _compare)
        self.depth -= 1
        return node

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product, _add)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._unary, _multiply)

    def _chain(
        self,
        signs: tuple[str, ...],
        part: Callable[[], Node],
        join: Callable[[str, Operand, Operand], Operand],
    ) -> Node:
        first, rest = part(), list[tuple[str, Node]]()
        while (sign := self._peek()) is not None and sign in signs:
            self.at += 1
            rest.append((sign, part()))
        if not rest:
            return first

        def value(cells: Cells) -> Operand:
            left = first(cells)
            for sign, node in rest:
                left = join(sign, left, node(cells))
            return left

        return value

    def _unary(self) -> Node:
        signs, marks = "", 0
        while (sign := self._peek()) in ("+", "-"):
            self.at += 1
            signs += sign or ""
        node = self._atom()
        while self._peek() == "%":
            self.at += 1
            marks += 1
        if not marks and "-" not in signs:
            return node
        factor = Decimal((-1) ** signs.count("-")).scaleb(-2 * marks)
        return lambda cells: _decimal(node(cells)) * factor

    def _atom(self) -> Node:
        if self.at >= len(self.tokens):
            raise Unsupported
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "ref":
            return self._reference(text)
        if kind == "name":
            return self._function(text)
        if kind == "op":
            if text != "(":
                raise Unsupported
            node = self._comparison()
            self._take(")")
            return node
        constant = Decimal(text) if kind == "number" else text[1:-1].replace('""', '"')
        return lambda _: constant

    def _reference(self, text: str) -> Node:
        name, mark, place = text.rpartition("!")
        if name.startswith("'"):
            name = name[1:-1].replace("''", "'")
        first, _, last = place.replace("$", "").partition(":")
        (row, column), (bottom, right) = address(first), address(last or first)
        area = (min(row, bottom), min(column, right), max(row, bottom), max(column, right))
        if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) > WIDEST:
            raise Unsupported
        reference = Reference(name if mark else None, area, single=not last)
        self.needs.append(reference)
        return lambda cells: cells.operand(reference)

    def _function(self, name: str) -> Node:
        nodes: list[tuple[Node, bool]] = []
        while self._peek() != ")":
            start = self.at
            node = self._comparison()
            nodes.append((node, self.at == start + 1 and self.tokens[start][0] == "ref"))
            if self._peek() != ")":
                self._take(",", ";")
        self._take(")")
        arguments = [node for node, _ in nodes]
        if name == "SUM" and nodes:
            return lambda cells: _total((node(cells), alone) for node, alone in nodes)
        if name == "ROUND" and len(nodes) == 2:
            return lambda cells: _round(arguments[0](cells), arguments[1](cells))
        if name == "IF" and len(nodes) in (2, 3):
            return _choice(*arguments)
        raise Unsupported


def _tokens(formula: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = formula.removeprefix("=").strip()
    if len(text) > LONGEST:
        raise Unsupported
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise Unsupported
        kind = str(found.lastgroup)
        tokens.append((kind, found.group(kind)))
        at = found.end()
    return tokens


def round_15(value: Decimal) -> Decimal:
    """The number with the fifteen significant digits that spreadsheets keep; ``ValueError`` for no number."""
    if not value.is_finite():
        raise ValueError(f"not a number: {value}")
    with localcontext(prec=15):
        rounded = +value
    return (
        rounded.quantize(Decimal(1))
        if rounded == rounded.to_integral() and abs(rounded) < 10**15
        else rounded.normalize()
    )


def _final(value: Operand) -> Operand:
    if isinstance(value, list):
        raise Unsupported
    return Decimal(0) if value is None else value


def _decimal(value: Operand) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    raise Unsupported


def _add(sign: str, left: Operand, right: Operand) -> Operand:
    """A sum; a day and whole days give a day."""
    if isinstance(left, date) or (isinstance(right, date) and sign == "+"):
        day, other = (left, right) if isinstance(left, date) else (right, left)
        days = _decimal(other)
        if not isinstance(day, date) or days != int(days):
            raise Unsupported
        return day + timedelta(days=int(days) if sign == "+" else -int(days))
    a, b = _decimal(left), _decimal(right)
    return a + b if sign == "+" else a - b


def _multiply(sign: str, left: Operand, right: Operand) -> Operand:
    a, b = _decimal(left), _decimal(right)
    return a * b if sign == "*" else a / b


def _total(values: Iterator[tuple[Operand, bool]]) -> Decimal:
    """A sum; of what stands in cells, texts and truth values count for nothing."""
    result = Decimal(0)
    for value, in_cell in values:
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(p, date) for p in parts):
            raise Unsupported
        if in_cell:
            result += sum((p for p in parts if isinstance(p, Decimal)), Decimal(0))
        else:
            result += _decimal(value)
    return result


def _round(value: Operand, places: Operand) -> Decimal:
    """Half away from nought, of the digits that a spreadsheet keeps: 10 / 3 * 0.0015 is half a cent."""
    digits = int(_decimal(places))
    if abs(digits) > 15:
        raise Unsupported
    return round_15(_decimal(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _choice(condition: Node, then: Node, otherwise: Node = lambda _: False) -> Node:
    def value(cells: Cells) -> Operand:
        found = condition(cells)
        truth = found if isinstance(found, bool) else _decimal(found) != 0
        chosen = (then if truth else otherwise)(cells)
        return Decimal(0) if chosen is None else chosen

    return value


def _compare(sign: str, left: Operand, right: Operand) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return _compare_texts(sign, left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        if sign in ("=", "<>") and isinstance(left, bool) and isinstance(right, bool):
            return (left == right) == (sign == "=")
        raise Unsupported
    x, y = _decimal(left), _decimal(right)
    return {"=": x == y, "<>": x != y, "<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}[sign]


def _compare_texts(sign: str, left: Operand, right: Operand) -> bool:
    if sign not in ("=", "<>") or isinstance(left, list) or isinstance(right, list):
        raise Unsupported
    a, b = ("" if v is None else v for v in (left, right))
    same = isinstance(a, str) and isinstance(b, str) and a.casefold() == b.casefold()
    return same == (sign == "=")
