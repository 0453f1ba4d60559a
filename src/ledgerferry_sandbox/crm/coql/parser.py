"""COQL read by recursive descent."""

from ledgerferry_sandbox.crm.conditions import Joint, Operator
from ledgerferry_sandbox.crm.coql.errors import (
    empty_alias,
    missing_clause,
    not_supported,
    unknown_function,
    unparsable,
    wrong_limit,
    zero_limit,
)
from ledgerferry_sandbox.crm.coql.syntax import Aggregate, Column, Criteria, Criterion, Junction, Order, Query
from ledgerferry_sandbox.crm.coql.tokens import Token, tokens

DEFAULT_LIMIT = 200
SIGNS: dict[str, Operator] = {
    "=": "equal",
    "!=": "not_equal",
    "<>": "not_equal",
    "<": "less_than",
    "<=": "less_equal",
    ">": "greater_than",
    ">=": "greater_equal",
}
FUNCTIONS: dict[str, Aggregate] = {"COUNT": "COUNT", "SUM": "SUM", "AVG": "AVG", "MIN": "MIN", "MAX": "MAX"}
JOINTS: dict[str, Joint] = {"and": "and", "or": "or"}
RESERVED = """
select from where and or not in like between is null order group by limit offset asc desc as having join on
union distinct all any exists case when then else end insert update delete create drop table external values
set into with true false
"""
KEYWORDS = frozenset(RESERVED.split())


def parse(query: str, *, pairs: bool = True, backslash: bool = False) -> Query:
    """The tree of a query.

    With `pairs`, criteria beyond two must be bracketed two by two: `A and B and C` is an error. Raises
    Refusal with SYNTAX_ERROR and the place, or INVALID_QUERY for a limit that is no number.
    """
    return _Parser(tokens(query, backslash=backslash), pairs=pairs).query()


