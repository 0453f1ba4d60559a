from collections.abc import Callable

import pytest

from ledgerferry_sandbox.crm.editions import EDITIONS
from ledgerferry_sandbox.options import parse
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json


def limit(crm: Asker, **limits: int | None) -> None:
    crm.sign_in()
    crm.control("PUT", "limits", {"crm": limits})


def spent(crm: Asker) -> int:
    return int(crm.control("GET", "usage")["crm"]["day"])


def rows(count: int) -> Json:
    return {"data": [{"Last_Name": str(number)} for number in range(count)]}


@pytest.mark.parametrize(
    ("edition", "users", "day", "at_once"),
    [
        ("free", 3, 5_000, 5),
        ("standard", 4, 51_000, 10),
        ("standard", 500, 100_000, 10),
        ("professional", 2, 51_000, 15),
        ("professional", 10_000, 3_000_000, 15),
        ("enterprise", 2, 52_000, 20),
        ("enterprise", 10_000, 5_000_000, 20),
        ("ultimate", 10_000, 20_050_000, 25),
    ],
)
def test_f75_f77_editions(edition: str, users: int, day: int, at_once: int) -> None:
    limits = EDITIONS[edition].limits(users)
    assert (limits.day, limits.in_flight, limits.sub_in_flight) == (day, at_once, 10)


def test_f75_the_program_starts_with_an_editions_limits() -> None:
    options = parse(["--crm-edition", "free", "--quota", "crm.day=7"])
    assert (options.limits["crm"].day, options.limits["crm"].in_flight) == (7, 5)
    assert options.positions == {"crm.edition": "free"}
    assert parse(["--limits", "off"]).limits["crm"].in_flight is None


@pytest.mark.parametrize(("count", "cost"), [(1, 1), (10, 1), (11, 2), (100, 10)])
def test_f76_a_write_costs_a_credit_for_ten_records(crm: Asker, count: int, cost: int) -> None:
    for path in ("v8/Contacts", "v8/Contacts/upsert"):
        before = spent(crm) if crm.token else 0
        crm.crm("POST", path, rows(count))
        assert spent(crm) - before == cost


def test_f76_prices_of_other_calls(crm: Asker) -> None:
    (lead,) = crm.add("Leads", {"Last_Name": "A", "Company": "B"})
    numbers = crm.add("Contacts", *({"Last_Name": str(number)} for number in range(60)))
    view = crm.crm("GET", "v8/settings/custom_views", module="Contacts").body["info"]["default"]
    tags = {"tags": [{"name": "t"}], "ids": numbers}
    merge = {"merge": [{"data": [{"id": numbers[1]}]}]}
    prices: dict[str, tuple[int, Callable[[], Said]]] = {
        "list": (1, lambda: crm.crm("GET", "v8/Contacts", fields="id")),
        "view": (3, lambda: crm.crm("GET", "v8/Contacts", fields="id", cvid=view)),
        "convert": (5, lambda: crm.crm("POST", f"v8/Leads/{lead}/actions/convert", {"data": [{}]})),
        "count": (50, lambda: crm.crm("GET", "v8/Contacts/actions/count")),
        "tags": (2, lambda: crm.crm("POST", "v8/Contacts/actions/add_tags", tags)),
        "merge": (50, lambda: crm.crm("POST", f"v8/Contacts/{numbers[0]}/actions/merge", merge)),
        "delete": (1, lambda: crm.crm("DELETE", "v8/Contacts", ids=",".join(numbers[2:]))),
    }
    for name, (cost, call) in prices.items():
        before = spent(crm)
        assert call().status == 200, name
        assert spent(crm) - before == cost, name
    assert crm.control("GET", "log")[-1]["credits"] == 1


def test_f78_over_the_credits(crm: Asker) -> None:
    limit(crm, day=2)
    said = [crm.crm("GET", "v8/org") for _ in range(3)]
    assert [each.status for each in said] == [200, 200, 429]
    assert said[2].body["code"] == "TOO_MANY_REQUESTS"
    assert "or the concurrency limit of the user" in said[2].body["message"]
    assert crm.control("GET", "log")[-1]["refused"] == "day"


def test_f78_a_dear_call_does_not_fit_where_a_cheap_one_does(crm: Asker) -> None:
    limit(crm, day=5)
    assert crm.crm("POST", "v8/Contacts", rows(60)).status == 429
    assert crm.crm("POST", "v8/Contacts", rows(50)).status == 201


def test_f75_the_day_rolls(crm: Asker) -> None:
    limit(crm, day=1)
    crm.crm("GET", "v8/org")
    crm.wait(23 * 3600)
    crm.sign_in()
    assert crm.crm("GET", "v8/org").status == 429
    crm.wait(3_660)
    crm.sign_in()
    assert crm.crm("GET", "v8/org").status == 200


