"""Findings: every reason with its place."""

from decimal import Decimal

from ledgerferry.faces.findings import listed
from ledgerferry.model.document import Cell, Document, DocumentKind, Origin, Reason, Rejection
from ledgerferry.store.runs import Found, Standing

CELL = Cell(file="a.xlsx", sheet="Invoice", cell="D27")


def document(*reasons: Reason) -> Document:
    return Document(
        kind=DocumentKind.INVOICE,
        file="a.xlsx",
        sheet="Invoice",
        number="7",
        issued=None,
        total=Decimal("12.50"),
        reasons=reasons,
        origins=(Origin(field="total", cell=CELL, confidence=Decimal(1)),),
    )


def test_a_held_document_is_told_reason_by_reason_with_the_value_read() -> None:
    found = Found(
        id="1",
        standing=Standing.HELD,
        currency="EUR",
        amount=Decimal("12.5"),
        document=document(
            Reason(code="does-not-close", text="sum is off", cell=CELL),
            Reason(code="no-date", text="no date"),
        ),
    )
    first, second = listed([found])
    assert (first.place, first.number, first.money) == ("a.xlsx [Invoice] D27", "7", "EUR 12.50")
    assert (first.code, first.reason, first.value) == ("does-not-close", "sum is off", "12.50")
    assert (second.place, second.code, second.value) == ("a.xlsx [Invoice]", "no-date", None)


def test_a_rejection_without_an_amount_shows_none() -> None:
    rejection = Rejection(file="b.ods", sheet="S", cell="A1", code="blank", text="nothing in it")
    (finding,) = listed([Found(id="2", standing=Standing.REJECTED, rejection=rejection)])
    assert (finding.place, finding.money, finding.standing) == ("b.ods [S] A1", "", "rejected")
