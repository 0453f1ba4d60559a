"""Lists: filters and their variants, sorting, pages and page_context (F17, F24 to F28)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Generic, TypeVar

from ledgerferry_sandbox.books.call import Call
from ledgerferry_sandbox.books.errors import invalid
from ledgerferry_sandbox.books.wire import folded
from ledgerferry_sandbox.desk.tables import R, Table
from ledgerferry_sandbox.exchange import Row

MAX_PER_PAGE = 200
SELECTIVE = 8
SMALL = 2_000
T = TypeVar("T")
Test = Callable[[R], bool]
Value = str | Decimal | date | tuple[str, ...] | None

TEXT: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda held, asked: held == asked,
    "_startswith": lambda held, asked: held.startswith(asked),
    "_contains": lambda held, asked: asked in held,
}
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda held, asked: held == asked,
    "_less_than": lambda held, asked: held < asked,
    "_less_equals": lambda held, asked: held <= asked,
    "_greater_than": lambda held, asked: held > asked,
    "_greater_equals": lambda held, asked: held >= asked,
    "_before": lambda held, asked: held < asked,
    "_end": lambda held, asked: held <= asked,
    "_after": lambda held, asked: held > asked,
    "_start": lambda held, asked: held >= asked,
}
VARIANTS = tuple(each for each in TEXT | ORDER if each)


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """Something that a list can be filtered and sorted by.

    `index` finds equal texts at once; `narrow` names, for an equal text, index and value to look under where
    the text itself is worked out.
    """

    read: Callable[[R], Value]
    parse: Callable[[str], Value] = folded
    index: str | None = None
    narrow: Callable[[str], tuple[str, str] | None] | None = None

    def start(self, asked: str) -> tuple[str, str] | None:
        """The index and value under which every record of this text stands."""
        return self.narrow(asked) if self.narrow else (self.index, asked) if self.index else None

    def test(self, variant: str, asked: Value) -> Test[R]:
        """Whether a record's value stands in this relation to the one asked for."""
        relation = (TEXT if self.parse is folded else ORDER)[variant]

        def holds(record: R) -> bool:
            held = self.read(record)
            if isinstance(held, tuple):
                return any(relation(folded(each), asked) for each in held)
            held = folded(held) if isinstance(held, str) else held
            return held is not None and relation(held, asked)

        return holds


@dataclass(frozen=True, slots=True)
class View(Generic[R]):
    """How the records of one kind are listed.

    `report` names the list in page_context; `sort` is the default order; `named` are the values of
    filter_by, `starts` the index and value that narrow one down, `statuses` the values of status that are
    several, `search` the texts that search_text looks in.
    """

    table: Table[R]
    report: str
    columns: dict[str, Column[R]]
    row: Callable[[R], Row]
    sort: str = "created_time"
    sortable: tuple[str, ...] = ()
    named: dict[str, Test[R]] = field(default_factory=dict)
    starts: dict[str, tuple[str, str]] = field(default_factory=dict)
    statuses: dict[str, Test[R]] = field(default_factory=dict)
    search: Callable[[R], Iterable[str]] = lambda _: ()
    custom: str = "works"


@dataclass(slots=True)
class Query(Generic[R]):
    """What a list call asks for: tests, the indexes that could narrow it down, an order."""

    tests: list[Test[R]] = field(default_factory=list)
    starts: list[tuple[str, str]] = field(default_factory=list)
    since: datetime | None = None
    sort: str = ""
    descending: bool = True


def decimal(text: str) -> Decimal:
    """A number in a query string."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise invalid("the filter") from None


def day(text: str) -> date:
    """A day in a query string."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("date") from None


def moment(text: str) -> datetime:
    """A moment with its offset. An unescaped plus has become a space and cannot be read (F25)."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise invalid("last_modified_time") from None


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list, its page_context, and how to go through all that match."""

    records: list[R]
    context: Row
    every: Callable[[], Iterator[R]]


def listed(view: View[R], call: Call, order: str = "D") -> Page[R]:
    """The page that a call asks for."""
    page, per_page = _count(call, "page", 1), min(_count(call, "per_page", MAX_PER_PAGE), MAX_PER_PAGE)
    query = _query(view, call, order)
    found = _found(view, query)
    first = (page - 1) * per_page
    shown = list(islice(found, first, first + per_page + 1))
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(shown) > per_page,
        "report_name": view.report,
        "applied_filter": call.get("filter_by") or "Status.All",
        "sort_column": query.sort,
        "sort_order": "D" if query.descending else "A",
    }
    return Page(shown[:per_page], context, lambda: _found(view, query))


