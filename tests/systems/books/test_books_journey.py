from datetime import date
from decimal import Decimal

import pytest

from ledgerferry.model.party import Address
from ledgerferry.model.plan import Purpose, Rung
from ledgerferry.model.record import CustomerContent, InvoiceContent, Kind, PaymentContent

from .world import RUNGS, World, credit_note, customer, identity, invoice, line, operation, payment

ALL = dict.fromkeys(RUNGS, Rung.NATURAL)
UPSERT = dict.fromkeys(RUNGS, Rung.UPSERT)


@pytest.fixture(params=["a", "b", "c"])
def world(request: pytest.FixtureRequest) -> World:
    world = World({kind: Rung(request.param) for kind in RUNGS})
    world.switch("upsert_number", "honoured")
    return world


def test_a_customer_an_invoice_sent_and_paid(world: World) -> None:
    ada = customer(
        contact="Ada Bowman King",
        email="ada@bowman.example",
        phone="+44 20 7946 0000",
        vat_number="GB 123 4567 89",
        currency="GBP",
        address=Address(
            lines=("12 High St", "LS1 4AP Leeds", "U.K"), city="Leeds", postcode="LS1 4AP", country="U.K"
        ),
    )
    [made] = world.do(operation(ada, "bowman"))
    assert made.dropped == ()
    assert isinstance(made.content, CustomerContent)
    assert made.content.model_copy(update={"vat_number": ada.vat_number}) == ada

    bill = invoice(reference="PO 7", lines=(line("33.335", "3"), line("10", rate="5"), line("5", rate=None)))
    [billed] = world.do(operation(bill, "inv1"))
    assert billed.dropped == ()
    assert billed.status == "draft"
    assert isinstance(billed.content, InvoiceContent)
    assert billed.content.silent_like(bill).lines == bill.lines
    assert billed.content.customer == bill.customer
    assert billed.content.figures == world.books.predict(bill)

    [sent] = world.do(operation(bill, "inv1", Purpose.SEND))
    assert sent.ref == billed.ref
    assert world.state("invoices")[0]["status"] in ("sent", "overdue")

    [paid] = world.do(operation(payment({"inv1": str(billed.content.figures.gross)}), "pay1"))
    assert paid.dropped == ()
    assert isinstance(paid.content, PaymentContent)
    assert paid.content.applied == payment({"inv1": str(billed.content.figures.gross)}).applied
    record = world.books.get(billed.ref, world.bindings)
    assert record is not None
    assert (record.status, record.balance) == ("paid", Decimal(0))


def test_keys_are_where_the_rung_says(world: World) -> None:
    world.do(
        operation(customer(), "bowman"),
        operation(invoice(), "inv1"),
        operation(invoice(), "inv1", Purpose.SEND),
    )
    world.do(operation(payment({"inv1": "120"}), "pay1"), operation(credit_note(), "cn1"))
    world.settle()
    for kind in RUNGS:
        [row] = world.books.rows(kind)
        if world.settings.rung(kind) is not Rung.NATURAL or kind is Kind.PAYMENT:
            assert (row.key or "").startswith("lf")
        else:
            assert row.key is None


def test_one_payment_over_several_invoices(world: World) -> None:
    world.do(operation(customer(), "bowman"))
    bills = [operation(invoice(f"INV-{n}"), f"inv{n}") for n in range(3)]
    world.do(*bills)
    sends = [operation(o.content, f"inv{n}", Purpose.SEND) for n, o in enumerate(bills)]
    calls = len(world.log())
    world.do(*sends)
    assert len(world.log()) == calls + 1
    [receipt] = world.do(operation(payment({"inv0": "120", "inv1": "120", "inv2": "60"}), "pay"))
    assert receipt.content is not None
    assert len(receipt.content.touches()) == 3
    assert sorted(row["balance"] for row in world.state("invoices")) == [0, 0, 60]


def test_nothing_is_mailed_with_every_mail_switch_on() -> None:
    world = World()
    for name in ("mail.reminders", "mail.thank_you"):
        world.switch(name, "on")
    world.switch("mail.unassociated", "primary")
    world.do(operation(customer(email="ada@bowman.example"), "bowman"))
    world.books = world.connect(world.settings)
    world.do(operation(invoice(), "inv1"), operation(invoice(), "inv1", Purpose.SEND))
    world.do(operation(payment({"inv1": "20"}), "pay1"))
    world.virtual.advance(86400 * 60)
    assert world.control("GET", "mail") in ([], {"mail": []})
    assert world.state("invoices")[0]["status"] in ("overdue", "partially_paid")


def test_foreign_currency_takes_the_rate_it_is_given() -> None:
    world = World()
    world.do(operation(customer(currency="EUR"), "bowman"))
    bill = invoice(currency="EUR", exchange_rate=Decimal("0.8512"), lines=(line(rate="5.5"),))
    [receipt] = world.do(operation(bill, "inv1"))
    assert receipt.dropped == ()
    assert isinstance(receipt.content, InvoiceContent)
    assert receipt.content.exchange_rate == Decimal("0.8512")
    assert receipt.content.currency == "EUR"


