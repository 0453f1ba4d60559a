"""The calculator beside the sandbox's own arithmetic, over everything that a line can bear."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.outcome import Refused
from ledgerferry.model.plan import Purpose, Rung
from ledgerferry.model.record import (
    CreditNoteContent,
    InvoiceContent,
    Kind,
    LineContent,
    SalesContent,
    TaxContent,
)
from ledgerferry.systems.books.treatments import told
from ledgerferry.systems.protocol import TaxRounding

from .world import World, customer, invoice, line, operation

ZERO_RATED, EXEMPT = TaxTreatment.ZERO_RATED, TaxTreatment.EXEMPT
OUT_OF_SCOPE, REVERSE = TaxTreatment.OUT_OF_SCOPE, TaxTreatment.REVERSE_CHARGE
# What a line can bear: rate, treatment, tax by name.
BORNE = [
    ("20", None, None),
    ("20", None, "Standard Rate"),
    ("20", None, "TVA 20%"),
    ("5", None, None),
    ("5.5", None, "TVA 5.5%"),
    ("0", ZERO_RATED, "Zero Rate"),
    ("0", EXEMPT, "Exempt"),
    ("0", REVERSE, "Reverse charge"),
    (None, OUT_OF_SCOPE, None),
    (None, None, None),
]


def bearing(borne: tuple[str | None, TaxTreatment | None, str | None], quantity: Decimal, price: Decimal
            ) -> LineContent:  # fmt: skip
    rate, treatment, tax = borne
    return LineContent(
        description="Work",
        quantity=quantity,
        price=price,
        tax_rate=None if rate is None else Decimal(rate),
        treatment=treatment,
        tax=tax,
    )


LINES = st.lists(
    st.builds(
        bearing,
        st.sampled_from(BORNE),
        st.decimals(min_value="0.25", max_value=40, places=2),
        st.decimals(min_value="0.01", max_value=900, places=2),
    ),
    min_size=1,
    max_size=7,
).map(tuple)


def worlds() -> dict[TaxRounding, World]:
    """An organisation of either rounding, with one more tax of 0 %; what it knows is not told beforehand."""
    made = {}
    for rounding, position in ((TaxRounding.DOCUMENT, "entity_level"), (TaxRounding.LINE, "item_level")):
        world = World(tax_rounding=rounding)
        world.switch("tax_rounding", position)
        world.do(operation(TaxContent(name="Reverse charge", rate=Decimal(0)), "reverse"))
        world.do(operation(customer(), "bowman"))
        made[rounding] = world
    return made


WORLDS = worlds()


@settings(max_examples=150, deadline=None)
@given(
    LINES,
    st.none() | st.decimals(min_value=0, max_value="0.20", places=2),
    st.booleans(),
    st.none() | st.decimals(min_value="0.01", max_value=90, places=2),
    st.sampled_from(list(TaxRounding)),
    st.booleans(),
    st.integers(0, 10**9),
)
def test_the_prediction_is_the_answer_to_the_cent(
    lines: tuple[LineContent, ...],
    part: Decimal | None,
    after: bool,
    charges: Decimal | None,
    rounding: TaxRounding,
    is_credit: bool,
    number: int,
) -> None:
    world = WORLDS[rounding]
    whole = sum((entry.quantity * entry.price for entry in lines), Decimal(0))
    discount = (whole * part).quantize(Decimal("0.01")) if part else None
    made: SalesContent = invoice(
        f"V-{number}-{len(world.journal.begun)}",
        lines=lines,
        discount=discount or None,
        discount_after_tax=after and bool(discount),
        charges=charges,
    )
    if is_credit:
        fields = [name for name in SalesContent.model_fields if name != "kind"]
        made = CreditNoteContent(**{name: getattr(made, name) for name in fields})
    assert isinstance(made, InvoiceContent | CreditNoteContent)
    asked = made.model_copy(update={"figures": world.books.predict(made)})
    [receipt] = world.do(operation(asked, asked.number))
    assert isinstance(receipt.content, SalesContent)
    assert receipt.content.figures == asked.figures
    assert receipt.dropped == ()
    assert world.books.moved(asked, receipt.content) == ()


@pytest.mark.parametrize("rounding", list(TaxRounding))
def test_reverse_charge_by_a_tax_with_a_rate_charges_nothing(rounding: TaxRounding) -> None:
    world = WORLDS[rounding]
    entry = bearing(("0", REVERSE, "Standard Rate"), Decimal(3), Decimal("33.33"))
    asked = invoice(f"R-{rounding}", lines=(entry, entry))
    [receipt] = world.do(operation(asked, asked.number))
    assert receipt.dropped == ()
    assert isinstance(receipt.content, InvoiceContent)
    assert [(x.tax_rate, x.treatment, x.tax) for x in receipt.content.lines] == [
        (Decimal(0), REVERSE, "Standard Rate")
    ] * 2
    plain = asked.model_copy(update={"lines": (line("33.33", "3"),)})
    changed = plain.model_copy(update={"figures": world.books.predict(plain)})
    [after] = world.do(
        operation(changed, asked.number, Purpose.UPDATE, target=receipt.ref, changed=("lines", "figures"))
    )
    assert after.dropped == ()
    assert isinstance(after.content, InvoiceContent)
    assert after.content.figures.tax == Decimal("20.00")


def test_a_tax_account_or_exemption_that_is_gone_is_refused_by_name() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    for entry, said in (
        (line().model_copy(update={"tax": "Gone"}), "no tax Gone"),
        (line().model_copy(update={"account": "Gone"}), "no income account Gone"),
        (line().model_copy(update={"account": "Bank Account"}), "no income account Bank Account"),
        (line(rate=None).model_copy(update={"treatment": EXEMPT, "tax": "Gone"}), "no tax exemption Gone"),
    ):
        [error] = world.books.perform([operation(invoice(lines=(entry,)), "x")], world.work)
        assert isinstance(error, Refused)
        assert said in error.why


@pytest.mark.parametrize(
    ("name", "treatment"),
    [
        ("Zero Rate", ZERO_RATED),
        ("VAT 0%", ZERO_RATED),
        ("Exempt", EXEMPT),
        ("Exonéré de TVA", EXEMPT),
        ("Steuerfrei", EXEMPT),
        ("Autoliquidation", REVERSE),
        ("Zero rate (reverse charge)", REVERSE),
        ("EU reverse charge 0%", REVERSE),
        ("Outside the scope", OUT_OF_SCOPE),
        ("No VAT", OUT_OF_SCOPE),
        ("Standard", None),
        ("Special", None),
    ],
)
def test_what_the_name_of_a_tax_tells(name: str, treatment: TaxTreatment | None) -> None:
    assert told(name) is treatment


@pytest.mark.parametrize("rung", [Rung.UPSERT, Rung.KEY, Rung.NATURAL])
def test_a_document_that_comes_out_otherwise_is_deleted_again(rung: Rung) -> None:
    world = World(rungs=dict.fromkeys((Kind.CUSTOMER, Kind.INVOICE), rung))
    world.switch("upsert_number", "honoured")
    world.switch("upsert_sets_key", "yes")
    world.do(operation(customer(), "bowman"))
    wrong = invoice().model_copy(update={"figures": invoice(lines=(line("90"),)).figures})
    [error] = world.books.perform([operation(wrong, "inv1")], world.work)
    assert isinstance(error, Refused)
    assert "computes net 100, tax 20 and gross 120" in error.why
    assert world.state("invoices") == []


def test_what_an_upsert_finds_and_a_person_changed_is_not_deleted() -> None:
    world = World(rungs=dict.fromkeys((Kind.CUSTOMER, Kind.INVOICE), Rung.UPSERT))
    world.switch("upsert_number", "honoured")
    world.switch("upsert_sets_key", "yes")
    world.do(operation(customer(), "bowman"))
    [made] = world.do(operation(invoice(), "inv1"))
    world.settle()
    change = {"service": "books", "kind": "invoices", "id": made.ref.id, "fields": {"shipping_charge": 5}}
    world.control("POST", "edit", change)
    world.settle()
    [again] = world.do(operation(invoice(), "inv1"))
    assert again.ref == made.ref
    assert "figures" in again.dropped
    assert [row["total"] for row in world.state("invoices")] == [125]