class _Parser:
    """A place in the tokens, and what can stand there."""

    def __init__(self, given: list[Token], *, pairs: bool) -> None:
        self._tokens = given
        self._at = 0
        self._pairs = pairs

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def query(self) -> Query:
        """The whole, from `select` to the end."""
        if not self._next.says("select"):
            raise not_supported() if self._next.kind == "word" else self._stuck()
        self._take()
        columns = self._columns()
        self._clause("from")
        module, _, view = self._name().lstrip("!").partition("#")
        self._clause("where")
        where = self._junction()
        group = self._grouping()
        order = self._ordering()
        limit, offset = self._window()
        if self._next.kind != "end":
            raise self._stuck()
        return Query(columns, module, view, where, group, order, limit, offset)

    def _take(self) -> Token:
        taken = self._next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return taken

    def _accept(self, *keywords: str) -> bool:
        if self._next.says(*keywords):
            self._take()
            return True
        return False

    def _comma(self) -> bool:
        if self._next.marks(","):
            self._take()
            return True
        return False

    def _mark(self, mark: str) -> None:
        if not self._next.marks(mark):
            raise self._stuck()
        self._take()

    def _clause(self, keyword: str) -> None:
        if self._accept(keyword):
            return
        later = self._tokens[self._at :]
        raise self._stuck() if any(each.says(keyword) for each in later) else missing_clause(keyword)

    def _stuck(self) -> Exception:
        return unparsable(self._next.text, self._next.line, self._next.column)

    def _name(self) -> str:
        token = self._next
        if token.kind == "text" and token.text.strip():
            return self._take().text
        if token.kind != "word" or token.text.lower() in KEYWORDS:
            raise self._stuck()
        return self._take().text

    def _names(self) -> tuple[str, ...]:
        names = [self._name()]
        while self._comma():
            names.append(self._name())
        return tuple(names)

    def _columns(self) -> tuple[Column, ...]:
        columns = [self._column()]
        while self._comma():
            columns.append(self._column())
        return tuple(columns)

    def _column(self) -> Column:
        name = self._name()
        function: Aggregate | None = None
        if self._next.marks("("):
            self._take()
            inner = self._name()
            self._mark(")")
            if name not in FUNCTIONS:
                raise unknown_function(f"{name}({inner})")
            name, function = inner, FUNCTIONS[name]
        return Column(name, function, self._alias(name))

    def _alias(self, column: str) -> str | None:
        named = self._accept("as")
        if self._next.kind == "text":
            alias = self._take().text.strip()
            if not alias:
                raise empty_alias(column)
            return alias
        return self._name() if named else None

    def _junction(self) -> Criteria:
        first = self._unit()
        joint = JOINTS.get(self._next.text.lower()) if self._next.kind == "word" else None
        if joint is None:
            return first
        parts = [first]
        while self._accept(joint):
            parts.append(self._unit())
            if self._pairs:
                break
        if self._next.says("and", "or"):
            if self._pairs:
                raise self._stuck()
            return self._mixed(Junction(joint, tuple(parts)))
        return Junction(joint, tuple(parts))

    def _mixed(self, first: Criteria) -> Criteria:
        """`A and B or C` without brackets, where that is allowed: read from the left."""
        joint = JOINTS[self._take().text.lower()]
        joined = Junction(joint, (first, self._unit()))
        return self._mixed(joined) if self._next.says("and", "or") else joined

    def _unit(self) -> Criteria:
        if self._next.marks("("):
            self._take()
            inner = self._junction()
            self._mark(")")
            return inner
        return self._criterion()

    def _criterion(self) -> Criterion:
        column = self._name()
        if self._next.kind == "operator":
            sign = self._take().text
            return Criterion(column, SIGNS[sign], sign, (self._value(),))
        if self._accept("is"):
            denied = self._accept("not")
            if not self._accept("null"):
                raise self._stuck()
            return (
                Criterion(column, "not_null", "is not null")
                if denied
                else Criterion(column, "null", "is null")
            )
        return self._worded(column, denied=self._accept("not"))

    def _worded(self, column: str, *, denied: bool) -> Criterion:
        prefix = "not " if denied else ""
        if self._accept("in"):
            self._mark("(")
            values = [self._value()]
            while self._comma():
                values.append(self._value())
            self._mark(")")
            return Criterion(column, "not_in" if denied else "in", prefix + "in", tuple(values))
        if self._accept("like"):
            return Criterion(column, "not_like" if denied else "like", prefix + "like", (self._value(),))
        if self._accept("between"):
            low = self._value()
            if not self._accept("and"):
                raise self._stuck()
            bounds = (low, self._value())
            return Criterion(column, "not_between" if denied else "between", prefix + "between", bounds)
        raise self._stuck()

    def _value(self) -> str:
        token = self._next
        bare = token.kind == "word" and (token.says("true", "false") or token.text.lower() not in KEYWORDS)
        if token.kind != "text" and not bare:
            raise self._stuck()
        return self._take().text

    def _grouping(self) -> tuple[str, ...]:
        if not self._accept("group"):
            return ()
        self._by()
        return self._names()

    def _ordering(self) -> tuple[Order, ...]:
        if not self._accept("order"):
            return ()
        self._by()
        orders = [self._order()]
        while self._comma():
            orders.append(self._order())
        return tuple(orders)

    def _by(self) -> None:
        if not self._accept("by"):
            raise self._stuck()

    def _order(self) -> Order:
        column = self._name()
        if self._next.marks("("):
            self._take()
            column = f"{column}({self._name()})"
            self._mark(")")
        if self._accept("desc"):
            return Order(column, descending=True)
        self._accept("asc")
        return Order(column)

    def _window(self) -> tuple[int, int]:
        """`limit COUNT`, `limit COUNT offset FIRST` or `limit FIRST, COUNT`."""
        limit, offset = DEFAULT_LIMIT, 0
        if self._accept("limit"):
            limit = self._number()
            if self._comma():
                limit, offset = self._number(), limit
        if self._accept("offset"):
            offset = self._number()
        if limit == 0:
            raise zero_limit()
        return limit, offset

    def _number(self) -> int:
        token = self._take()
        if token.kind != "word" or not token.text.isdecimal():
            raise wrong_limit(token.text)
        return int(token.text)