def test_f79_the_rest_is_told_from_half_of_the_credits_on(crm: Asker) -> None:
    limit(crm, day=4)
    told = [crm.crm("GET", "v8/org").answer.headers.get("x-api-credits-remaining") for _ in range(4)]
    assert told == [None, "2", "1", "0"]
    refused = crm.crm("GET", "v8/org").answer.headers
    assert not {name for name in refused if "ratelimit" in name or name == "retry-after"}


@pytest.mark.parametrize(("position", "told"), [("no", [None] * 3), ("yes", ["4", "3", "1767690000000"])])
def test_f79_headers_of_older_versions(crm: Asker, position: str, told: list[str | None]) -> None:
    limit(crm, day=4)
    crm.switch(crm__rate_headers=position)
    headers = crm.crm("GET", "v8/org").answer.headers
    names = ("X-RATELIMIT-LIMIT", "X-RATELIMIT-REMAINING", "X-RATELIMIT-RESET")
    assert [headers.get(name.lower()) for name in names] == told


def opened(crm: Asker, target: str, count: int) -> list[int]:
    signed = {"authorization": f"Zoho-oauthtoken {crm.token}"}
    exchanges = [crm.sandbox.begin(crm.request("GET", target, **signed)) for _ in range(count)]
    for exchange in exchanges:
        crm.sandbox.finish(exchange)
    return [exchange.answer.status for exchange in exchanges]


def test_f77_so_many_may_be_open(crm: Asker) -> None:
    limit(crm, in_flight=2)
    assert opened(crm, "/crm/v8/org", 3) == [200, 200, 429]
    assert opened(crm, "/crm/v8/org", 2) == [200, 200]


def test_f77_and_of_the_heavy_ones_fewer(crm: Asker) -> None:
    limit(crm, in_flight=20, sub_in_flight=10)
    crm.person("Ames")
    heavy = "/crm/v8/Contacts?fields=id&sort_by=id"
    assert opened(crm, heavy, 11) == [200] * 10 + [429]
    assert opened(crm, heavy, 10) == [200] * 10
    assert opened(crm, "/crm/v8/Contacts?fields=id", 15) == [200] * 15
    assert crm.control("GET", "log")[-1]["refused"] is None


def test_f77_what_counts_among_the_heavy_ones(crm: Asker) -> None:
    (lead,) = crm.add("Leads", {"Last_Name": "A", "Company": "B"})
    view = crm.crm("GET", "v8/settings/custom_views", module="Contacts").body["info"]["default"]
    limit(crm, in_flight=20, sub_in_flight=0)
    query = {"select_query": "select id from Contacts where id is not null"}
    heavy: dict[str, tuple[str, str, object]] = {
        "view": ("GET", f"v8/Contacts?fields=id&cvid={view}", None),
        "sort_by": ("GET", "v8/Contacts?fields=id&sort_by=id", None),
        "convert": ("POST", f"v8/Leads/{lead}/actions/convert", {"data": [{}]}),
        "eleven": ("POST", "v8/Contacts", rows(11)),
        "eleven upserted": ("POST", "v8/Contacts/upsert", rows(11)),
        "coql": ("POST", "v8/coql", query),
    }
    light: dict[str, tuple[str, str, object]] = {
        "list": ("GET", "v8/Contacts?fields=id", None),
        "ten": ("POST", "v8/Contacts", rows(10)),
        "search": ("GET", "v8/Contacts/search?word=none", None),
    }
    signed = {"authorization": f"Zoho-oauthtoken {crm.token}"}

    def met(calls: dict[str, tuple[str, str, object]]) -> set[str]:
        said = {name: crm.call(m, f"/crm/{path}", body, **signed) for name, (m, path, body) in calls.items()}
        return {name for name, each in said.items() if each.status == 429}

    assert met(heavy) == set(heavy)
    assert met(light) == set()


@pytest.mark.parametrize(("position", "same"), [("joint", True), ("separate", False)])
def test_f78_one_sentence_or_two(crm: Asker, position: str, same: bool) -> None:
    crm.switch(crm__limit_message=position)
    limit(crm, in_flight=0)
    at_once = crm.crm("GET", "v8/org").body["message"]
    limit(crm, in_flight=None, day=0)
    assert (crm.crm("GET", "v8/org").body["message"] == at_once) is same


def test_a_429_on_demand(crm: Asker) -> None:
    crm.sign_in()
    crm.control("PUT", "faults", [{"service": "crm", "mode": "crm_429", "times": 1}])
    said = [crm.crm("GET", "v8/org") for _ in range(2)]
    assert [each.status for each in said] == [429, 200]
    crm.control("PUT", "faults", [{"service": "crm", "mode": "token_expired", "times": 1}])
    assert crm.crm("GET", "v8/org").body["code"] == "INVALID_TOKEN"


def test_books_and_crm_count_apart(crm: Asker) -> None:
    limit(crm, day=1)
    crm.crm("GET", "v8/org")
    assert crm.crm("GET", "v8/org").status == 429
    assert crm.books("GET", "organizations").status == 200
