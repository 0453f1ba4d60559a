"""Sandboxes filled to a size, and a bare handler, each behind the same server in a process of its own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.connection import Connection

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.contacts import create as create_contact
from ledgerferry_sandbox.books.invoices import create as create_invoice
from ledgerferry_sandbox.books.models import Contact, ContactFields, Invoice, InvoiceFields, LineFields
from ledgerferry_sandbox.desk import Desk, ScaledClock
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Exchange, Sandbox
from ledgerferry_sandbox.server import Handler, Shell, unburden

PER_CUSTOMER = 20
PAID_OF_TWENTY = 16


class Bare:
    """The least that can stand behind the server: it answers everything alike."""

    def begin(self, request: Request) -> Exchange:
        """One small object."""
        return Exchange(Answer.of(200, {"code": 0, "message": "success"}))

    def finish(self, exchange: Exchange) -> None:
        """Nothing was opened."""


@dataclass(frozen=True)
class Served:
    """Where a handler listens, a token for it, and some of what it holds."""

    port: int
    token: str = ""
    invoices: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


def filled(size: int) -> Sandbox:
    """A sandbox with so many invoices, twenty to a customer, four in five paid, half the rest late."""
    sandbox = Sandbox(Desk(ScaledClock()))
    book = sandbox.books.book
    book.switches.set({"search_lag_seconds": 0})
    line = LineFields(name="Work", rate=Decimal(100), tax_id=next(iter(book.taxes)).tax_id)
    first = create_contact(book, ContactFields(contact_name="Customer 0"))
    asked = InvoiceFields(customer_id=first.contact_id, line_items=(line,))
    made = create_invoice(book, asked, own_number=False)
    customers = [first.contact_id, *_namesakes(book, first, max(size // PER_CUSTOMER, 1))]
    for number in range(1, size):
        book.keep_invoice(_like(book, made, number, customers[number % len(customers)]))
    return sandbox


def _namesakes(book: Book, first: Contact, count: int) -> Iterator[str]:
    for number in range(1, count):
        changes = {"contact_id": book.new_id(), "contact_name": f"Customer {number}"}
        yield book.contacts.put(first.model_copy(update=changes)).contact_id


def _like(book: Book, made: Invoice, number: int, customer_id: str) -> Invoice:
    """The same invoice again, for another customer, paid or late or neither."""
    paid = made.total if number // PER_CUSTOMER % PER_CUSTOMER < PAID_OF_TWENTY else Decimal(0)
    due = book.today() + timedelta(days=30 if number % 2 else -30)
    lines = (line.model_copy(update={"line_item_id": book.new_id()}) for line in made.line_items)
    changes: dict[str, object] = {
        "invoice_id": book.new_id(),
        "invoice_number": f"B-{number}",
        "customer_id": customer_id,
        "due_date": due,
        "line_items": tuple(lines),
        "status": "sent",
        "payment_made": paid,
        "balance": made.total - paid,
    }
    return made.model_copy(update=changes)


def _serve(size: int, told: Connection) -> None:
    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    served, handler = _furnished(port, size) if size else (Served(port), Bare())
    unburden()
    asyncio.run(_listen(bound, Shell(handler), served, told))


def _furnished(port: int, size: int) -> tuple[Served, Handler]:
    sandbox = filled(size)
    book, tokens = sandbox.books.book, sandbox.tokens
    client = tokens.known(seeds.CLIENT_ID, seeds.CLIENT_SECRET)
    token = tokens.refresh(client, seeds.REFRESH_TOKEN).token
    some = [each.invoice_id for each in book.invoices][:: max(size // 500, 1)]
    buyers = [each.contact_id for each in book.contacts][:500]
    return Served(port, token, tuple(some), tuple(buyers)), sandbox


async def _listen(bound: socket.socket, shell: Shell, served: Served, told: Connection) -> None:
    server = await asyncio.start_server(shell.serve, sock=bound)
    told.send(served)
    await asyncio.to_thread(told.poll, None)
    server.close()


@contextmanager
def open_house(size: int) -> Iterator[Served]:
    """A sandbox of this size in a process of its own, or for no size the bare handler."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(size, there), daemon=True)
    process.start()
    try:
        served: Served = here.recv()
        yield served
    finally:
        process.terminate()
        process.join()