def test_discount_charges_and_adjustment_arrive_and_read_back() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    bill = invoice(
        lines=(line("10"), line("20", rate="5")),
        discount=Decimal("3.00"),
        charges=Decimal("4.50"),
        adjustment=Decimal("-0.01"),
    )
    [receipt] = world.do(operation(bill, "inv1"))
    assert receipt.dropped == ()
    got = receipt.content
    assert isinstance(got, InvoiceContent)
    assert (got.discount, got.charges, got.adjustment) == (bill.discount, bill.charges, bill.adjustment)
    assert got.silent_like(bill).lines == bill.lines
    assert got.figures == world.books.predict(bill)


def test_charges_as_a_line_bear_no_tax_whatever_books_does_to_shipping() -> None:
    world = World()
    world.switch("shipping_tax", "first_line")
    world.do(operation(customer(), "bowman"))
    bill = invoice(charges=Decimal("10"))
    [receipt] = world.do(operation(bill, "inv1"))
    assert isinstance(receipt.content, InvoiceContent)
    assert receipt.content.figures == world.books.predict(bill)


def test_updates_write_what_changed_and_leave_a_persons_edits() -> None:
    world = World()
    [made] = world.do(operation(customer(email="a@bowman.example", phone="1"), "bowman"))
    world.do(operation(invoice(), "inv1"))
    record = world.state("invoices")[0]["invoice_id"]
    world.control(
        "POST",
        "edit",
        {"service": "books", "kind": "invoices", "id": record, "fields": {"reference_number": "by hand"}},
    )
    changed = invoice(number="INV-1A", due=date(2026, 1, 9), reference="ours")
    world.do(operation(changed, "inv1", Purpose.UPDATE, changed=("number", "due"), base=1))
    [row] = world.state("invoices")
    assert (row["invoice_number"], row["due_date"], row["reference_number"]) == (
        "INV-1A",
        "2026-01-09",
        "by hand",
    )
    assert len(row["line_items"]) == 1

    lines = invoice(number="INV-1A", due=date(2026, 1, 9), lines=(line("50"), line("70")))
    [receipt] = world.do(operation(lines, "inv1", Purpose.UPDATE, changed=("lines", "figures"), base=2))
    assert isinstance(receipt.content, InvoiceContent)
    assert receipt.content.figures.gross == Decimal("144")

    moved = customer(name="Bowman Ltd", email="b@bowman.example", phone="1")
    [receipt] = world.do(operation(moved, "bowman", Purpose.UPDATE, changed=("name", "email"), base=1))
    assert receipt.ref == made.ref
    assert receipt.dropped == ()
    [contact] = world.state("contacts")
    assert [p["email"] for p in contact["contact_persons"]] == ["b@bowman.example"]


def test_rows_come_200_a_call_and_since_narrows_them() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    world.do(*[operation(invoice(f"INV-{n:03}"), f"inv{n:03}") for n in range(203)])
    world.settle()
    calls = len(world.log())
    rows = list(world.books.rows(Kind.INVOICE))
    assert len(world.log()) == calls + 2
    assert len({row.ref.id for row in rows}) == 203
    since = world.vendor.now()
    world.settle()
    world.do(operation(customer("New Ltd"), "new"), operation(invoice("X-1", of="new"), "x1"))
    world.settle()
    assert [row.name for row in world.books.rows(Kind.INVOICE, since)] == ["X-1"]
    assert [row.name for row in world.books.rows(Kind.CUSTOMER, since)] == ["New Ltd"]
    assert list(world.books.rows(Kind.FILE)) == []


def test_profile_says_what_the_organisation_can() -> None:
    profile = World().books.profile()
    assert (profile.currency, profile.currencies) == ("GBP", ("EUR", "GBP", "USD"))
    assert Decimal("5.5") in profile.tax_rates
    assert ("EUR", date(2020, 1, 1), Decimal("0.86")) in profile.rates


def test_a_record_that_is_gone_is_none() -> None:
    world = World()
    [made] = world.do(operation(customer(), "bowman"))
    world.control("POST", "edit", {"service": "books", "kind": "contacts", "id": made.ref.id, "delete": True})
    assert world.books.get(made.ref, world.bindings) is None


def test_strangers_are_named_after_their_id() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    [made] = world.do(operation(invoice(), "inv1"))
    world.bindings.bound.clear()
    record = world.books.get(made.ref, world.bindings)
    assert record is not None
    assert isinstance(record.content, InvoiceContent)
    assert record.content.customer.startswith("|customer|")
    assert identity(Kind.CUSTOMER, "bowman") != record.content.customer