def paged(records: Sequence[T], call: Call, report: str) -> tuple[list[T], Row]:
    """The page of a short list, kept in its order, and its page_context."""
    page, per_page = _count(call, "page", 1), min(_count(call, "per_page", MAX_PER_PAGE), MAX_PER_PAGE)
    first = (page - 1) * per_page
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(records) > first + per_page,
        "report_name": report,
        "sort_column": call.get("sort_column") or "created_time",
        "sort_order": "A",
    }
    return list(records[first : first + per_page]), context


def _count(call: Call, name: str, default: int) -> int:
    text = call.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise invalid(name)
    return int(text)


def _query(view: View[R], call: Call, order: str) -> Query[R]:
    asked = call.get("sort_column")
    sort = asked if asked in view.sortable else view.sort
    query: Query[R] = Query(sort=sort, descending=(call.get("sort_order") or order).upper().startswith("D"))
    for name, text in call.request.query:
        if text:
            _filter(view, query, name, text)
    return query


def _filter(view: View[R], query: Query[R], name: str, text: str) -> None:
    if name == "filter_by":
        query.tests.append(view.named.get(text, lambda _: True))
        query.starts += [view.starts[text]] if text in view.starts else []
    elif name == "search_text":
        asked = folded(text)
        query.tests.append(lambda record: any(asked in folded(part) for part in view.search(record)))
    elif name == "last_modified_time" and "last_modified_time" in view.columns:
        since = query.since = moment(text)
        query.tests.append(view.columns[name].test("_greater_than", since))
    elif name == "status" and text in view.statuses:
        query.tests.append(view.statuses[text])
    elif name.startswith(("cf_", "custom_field")):
        if view.custom == "works":
            _filter_custom(query, name, text)
    else:
        _compare(view, query, name, text)


def _filter_custom(query: Query[R], name: str, text: str) -> None:
    variant = next((each for each in ("_startswith", "_contains") if name.endswith(each)), "")
    field_name = "" if name.startswith("custom_field") else name.removesuffix(variant)
    if field_name and not variant:
        query.starts.append(("custom", f"{field_name}={text}"))
    asked = text if not variant else folded(text)

    def holds(record: R) -> bool:
        values = _custom(record, field_name)
        return any(TEXT[variant](value if not variant else folded(value), asked) for value in values)

    query.tests.append(holds)


def _compare(view: View[R], query: Query[R], name: str, text: str) -> None:
    base, variant = _parted(view, name)
    column = view.columns.get(base)
    if column and variant in (TEXT if column.parse is folded else ORDER):
        asked = column.parse(text)
        query.tests.append(column.test(variant, asked))
        start = None if variant else column.start(str(asked))
        query.starts += [start] if start else []


def _parted(view: View[R], name: str) -> tuple[str, str]:
    """The column and the variant in the name of a filter; no variant is the value itself."""
    if name in view.columns or not name.endswith(VARIANTS):
        return name, ""
    variant = next(each for each in VARIANTS if name.endswith(each))
    return name.removesuffix(variant), variant


def _custom(record: Any, name: str = "") -> list[str]:  # noqa: ANN401 - any record with custom fields
    return [value.value for value in record.custom_fields if name in ("", value.api_name)]


def _found(view: View[R], query: Query[R]) -> Iterator[R]:
    by_change = query.sort == "last_modified_time"
    natural = by_change or query.sort == "created_time"
    descending = query.descending if natural else True
    table = view.table
    start = min(query.starts, key=lambda each: table.holders(*each), default=None)
    if start and table.holders(*start) * SELECTIVE < len(table) + SMALL:
        records = table.among(*start, by_change=by_change, descending=descending)
    elif query.since and not by_change:
        fresh = _newer(view, query.since)
        records = iter(sorted(fresh, key=table.key, reverse=descending))
    elif query.sort in table.orders:
        records, natural = table.ranked(query.sort, descending=query.descending), True
    elif start and not by_change:
        records = table.among(*start, descending=descending)
    else:
        records = table.listed(by_change=by_change, descending=descending)
    for test in query.tests:
        records = filter(test, records)
    if natural:
        return records
    column = view.columns[query.sort]
    return iter(sorted(records, key=lambda record: _comparable(column, record), reverse=query.descending))


def _newer(view: View[R], since: datetime) -> Iterator[R]:
    changed = view.columns["last_modified_time"]
    for record in view.table.listed(by_change=True):
        held = changed.read(record)
        if isinstance(held, datetime) and held < since:
            return
        yield record


def _comparable(column: Column[Any], record: object) -> tuple[bool, Any]:
    held = column.read(record)
    return (held is not None, folded(held) if isinstance(held, str) else held)
