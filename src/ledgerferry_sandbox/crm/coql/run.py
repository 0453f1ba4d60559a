"""A checked query run over the records."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.conditions import Comparable, Condition, Conditions, normal
from ledgerferry_sandbox.crm.coql.plan import Plan, Selected
from ledgerferry_sandbox.crm.coql.syntax import Aggregate
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.paths import Path
from ledgerferry_sandbox.exchange import Row


@dataclass(frozen=True, slots=True)
class Page:
    """The rows in the window of a query, and whether more lie behind it."""

    rows: list[Row]
    more: bool


def run(cabinet: Cabinet, plan: Plan) -> Page:
    """The rows of a query: what is stored at this moment, not what the search index shows."""
    found = (
        record for record in candidates(cabinet, plan.module, plan.where) if plan.where.holds(cabinet, record)
    )
    if plan.grouped:
        rows = _grouped(cabinet, plan, found)
        return _window(iter(_sorted_rows(plan, rows)), plan, lambda row: row)
    records = found if _by_id(plan) else _sorted_records(cabinet, plan, found)
    return _window(iter(records), plan, lambda record: _row(cabinet, plan, record))


def _by_id(plan: Plan) -> bool:
    """Whether the rows stand in order of their ids: then they are read only as far as the window goes."""
    return all(each.path.name == "id" and not each.descending for each in plan.order)


def candidates(cabinet: Cabinet, module: str, where: Conditions) -> Iterable[Record]:
    """Records, in order of their ids, that hold all that can match; few of them where an index helps."""
    for condition in _necessary(where):
        field = condition.path.field
        if condition.path.name == "id":
            numbers = sorted({int(value) for value in condition.values if isinstance(value, Decimal)})
            if condition.operator == "greater_than":
                return cabinet.after(module, str(numbers[0]), descending=False)
            if condition.operator in ("equal", "in"):
                return [record for number in numbers if (record := cabinet.get(module, str(number)))]
        if condition.path.hops or condition.operator not in ("equal", "in"):
            continue
        if field.api_name in cabinet.indexed(module):
            hits = (cabinet.find(module, field.api_name, value) for value in condition.values)
            unique = {record.id: record for found in hits for record in found}
            return sorted(unique.values(), key=lambda record: (len(record.id), record.id))
    return cabinet.records(module)


def _necessary(where: Conditions) -> Iterator[Condition]:
    if isinstance(where, Condition):
        yield where
    elif where.joint == "and":
        for part in where.parts:
            yield from _necessary(part)


def _window(found: Iterator[Any], plan: Plan, shown: Callable[[Any], Row]) -> Page:
    rows = [shown(each) for each in islice(found, plan.offset, plan.offset + plan.limit)]
    return Page(rows, next(found, None) is not None)


def _row(cabinet: Cabinet, plan: Plan, record: Record) -> Row:
    values = {each.column.key: shown(cabinet, each.path, record) for each in plan.columns}
    return values | {"id": record.id}


def shown(cabinet: Cabinet, path: Path, record: Record) -> Any:  # noqa: ANN401 - a JSON value
    """A value as COQL shows it: a lookup with id and name, a user with id and last name."""
    value = path.read(cabinet, record)
    return shown_value(cabinet, path.field, value)


def shown_value(cabinet: Cabinet, field: Field, value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """A stored value of a field as COQL shows it."""
    if field.data_type == "boolean":
        return bool(value)
    if field.person and isinstance(value, str):
        user = cabinet.users.get(value)
        return {"name": user.last_name if user else None, "id": value}
    if field.data_type == "lookup" and isinstance(value, str):
        target = cabinet.get(field.lookup, value) if field.lookup else None
        return {"name": cabinet.name(target), "id": value} if target else {"id": value}
    return value


def _sorted_records(cabinet: Cabinet, plan: Plan, found: Iterable[Record]) -> list[Record]:
    records = list(found)
    for each in reversed(plan.order):
        path = each.path
        records.sort(
            key=lambda record: _rank(normal(path.field, path.read(cabinet, record))),
            reverse=each.descending,
        )
    return records


def _sorted_rows(plan: Plan, rows: list[tuple[Row, dict[str, Comparable | None]]]) -> list[Row]:
    for each in reversed(plan.order):
        rows.sort(key=lambda row: _rank(row[1].get(each.key)), reverse=each.descending)
    return [row for row, _ in rows]


def _rank(value: Comparable | None) -> tuple[int, Any]:
    return (0, "") if value is None else (1, value)


def _grouped(
    cabinet: Cabinet, plan: Plan, found: Iterable[Record]
) -> list[tuple[Row, dict[str, Comparable | None]]]:
    groups: dict[tuple[Comparable | None, ...], list[Record]] = {}
    for record in found:
        sign = tuple(normal(path.field, path.read(cabinet, record)) for path in plan.group)
        groups.setdefault(sign, []).append(record)
    if not plan.group and not groups:
        groups[()] = []
    return [_totals(cabinet, plan, records) for records in groups.values()]


def _totals(cabinet: Cabinet, plan: Plan, records: list[Record]) -> tuple[Row, dict[str, Comparable | None]]:
    row: Row = {}
    ranks: dict[str, Comparable | None] = {}
    for each in plan.columns:
        if each.column.function:
            total = _total(cabinet, each, records)
            row[each.column.key], ranks[each.column.key] = _json(total), total
        else:
            value = each.path.read(cabinet, records[0])
            row[each.column.key] = shown_value(cabinet, each.path.field, value)
            ranks[each.column.key] = normal(each.path.field, value)
    return row, ranks


def _total(cabinet: Cabinet, selected: Selected, records: list[Record]) -> Comparable | None:
    function: Aggregate | None = selected.column.function
    read = (normal(selected.path.field, selected.path.read(cabinet, record)) for record in records)
    values = [value for value in read if value is not None]
    if function == "COUNT":
        return Decimal(len(values))
    if not values:
        return None
    if function == "MIN":
        return min(values, key=_rank)
    if function == "MAX":
        return max(values, key=_rank)
    total = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
    return total / len(values) if function == "AVG" else total


def _json(value: Comparable | None) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, str | bool) else value.isoformat()
