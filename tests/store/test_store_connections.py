"""Connections, sightings, and what no one has seen before."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from ledgerferry.model.record import Kind, Ref, Summary
from ledgerferry.store import unknownfields
from ledgerferry.store.connections import Connections, Pause, Settings
from ledgerferry.store.database import Database
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.sightings import Sightings
from tests.store.world import SETTINGS, START, TurnedClock

SOON, LATER = START + timedelta(minutes=1), START + timedelta(hours=1)


def test_settings_are_kept_by_name(db: Database) -> None:
    connections = Connections(db)
    assert connections.get("books") is None
    connections.save("books", SETTINGS)
    changed = SETTINGS.model_copy(update={"plan": "premium", "rungs": {"invoice": "b"}, "per_day": 12_000})
    connections.save("books", changed)
    connections.save("crm", SETTINGS)
    assert connections.get("books") == changed
    assert connections.all() == {"books": changed, "crm": SETTINGS}


def test_a_plan_is_one_of_the_vendors() -> None:
    with pytest.raises(ValidationError):
        Settings(product="books", dc="us", accounts_url="", api_url="", plan="gold")


def test_the_longer_pause_is_kept(db: Database, books: str) -> None:
    connections = Connections(db)
    with db.transaction("pause") as tx:
        assert connections.paused(tx, books) is None
        connections.pause(tx, books, LATER, "blocked")
        connections.pause(tx, books, SOON, "minute")
        assert connections.paused(tx, books) == Pause(LATER, "blocked")
    connections.save(books, SETTINGS)
    with db.read() as conn:
        assert connections.paused_until(conn, books) == LATER


def test_a_connection_that_is_only_tried_has_no_pause(db: Database) -> None:
    with db.transaction("pause") as tx:
        Connections(db).pause(tx, "tried", LATER, "minute")
        assert Connections(db).paused_until(tx, "tried") is None
    assert Connections(db).all() == {}


def test_a_needed_login_stays_until_it_was_done(db: Database, books: str) -> None:
    connections = Connections(db)
    assert connections.why_login(books) is None
    connections.login_needed(books, "the refresh token was revoked")
    connections.save(books, SETTINGS)
    assert connections.why_login(books) == "the refresh token was revoked"
    connections.login_needed(books, None)
    assert connections.why_login(books) is None


def summary(number: int, kind: Kind = Kind.INVOICE, **more: object) -> Summary:
    ref = Ref(connection="books", kind=kind, id=f"46000000000{number:08}")
    return Summary(ref=ref, name=f"INV-{number}").model_copy(update=more)


def test_the_last_sighting_counts(db: Database, payloads: Payloads, clock: TurnedClock) -> None:
    sightings = Sightings(db, payloads, clock)
    first = [summary(n, customer="4600000000099", total=Decimal("10.50"), modified=START) for n in range(250)]
    moved = summary(7, status="sent", modified=LATER, balance=Decimal("0.00"))
    with db.transaction("seen") as tx:
        sightings.put(tx, "books", first)
        sightings.put(tx, "books", [summary(7), moved, summary(1, Kind.CUSTOMER)])
        sightings.forget(tx, "books", Kind.INVOICE, first[9].ref.id)
    with db.read() as conn:
        found = sightings.all(conn, "books", Kind.INVOICE)
        assert sightings.all(conn, "crm", Kind.INVOICE) == []
        assert sightings.all(conn, "books", Kind.CUSTOMER) == [summary(1, Kind.CUSTOMER)]
    assert found == [*first[:7], moved, first[8], *first[10:]]


def test_sightings_of_an_erased_customer_are_gone(db: Database, payloads: Payloads,
                                                  clock: TurnedClock) -> None:
    sightings = Sightings(db, payloads, clock)
    with db.transaction("seen") as tx:
        sightings.put(tx, "books", [summary(1, customer="77"), summary(2, customer="78")])
        sightings.put(tx, "books", [summary(3)], subject=lambda seen: f"the customer of {seen.name}")
        payloads.erase(tx, "books/customer/77", START)
        payloads.erase(tx, "the customer of INV-3", START)
        assert sightings.all(tx, "books", Kind.INVOICE) == [summary(2, customer="78")]


def test_the_unseen_is_counted(db: Database) -> None:
    with db.transaction("unseen") as tx:
        for what in ("invoice.colour", "invoice.colour", "code 9999", "x" * 300, "x" * 250):
            unknownfields.count(tx, "books", what)
        assert unknownfields.all(tx, "books") == {"invoice.colour": 2, "code 9999": 1, "x" * 200: 2}
        assert unknownfields.all(tx, "crm") == {}
