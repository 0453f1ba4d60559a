"""GET /{module}/search."""

from collections.abc import Callable, Iterator
from itertools import islice

from ledgerferry_sandbox.crm import showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.route import READ, Route
from ledgerferry_sandbox.crm.search.criteria import read

WAYS = ("criteria", "email", "phone", "word")
MOST_ON_PAGE = 200
MOST_FOUND = 2_000
MOST_FIELDS = 50
WORDY = frozenset({"text", "textarea", "email", "phone", "website", "picklist", "multiselectpicklist"})
Test = Callable[[Record], bool]


def search(cabinet: Cabinet, call: Call) -> Reply:
    """The records that the index shows now for one of criteria, email, phone and word; 204 for none."""
    (module_name,) = call.ids
    module = cabinet.holding(module_name).api_name
    page, per_page = call.count("page", 1, MOST_FOUND), call.count("per_page", MOST_ON_PAGE, MOST_ON_PAGE)
    if page * per_page > MOST_FOUND:
        raise Refusal(
            "LIMIT_REACHED", "the limit of records that a search shows is reached", {"limit": MOST_FOUND}
        )
    fits, wanted = _test(cabinet, module, call), _converted(module, call)
    found = (record for record in _index(cabinet, module, call) if wanted(record) and fits(record))
    rows = list(islice(found, (page - 1) * per_page, page * per_page))
    if not rows:
        return NOTHING
    more = page * per_page < MOST_FOUND and next(found, None) is not None
    names = call.several("fields", MOST_FIELDS) if call.get("fields") else None
    info = {"per_page": per_page, "count": len(rows), "page": page, "more_records": more}
    return Reply({"data": [showing.record(cabinet, record, names) for record in rows], "info": info})


def _index(cabinet: Cabinet, module: str, call: Call) -> Iterator[Record]:
    descending = call.get("sort_order") != "asc"
    by_change = call.get("sort_by") == "Modified_Time"
    return cabinet.table(module).listed(by_change=by_change, descending=descending)


def _test(cabinet: Cabinet, module: str, call: Call) -> Test:
    given = [way for way in WAYS if call.get(way).strip()]
    if not given:
        text = "one of the expected parameter is missing"
        raise Refusal("EXPECTED_PARAM_MISSING", text, {"param_names": list(WAYS)})
    if len(given) > 1 and cabinet.switches.at("search_ways") == "refused":
        ambiguous = [{"param_name": way} for way in given]
        text = "ambiguity while processing the request"
        raise Refusal("AMBIGUITY_DURING_PROCESSING", text, {"ambiguity_due_to": ambiguous})
    way, value = given[0], call.get(given[0]).strip()
    if way == "criteria":
        conditions = read(cabinet, module, value)
        return lambda record: conditions.holds(cabinet, record)
    fields = list(cabinet.fields(module).values())
    if way == "word":
        return _holding(fields, WORDY, lambda text: value.casefold() in text.casefold())
    if not any(field.data_type == way for field in fields):
        raise Refusal("FIELD_TYPE_UNAVAILABLE", "this data type is not found in this module")
    if way == "email":
        return _holding(fields, {"email"}, lambda text: text.casefold() == value.casefold())
    digits = _digits(value)
    return _holding(fields, {"phone"}, lambda text: bool(digits) and _digits(text) == digits)


def _holding(fields: list[Field], kinds: frozenset[str] | set[str], fits: Callable[[str], bool]) -> Test:
    names = [field.api_name for field in fields if field.data_type in kinds]
    return lambda record: any(fits(str(record.get(name))) for name in names if record.get(name))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _converted(module: str, call: Call) -> Test:
    """Leads that were converted are found only when asked for."""
    asked = call.get("converted") or "false"
    if module != "Leads" or asked == "both":
        return lambda _: True
    return lambda record: bool(record.get("Converted__s")) is (asked == "true")


SCOPE = f"{READ}&ZohoSearch.securesearch.READ"
ROUTES = (Route("GET", "v8/*/search", search, SCOPE),)
