"""Seeded storms: whatever answers are lost on whichever side of a switch, everything is there once."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledgerferry.model.outcome import Busy, Duplicate, InDoubt, Receipt, Unsent
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import InvoiceContent, Kind

from .world import RUNGS, World, customer, invoice, operation, payment

SWITCHES = {
    "search_lag_seconds": ("0", "2", "20"),
    "custom_field_filter": ("works", "ignored"),
    "undocumented_filters": ("ignored", "work"),
    "payments_list_key": ("customer_payments", "customerpayments"),
    "missing_status": ("404", "400"),
    "duplicate_field_code": ("2", "4"),
    "duplicate_number_code": ("1001", "4004"),
    "upsert_sets_key": ("no", "yes"),
    "bulk_unfit": ("refuses_all", "skipped"),
    "contact_name_folding": ("folded", "exact"),
    "number_folding": ("folded", "exact"),
    "partly_paid_late": ("overdue", "partially_paid"),
    "shipping_tax": ("none", "first_line"),
    "email_in_use": ("contact", "off"),
}
FAULTS = ("lost", "reset", "truncate", "http_500", "html_403", "books_44", "books_1070", "token_expired")


def operations(chance: random.Random) -> list[list[Operation]]:
    """Rounds of a small migration: customers, their invoices, all sent, then paid."""
    names = [f"c{n}" for n in range(3)]
    bills = [
        (
            f"i{n}",
            invoice(f"INV-{n}", of=chance.choice(names), issued=date(2025, 5, 1) + timedelta(days=n % 3)),
        )
        for n in range(7)
    ]
    paid = [
        operation(
            payment({name: "60"}, of=bill.customer.split("|")[2], reference=chance.choice([None, "BACS"])),
            name,
        )
        for name, bill in bills[:5]
    ]
    return [
        [operation(customer(f"Company {name}", email=f"{name}@x.example"), name) for name in names],
        [operation(bill, name) for name, bill in bills],
        [operation(bill, name, Purpose.SEND) for name, bill in bills],
        paid,
    ]


def carry_out(world: World, wanted: Operation) -> Receipt:
    """The engine's walk for one operation, as short as it can be."""
    for _ in range(20):
        try:
            [result] = world.books.perform([wanted], world.work)
        except Busy as busy:
            result = busy
        if isinstance(result, Receipt):
            return result
        if isinstance(result, InDoubt | Duplicate):
            world.settle()
            probed = world.books.probe([wanted], world.work)[wanted.key]
            if probed.receipt is not None:
                return probed.receipt
        elif isinstance(result, Busy):
            world.clock.sleep(world.vendor.seconds_until(result.until) + 1)
        else:
            assert isinstance(result, Unsent), result
    raise AssertionError(f"no end in sight for {wanted}")


@pytest.mark.parametrize("seed", range(24))
def test_a_storm_leaves_everything_there_once(seed: int) -> None:
    chance = random.Random(seed)
    rung = chance.choice(list("abc"))
    world = World({kind: Rung(rung) for kind in RUNGS})
    world.switch("upsert_number", "honoured")
    for name, positions in SWITCHES.items():
        world.switch(name, chance.choice(positions))
    for round_ in operations(chance):
        for wanted in round_:
            path = "/books/v3/(contacts|invoices|customerpayments)(/status/sent|/[0-9]+/status/sent)?$"
            rule = {"mode": chance.choice(FAULTS), "path": path, "rate": 0.5, "times": chance.choice([1, 2])}
            world.control("PUT", "faults", [rule | {"method": chance.choice(["POST", "PUT"])}])
            receipt = carry_out(world, wanted)
            if wanted.purpose is Purpose.CREATE:
                world.bindings.bound[wanted.identity] = (wanted.kind, receipt.ref.id)
                assert receipt.dropped == ()
    assert len(world.state("contacts")) == 3
    invoices = world.state("invoices")
    assert sorted(row["invoice_number"] for row in invoices) == [f"INV-{n}" for n in range(7)]
    assert all(row["status"] not in ("draft", "void") for row in invoices)
    assert sorted(Decimal(str(row["balance"])) for row in invoices) == [Decimal(60)] * 5 + [Decimal(120)] * 2
    assert len(world.state("customerpayments")) == 5
    for row in world.books.rows(Kind.INVOICE):
        record = world.books.get(row.ref, world.bindings)
        assert record is not None
        assert isinstance(record.content, InvoiceContent)
        assert record.content.figures.gross == row.total
    assert world.control("GET", "mail") in ([], {"mail": []})
