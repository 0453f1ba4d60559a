"""Scenes with credit notes: their papers, what a person does with one, and what the account then shows."""

from decimal import Decimal
from typing import Any

from ledgerferry.model.document import Document
from ledgerferry_sandbox.books import settlement
from tests.flows.papers import credit, document, line, paid, spread
from tests.flows.stage import Stage

SMALL: dict[str, Any] = {"lines": (line("-25.00"),), "tax_total": "-5.00", "total": "-30.00"}


def notes(stage: Stage) -> dict[str, tuple[Any, Any, str]]:
    """Total, balance and status by number."""
    rows = stage.rows("creditnotes")
    return {r["creditnote_number"]: (r["total"], r["balance"], r["status"]) for r in rows}


def owed(stage: Stage) -> dict[str, Any]:
    return {r["invoice_number"]: r["balance"] for r in stage.rows("invoices")}


def put_on(stage: Stage, invoice: str, amount: int) -> None:
    """A person applies the first credit note."""
    book = stage.sandbox.books.book
    note, bill = next(iter(book.creditnotes)), stage.row("invoices", invoice)["invoice_id"]
    settlement.put_on(book, note, book.invoice(bill), Decimal(amount))
    stage.virtual.advance(60)


def taken_off(stage: Stage) -> None:
    """A person takes the first credit note off its invoice."""
    book = stage.sandbox.books.book
    note = next(iter(book.creditnotes))
    settlement.uncredit(book, note.creditnote_id, note.invoices[0].creditnote_invoice_id)
    stage.virtual.advance(60)


def papers() -> list[Document]:
    """Invoices: whole, partly paid, credited in part; one credit note is more than is owed."""
    return spread(
        document("INV-1"),
        paid("INV-2", of="50.00"),
        document("INV-3", customer="Third"),
        credit("CN-1"),
        credit("CN-2", "inv-2"),
        credit("CN-3", "INV-3", customer="Third", **SMALL),
    )
