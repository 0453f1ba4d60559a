"""Plain arithmetic of formulas: references, ``SUM``, ``ROUND``, ``IF``. Nothing else is ever evaluated."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from ledgerferry.systems.workbook.grid import Book, How, Sheet, Value, address, column_of, letters

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<string>\"(?:[^\"]|\"\")*\")"
    r"|(?P<ref>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(])"
    r"(?::\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(]))?)"
    r"|(?P<name>[A-Z][A-Z.]*)\(|(?P<op><=|>=|<>|[-+*/^(),;=<>&%]))"
)
_SHIFTED = re.compile(r"(\"[^\"]*\"|'[^']*'!)|(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w(])")
DEEPEST = 60
WIDEST = 20_000


class Unsupported(Exception):
    """The formula holds more than plain arithmetic; its cached value is all there is."""


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads that many rows and columns further on: how shared formulas are stored."""

    def move(found: re.Match[str]) -> str:
        if found.group(1):
            return found.group(1)
        fixed_column, column, fixed_row, row = found.group(2, 3, 4, 5)
        name = column if fixed_column else letters(max(1, column_of(column) + columns))
        line = row if fixed_row else str(max(1, int(row) + rows))
        return f"{fixed_column}{name}{fixed_row}{line}"

    return _SHIFTED.sub(move, formula)


def settle(book: Book) -> None:
    """Computes every plain formula that was never calculated, or whose cached value is stale."""
    evaluator = _Evaluator(book)
    for sheet in book.sheets:
        for cell in list(sheet.cells.values()):
            if cell.formula is not None and not cell.error:
                with suppress(Unsupported):
                    evaluator.cell(sheet, cell.row, cell.column)
    for sheet in book.sheets:
        sheet.settle()


@dataclass
class _Evaluator:
    book: Book
    done: set[tuple[str, int, int]] = field(default_factory=set)
    depth: int = 0

    def cell(self, sheet: Sheet, row: int, column: int) -> Value | None:
        """The value of a cell, after its formula was computed where it can be."""
        cell = sheet.cells.get((row, column))
        if cell is None:
            return None
        key = (sheet.name, row, column)
        if cell.formula is None or key in self.done:
            if cell.error or cell.how is How.MISSING:
                raise Unsupported
            return cell.value
        self.done.add(key)
        try:
            value = self._compute(sheet, cell.formula)
        except (Unsupported, ArithmeticError, ValueError, RecursionError) as error:
            if cell.how is How.MISSING:
                raise Unsupported from error
            return cell.value
        if cell.how is How.MISSING:
            sheet.put(cell, value=value, how=How.COMPUTED)
        elif _differs(cell.value, value):
            sheet.put(cell, value=value, how=How.STALE)
        return value

    def _compute(self, sheet: Sheet, formula: str) -> Value | None:
        if self.depth > DEEPEST:
            raise Unsupported
        self.depth += 1
        try:
            with localcontext(prec=28):
                value = _Parser(self, sheet, formula).value()
        finally:
            self.depth -= 1
        return round_15(value) if isinstance(value, Decimal) else value


def round_15(value: Decimal) -> Decimal:
    """The number with the fifteen significant digits that spreadsheets keep."""
    if not value.is_finite():
        raise Unsupported
    with localcontext(prec=15):
        rounded = +value
    return (
        rounded.quantize(Decimal(1))
        if rounded == rounded.to_integral() and abs(rounded) < 10**15
        else rounded.normalize()
    )


def _differs(cached: Value | None, value: Value | None) -> bool:
    if isinstance(cached, Decimal) and isinstance(value, Decimal):
        return abs(cached - value) > max(Decimal("0.00005"), abs(value) / 10**9)
    return bool(
        isinstance(value, Decimal)
        and isinstance(cached, str)
        and cached.strip()
        and cached.strip()[0].isdigit()
    )


Operand = Decimal | str | bool | date | list["Operand"] | None


