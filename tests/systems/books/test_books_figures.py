from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import InvoiceContent, LineContent
from ledgerferry.systems.books import Charges
from ledgerferry.systems.books.figures import predict
from ledgerferry.systems.protocol import TaxRounding

from .world import World, customer, invoice, line, operation

PRICES = st.decimals(min_value=0, max_value=5000, places=2)
LINES = st.lists(
    st.builds(
        LineContent,
        description=st.just("Work"),
        quantity=st.decimals(min_value="0.25", max_value=40, places=2),
        price=PRICES,
        tax_rate=st.sampled_from([None, Decimal(0), Decimal(5), Decimal("5.5"), Decimal(20)]),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


def both_ways() -> dict[str, World]:
    worlds = {}
    for rounding, position in ((TaxRounding.DOCUMENT, "entity_level"), (TaxRounding.LINE, "item_level")):
        world = World(tax_rounding=rounding)
        world.switch("tax_rounding", position)
        world.do(operation(customer(), "bowman"))
        worlds[position] = world
    return worlds


WORLDS = both_ways()


@settings(max_examples=120, deadline=None)
@given(
    LINES,
    st.none() | st.decimals(min_value=0, max_value="0.20", places=2),
    st.none() | PRICES,
    st.sampled_from(["entity_level", "item_level"]),
    st.integers(0, 10**9),
)
def test_predicts_the_books_to_the_cent(
    lines: tuple[LineContent, ...], part: Decimal | None, charges: Decimal | None, position: str, number: int
) -> None:
    world = WORLDS[position]
    whole = sum((entry.quantity * entry.price for entry in lines), Decimal(0))
    discount = (whole * part).quantize(Decimal("0.01")) if part else None
    bill = invoice(f"P-{number}-{len(world.journal.begun)}", lines=lines, discount=discount, charges=charges)
    bill = bill.model_copy(update={"figures": world.books.predict(bill)})
    [receipt] = world.do(operation(bill, bill.number))
    assert isinstance(receipt.content, InvoiceContent)
    assert receipt.content.figures == bill.figures


def test_lines_round_by_themselves_and_taxes_as_the_organisation_does() -> None:
    bill = invoice(lines=(line("0.12"), line("0.12")))
    assert predict(bill, TaxRounding.DOCUMENT, 2).tax == Decimal("0.05")
    assert predict(bill, TaxRounding.LINE, 2).tax == Decimal("0.04")


def test_half_a_cent_goes_up() -> None:
    assert predict(invoice(lines=(line("0.125", rate=None),)), TaxRounding.DOCUMENT, 2).net == Decimal("0.13")


def test_currencies_without_cents() -> None:
    figures = predict(invoice(currency="JPY", lines=(line("333", "1.5", "10"),)), TaxRounding.DOCUMENT, 0)
    assert (figures.net, figures.tax, figures.gross) == (Decimal(500), Decimal(50), Decimal(550))


def test_zero_rated_is_not_untaxed() -> None:
    figures = predict(invoice(lines=(line(rate="0"), line(rate=None))), TaxRounding.DOCUMENT, 2)
    assert [(t.rate, t.amount) for t in figures.taxes] == [(Decimal(0), Decimal(0))]


@pytest.mark.parametrize("charges", list(Charges))
def test_charges_by_the_way_they_are_written(charges: Charges) -> None:
    world = World(charges=charges)
    world.do(operation(customer(), "bowman"))
    bill = invoice(lines=(line("30"),), discount=Decimal(3), charges=Decimal("4.50"))
    bill = bill.model_copy(update={"figures": world.books.predict(bill)})
    [receipt] = world.do(operation(bill, "inv1"))
    assert isinstance(receipt.content, InvoiceContent)
    assert receipt.content.charges == Decimal("4.50")
    assert receipt.content.figures == world.books.predict(bill)


def test_a_cent_moved_from_net_to_tax_shows() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    [made] = world.do(operation(invoice(), "inv1"), operation(invoice(), "inv1", Purpose.SEND))[:1]
    [row] = world.state("invoices")
    taxes = [row["taxes"][0] | {"tax_amount": 20.01}]
    world.control(
        "POST",
        "edit",
        {
            "service": "books",
            "kind": "invoices",
            "id": made.ref.id,
            "force": True,
            "fields": {"sub_total": 99.99, "tax_total": 20.01, "taxes": taxes},
        },
    )
    record = world.books.get(made.ref, world.bindings)
    assert record is not None
    assert isinstance(record.content, InvoiceContent)
    figures = record.content.figures
    assert (figures.net, figures.tax, figures.gross) == (Decimal("99.99"), Decimal("20.01"), Decimal(120))
    assert figures.taxes[0].amount == Decimal("20.01")
