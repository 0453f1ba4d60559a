"""The values that a person gives: read exactly, or refused with the key that is wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import Document, DocumentKind, TaxTotal, TaxTreatment
from ledgerferry.systems.workbook.answers import BadAnswer, answered, parse
from ledgerferry.systems.workbook.mapping import invoice
from tests.systems.workbook.sheets import one, plain

BLANK = Document(kind=DocumentKind.INVOICE, file="a.xlsx", sheet="One", number=None, issued=None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[]", "one JSON object"),
        ('{"invoices": []}', "several"),
        ("{}", "none of the keys"),
        ('{"customer": "Quay"}', "none of the keys"),
        ('{"invoice_date": "03/04/2024"}', "invoice_date"),
        ('{"total": "a lot"}', "total"),
        ('{"total": NaN}', "total"),
        ('{"total": "1e40"}', "total"),
        ('{"total": true}', "total"),
        ('{"currency": "euro"}', "currency"),
        ('{"invoice_number": 12}', "invoice_number"),
        ('{"line_items": {}}', "line_items"),
        ('{"line_items": [{"amount": "1"}, {"amount": []}]}', "line_items.1.amount"),
    ],
)
def test_what_cannot_be_a_document_is_refused_by_its_key(text: str, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        parse(text)


def test_values_replace_what_was_read_and_what_is_left_out_stays(tmp_path: Path) -> None:
    document = one(tmp_path, plain())
    given = parse('{"invoice_number": "HT-9", "due_date": null, "total": 120.30, "note": "ignored"}')
    changed = answered(document, given)
    assert (changed.number, changed.due, changed.total) == ("HT-9", None, Decimal("120.30"))
    assert (changed.issued, changed.customer) == (document.issued, document.customer)
    kept = {o.field for o in changed.origins}
    assert {"issued", "subtotal", "lines.0.amount"} <= kept
    assert not {"number", "due", "total"} & kept


def test_a_whole_document_out_of_nothing() -> None:
    text = """{"invoice_number": "7", "invoice_date": "2024-05-06", "customer_name": "Quay",
     "customer_address": "2 Quay Street, Whitby", "customer_postcode": "YO21 3PU", "seller_name": "Tools",
     "line_items": [{"description": "Rope", "quantity": "2", "unit_price": "1.50", "tax_rate": "20"},
                    {"description": "Tar", "amount": "4.10", "tax_rate": "20"}],
     "tax_total": "1.42", "total": "8.52", "currency": "GBP", "type": "credit_note"}"""
    made = answered(BLANK, parse(text))
    assert (made.kind, made.issued, made.currency) == (DocumentKind.CREDIT_NOTE, date(2024, 5, 6), "GBP")
    assert [x.amount for x in made.lines] == [Decimal("3.00"), Decimal("4.10")]
    assert made.taxes == (TaxTotal(rate=Decimal(20), amount=Decimal("1.42")),)
    assert made.seller is not None
    assert made.seller.name == "Tools"
    shown = invoice(made)
    assert (shown["customer_address"], shown["customer_postcode"]) == ("2 Quay Street, Whitby", "YO21 3PU")


def test_payments_and_statements_are_given_and_a_new_sum_takes_the_old_payments_away() -> None:
    text = """{"payments": [{"amount": "4.00", "paid_on": "2024-05-20", "mode": "cash"}, {"amount": 3}],
     "credits": "INV-3", "treatment": "exempt", "written_off": "1.50",
     "line_items": [{"description": "Rope", "amount": "8.50", "treatment": "zero-rated"}]}"""
    made = answered(BLANK, parse(text))
    assert [(p.amount, p.paid_on, p.mode) for p in made.payments] == [
        (Decimal("4.00"), date(2024, 5, 20), "cash"),
        (Decimal(3), None, None),
    ]
    assert (made.paid, made.credits, made.written_off) == (Decimal("7.00"), "INV-3", Decimal("1.50"))
    assert (made.treatment, made.lines[0].treatment) == (TaxTreatment.EXEMPT, TaxTreatment.ZERO_RATED)
    assert answered(made, parse('{"total": 8.5}')).payments == made.payments
    assert answered(made, parse('{"amount_paid": 5}')).payments == ()
    with pytest.raises(BadAnswer, match="treatment"):
        parse('{"treatment": "none"}')


def test_the_output_of_extract_is_an_answer(tmp_path: Path) -> None:
    import json

    paid = {"A17": "Payment 1", "B17": date(2024, 3, 12), "D17": 100, "A18": "Payment 2 in cash",
            "B18": date(2024, 3, 20), "D18": 20, "C19": "Balance due", "D19": 0.24}  # fmt: skip
    for document in (one(tmp_path, plain()), one(tmp_path, plain(**paid))):
        assert answered(document, parse(json.dumps(invoice(document)))) == document
