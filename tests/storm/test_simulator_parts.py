"""The simulator's own parts: what it counts must be right, or its silence means nothing."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ledgerferry_bench.simulator import invariants
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.hub import Hub
from ledgerferry_bench.simulator.quotas import Recount
from ledgerferry_bench.simulator.scene import Account, Scene, draw, undisturbed
from ledgerferry_bench.simulator.stage import home, sandbox
from ledgerferry_bench.simulator.world import World
from ledgerferry_sandbox.exchange import Request
from ledgerferry_sandbox.sandbox import Sandbox


@pytest.fixture
def played(tmp_path: Path) -> Sandbox:
    """The sandbox after an undisturbed run."""
    with home() as place:
        world = World(undisturbed(draw(1)), tmp_path, place, Counter())
        world.play()
        return world.sandbox


def _called(made: Sandbox, times: int) -> None:
    for _ in range(times):
        made.handle(Request.to("GET", "/books/v3/contacts?organization_id=1"))


def _recounted(account: Account) -> tuple[Sandbox, Recount]:
    roomy = replace(Scene(0), account=Account(1000, 10_000, 100))
    made = sandbox(roomy, Hub(0, Counter(), crash=0, stall=0))
    return made, Recount(made, account)


def test_a_call_too_many_in_any_sixty_seconds_is_seen() -> None:
    made, recount = _recounted(Account(minute=3))
    for at in (50, 5, 4):
        made.desk.clock.advance(at)
        _called(made, 1)
        recount.check(0)
    _called(made, 1)
    with pytest.raises(Broken, match="sixty seconds"):
        recount.check(0)


def test_calls_a_minute_apart_are_none_too_many() -> None:
    made, recount = _recounted(Account(minute=1))
    for _ in range(3):
        _called(made, 1)
        recount.check(0)
        made.desk.clock.advance(60)


def test_a_call_too_many_in_a_day_is_seen() -> None:
    made, recount = _recounted(Account(day=2))
    _called(made, 2)
    recount.check(0)
    made.desk.clock.advance(3_600)
    _called(made, 1)
    with pytest.raises(Broken, match=r"day|24 hours"):
        recount.check(0)


def test_too_many_calls_at_once_are_seen() -> None:
    _, recount = _recounted(Account(in_flight=5))
    recount.check(5)
    with pytest.raises(Broken, match="at once"):
        recount.check(6)


def test_a_record_that_is_there_twice_is_seen_however_its_number_is_written(played: Sandbox) -> None:
    invariants.twice(played)
    book = played.books.book
    invoice = next(iter(book.invoices))
    other = invoice.model_copy(
        update={
            "invoice_id": "9",
            "invoice_number": f" {invoice.invoice_number.lower()}",
            "custom_fields": (),
        }
    )
    book.invoices.put(other)
    with pytest.raises(Broken, match="twice"):
        invariants.twice(played)


def test_a_record_that_went_away_is_seen(played: Sandbox) -> None:
    book = played.books.book
    contact = next(iter(book.contacts))
    invariants.lost(played, {contact.contact_id})
    book.contacts.drop(contact.contact_id)
    with pytest.raises(Broken, match="lost"):
        invariants.lost(played, {contact.contact_id})


def test_a_letter_that_went_out_is_seen(played: Sandbox) -> None:
    invariants.mail(played)
    played.desk.mail.rows.append({"to": "somebody"})
    with pytest.raises(Broken, match="mail"):
        invariants.mail(played)


def test_the_population_tells_a_cent(played: Sandbox) -> None:
    before = invariants.population(played)
    book = played.books.book
    invoice = next(iter(book.invoices))
    line = invoice.line_items[0]
    changed = line.model_copy(update={"rate": line.rate + 1})
    book.invoices.put(invoice.model_copy(update={"line_items": (changed, *invoice.line_items[1:])}))
    assert invariants.population(played) != before


def test_a_broken_chain_is_seen(tmp_path: Path) -> None:
    with home() as place:
        world = World(undisturbed(draw(1)), tmp_path, place, Counter())
        world.play()
        chain = invariants.Chain(world.house)
        chain.check()
        chain.check_past(chain.head)
        with pytest.raises(Broken, match="anew"):
            chain.check_past("0" * 64)


def test_a_scene_is_drawn_from_its_seed_alone() -> None:
    assert draw(11) == draw(11)
    assert draw(11) != draw(12)


def test_an_undisturbed_scene_keeps_all_but_the_mishaps() -> None:
    scene = draw(11)
    calm = undisturbed(scene)
    assert (calm.faults, calm.visits, calm.edits, calm.crash, calm.stall) == ((), (), 0, 0.0, 0.0)
    assert (calm.rung, calm.switches, calm.pace) == (scene.rung, scene.switches, scene.pace)
