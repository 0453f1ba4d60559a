"""A query checked against the organisation's fields and the limits of COQL (F69)."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.conditions import (
    Condition,
    Conditions,
    Group,
    Manner,
    operators_of,
    read_value,
)
from ledgerferry_sandbox.crm.coql import errors
from ledgerferry_sandbox.crm.coql.syntax import Column, Criteria, Criterion, Query
from ledgerferry_sandbox.crm.paths import NoColumn, Path, find_path

MOST_ROWS = 2_000
MOST_REACHED = 100_000
MOST_COLUMNS = 500
MOST_CRITERIA = 25
MOST_GROUPS = 4
MOST_ORDERS = 10
MOST_AGGREGATES = 5
DEEPEST = 2
BASE_JOINS, SELECT_JOINS = 5, 15
COUNTABLE = frozenset({"lookup", "ownerlookup", "userlookup", "picklist"})
UNSUPPORTED = frozenset(
    {"subform", "multiselectlookup", "imageupload", "fileupload", "linetax", "profileimage"}
)


@dataclass(frozen=True, slots=True)
class Selected:
    """A column of the answer and where its values come from."""

    column: Column
    path: Path


@dataclass(frozen=True, slots=True)
class Sorted:
    """A column to sort by: a selected key where the rows are grouped, a path of the records otherwise."""

    key: str
    path: Path
    descending: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a query comes to."""

    module: str
    columns: tuple[Selected, ...]
    where: Conditions
    group: tuple[Path, ...]
    order: tuple[Sorted, ...]
    limit: int
    offset: int

    @property
    def grouped(self) -> bool:
        """Whether the rows of the answer are groups and not records."""
        return bool(self.group) or any(each.column.function for each in self.columns)


def check(cabinet: Cabinet, query: Query) -> Plan:
    """The plan of a query; raises Refusal with the codes of F69."""
    if not cabinet.has(query.module) or query.module in ("Attachments",):
        raise errors.unknown_module()
    if query.view and query.view != cabinet.modules[query.module].view_id:
        raise errors.unknown_view(query.view)
    return _Check(cabinet, query).plan()


