import pytest

from ledgerferry.model.plan import Rung
from ledgerferry.model.record import Kind
from ledgerferry.systems.books import Capabilities
from ledgerferry.systems.protocol import TaxRounding

from .world import World, customer, operation


def tried(world: World) -> Capabilities:
    before = len(world.log())
    found = world.books.probe_capabilities(world.clock, "t1")
    assert len(world.log()) - before <= 30
    assert found.calls <= 30
    return found


def test_the_demo_organisation_can_use_the_key_and_is_left_as_it_was() -> None:
    world = World(rungs={})
    found = tried(world)
    rungs = {Kind.CUSTOMER: Rung.UPSERT, Kind.INVOICE: Rung.KEY, Kind.PAYMENT: Rung.UPSERT}
    assert found.rungs == rungs | {Kind.CREDIT_NOTE: Rung.KEY}
    assert found.number_honoured
    assert found.bulk_send
    assert found.kept == ()
    assert found.tax_rounding is TaxRounding.DOCUMENT
    for module in ("contacts", "invoices", "customerpayments", "creditnotes"):
        assert world.state(module) == []
    assert world.control("GET", "mail") in ([], {"mail": []})


@pytest.mark.parametrize(
    ("name", "position", "kind", "rung"),
    [
        ("upsert_number", "honoured", Kind.INVOICE, Rung.UPSERT),
        ("upsert", "refused", Kind.CUSTOMER, Rung.KEY),
        ("duplicate_field_code", "4", Kind.CUSTOMER, Rung.UPSERT),
    ],
)
def test_the_rungs_follow_what_books_does(name: str, position: str, kind: Kind, rung: Rung) -> None:
    world = World(rungs={})
    world.switch(name, position)
    assert tried(world).rungs[kind] is rung


def test_without_the_field_only_natural_names_guard() -> None:
    world = World(rungs={}, seed="empty")
    found = tried(world)
    assert set(found.rungs.values()) == {Rung.NATURAL}
    assert "does not exist" in " ".join(found.notes)


def test_a_field_that_takes_a_value_twice_is_no_guard() -> None:
    world = World(rungs={}, seed="empty")
    for module in ("contacts", "invoices", "customerpayments", "creditnotes"):
        world.control(
            "POST",
            "edit",
            {
                "service": "books",
                "kind": "customfields",
                "fields": {
                    "module": module,
                    "api_name": "cf_ferry_key",
                    "label": "Ferry key",
                    "unique": False,
                },
            },
        )
    found = tried(world)
    assert set(found.rungs.values()) == {Rung.NATURAL}
    assert "make it unique" in " ".join(found.notes)
    assert world.state("contacts") == []


def test_rounding_by_line_is_seen() -> None:
    world = World(rungs={})
    world.switch("tax_rounding", "item_level")
    assert tried(world).tax_rounding is TaxRounding.LINE


def test_slow_lists_are_waited_for_and_measured() -> None:
    world = World(rungs={})
    world.switch("search_lag_seconds", "7")
    found = tried(world)
    assert found.settle_seconds is not None
    assert 6 <= found.settle_seconds <= 10
    assert found.applied(world.settings).settle_seconds >= world.settings.settle_seconds


def test_what_was_found_makes_settings_that_work() -> None:
    world = World(rungs={})
    world.switch("upsert_number", "honoured")
    world.books = world.connect(tried(world).applied(world.settings))
    [receipt] = world.do(operation(customer(), "bowman"))
    assert receipt.dropped == ()


@pytest.mark.parametrize(
    ("modules", "kinds"),
    [
        ((), ()),
        (("contacts",), (Kind.CUSTOMER,)),
        (("contacts", "invoices"), (Kind.CUSTOMER, Kind.INVOICE)),
    ],
)
def test_the_field_for_a_crms_ids_is_tried_with_a_create(
    modules: tuple[str, ...], kinds: tuple[Kind, ...]
) -> None:
    world = World(rungs={}, crm_field="cf_crm_id")
    for module in modules:
        fields = {"module": module, "api_name": "cf_crm_id"}
        world.control("POST", "edit", {"service": "books", "kind": "customfields", "fields": fields})
    found = tried(world)

    assert found.crossed == kinds
    assert found.applied(world.settings).crossed == kinds
    assert " ".join(found.notes).count("cf_crm_id for the CRM's id does not exist") == 2 - len(kinds)
    assert (world.state("contacts"), world.state("invoices")) == ([], [])


def test_where_no_field_for_a_crms_ids_is_named_none_is_tried() -> None:
    assert tried(World(rungs={})).crossed is None
