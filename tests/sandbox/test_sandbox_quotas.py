import pytest

from ledgerferry_sandbox.desk import VirtualClock
from ledgerferry_sandbox.options import BOOKS_PLANS
from tests.sandbox.caller import Caller, Said


def calls(caller: Caller, count: int) -> list[Said]:
    return [caller.books("GET", "organizations") for _ in range(count)]


def limit(caller: Caller, **limits: int | None) -> None:
    caller.sign_in()
    caller.control("PUT", "limits", {"books": limits})


def test_f20_44_over_the_minute_and_no_rate_headers(caller: Caller) -> None:
    limit(caller, minute=3)
    said = calls(caller, 4)
    assert [each.status for each in said] == [200, 200, 200, 429]
    assert said[3].code == 44
    assert "exceeded the maximum number of requests per minute that can originate" in said[3].body["message"]
    assert not {name for name in said[3].answer.headers if "limit" in name.lower() or "retry" in name.lower()}


def test_f22_a_fixed_minute_is_the_clocks(caller: Caller) -> None:
    limit(caller, minute=2)
    caller.wait(59)
    assert [each.status for each in calls(caller, 3)] == [200, 200, 429]
    caller.wait(1)
    assert [each.status for each in calls(caller, 2)] == [200, 200]


def test_f22_a_sliding_minute_looks_back_sixty_seconds(caller: Caller) -> None:
    limit(caller, minute=2)
    caller.switch(minute_window="sliding")
    caller.wait(59)
    calls(caller, 2)
    caller.wait(59)
    assert calls(caller, 1)[0].code == 44
    caller.wait(1)
    assert calls(caller, 1)[0].status == 200


@pytest.mark.parametrize(("position", "later"), [("no", 200), ("yes", 429)])
def test_f22_refused_calls_count_by_switch(caller: Caller, position: str, later: int) -> None:
    limit(caller, minute=1)
    caller.switch(minute_window="sliding", count_refused=position)
    calls(caller, 1)
    caller.wait(30)
    assert calls(caller, 1)[0].status == 429
    caller.wait(31)
    assert calls(caller, 1)[0].status == later


def test_f20_45_names_the_days_limit(caller: Caller) -> None:
    limit(caller, day=2)
    said = calls(caller, 3)[2]
    assert (said.status, said.code) == (429, 45)
    assert said.body["message"].endswith("maximum call rate limit of 2.")


@pytest.mark.parametrize(
    ("country", "told"),
    [("US", "organization 1000"), ("GB", "organisation 1,000"), ("IN", "organisation 1,000")],
)
def test_f20_45_is_spelt_as_the_organisations_country_spells(
    caller: Caller, country: str, told: str
) -> None:
    fields = {"country_code": country}
    caller.control("POST", "edit", {"service": "books", "kind": "organizations", "fields": fields})
    caller.sign_in()
    caller.control("PUT", "faults", [{"service": "books", "mode": "books_45"}])
    caller.control("PUT", "limits", {"books": {"day": 1000}})
    noun, most = told.split()
    text = f"The API call for this {noun} has exceeded the maximum call rate limit of {most}."
    assert calls(caller, 1)[0].body == {"code": 45, "message": text}


@pytest.mark.parametrize("noun", ["organization", "account"])
def test_f20_44_has_a_second_text(caller: Caller, noun: str) -> None:
    caller.switch(minute_text=noun)
    limit(caller, minute=0)
    message = calls(caller, 1)[0].body["message"]
    assert message.startswith(f"For security reasons your {noun} has been blocked as it have exceeded")


def test_f19_429_over_the_minute_the_day_and_at_once(caller: Caller) -> None:
    met = []
    for limits in ({"minute": 0}, {"day": 0}, {"in_flight": 0}):
        limit(caller, minute=None, day=None, in_flight=None)
        limit(caller, **limits)
        met += [(each.status, each.code) for each in calls(caller, 1)]
    assert met == [(429, 44), (429, 45), (429, 1070)]


@pytest.mark.parametrize(("position", "after_midnight"), [("midnight", 200), ("rolling", 429)])
def test_f22_the_day_ends_at_midnight_or_rolls(caller: Caller, position: str, after_midnight: int) -> None:
    limit(caller, day=1)
    caller.switch(day_reset=position)
    calls(caller, 1)
    caller.wait(15 * 3600)
    caller.sign_in()
    assert calls(caller, 1)[0].status == after_midnight


def test_f22_a_rolling_day_ends_a_day_later(caller: Caller) -> None:
    limit(caller, day=1)
    caller.switch(day_reset="rolling")
    calls(caller, 1)
    caller.wait(24 * 3600 + 60)
    caller.sign_in()
    assert calls(caller, 1)[0].status == 200


def test_f20_1070_when_too_many_are_open(caller: Caller) -> None:
    limit(caller, in_flight=2)
    signed = {"authorization": f"Zoho-oauthtoken {caller.token}"}
    request = caller.request("GET", "/books/v3/organizations", **signed)
    opened = [caller.sandbox.begin(request) for _ in range(3)]
    assert [each.answer.status for each in opened] == [200, 200, 429]
    for each in opened:
        caller.sandbox.finish(each)
    assert calls(caller, 1)[0].status == 200


def test_f21_43_blocks_for_an_hour_after_a_burst(caller: Caller) -> None:
    limit(caller, burst=5)
    said = calls(caller, 6)[5]
    assert (said.status, said.code, said.answer.headers["retry-after"]) == (429, 43, "3600")
    assert said.body["message"].startswith("For security reasons you have been blocked for some time")
    assert not {name for name in said.answer.headers if name.lower().startswith("x-rate-limit")}
    caller.wait(3599)
    assert calls(caller, 1)[0].code == 43
    caller.wait(1)
    caller.sign_in()
    assert calls(caller, 1)[0].status == 200


def test_usage_counts_what_passed_and_what_was_refused(caller: Caller) -> None:
    limit(caller, minute=2)
    calls(caller, 3)
    usage = caller.control("GET", "usage")["books"]
    assert {name: usage[name] for name in ("calls", "minute", "day", "refused", "open")} == {
        "calls": 3,
        "minute": 2,
        "day": 2,
        "refused": 1,
        "open": 0,
    }


def test_a_call_without_a_right_token_spends_no_quota(caller: Caller) -> None:
    limit(caller, minute=1)
    caller.token = "1000.dead"
    calls(caller, 3)
    caller.sign_in()
    assert calls(caller, 1)[0].status == 200


def test_a_virtual_clock_stands_still() -> None:
    clock = VirtualClock(10.0)
    assert clock.now() == clock.now() == 10.0


def test_f19_what_each_plan_allows() -> None:
    allowed = {name: (held.minute, held.day, held.in_flight) for name, held in BOOKS_PLANS.items()}
    assert allowed == {
        "free": (100, 1_000, 5),
        "standard": (100, 2_000, 10),
        "professional": (100, 5_000, 10),
        "premium": (100, 10_000, 10),
        "elite": (100, 10_000, 10),
        "ultimate": (100, 10_000, 10),
    }
