"""Contacts: created, changed, listed, deleted, switched active and inactive (F27, F42)."""

from ledgerferry_sandbox.books import invoices, persons
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.customfields import spread
from ledgerferry_sandbox.books.errors import Refusal, forbidden, invalid, missing
from ledgerferry_sandbox.books.listing import Column, Page, Test, View, decimal, listed, moment
from ledgerferry_sandbox.books.models import Address, Contact, ContactFields
from ledgerferry_sandbox.books.wire import ZERO, folded, number, picked
from ledgerferry_sandbox.exchange import Row

LIST_KEYS = [
    "contact_id",
    "contact_name",
    "company_name",
    "contact_type",
    "status",
    "payment_terms",
    "payment_terms_label",
    "currency_id",
    "created_time",
    "last_modified_time",
]


def create(book: Book, fields: ContactFields) -> Contact:
    """A new contact. Its name must be the only one of its kind (error 3062)."""
    if not fields.contact_name.strip():
        raise missing("contact_name")
    contact_id, now = book.new_id(), book.now()
    _check(book, fields, contact_id)
    people = persons.placed(book, contact_id, fields.contact_persons, ())
    values = book.custom_values(book.contacts, contact_id, (), fields.custom_fields)
    currency = fields.currency_id or book.organization.currency_id
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return book.contacts.put(
        Contact.model_construct(
            **given
            | {
                "contact_id": contact_id,
                "currency_id": currency,
                "contact_persons": people,
                "custom_fields": values,
                "created_time": now,
                "last_modified_time": now,
            }
        )
    )


def update(book: Book, contact: Contact, fields: ContactFields) -> Contact:
    """The contact with the given fields changed. A given list of persons replaces the former one."""
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    _check(book, fields, contact.contact_id)
    if "contact_persons" in given:
        given["contact_persons"] = persons.placed(
            book, contact.contact_id, fields.contact_persons, contact.contact_persons
        )
    given["custom_fields"] = book.custom_values(
        book.contacts, contact.contact_id, contact.custom_fields, fields.custom_fields
    )
    return keep(book, contact, **given)


def keep(book: Book, contact: Contact, **changes: object) -> Contact:
    """The contact with these changes, modified now."""
    return book.contacts.put(contact.model_copy(update={**changes, "last_modified_time": book.now()}))


def remove(book: Book, contact: Contact) -> None:
    """Deletes a contact that no transaction names."""
    number_held = contact.contact_id
    tables = (book.invoices, book.payments, book.creditnotes, book.bills)
    if any(table.has("customer", number_held) for table in tables):
        raise forbidden("The customer has transactions and cannot be deleted.")
    book.contacts.drop(number_held)


def _check(book: Book, fields: ContactFields, contact_id: str) -> None:
    if "contact_name" in fields.model_fields_set:
        if not fields.contact_name.strip():
            raise missing("contact_name")
        _check_name(book, fields.contact_name, contact_id)
    if fields.currency_id:
        book.currency(fields.currency_id)
    if fields.contact_type not in ("customer", "vendor"):
        raise invalid("contact_type")
    _check_vat(book, fields)


def _check_vat(book: Book, fields: ContactFields) -> None:
    """What the UK edition checks (F43)."""
    book.check_vat_treatment(fields.vat_treatment)
    if book.organization.version != "uk":
        return
    if fields.vat_reg_no and not 2 <= len(fields.vat_reg_no) <= 12:
        raise missing("vat_reg_no")
    if fields.country_code and len(fields.country_code) != 2:
        raise missing("country_code")


def _check_name(book: Book, name: str, contact_id: str) -> None:
    exact = book.switches.at("contact_name_folding") == "exact"
    for holder in book.contacts.find("name", folded(name)):
        if holder.contact_id != contact_id and (not exact or holder.contact_name == name):
            text = f'The customer "{name}" already exists. Please specify a different name.'
            raise Refusal(3062, text)


def shown(book: Book, contact: Contact) -> Row:
    """The contact as its detail and the control plane show it."""
    row = contact.model_dump(mode="json", exclude={"contact_persons": {"__all__": {"contact_id"}}})
    custom = spread(contact.custom_fields)
    return row | _worked_out(book, contact) | {"custom_field_hash": custom} | custom


def _own(contact: Contact) -> Row:
    return picked(contact, LIST_KEYS) | spread(contact.custom_fields)


def row(book: Book, contact: Contact) -> Row:
    """The contact as a list shows it."""
    return book.rows.of(contact.contact_id, contact, _own) | _worked_out(book, contact)


def _worked_out(book: Book, contact: Contact) -> Row:
    primary = contact.primary
    currency = book.currencies.get(contact.currency_id)
    return {
        "primary_contact_id": primary.contact_person_id if primary else "",
        "first_name": primary.first_name if primary else "",
        "last_name": primary.last_name if primary else "",
        "email": primary.email if primary else "",
        "phone": primary.phone if primary else "",
        "mobile": primary.mobile if primary else "",
        "currency_code": currency.currency_code if currency else "",
        "outstanding_receivable_amount": number(book.receivable.get(contact.contact_id, ZERO)),
        "unused_credits_receivable_amount": number(book.unused.get(contact.contact_id, ZERO)),
    }


