"""POST /coql."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import NOTHING, Call, Reply
from ledgerferry_sandbox.crm.coql.parser import parse
from ledgerferry_sandbox.crm.coql.plan import check
from ledgerferry_sandbox.crm.coql.run import run
from ledgerferry_sandbox.crm.coql.syntax import Query
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.route import READ, Route
from ledgerferry_sandbox.exchange import Row

PRICES = ((200, 1), (1_000, 2))
DEAREST = 3


def price(cabinet: Cabinet, call: Call) -> int:
    """Credits by LIMIT: to 200 one, to 1,000 two, beyond three; one for what cannot be read (F69)."""
    try:
        limit = _query(cabinet, call).limit
    except Refusal:
        return 1
    return next((cost for most, cost in PRICES if limit <= most), DEAREST)


def module(cabinet: Cabinet, call: Call) -> str:
    """The module that a query reads, which its caller must be allowed to read; none if unreadable."""
    try:
        return _query(cabinet, call).module
    except Refusal:
        return ""


def query(cabinet: Cabinet, call: Call) -> Reply:
    """The rows of a query, with count and whether there are more; 204 without any."""
    plan = check(cabinet, _query(cabinet, call))
    page = run(cabinet, plan)
    if not page.rows:
        return NOTHING
    return Reply({"data": page.rows, "info": {"count": len(page.rows), "more_records": page.more}})


def _query(cabinet: Cabinet, call: Call) -> Query:
    given = call.json().get("select_query")
    if given is None:
        details: Row = {"api_name": "select_query", "json_path": "$.select_query"}
        raise Refusal("MANDATORY_NOT_FOUND", "mandatory key not found", details)
    if not isinstance(given, str):
        details = {"api_name": "select_query", "json_path": "$.select_query", "expected_data_type": "text"}
        raise Refusal("INVALID_DATA", "invalid data", details)
    switches = cabinet.switches
    pairs = switches.at("coql_pairs") == "needed"
    return parse(given, pairs=pairs, backslash=switches.at("coql_backslash") == "escapes")


SCOPE = f"ZohoCRM.coql.READ&{READ}"
ROUTES = (Route("POST", "v8/coql", query, SCOPE, price, heavy=True, module=module),)
