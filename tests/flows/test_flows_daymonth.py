"""Dates that could be read either way, settled by the other papers of their seller."""

from datetime import date
from decimal import Decimal

import pytest

from ledgerferry.flows.daymonth import settled
from ledgerferry.model.document import Document, DocumentKind, FileKind, Line, Reading, Reason
from ledgerferry.model.party import Party

DOUBT = Reason(code="date-order", text="day and month could be exchanged")


def reading(
    name: str, seller: str | None, orders: tuple[str, ...], *, doubt: bool, assumed: str = "dmy"
) -> Reading:
    document = Document(
        kind=DocumentKind.INVOICE,
        file=name,
        sheet="One",
        number=name,
        issued=date(2024, 4, 5),
        seller=Party(name=seller) if seller else None,
        lines=(Line(description="Oil", amount=Decimal(1)),),
        total=Decimal(1),
        reasons=(DOUBT,) if doubt else (),
    )
    return Reading(
        file=name,
        digest="",
        kind=FileKind.INVOICE,
        language="en",
        orders=orders,
        assumed=assumed,
        documents=(document,),
    )


def first(readings: list[Reading]) -> tuple[date | None, list[str]]:
    document = settled(readings)[0].documents[0]
    return document.issued, [reason.code for reason in document.reasons]


@pytest.mark.parametrize(
    ("assumed", "orders", "day"),
    [
        ("dmy", ("dmy",), date(2024, 4, 5)),
        ("dmy", ("mdy",), date(2024, 5, 4)),
        ("mdy", ("dmy",), date(2024, 5, 4)),
    ],
)
def test_one_proof_of_the_same_seller_settles(assumed: str, orders: tuple[str, ...], day: date) -> None:
    doubted = reading("a/1.xlsx", "Dale", (), doubt=True, assumed=assumed)
    assert first([doubted, reading("a/2.xlsx", "DALE", orders, doubt=False)]) == (day, [])


@pytest.mark.parametrize(
    "other",
    [
        reading("a/2.xlsx", "Other", ("dmy",), doubt=False),
        reading("b/2.xlsx", "Dale", ("dmy",), doubt=False),
        reading("a/2.xlsx", "Dale", ("dmy", "mdy"), doubt=False),
        reading("a/2.xlsx", "Dale", (), doubt=False),
    ],
)
def test_what_proves_nothing_leaves_the_doubt(other: Reading) -> None:
    doubted = reading("a/1.xlsx", "Dale", (), doubt=True)
    assert first([doubted, other]) == (date(2024, 4, 5), ["date-order"])


def test_without_a_seller_nothing_is_settled() -> None:
    doubted = reading("a/1.xlsx", None, (), doubt=True)
    assert first([doubted, reading("a/2.xlsx", None, ("dmy",), doubt=False)])[1] == ["date-order"]


def test_every_date_in_doubt_is_turned_and_no_other() -> None:
    doubted = reading("a/1.xlsx", "Dale", (), doubt=False)
    reasons = (Reason(code="paid-date-order", text="?"), Reason(code="no-number", text="?"))
    paid = doubted.documents[0].model_copy(update={"paid_on": date(2024, 6, 7), "reasons": reasons})
    doubted = doubted.model_copy(update={"documents": (paid,)})
    document = settled([doubted, reading("a/2.xlsx", "Dale", ("mdy",), doubt=False)])[0].documents[0]
    assert (document.issued, document.paid_on) == (date(2024, 4, 5), date(2024, 7, 6))
    assert [reason.code for reason in document.reasons] == ["no-number"]


def test_a_payment_of_a_list_in_doubt_is_left_to_a_person() -> None:
    doubted = reading("a/1.xlsx", "Dale", (), doubt=False)
    reasons = (Reason(code="payment-date-order", text="?"),)
    document = doubted.documents[0].model_copy(update={"reasons": reasons})
    doubted = doubted.model_copy(update={"documents": (document,)})
    assert first([doubted, reading("a/2.xlsx", "Dale", ("mdy",), doubt=False)]) == (
        date(2024, 4, 5),
        ["payment-date-order"],
    )