class _Parser:
    """Recursive descent over one formula; ``Unsupported`` for all that is not plain."""

    def __init__(self, evaluator: _Evaluator, sheet: Sheet, formula: str) -> None:
        self.evaluator, self.sheet = evaluator, sheet
        self.tokens = _tokens(formula)
        self.at = 0

    def value(self) -> Value | None:
        result = self._comparison()
        if self.at != len(self.tokens) or isinstance(result, list):
            raise Unsupported
        return Decimal(0) if result is None else result

    def _peek(self) -> str | None:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        return text if kind == "op" else None

    def _take(self, text: str) -> None:
        if self._peek() != text:
            raise Unsupported
        self.at += 1

    def _comparison(self) -> Operand:
        left = self._sum()
        while (op := self._peek()) in ("=", "<>", "<", ">", "<=", ">="):
            self.at += 1
            left = _compare(op or "", left, self._sum())
        return left

    def _sum(self) -> Operand:
        left = self._product()
        while (op := self._peek()) in ("+", "-"):
            self.at += 1
            right = self._product()
            left = _decimal(left) + _decimal(right) if op == "+" else _decimal(left) - _decimal(right)
        return left

    def _product(self) -> Operand:
        left = self._unary()
        while (op := self._peek()) in ("*", "/"):
            self.at += 1
            right = self._unary()
            left = _decimal(left) * _decimal(right) if op == "*" else _decimal(left) / _decimal(right)
        return left

    def _unary(self) -> Operand:
        if (op := self._peek()) in ("+", "-"):
            self.at += 1
            value = self._unary()
            return -_decimal(value) if op == "-" else value
        value = self._atom()
        while self._peek() == "%":
            self.at += 1
            value = _decimal(value) / 100
        return value

    def _atom(self) -> Operand:
        if self.at >= len(self.tokens):
            raise Unsupported
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Decimal(text)
        if kind == "string":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            return self._reference(text)
        if kind == "name":
            return self._function(text)
        if text != "(":
            raise Unsupported
        value = self._comparison()
        self._take(")")
        return value

    def _reference(self, text: str) -> Operand:
        sheet: Sheet | None = self.sheet
        name, mark, place = text.rpartition("!")
        if mark:
            sheet = self.evaluator.book.sheet(name.strip("'").replace("''", "'"))
        if sheet is None:
            raise Unsupported
        first, _, last = place.replace("$", "").partition(":")
        row, column = address(first)
        if not last:
            return self.evaluator.cell(sheet, row, column)
        bottom, right = address(last)
        if (bottom - row + 1) * (right - column + 1) > WIDEST:
            raise Unsupported
        return [
            self.evaluator.cell(sheet, r, c) for r in range(row, bottom + 1) for c in range(column, right + 1)
        ]

    def _function(self, name: str) -> Operand:
        if name == "IF":
            return self._if()
        values: list[Operand] = []
        while self._peek() != ")":
            values.append(self._comparison())
            if self._peek() != ")":
                self._separator()
        self._take(")")
        if name == "SUM":
            return _sum(values)
        if name == "ROUND" and len(values) == 2:
            places = Decimal(1).scaleb(-int(_decimal(values[1])))
            return _decimal(values[0]).quantize(places, rounding=ROUND_HALF_UP)
        raise Unsupported

    def _if(self) -> Operand:
        condition = self._comparison()
        self._separator()
        then = self._comparison()
        otherwise: Operand = False
        if self._peek() != ")":
            self._separator()
            otherwise = self._comparison()
        self._take(")")
        truth = condition if isinstance(condition, bool) else _decimal(condition) != 0
        return then if truth else otherwise

    def _separator(self) -> None:
        if self._peek() not in (",", ";"):
            raise Unsupported
        self.at += 1


def _tokens(formula: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = formula.removeprefix("=").strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise Unsupported
        kind = str(found.lastgroup)
        tokens.append((kind, found.group(kind)))
        at = found.end()
    return tokens


def _decimal(value: Operand) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    raise Unsupported


def _sum(values: list[Operand]) -> Decimal:
    result = Decimal(0)
    for value in values:
        if isinstance(value, list):
            result += sum((v for v in value if isinstance(v, Decimal)), Decimal(0))
        else:
            result += _decimal(value)
    return result


def _compare(op: str, left: Operand, right: Operand) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        a, b = ("" if v is None else v for v in (left, right))
        if not isinstance(a, str) or not isinstance(b, str):
            if op in ("=", "<>"):
                return op == "<>"
            raise Unsupported
        if op not in ("=", "<>"):
            raise Unsupported
        return (a.casefold() == b.casefold()) == (op == "=")
    x, y = _decimal(left), _decimal(right)
    return {"=": x == y, "<>": x != y, "<": x < y, ">": x > y, "<=": x <= y, ">=": x >= y}[op]
