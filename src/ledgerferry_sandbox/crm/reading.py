"""Single records, lists and what was deleted (F67, F70)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby, islice, takewhile

from ledgerferry_sandbox.crm import externals, pagetokens, showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, UNCHANGED, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, wrong_parameter
from ledgerferry_sandbox.crm.models import Gone, Record
from ledgerferry_sandbox.crm.pagetokens import Place
from ledgerferry_sandbox.crm.values import moment
from ledgerferry_sandbox.exchange import Row

PER_PAGE = 200
FIELDS = 50
BY_PAGE = 2_000
BY_TOKEN = 100_000
SORTS = ("id", "Created_Time", "Modified_Time")
RECYCLE, FORGET = timedelta(days=60), timedelta(days=120)


def fields(cabinet: Cabinet, call: Call, module: str) -> list[str]:
    """The fields that a list must name: at most fifty."""
    names = call.several("fields", most=FIELDS)
    return [name for name in names if name in cabinet.fields(module)]


def since(call: Call) -> datetime | None:
    """If-Modified-Since, if there is one."""
    text = call.header("if-modified-since")
    return moment(text) if text else None


def newer(record: Record, moment_: datetime) -> bool:
    """Whether a record changed after this moment."""
    return moment(str(record.get("Modified_Time"))) > moment_


def get(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/{id}: the whole record, or the fields asked for."""
    module = cabinet.holding(call.ids[0]).api_name
    try:
        record = externals.record(cabinet, call, module, call.ids[1])
    except Refusal:
        if call.header("x-external") or not call.ids[1].isdecimal():
            raise
        return NOTHING
    asked = since(call)
    if asked and not newer(record, asked):
        return UNCHANGED
    names = call.get("fields")
    row = showing.record(cabinet, record, names.split(",") if names else None)
    return Reply({"data": [row]})


def index(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}."""
    module = cabinet.holding(call.ids[0])
    names = fields(cabinet, call, module.api_name)
    per_page = call.count("per_page", PER_PAGE, PER_PAGE)
    place = _place(cabinet, call, module.api_name)
    if call.get("cvid") not in ("", module.view_id):
        raise wrong_parameter("cvid", "the id given seems to be invalid")
    page = 1 if call.get("page_token") else call.count("page", 1, BY_PAGE)
    if place.passed == 0 and page * per_page > BY_PAGE:
        details: Row = {"param_name": "page", "limit": BY_PAGE}
        raise Refusal("DISCRETE_PAGINATION_LIMIT_EXCEEDED", "use page_token beyond 2000 records", details)
    asked = since(call)
    if asked and not _any_newer(cabinet, module.api_name, asked):
        return UNCHANGED
    found = _found(cabinet, call, module.api_name, place, asked)
    skipped = 0 if place.passed else (page - 1) * per_page
    held = list(islice(found, skipped, skipped + per_page + 1))
    if not held:
        return UNCHANGED if asked else NOTHING
    return _page(cabinet, call, names, held, per_page, page, place, skipped)


def _page(
    cabinet: Cabinet,
    call: Call,
    names: list[str],
    held: list[Record],
    per_page: int,
    page: int,
    place: Place,
    skipped: int,
) -> Reply:
    more, held = len(held) > per_page, held[:per_page]
    passed = place.passed + skipped + len(held)
    info: Row = {
        "call": False,
        "per_page": per_page,
        "next_page_token": None,
        "count": len(held),
        "sort_by": place.sort_by,
        "page": (place.passed // per_page + 1) if place.passed else page,
        "previous_page_token": None,
        "page_token_expiry": None,
        "sort_order": place.sort_order,
        "email": False,
        "more_records": more,
    }
    if more and passed < BY_TOKEN:
        after = place.behind(held[-1], passed)
        info["next_page_token"], info["page_token_expiry"] = pagetokens.give(cabinet, after)
    if place.passed:
        former = _former(cabinet, place, list(_tests(call, place.module)), per_page)
        info["previous_page_token"], info["page_token_expiry"] = pagetokens.give(cabinet, former)
    return Reply({"data": [showing.record(cabinet, each, names) for each in held], "info": info})


def _former(cabinet: Cabinet, place: Place, tests: list[Callable[[Record], bool]], per_page: int) -> Place:
    """Where the page before a token's page begins."""
    beginning = replace(place, last="", last_id="", passed=0)
    if place.sort_by == "id":
        back = cabinet.after(place.module, place.last_id, descending=place.sort_order == "asc")
    else:
        ordered = _ordered(cabinet, place.module, beginning, None)
        read = list(takewhile(lambda record: not place.beyond(record), ordered))
        back = iter(read[-2::-1])
    passing = (record for record in back if all(test(record) for test in tests))
    last = next(islice(passing, per_page - 1, None), None)
    return place.behind(last, place.passed - per_page) if last else beginning


