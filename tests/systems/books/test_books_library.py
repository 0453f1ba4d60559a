"""Books call by call: every register and verb of the library against the sandbox."""

import io
from decimal import Decimal

import pytest

from ledgerferry.model.outcome import Outcome, Refused
from ledgerferry.systems.books import BooksLibrary, base_url
from ledgerferry.systems.zoho import BooksDialect
from ledgerferry.systems.zoho.fields import Fields
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client
from ledgerferry.wire.exchange import Exchange
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry_sandbox import seeds
from tests.systems.books.world import World
from tests.systems.inprocess import URL, InProcess
from tests.wire.world import ListJournal, ListWatch, MemoryVault


class Shelf:
    """A library before a sandbox, with a customer and an item in it."""

    def __init__(self) -> None:
        self.world = World()
        self.journal = ListJournal()
        vault = MemoryVault(
            client_id=seeds.CLIENT_ID, client_secret=seeds.CLIENT_SECRET, refresh_token=seeds.REFRESH_TOKEN
        )
        world, transport = self.world, InProcess(self.world.sandbox)
        exchange = Exchange(world.clock, world.vendor, ListWatch(), system="books", transport=transport)
        auth = ZohoAuth(TokenEndpoint(exchange, URL), vault, world.vendor, world.clock)
        dialect = BooksDialect(world.unseen.append)
        client = Client(exchange, base_url(world.settings), auth, world.quota, dialect, clock_base=URL)
        self.books = BooksLibrary(client, seeds.ORGANIZATION_ID, self.journal)
        self.customer = self.id(self.books.contacts.create({"contact_name": "Orchard & Sons"}), "contact_id")
        self.item = self.id(self.books.items.create({"name": "Pruning", "rate": 40}), "item_id")

    def id(self, fields: Fields, name: str) -> str:
        found = fields.text(name)
        assert found
        return found

    def invoice(self, quantity: int = 1) -> str:
        lines = [{"item_id": self.item, "quantity": quantity, "rate": 40}]
        return self.id(
            self.books.invoices.create({"customer_id": self.customer, "line_items": lines}), "invoice_id"
        )

    def note(self, number: str = "CN-1") -> str:
        body = {
            "customer_id": self.customer,
            "creditnote_number": number,
            "date": "2026-01-05",
            "line_items": [{"item_id": self.item, "quantity": 1, "rate": 40}],
        }
        return self.id(
            self.books.credit_notes.create(body, ignore_auto_number_generation="true"), "creditnote_id"
        )

    def status(self, invoice: str) -> str | None:
        found = self.books.invoices.get(invoice)
        return None if found is None else found.text("status")

    def balance(self, invoice: str) -> Decimal | None:
        found = self.books.invoices.get(invoice)
        return None if found is None else found.number("balance")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_own_writes_are_noted(shelf: Shelf) -> None:
    assert [outcome for outcome, _, _ in shelf.journal.ended] == [Outcome.DONE] * 2
    with pytest.raises(Refused):
        shelf.books.contacts.create({"contact_name": "Orchard & Sons"})
    assert shelf.journal.ended[-1][0] is Outcome.REFUSED


def test_f17_lists_go_on_page_by_page(shelf: Shelf) -> None:
    for number in range(201):
        shelf.books.items.create({"name": f"Item {number:03}", "rate": 1})
    shelf.world.settle()
    assert len(list(shelf.books.items.list())) == 202
    assert shelf.books.contacts.get("1234567890123456789") is None


def test_f25_sums_in_one_call(shelf: Shelf) -> None:
    shelf.books.invoices.mark_sent([shelf.invoice(), shelf.invoice(2)])
    shelf.world.settle()
    calls = len(shelf.world.log())
    sums = shelf.books.invoices.sums()
    assert (sums.count, sums.total, sums.balance) == (2, Decimal(120), Decimal(120))
    assert len(shelf.world.log()) == calls + 1


def test_f36_many_invoices_are_few_calls(shelf: Shelf) -> None:
    invoices = [shelf.invoice() for _ in range(30)]
    calls = len(shelf.world.log())
    shelf.books.invoices.mark_sent(invoices)
    assert len(shelf.world.log()) == calls + 2
    shelf.books.invoices.write_off(invoices[:2])
    assert shelf.balance(invoices[0]) == 0
    shelf.books.invoices.cancel_write_off(invoices[0])
    assert shelf.balance(invoices[0]) == 40
    shelf.books.invoices.void(invoices[2:])
    assert shelf.status(invoices[2]) == "void"
    shelf.books.invoices.redraft(invoices[2])
    assert shelf.status(invoices[2]) == "draft"
    shelf.books.invoices.delete_several([invoices[2]])
    assert shelf.status(invoices[2]) is None


