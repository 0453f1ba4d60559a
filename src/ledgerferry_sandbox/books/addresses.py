"""Addresses: those of a contact beside billing and shipping, and those of single documents."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Handler, Reply
from ledgerferry_sandbox.books.models import Address, Contact, ExtraAddress
from ledgerferry_sandbox.exchange import Row


def _keep(book: Book, contact: Contact, **changes: object) -> None:
    book.contacts.put(contact.model_copy(update={**changes, "last_modified_time": book.now()}))


def _of(book: Book, call: Call) -> tuple[Contact, ExtraAddress]:
    contact = book.contact(call.ids[0])
    found = next((each for each in contact.addresses if each.address_id == call.ids[1]), None)
    if found is None:
        raise book.missing("Address")
    return contact, found


def index(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}/address."""
    held = book.contact(call.ids[0]).addresses
    return Reply({"addresses": [each.model_dump(mode="json") for each in held]})


def post(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/address."""
    contact, given = book.contact(call.ids[0]), call.payload(Address)
    made = ExtraAddress(**given.model_dump(), address_id=book.new_id())
    _keep(book, contact, addresses=(*contact.addresses, made))
    return Reply({"address_info": made.model_dump(mode="json")}, "The address has been added.")


def put(book: Book, call: Call) -> Reply:
    """PUT /contacts/{id}/address/{id}."""
    contact, held = _of(book, call)
    given = call.payload(Address)
    changed = held.model_copy(update={name: getattr(given, name) for name in given.model_fields_set})
    kept = tuple(changed if each is held else each for each in contact.addresses)
    _keep(book, contact, addresses=kept)
    return Reply({"address_info": changed.model_dump(mode="json")}, "The address has been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /contacts/{id}/address/{id}."""
    contact, held = _of(book, call)
    _keep(book, contact, addresses=tuple(each for each in contact.addresses if each is not held))
    return Reply(message="The address has been deleted.")


def _marked(field: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        contact, held = _of(book, call)
        _keep(book, contact, **{field: Address(**held.model_dump(exclude={"address_id"}))})
        return Reply(message="The address has been marked.")

    handler.__doc__ = f"Makes an address of a contact its {field.replace('_', ' ')}."
    return handler


def _placed(field: str, noun: str) -> Handler:
    def handler(book: Book, call: Call) -> Reply:
        given = call.payload(Address)
        changes: Row = {field: given, "last_modified_time": book.now()}
        if noun == "invoice":
            book.keep_invoice(book.invoice(call.ids[0]).model_copy(update=changes))
        else:
            book.keep_creditnote(book.creditnote(call.ids[0]).model_copy(update=changes))
        return Reply({field: given.model_dump(mode="json")}, "The address has been updated.")

    handler.__doc__ = f"The {field.replace('_', ' ')} of one {noun}."
    return handler


as_billing, as_shipping = _marked("billing_address"), _marked("shipping_address")
invoice_billing = _placed("billing_address", "invoice")
invoice_shipping = _placed("shipping_address", "invoice")
note_billing = _placed("billing_address", "credit note")
note_shipping = _placed("shipping_address", "credit note")
