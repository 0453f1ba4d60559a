"""When the work of several connections stops, and what a person is told of first."""

from datetime import UTC, datetime

from ledgerferry.engine.apply import Idle
from ledgerferry.engine.lane import Bell, Pace
from ledgerferry.engine.stopping import Stop, stopped

TOMORROW = datetime(2026, 1, 6, tzinfo=UTC)
LANES = ["books/customer", "books/invoice", "sales/crm/deal"]
NOTHING = Pace(Idle(), 0.5)
SOON = Pace(Idle(home=TOMORROW), 3.0)
LOGIN = Pace(Idle(login="the token was revoked"), 0.5)
CAPPED = Pace(Idle(system=TOMORROW, cap="day"), 40_000.0)
AWAY = Pace(Idle(home=TOMORROW), 2.0, "no route")


def _asked(*paces: Pace | None, wait: bool = False, busy: str = "", ended: int = 0) -> Stop | None:
    """What is said where the lanes stand so; ``busy`` names a connection with an open operation."""
    bells = {"books": Bell(), "sales/crm": Bell()}
    if busy:
        bells[busy].opened()
    for _ in range(ended):
        bells["books"].opened()
        bells["books"].closed()
    told = {name: (pace, 0) for name, pace in zip(LANES, paces, strict=True) if pace is not None}
    return stopped(LANES, told, bells, wait=wait)


def test_one_that_needs_a_login_waits_until_the_other_has_done_what_it_can() -> None:
    assert _asked(SOON, NOTHING, LOGIN) is None
    assert _asked(NOTHING, NOTHING, LOGIN, busy="books") is None
    assert _asked(NOTHING, None, LOGIN) is None
    assert _asked(NOTHING, NOTHING, LOGIN) == Stop(login="the token was revoked")


def test_a_connection_alone_that_is_stuck_stops_at_once_whatever_its_other_lanes_do() -> None:
    assert _asked(LOGIN, SOON, NOTHING) == Stop(login="the token was revoked")
    assert _asked(AWAY, SOON, NOTHING, busy="books") == Stop(unreachable="no route")


def test_a_days_end_stops_once_all_have_met_it_or_have_nothing_to_do() -> None:
    assert _asked(CAPPED, SOON, NOTHING) is None
    assert _asked(CAPPED, NOTHING, SOON) is None
    assert _asked(CAPPED, CAPPED, NOTHING) == Stop(waiting_until=TOMORROW, cap="day")
    assert _asked(NOTHING, NOTHING, CAPPED) == Stop(waiting_until=TOMORROW, cap="day")


def test_with_wait_a_days_end_is_waited_for_and_a_login_told_afterwards() -> None:
    assert _asked(CAPPED, CAPPED, NOTHING, wait=True) is None
    assert _asked(CAPPED, NOTHING, LOGIN, wait=True) is None
    assert _asked(NOTHING, NOTHING, LOGIN, wait=True) == Stop(login="the token was revoked")


def test_a_login_is_told_before_the_network_and_that_before_a_days_end() -> None:
    assert _asked(AWAY, NOTHING, LOGIN) == Stop(login="the token was revoked")
    assert _asked(CAPPED, NOTHING, AWAY) == Stop(unreachable="no route")


def test_what_ended_since_a_lane_looked_may_have_given_it_work() -> None:
    assert _asked(NOTHING, NOTHING, CAPPED, ended=1) is None


def test_where_nothing_is_stuck_nothing_stops() -> None:
    assert _asked(NOTHING, NOTHING, NOTHING) is None
