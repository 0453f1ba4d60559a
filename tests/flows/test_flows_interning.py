"""Interning: what documents have alike is kept once, and they say what they said before."""

from decimal import Decimal

from ledgerferry.flows.interning import Interner, alike
from ledgerferry.model.document import Cell, Document, DocumentKind, FileKind, Line, Origin, Reading, TaxTotal
from ledgerferry.model.party import Party


def reading(number: str, person: str = "0.5") -> Reading:
    """A reading of which nothing is shared with another."""
    paper = Document(
        kind=DocumentKind.INVOICE,
        file=f"{number}.xlsx",
        sheet="".join(("She", "et1")),
        number=number,
        issued=None,
        customer=Party(name="".join(("Quay ", "Bakery")), person=Decimal(person)),
        lines=(
            Line(
                description="Flour", quantity=Decimal("1"), tax_rate=Decimal("20"), amount=Decimal("123.45")
            ),
            Line(
                description="Salt", quantity=Decimal("1.0"), tax_rate=Decimal("20"), amount=Decimal("123.45")
            ),
        ),
        taxes=(TaxTotal(rate=Decimal("20"), amount=Decimal("49.38")),),
        total=Decimal("296.28"),
        origins=(Origin("number", Cell(f"{number}.xlsx", "Sheet1", "B1"), Decimal("0.95")),),
    )
    return Reading(file=f"{number}.xlsx", digest="", kind=FileKind.INVOICE, documents=(paper,))


def test_a_slim_reading_says_what_the_reading_said() -> None:
    slim = Interner()
    for number in ("A-1", "A-2"):
        assert slim.reading(reading(number)).model_dump_json() == reading(number).model_dump_json()


def test_what_is_alike_is_kept_once() -> None:
    slim = Interner()
    (one,), (other,) = (slim.reading(reading(n)).documents for n in ("A-1", "A-2"))
    assert one.customer is other.customer
    assert one.sheet is other.origins[0].cell.sheet
    assert one.origins[0].confidence is other.origins[0].confidence
    assert one.lines[0].amount is one.lines[1].amount
    assert one.lines[0].tax_rate is other.taxes[0].rate


def test_digits_that_differ_are_never_made_one() -> None:
    slim = Interner()
    (one,), (other,) = (slim.reading(reading("A-1", person)).documents for person in ("0.5", "0.50"))
    assert [str(d.customer.person) for d in (one, other) if d.customer] == ["0.5", "0.50"]
    assert [str(line.quantity) for line in one.lines] == ["1", "1.0"]


def test_a_document_shares_its_amounts_with_what_is_made_of_it() -> None:
    document, made = reading("A-1").documents[0], TaxTotal(rate=Decimal("20"), amount=Decimal("123.45"))
    assert alike(made, document).amount is document.lines[0].amount