def _address(address: Address) -> str:
    return " ".join((address.address, address.street2, address.city, address.state, address.zip))


def _has_namesake(book: Book, contact: Contact) -> bool:
    return book.contacts.holders("name", folded(contact.contact_name)) > 1


def _over_limit(book: Book, contact: Contact) -> bool:
    return ZERO < contact.credit_limit < book.receivable.get(contact.contact_id, ZERO)


def _is_late(book: Book, contact: Contact) -> bool:
    held = book.invoices.find("customer", contact.contact_id)
    return any(invoices.status(book, each) == "overdue" for each in held)


def _named(book: Book) -> dict[str, Test[Contact]]:
    """The values of filter_by (F27)."""
    return {
        "Status.Active": lambda kept: kept.status == "active",
        "Status.Inactive": lambda kept: kept.status == "inactive",
        "Status.Duplicate": lambda kept: _has_namesake(book, kept),
        "Status.Crm": lambda kept: bool(kept.zcrm_account_id or kept.zcrm_contact_id),
        "Status.PortalEnabled": lambda kept: kept.in_portal,
        "Status.PortalDisabled": lambda kept: not kept.in_portal,
        "Status.CreditLimitExceed": lambda kept: _over_limit(book, kept),
        "Invoice.Unpaid": lambda kept: book.receivable.get(kept.contact_id, ZERO) > 0,
        "Invoice.OverDue": lambda kept: _is_late(book, kept),
    }


def view(book: Book) -> View[Contact]:
    """How contacts are listed (F27)."""
    columns: dict[str, Column[Contact]] = {
        "contact_type": Column(lambda kept: kept.contact_type),
        "contact_name": Column(lambda kept: kept.contact_name, index="name"),
        "company_name": Column(lambda kept: kept.company_name, index="company"),
        "first_name": Column(lambda kept: kept.primary.first_name if kept.primary else ""),
        "last_name": Column(lambda kept: kept.primary.last_name if kept.primary else ""),
        "address": Column(lambda kept: _address(kept.billing_address)),
        "email": Column(lambda kept: kept.primary.email if kept.primary else "", index="email"),
        "phone": Column(lambda kept: kept.primary.phone if kept.primary else ""),
        "zcrm_contact_id": Column(lambda kept: kept.zcrm_contact_id),
        "zcrm_account_id": Column(lambda kept: kept.zcrm_account_id),
        "zcrm_vendor_id": Column(lambda kept: kept.zcrm_vendor_id),
        "outstanding_receivable_amount": Column(
            lambda kept: book.receivable.get(kept.contact_id, ZERO), decimal
        ),
    }
    undocumented = book.switches.at("undocumented_filters")
    if undocumented == "work":
        columns["last_modified_time"] = Column(lambda kept: kept.last_modified_time, moment)
    return View(
        book.contacts,
        "Contacts",
        columns,
        lambda kept: row(book, kept),
        sort="contact_name",
        sortable=(
            *("contact_name", "first_name", "last_name", "email", "outstanding_receivable_amount"),
            *("created_time", "last_modified_time"),
        ),
        named=_named(book),
        search=lambda kept: (kept.contact_name, kept.notes),
        custom="works" if undocumented == "work" else "ignored",
    )


def index(book: Book, call: Call) -> Reply:
    """GET /contacts (F24, F27)."""
    held = book.once(view)
    page: Page[Contact] = listed(held, call, "A")
    return Reply({"contacts": [held.row(each) for each in page.records], "page_context": page.context})


def post(book: Book, call: Call) -> Reply:
    """POST /contacts."""
    contact = create(book, call.payload(ContactFields))
    return Reply({"contact": shown(book, contact)}, "The contact has been created.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /contacts/{id}."""
    return Reply({"contact": shown(book, book.contact(call.ids[0]))})


def put(book: Book, call: Call) -> Reply:
    """PUT /contacts/{id}."""
    contact = update(book, book.contact(call.ids[0]), call.payload(ContactFields))
    return Reply({"contact": shown(book, contact)}, "Contact has been updated successfully")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /contacts/{id}."""
    remove(book, book.contact(call.ids[0]))
    return Reply(message="The contact has been deleted.")


def delete_several(book: Book, call: Call) -> Reply:
    """DELETE /contacts?contact_ids=."""
    for contact in [book.contact(number_asked) for number_asked in call.several("contact_ids")]:
        remove(book, contact)
    return Reply(message="The contacts have been deleted.")


def activate(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/active."""
    keep(book, book.contact(call.ids[0]), status="active")
    return Reply(message="The contact has been marked as active.")


def deactivate(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/inactive."""
    keep(book, book.contact(call.ids[0]), status="inactive")
    return Reply(message="The contact has been marked as inactive.")


def remind(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/paymentreminder/enable."""
    keep(book, book.contact(call.ids[0]), payment_reminder_enabled=True)
    return Reply(message="All reminders associated with this contact have been enabled.")


def hush(book: Book, call: Call) -> Reply:
    """POST /contacts/{id}/paymentreminder/disable."""
    keep(book, book.contact(call.ids[0]), payment_reminder_enabled=False)
    return Reply(message="All reminders associated with this contact have been stopped.")
