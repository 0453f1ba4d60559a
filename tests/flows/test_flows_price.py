"""The price of a plan: every side by itself, then all of them beside each other."""

from datetime import date
from decimal import Decimal

import pytest

from ledgerferry.flows.price import Allowance, SystemPrice, joined, pages, schedule

TODAY = date(2026, 1, 5)


def allowed(**given: int | None) -> Allowance:
    return Allowance.model_validate({"per_minute": 95, "per_day": 50, "in_flight": 10, "room": 50} | given)


def system(name: str = "books", allowance: Allowance | None = None, **given: int) -> SystemPrice:
    spent = {"observe": 6, "write": 90, "verify": 4} | given
    return SystemPrice.model_validate({"system": name, "allowance": allowance or allowed(), **spent})


@pytest.mark.parametrize(
    ("room", "days"),
    [(100, [100]), (99, [99, 1]), (50, [50, 50]), (49, [49, 50, 1]), (0, [0, 50, 50]), (-3, [0, 50, 50])],
)
def test_days_begin_with_what_is_left_of_today(room: int, days: list[int]) -> None:
    assert system(allowance=allowed(room=room)).days() == days


def test_what_the_plan_itself_has_spent_of_today_is_not_counted_twice() -> None:
    assert system(allowance=allowed(room=94, made=6)).days() == [100]


def test_a_schedule_says_how_many_documents_are_complete_by_when() -> None:
    found = schedule([system()], 30, TODAY)

    assert [(d.day, str(d.date), d.spent, d.documents, d.percent) for d in found] == [
        (1, "2026-01-05", {"books": 50}, 14, 48),
        (2, "2026-01-06", {"books": 50}, 30, 100),
    ]


def test_sides_work_beside_each_other_and_the_slowest_counts() -> None:
    slow, roomy = system(write=190), allowed(per_minute=None, per_day=5000, room=5000)
    fast = system("crm", roomy, write=10, credits=24)

    price = joined([slow, fast])

    assert (price.calls, price.crm_credits) == ({"books": 200, "crm": 20}, 24)
    assert (price.minutes, price.days) == (Decimal("2.2"), 4)
    assert price.steps["crm"] == {"observe": 6, "write": 10, "verify": 4}
    assert [day.spent for day in schedule([slow, fast], 5, TODAY)] == [
        {"books": 50, "crm": 24}, {"books": 50}, {"books": 50}, {"books": 50},
    ]  # fmt: skip


@pytest.mark.parametrize(("rows", "calls"), [(0, 1), (200, 1), (201, 2), (20_000, 100)])
def test_a_list_costs_a_call_for_each_page(rows: int, calls: int) -> None:
    assert pages(rows) == calls