class _Check:
    """The rules, one clause after the other."""

    def __init__(self, cabinet: Cabinet, query: Query) -> None:
        self._cabinet = cabinet
        self._query = query
        switches = cabinet.switches
        self._manner = Manner(
            folded=switches.at("coql_text_case") == "folded",
            nulls_differ=switches.at("coql_not_equal_null") == "included",
        )
        self._in_list = int(switches.at("coql_in_list"))
        self._criteria = 0

    def plan(self) -> Plan:
        query = self._query
        self._window()
        columns = tuple(self._selected(column) for column in query.columns)
        self._once(columns)
        self._aliases(query.columns)
        where = self._where(query.where)
        group = self._group()
        order = tuple(self._sorted(each.column, columns, descending=each.descending) for each in query.order)
        made = Plan(query.module, columns, where, group, order, query.limit, query.offset)
        self._fits(made)
        self._joins(made)
        return made

    def _window(self) -> None:
        if self._query.limit > MOST_ROWS:
            raise errors.exceeded("limit", MOST_ROWS)
        if self._query.offset + self._query.limit > MOST_REACHED:
            raise errors.exceeded("offset", MOST_REACHED)
        if len(self._query.columns) > MOST_COLUMNS:
            raise errors.exceeded("select", MOST_COLUMNS)

    def _path(self, name: str) -> Path:
        try:
            path = find_path(self._cabinet, self._query.module, name)
        except NoColumn:
            raise errors.unknown_column(name, self._query.module) from None
        if path.field.data_type in UNSUPPORTED:
            raise errors.unsupported_column(name, path.field.data_type)
        if len(path.hops) > DEEPEST:
            raise errors.exceeded("join", DEEPEST)
        return path

    def _selected(self, column: Column) -> Selected:
        path = self._path(column.name)
        fits = path.field.number or (
            column.function in ("MIN", "MAX") and path.field.data_type in ("date", "datetime")
        )
        if column.function == "COUNT":
            fits = path.field.number or path.field.data_type in COUNTABLE
        if column.function and not fits:
            raise errors.unsupported_column(column.name, path.field.data_type)
        return Selected(column, path)

    def _once(self, columns: tuple[Selected, ...]) -> None:
        seen: set[tuple[str, str | None]] = set()
        for each in columns:
            sign = (each.column.name, each.column.function)
            if sign in seen and each.column.function:
                raise errors.repeated_aggregate(each.column.name, each.column.function)
            if sign in seen:
                raise errors.repeated(each.column.name, "select")
            seen.add(sign)
        if sum(each.column.function is not None for each in columns) > MOST_AGGREGATES:
            raise errors.exceeded("aggregate", MOST_AGGREGATES)

    def _aliases(self, columns: tuple[Column, ...]) -> None:
        plain = {each.name for each in columns if each.alias is None}
        named: dict[str, str] = {}
        for each in columns:
            if each.alias is None:
                continue
            if each.alias in named:
                raise errors.repeated_alias(each.alias, [named[each.alias], each.name])
            if each.alias in plain:
                raise errors.alias_of_column(each.alias, each.name)
            named[each.alias] = each.name

    def _where(self, criteria: Criteria) -> Conditions:
        if not isinstance(criteria, Criterion):
            return Group(criteria.joint, tuple(self._where(part) for part in criteria.parts))
        self._criteria += 1
        if self._criteria > MOST_CRITERIA:
            raise errors.exceeded("where", MOST_CRITERIA)
        path = self._path(criteria.column)
        if path.field.data_type == "textarea":
            raise errors.unsupported_criterion(criteria.column, criteria.sign)
        if criteria.operator not in operators_of(path.field) or not _likely(criteria):
            raise errors.wrong_operator(criteria.column, criteria.sign)
        if criteria.operator in ("in", "not_in") and len(criteria.values) > self._in_list:
            raise errors.exceeded(criteria.sign, self._in_list)
        try:
            values = tuple(
                read_value(path.field, text, folded=self._manner.folded) for text in criteria.values
            )
        except ValueError:
            raise errors.wrong_value(criteria.column, path.field.data_type) from None
        return Condition(path, criteria.operator, values, self._manner)

    def _group(self) -> tuple[Path, ...]:
        names = self._query.group
        if len(names) > MOST_GROUPS:
            raise errors.exceeded("group by", MOST_GROUPS)
        _unrepeated(names, "group by")
        return tuple(self._path(name) for name in names)

    def _sorted(self, name: str, columns: tuple[Selected, ...], *, descending: bool) -> Sorted:
        for each in columns:
            plain = f"{each.column.function}({each.column.name})"
            if name in (each.column.alias, plain):
                return Sorted(each.column.key, each.path, descending)
        if "(" in name:
            raise errors.unknown_column(name, self._query.module)
        path = self._path(name)
        key = next((each.column.key for each in columns if each.column.name == name), "")
        return Sorted(key, path, descending)

    def _fits(self, plan: Plan) -> None:
        if len(plan.order) > MOST_ORDERS:
            raise errors.exceeded("order by", MOST_ORDERS)
        _unrepeated([each.column for each in self._query.order], "order by")
        if not plan.grouped:
            return
        names = {path.name for path in plan.group}
        for each in plan.columns:
            if each.column.function is None and each.column.name not in names:
                raise errors.ungrouped(each.column.name)
        for sorting in plan.order:
            if not sorting.key:
                raise errors.ungrouped(sorting.path.name)

    def _joins(self, plan: Plan) -> None:
        selected = set[str]().union(*(each.path.joins for each in plan.columns))
        base = _joined(plan.where).union(*(each.path.joins for each in plan.order))
        if self._cabinet.switches.at("coql_joins") == "2":
            if len(selected | base) > DEEPEST:
                raise errors.exceeded("join", DEEPEST)
        elif len(base) > BASE_JOINS:
            raise errors.exceeded("join", BASE_JOINS)
        elif len(selected - base) > SELECT_JOINS:
            raise errors.exceeded("join", SELECT_JOINS)


def _likely(criteria: Criterion) -> bool:
    """Whether a pattern is one that works: `not like` needs its percent signs at both ends."""
    if criteria.operator != "not_like":
        return True
    pattern = criteria.values[0]
    return len(pattern) > 1 and pattern.startswith("%") and pattern.endswith("%")


def _unrepeated(names: Iterable[str], clause: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise errors.repeated(name, clause)
        seen.add(name)


def _joined(conditions: Conditions) -> set[str]:
    if isinstance(conditions, Condition):
        return conditions.path.joins
    return set[str]().union(*(_joined(part) for part in conditions.parts))
