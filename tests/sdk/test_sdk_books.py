"""A Books client of other people, unmodified, against the sandbox; only the address is ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sdk.conftest import Stage

zohopy = pytest.importorskip("zohopy", reason="the extra test brings zohopy")


@pytest.fixture(scope="module")
def books(stage: Stage) -> Iterator[Any]:
    line = stage.client.line
    named = ("client_id", "client_secret", "refresh_token", "organization_id")
    config = zohopy.ZohoConfig(**{name: line[name] for name in named}, data_center="us", max_retries=0)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("accounts_url", "api_url"):
            patch.setattr(zohopy.DataCenter, name, line["url"])
        with zohopy.SyncZohoClient(config) as client:
            yield client


@pytest.fixture(scope="module")
def customer(books: Any) -> str:
    made = contacts(books).create({"contact_name": "Third Party Ltd", "company_name": "Third Party Ltd"})
    return str(made["contact"]["contact_id"])


def contacts(books: Any) -> Any:
    from zohopy.products.books.contacts import Contacts

    return Contacts(books)


def invoices(books: Any) -> Any:
    from zohopy.products.books.invoices import Invoices

    return Invoices(books)


def invoice(books: Any, customer: str, *rates: float) -> Any:
    lines = [{"name": f"Line {rate}", "rate": rate, "quantity": 2} for rate in rates]
    body = {"customer_id": customer, "date": "2026-01-02", "line_items": lines}
    return invoices(books).create(body)["invoice"]


def test_an_invoice_goes_from_draft_to_paid(books: Any, customer: str) -> None:
    from zohopy.products.books.payments import CustomerPayments

    made = invoice(books, customer, 12.5, 5)
    assert (made["status"], made["total"]) == ("draft", 35)
    invoices(books).mark_sent(made["invoice_id"])
    payment = CustomerPayments(books).create(
        {"customer_id": customer, "payment_mode": "cash", "amount": 35, "date": "2026-01-03",
         "invoices": [{"invoice_id": made["invoice_id"], "amount_applied": 35}]})["payment"]  # fmt: skip
    held = invoices(books).get(made["invoice_id"])["invoice"]
    assert (held["status"], held["balance"]) == ("paid", 0)
    CustomerPayments(books).delete(payment["payment_id"])
    assert invoices(books).get(made["invoice_id"])["invoice"]["balance"] == 35


def test_a_credit_note_is_applied(books: Any, customer: str) -> None:
    from zohopy.products.books.credit_notes import CreditNotes

    made = invoice(books, customer, 20)
    invoices(books).mark_sent(made["invoice_id"])
    note = CreditNotes(books).create(
        {"customer_id": customer, "date": "2026-01-04",
         "line_items": [{"name": "Back", "rate": 15, "quantity": 1}]})["creditnote"]  # fmt: skip
    CreditNotes(books).to_open(note["creditnote_id"])
    invoices(books).apply_credits(
        made["invoice_id"],
        {"apply_creditnotes": [{"creditnote_id": note["creditnote_id"], "amount_applied": 15}]})  # fmt: skip
    assert invoices(books).get(made["invoice_id"])["invoice"]["balance"] == 25


def test_its_pages_show_every_record_once(books: Any, customer: str) -> None:
    made = {invoice(books, customer, rate)["invoice_id"] for rate in range(1, 8)}
    seen = [row["invoice_id"] for page in invoices(books).list_all(per_page=3) for row in _rows(page)]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_its_errors_are_typed(books: Any, customer: str) -> None:
    with pytest.raises(zohopy.ZohoNotFoundError):
        invoices(books).get("123")
    with pytest.raises(zohopy.ZohoAPIError, match="already exists"):
        contacts(books).create({"contact_name": "Third Party Ltd"})


def _rows(page: Any) -> list[Any]:
    return [page] if "invoice_id" in page else list(page["invoices"])