def _place(cabinet: Cabinet, call: Call, module: str) -> Place:
    if token := call.get("page_token"):
        if call.get("page"):
            details: Row = {"ambiguity_due_to": [{"param_name": "page"}, {"param_name": "page_token"}]}
            raise Refusal("AMBIGUITY_DURING_PROCESSING", "page and page_token cannot be combined", details)
        return pagetokens.take(cabinet, module, call.user, token)
    sort_by, order = call.get("sort_by") or "id", call.get("sort_order") or "desc"
    if sort_by not in SORTS:
        raise wrong_parameter("sort_by")
    if order not in ("asc", "desc"):
        raise wrong_parameter("sort_order")
    view = cabinet.view_sorts.get(call.get("cvid")) if not call.get("sort_by") else None
    if view and view.sort_by in cabinet.fields(module):
        return Place(module, call.user, view.sort_by, call.get("sort_order") or view.sort_order)
    return Place(module, call.user, sort_by, order)


def _any_newer(cabinet: Cabinet, module: str, asked: datetime) -> bool:
    latest = next(cabinet.changed(module), None)
    return latest is not None and newer(latest, asked)


def _found(
    cabinet: Cabinet, call: Call, module: str, place: Place, asked: datetime | None
) -> Iterator[Record]:
    tests = list(_tests(call, module))
    if asked:
        tests.append(lambda record: newer(record, asked))
    if ids := call.get("ids"):
        wanted = dict.fromkeys(call.several("ids"))
        held = (cabinet.get(module, number) for number in wanted) if ids else ()
        records: Iterable[Record] = (record for record in held if record)
        records = _sorted(records, place)
    else:
        records = _ordered(cabinet, module, place, asked)
    return (record for record in records if all(test(record) for test in tests))


def _tests(call: Call, module: str) -> Iterator[Callable[[Record], bool]]:
    converted = call.get("converted") or "false"
    if module == "Leads" and converted != "both":
        yield lambda record: bool(record.get("Converted__s")) == (converted == "true")
    approved = call.get("approved") or "both"
    if approved != "both":
        sought = approved == "true"
        yield lambda record: (record.get("$approval_state") in (None, "approved")) == sought


def _sorted(records: Iterable[Record], place: Place) -> list[Record]:
    return sorted(records, key=place.key, reverse=place.sort_order == "desc")


def _ordered(cabinet: Cabinet, module: str, place: Place, asked: datetime | None) -> Iterable[Record]:
    descending = place.sort_order == "desc"
    if asked:
        return (record for record in _sorted(_fresh(cabinet, module, asked), place) if place.beyond(record))
    if place.sort_by == "Modified_Time":
        changed = cabinet.changed(module, descending=descending)
        return (record for record in _second_by_second(changed, place) if place.beyond(record))
    if place.sort_by in ("id", "Created_Time"):
        return cabinet.after(module, place.last_id, descending=descending)
    return (record for record in _sorted(cabinet.records(module), place) if place.beyond(record))


def _second_by_second(records: Iterable[Record], place: Place) -> Iterator[Record]:
    for _, same in groupby(records, lambda record: record.get("Modified_Time")):
        yield from _sorted(same, place)


def _fresh(cabinet: Cabinet, module: str, asked: datetime) -> Iterator[Record]:
    for record in cabinet.changed(module):
        if not newer(record, asked):
            return
        yield record


def price(cabinet: Cabinet, call: Call) -> int:
    """Three credits with a custom view (F76)."""
    return 3 if call.get("cvid") else 1


def heavy(cabinet: Cabinet, call: Call) -> bool:
    """A list with a view or a sort is heavy (F77)."""
    return bool(call.get("cvid") or call.get("sort_by"))


def count(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/actions/count."""
    module = cabinet.holding(call.ids[0]).api_name
    return Reply({"count": len(cabinet.table(module))})


def deleted(cabinet: Cabinet, call: Call) -> Reply:
    """GET /{module}/deleted?type=: the recycle bin for 60 days, ids of the rest for 120 (F70)."""
    module = cabinet.holding(call.ids[0]).api_name
    kind = call.get("type") or "all"
    if kind not in ("all", "recycle", "permanent"):
        raise wrong_parameter("type")
    per_page, page, asked = (
        call.count("per_page", PER_PAGE, PER_PAGE),
        call.count("page", 1, 10_000),
        since(call),
    )
    rows = []
    for gone in reversed(cabinet.gone.find("module", module)):
        at = moment(gone.deleted_time)
        row = _gone(cabinet, gone, permanent=gone.permanent or at + RECYCLE <= cabinet.desk.now())
        if at + FORGET > cabinet.desk.now() and kind in ("all", row["type"]) and (not asked or at > asked):
            rows.append(row)
    start = (page - 1) * per_page
    part = rows[start : start + per_page]
    if not part:
        return UNCHANGED if asked else NOTHING
    more = len(rows) > start + per_page
    info = {"per_page": per_page, "count": len(part), "page": page, "more_records": more}
    return Reply({"data": part, "info": info})


def _gone(cabinet: Cabinet, gone: Gone, *, permanent: bool) -> Row:
    return {
        "deleted_by": _name(cabinet, gone.deleted_by),
        "id": gone.id,
        "display_name": gone.display_name,
        "type": "permanent" if permanent else "recycle",
        "created_by": _name(cabinet, gone.created_by),
        "deleted_time": gone.deleted_time,
    }


def _name(cabinet: Cabinet, number: str) -> Row | None:
    row = showing.person(cabinet, number)
    return {"name": row["name"], "id": row["id"]} if row else None
