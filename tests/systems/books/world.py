"""Books in front of the real sandbox, in process; the ports kept in memory."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledgerferry.model.ids import Identity
from ledgerferry.model.money import exponent
from ledgerferry.model.outcome import CallError, Receipt
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import (
    AnyContent,
    Application,
    CreditContent,
    CreditNoteContent,
    CustomerContent,
    Figures,
    InvoiceContent,
    Kind,
    LineContent,
    PaymentContent,
    RefundContent,
    SalesContent,
)
from ledgerferry.systems.books import Books, BooksSettings, base_url
from ledgerferry.systems.books.figures import predict
from ledgerferry.systems.protocol import TaxRounding, Work
from ledgerferry.systems.zoho import BooksDialect
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry_sandbox import seeds
from tests.systems.inprocess import URL, Account
from tests.wire.world import MemoryVault

SELLER = "Ashdown"
RUNGS = dict.fromkeys((Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE), Rung.KEY)


class DictBindings:
    def __init__(self) -> None:
        self.bound: dict[str, tuple[Kind, str]] = {}

    def refs(self, identities: Sequence[str]) -> dict[str, str]:
        return {i: self.bound[i][1] for i in identities if i in self.bound}

    def identities(self, kind: str, ids: Sequence[str]) -> dict[str, str]:
        return {held: i for i, (k, held) in self.bound.items() if str(k) == kind and held in ids}


class World(Account):
    """One organisation in the sandbox and ``Books`` before it."""

    service = "books"

    def __init__(
        self, rungs: dict[Kind, Rung] | None = None, seed: seeds.Seed = "demo", **settings: Any
    ) -> None:
        super().__init__(seed)
        self.bindings = DictBindings()
        self.settings = BooksSettings.model_validate(
            {
                "organization": seeds.ORGANIZATION_ID,
                "api_url": URL,
                "plan": "standard",
                "rungs": RUNGS if rungs is None else rungs,
                **settings,
            }
        )
        self.books = self.connect(self.settings)

    def connect(self, settings: BooksSettings) -> Books:
        """A process anew: nothing kept in mind."""
        vault = MemoryVault(
            client_id=seeds.CLIENT_ID, client_secret=seeds.CLIENT_SECRET, refresh_token=seeds.REFRESH_TOKEN
        )
        exchange = self.exchange()
        auth = ZohoAuth(TokenEndpoint(exchange, URL), vault, self.vendor, self.clock)
        client = Client(
            exchange, base_url(settings), auth, self.quota, BooksDialect(self.unseen.append), clock_base=URL
        )
        return Books(client, "main", settings, self.unseen.append)

    @property
    def work(self) -> Work:
        return Work(self.journal, self.bindings, self.folder)

    folder: Path | None = None

    def settle(self) -> None:
        self.virtual.advance(40)

    def do(self, *operations: Operation) -> list[Receipt]:
        """Perform and bind; every one must end in a receipt. Sends go together, the rest one by one."""
        sends = all(o.purpose is Purpose.SEND for o in operations)
        batches = [list(operations)] if sends else [[o] for o in operations]
        results = [r for batch in batches for r in self._perform(batch)]
        return [r for r in results if isinstance(r, Receipt)]

    def _perform(self, operations: list[Operation]) -> list[Receipt | CallError]:
        results = self.books.perform(operations, self.work)
        for operation, result in zip(operations, results, strict=True):
            assert isinstance(result, Receipt), result
            if operation.purpose is Purpose.CREATE:
                self.bindings.bound[operation.identity] = (operation.kind, result.ref.id)
        return results


def identity(kind: Kind, name: str) -> str:
    return str(Identity(SELLER, str(kind), name))


def key(name: str) -> str:
    return "lf" + base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:26]


def operation(content: AnyContent, name: str, purpose: Purpose = Purpose.CREATE, **more: Any) -> Operation:
    values = {
        "key": key(f"{purpose}{content.kind}{name}"),
        "run": "r1",
        "link": "migrate",
        "connection": "main",
        "kind": content.kind,
        "purpose": purpose,
        "identity": identity(content.kind, name),
        "content": content,
        **more,
    }
    return Operation(**values)


def customer(name: str = "Bowman & Co", **more: Any) -> CustomerContent:
    return CustomerContent(name=name, **more)


def line(
    price: str = "100.00", quantity: str = "1", rate: str | None = "20", text: str = "Work"
) -> LineContent:
    return LineContent(
        description=text,
        quantity=Decimal(quantity),
        price=Decimal(price),
        tax_rate=None if rate is None else Decimal(rate),
    )


def invoice(number: str = "INV-1", of: str = "bowman", **more: Any) -> InvoiceContent:
    """One line of 100.00 at 20 %, with the figures that an organisation comes to that rounds per document."""
    nothing = Figures(net=Decimal(0), tax=Decimal(0), gross=Decimal(0))
    values: dict[str, Any] = {
        "number": number,
        "customer": identity(Kind.CUSTOMER, of),
        "issued": date(2025, 11, 3),
        "due": date(2025, 12, 3),
        "currency": "GBP",
        "lines": (line(),),
        "figures": nothing,
    }
    made = InvoiceContent(**(values | more))
    if "figures" in more:
        return made
    counted = predict(made, TaxRounding.DOCUMENT, exponent(made.currency))
    return made.model_copy(update={"figures": counted})


def payment(invoices: dict[str, str], of: str = "bowman", **more: Any) -> PaymentContent:
    applied = tuple(
        Application(invoice=identity(Kind.INVOICE, i), amount=Decimal(a)) for i, a in invoices.items()
    )
    values: dict[str, Any] = {
        "customer": identity(Kind.CUSTOMER, of),
        "paid_on": date(2025, 12, 1),
        "amount": sum((a.amount for a in applied), Decimal(0)),
        "currency": "GBP",
        "mode": "banktransfer",
        "applied": applied,
    }
    return PaymentContent(**(values | more))


def credit_note(number: str = "CN-1", of: str = "bowman", **more: Any) -> CreditNoteContent:
    billed = invoice(number, of, **more)
    return CreditNoteContent(
        **{name: getattr(billed, name) for name in SalesContent.model_fields if name != "kind"}
    )


def credit(note: str, bill: str, amount: str = "50") -> CreditContent:
    return CreditContent(
        credit_note=identity(Kind.CREDIT_NOTE, note),
        invoice=identity(Kind.INVOICE, bill),
        amount=Decimal(amount),
        currency="GBP",
    )


def refund(note: str, amount: str = "30", **more: Any) -> RefundContent:
    values: dict[str, Any] = {
        "credit_note": identity(Kind.CREDIT_NOTE, note),
        "refunded_on": date(2025, 12, 5),
        "amount": Decimal(amount),
        "currency": "GBP",
        "mode": "cash",
    }
    return RefundContent(**(values | more))


def later(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
