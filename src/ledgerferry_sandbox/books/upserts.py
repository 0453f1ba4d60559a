"""PUT on a collection: the record that a unique custom field names, changed or created (F31)."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from ledgerferry_sandbox.books import contacts, creditnotes, invoices, items, payments
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply, read
from ledgerferry_sandbox.books.creditnote_models import CreditNote, CreditNoteFields
from ledgerferry_sandbox.books.customfields import CustomInput
from ledgerferry_sandbox.books.errors import Refusal, missing
from ledgerferry_sandbox.books.item_models import Item, ItemFields
from ledgerferry_sandbox.books.models import (
    Contact,
    ContactFields,
    Invoice,
    InvoiceFields,
    Payment,
    PaymentFields,
)
from ledgerferry_sandbox.desk.tables import R, Table

F = TypeVar("F", bound=BaseModel)


def _key(book: Book, call: Call, module: str) -> tuple[str, str]:
    name = call.request.headers.get("x-unique-identifier-key", "")
    value = call.request.headers.get("x-unique-identifier-value", "")
    if book.switches.at("upsert") == "refused":
        raise Refusal(37, "The HTTP method PUT is not allowed for the requested resource", 405)
    if not name or not value:
        raise missing("X-Unique-Identifier-Key")
    if not any(field.api_name == name and field.unique for field in book.fields(module)):
        raise Refusal(2, f"Invalid value passed for {name}")
    return name, value


def _find(book: Book, call: Call, table: Table[R], key: tuple[str, str]) -> R | None:
    found = table.find("custom", f"{key[0]}={key[1]}")
    if not found and call.request.headers.get("x-upsert", "").lower() != "true":
        code = int(book.switches.number("upsert_miss_code"))
        status = int(book.switches.number("upsert_miss_status"))
        raise Refusal(code, "No record has this value.", status)
    return found[0] if found else None


def _keyed(book: Book, call: Call, model: type[F], key: tuple[str, str]) -> F:
    row = call.json()
    if book.switches.at("upsert_sets_key") == "yes":
        given = row.get("custom_fields") or []
        named = any(CustomInput.model_validate(each).api_name == key[0] for each in given)
        if not named:
            row["custom_fields"] = [*given, {"api_name": key[0], "value": key[1]}]
    return read(model, row)


def _upsert(
    book: Book,
    call: Call,
    table: Table[R],
    model: type[F],
    create: Callable[[Book, F], R],
    update: Callable[[Book, R, F], R],
) -> R:
    """The record of the key that the call names, changed or created."""
    key = _key(book, call, table.name)
    held = _find(book, call, table, key)
    if held:
        return update(book, held, call.payload(model))
    return create(book, _keyed(book, call, model, key))


def contact(book: Book, call: Call) -> Reply:
    """PUT /contacts (F31)."""
    kept: Contact = _upsert(book, call, book.contacts, ContactFields, contacts.create, contacts.update)
    return Reply({"contact": contacts.shown(book, kept)}, "Contact has been updated successfully")


def invoice(book: Book, call: Call) -> Reply:
    """PUT /invoices (F31). Whether a created one keeps the number it was given is a switch."""
    own = call.flag("ignore_auto_number_generation")
    created_own = own and book.switches.at("upsert_number") == "honoured"
    kept: Invoice = _upsert(
        book,
        call,
        book.invoices,
        InvoiceFields,
        partial(invoices.create, own_number=created_own),
        partial(invoices.update, own_number=own),
    )
    return Reply({"invoice": invoices.shown(book, kept)}, "Invoice information has been updated.")


def payment(book: Book, call: Call) -> Reply:
    """PUT /customerpayments (F31)."""
    kept: Payment = _upsert(book, call, book.payments, PaymentFields, payments.create, payments.update)
    return Reply({"payment": payments.shown(book, kept)}, "The payment details have been updated.")


def creditnote(book: Book, call: Call) -> Reply:
    """PUT /creditnotes (F31). Whether a created one keeps the number it was given is a switch."""
    own = call.flag("ignore_auto_number_generation")
    created_own = own and book.switches.at("upsert_number") == "honoured"
    kept: CreditNote = _upsert(
        book,
        call,
        book.creditnotes,
        CreditNoteFields,
        partial(creditnotes.create, own_number=created_own),
        partial(creditnotes.update, own_number=own),
    )
    return Reply({"creditnote": creditnotes.shown(book, kept)}, "Credit note has been updated.")


def item(book: Book, call: Call) -> Reply:
    """PUT /items (F31)."""
    kept: Item = _upsert(book, call, book.items, ItemFields, items.create, items.update)
    return Reply({"item": items.shown(book, kept)}, "Item details have been saved.")