def test_f38_paper_and_mail(shelf: Shelf) -> None:
    invoice, sink, both = shelf.invoice(), io.BytesIO(), io.BytesIO()
    shelf.books.invoices.mark_sent([invoice])
    shelf.books.invoices.pdf(invoice, sink)
    shelf.books.invoices.pdfs([invoice], both)
    assert (sink.getvalue()[:5], both.getvalue()[:5]) == (b"%PDF-", b"%PDF-")
    assert shelf.world.control("GET", "mail") == []
    shelf.books.invoices.email_one(invoice, ["a@example.com"], "Your invoice", "Dear A")
    assert len(shelf.world.control("GET", "mail")) == 1


def test_f49_f50_credit_is_applied_taken_back_and_refunded(shelf: Shelf) -> None:
    invoice, note = shelf.invoice(3), shelf.note()
    shelf.books.invoices.mark_sent([invoice])
    shelf.books.credit_notes.apply(note, {invoice: Decimal("25.50")})
    assert shelf.balance(invoice) == Decimal("94.5")
    (applied,) = shelf.books.credit_notes.within(note, "invoices", "invoices_credited")
    shelf.books.credit_notes.unapply(note, shelf.id(applied, "creditnote_invoice_id"))
    assert shelf.balance(invoice) == 120
    shelf.books.invoices.credit(invoice, credit_notes={note: Decimal(10)})
    assert shelf.balance(invoice) == 110
    account = next(a for a in shelf.books.accounts.list() if a.text("account_type") in ("bank", "cash"))
    refund = shelf.books.credit_notes.refund(
        note,
        {
            "date": "2026-01-05",
            "amount": 30,
            "refund_mode": "cash",
            "from_account_id": account.text("account_id"),
        },
    )
    assert refund.number("amount") == 30
    second = shelf.note("CN-2")
    shelf.books.credit_notes.void(second)
    found = shelf.books.credit_notes.get(second)
    assert found is not None
    assert found.text("status") == "void"


def test_f47_payments_come_off_and_their_excess_back(shelf: Shelf) -> None:
    invoice = shelf.invoice()
    shelf.books.invoices.mark_sent([invoice])
    applied = [{"invoice_id": invoice, "amount_applied": 40}]
    paid = shelf.books.payments.create(
        {
            "customer_id": shelf.customer,
            "payment_mode": "cash",
            "amount": 50,
            "date": "2026-01-05",
            "invoices": applied,
        }
    )
    payment = shelf.id(paid, "payment_id")
    account = next(a for a in shelf.books.accounts.list() if a.text("account_type") in ("bank", "cash"))
    shelf.books.payments.refund(
        payment,
        {
            "date": "2026-01-05",
            "amount": 10,
            "refund_mode": "cash",
            "from_account_id": account.text("account_id"),
        },
    )
    (row,) = shelf.books.invoices.within(invoice, "payments")
    shelf.books.payments.take_off(invoice, shelf.id(row, "invoice_payment_id"))
    assert shelf.balance(invoice) == 40


def test_f51_webhooks(shelf: Shelf) -> None:
    hook = shelf.books.webhooks.create(
        {
            "webhook_name": "w",
            "entity": "invoice",
            "method": "POST",
            "url": "http://127.0.0.1:9/hook",
            "secret": "abcdef123456",
        }
    )
    number = shelf.id(hook, "webhook_id")
    assert [h.text("webhook_id") for h in shelf.books.webhooks.list()] == [number]
    assert shelf.books.webhooks.histories() == []
    shelf.books.webhooks.delete(number)
    assert list(shelf.books.webhooks.list()) == []


def test_every_register_lists(shelf: Shelf) -> None:
    books = shelf.books
    for register in (books.taxes, books.currencies, books.accounts, books.users, books.locations):
        assert all(isinstance(row, Fields) for row in register.list())
    assert [o.text("organization_id") for o in books.organizations()] == [seeds.ORGANIZATION_ID]
