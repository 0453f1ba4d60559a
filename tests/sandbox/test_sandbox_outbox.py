from collections import Counter
from random import Random

import pytest

from ledgerferry_sandbox.desk.clock import VirtualClock
from ledgerferry_sandbox.desk.outbox import Delivery, Outbox, Rates
from ledgerferry_sandbox.postman import on_loopback
from tests.sandbox.caller import Caller


class Street:
    """An outbox, its clock, and everything that was carried from it."""

    def __init__(self, **rates: float) -> None:
        self.clock = VirtualClock()
        self.outbox = Outbox(self.clock.now, Random(7))
        self.outbox.rates = Rates(**rates)
        self.carried: list[str] = []

    def post(self, *bodies: str, after: float = 0.0) -> None:
        for body in bodies:
            self.outbox.post("books", "http://127.0.0.1/hook", body, after=after)

    def carry(self, status: int | None = 200) -> list[str]:
        def carrier(delivery: Delivery) -> int | None:
            self.carried.append(delivery.body)
            return status

        self.outbox.deliver(carrier)
        return self.carried

    def states(self) -> list[str]:
        return [each.state for each in self.outbox.deliveries]


def test_what_is_posted_is_carried_once_and_in_order() -> None:
    street = Street()
    street.post("a", "b")
    assert street.carry() == ["a", "b"]
    assert street.carry() == ["a", "b"]
    assert [(each.state, each.status) for each in street.outbox.deliveries] == [("sent", 200)] * 2


def test_a_callback_with_a_wait_leaves_when_its_time_has_come() -> None:
    street = Street()
    street.post("later", after=10)
    street.post("now")
    assert street.carry() == ["now"]
    street.clock.advance(9.9)
    assert street.carry() == ["now"]
    street.clock.advance(0.1)
    assert street.carry() == ["now", "later"]


def test_nobody_at_the_address_is_a_failure() -> None:
    street = Street()
    street.post("a")
    street.carry(None)
    assert street.states() == ["failed"]


def test_dropped_callbacks_never_leave_but_are_on_the_list() -> None:
    street = Street(drop=1)
    street.post("a")
    assert street.carry() == []
    assert street.states() == ["dropped"]


def test_duplicated_callbacks_leave_twice() -> None:
    street = Street(duplicate=1)
    street.post("a", "b")
    assert Counter(street.carry()) == {"a": 2, "b": 2}


def test_delayed_callbacks_leave_within_the_longest_delay() -> None:
    street = Street(delay=1, delay_seconds=20)
    street.post("a")
    assert street.carry() == []
    street.clock.advance(20)
    assert street.carry() == ["a"]


def test_a_reordered_callback_leaves_after_the_next_or_by_itself() -> None:
    street = Street(reorder=1)
    street.post("a")
    street.outbox.rates = Rates()
    street.post("b")
    assert street.carry() == ["b", "a"]
    street.outbox.rates = Rates(reorder=1)
    street.post("c")
    assert street.carry() == ["b", "a"]
    street.clock.advance(5)
    assert street.carry() == ["b", "a", "c"]


def test_a_rate_strikes_about_as_often_as_it_says() -> None:
    street = Street(drop=0.3)
    street.post(*map(str, range(1000)))
    assert 250 < street.states().count("dropped") < 350


def test_the_product_hears_what_became_of_it_and_may_post_again() -> None:
    street = Street()
    heard: list[Delivery] = []

    def again(delivery: Delivery) -> None:
        heard.append(delivery)
        if len(heard) < 3:
            street.outbox.post("books", delivery.url, delivery.body, after=1)

    street.outbox.listeners["books"] = again
    street.post("a")
    for _ in range(3):
        street.carry(503)
        street.clock.advance(1)
    assert street.carried == ["a"] * 3
    assert [(each.state, each.status) for each in heard] == [("sent", 503)] * 3


def test_what_waits_survives_and_what_was_leaving_has_failed() -> None:
    street, other = Street(), Street()
    street.post("a", "b")
    street.post("later", after=5)
    first, _ = street.outbox.due()
    street.outbox.settle(first.number, 200)
    other.outbox.load(street.outbox.rows())
    assert other.states() == ["sent", "failed", "waiting"]
    other.clock.advance(5)
    assert other.carry() == ["later"]
    other.post("new")
    assert other.carry() == ["later", "new"]


def test_a_delivery_settled_twice_or_unknown_changes_nothing() -> None:
    street = Street()
    street.post("a")
    street.carry()
    street.outbox.settle("1", 500)
    street.outbox.settle("99", 500)
    assert [each.status for each in street.outbox.deliveries] == [200]


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:9/x", True),
        ("https://localhost/x", True),
        ("http://hooks.localhost:80", True),
        ("http://[::1]:8080/", True),
        ("http://127.1.2.3/", True),
        ("http://10.0.0.1/", False),
        ("http://example.com/", False),
        ("http://localhost.example.com/", False),
        ("http://[::1", False),
        ("nonsense", False),
    ],
)
def test_only_addresses_of_this_machine_are_near(url: str, near: bool) -> None:
    assert on_loopback(url) is near


def test_the_control_plane_sets_the_rates_and_shows_the_deliveries(caller: Caller) -> None:
    assert caller.control("PUT", "webhooks", {"drop": 1})["drop"] == 1
    caller.sandbox.desk.outbox.post("crm", "http://localhost/", "x")
    shown = caller.control("GET", "webhooks")
    assert (shown["rates"]["drop"], shown["deliveries"][0]["state"]) == (1, "dropped")
    assert caller.control("GET", "state")["webhooks"] == shown["deliveries"]
    assert caller.call("PUT", "/_sandbox/webhooks", {"drop": 2}).status == 400
    assert caller.call("PUT", "/_sandbox/webhooks", {"nonsense": 0}).status == 400
    state = caller.control("GET", "state")
    caller.control("POST", "reset")
    assert caller.control("GET", "webhooks") == {"rates": Rates().model_dump(), "deliveries": []}
    caller.control("PUT", "state", state)
    assert caller.control("GET", "webhooks") == shown
