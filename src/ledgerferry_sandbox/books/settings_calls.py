"""The calls on organisations, taxes and currencies (F13, F44, F45)."""

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply
from ledgerferry_sandbox.books.errors import Refusal, forbidden, missing
from ledgerferry_sandbox.books.settings import (
    Currency,
    CurrencyFields,
    Organization,
    OrganizationFields,
    Rate,
    RateFields,
    Tax,
    TaxFields,
)
from ledgerferry_sandbox.books.wire import ZERO, folded, number
from ledgerferry_sandbox.exchange import Row

HIDDEN = {
    "state_code",
    "creditnote_prefix",
    "next_creditnote",
    "is_northern_ireland",
    "utc_offset_minutes",
    "invoice_prefix",
    "next_invoice",
    "next_payment",
    "closed_until",
    "approvals",
}


def _organization(book: Book, kept: Organization) -> Row:
    """The organisation; whether it tells where tax is rounded is a switch (F41)."""
    told = book.switches.at("rounding_told") == "yes"
    rounding = {"tax_rounding_type": book.switches.at("tax_rounding")} if told else {}
    return kept.model_dump(mode="json", exclude=HIDDEN) | rounding


def organizations(book: Book, call: Call) -> Reply:
    """GET /organizations, the one call without organization_id."""
    return Reply({"organizations": [_organization(book, each) for each in book.organizations]})


def organization(book: Book, call: Call) -> Reply:
    """GET /organizations/{id}."""
    kept = book.there(book.organizations, call.ids[0], "Organization")
    return Reply({"organization": _organization(book, kept)})


def put_organization(book: Book, call: Call) -> Reply:
    """PUT /organizations/{id}."""
    kept = book.there(book.organizations, call.ids[0], "Organization")
    fields = call.payload(OrganizationFields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    changed = book.organizations.put(kept.model_copy(update=given))
    return Reply(
        {"organization": _organization(book, changed)}, "Your organization's information has been updated."
    )


def create_tax(book: Book, fields: TaxFields) -> Tax:
    """A new tax, of a name that is not taken."""
    if not fields.tax_name:
        raise missing("tax_name")
    _check_tax_name(book, fields.tax_name, "")
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return book.taxes.put(Tax.model_construct(**given, tax_id=book.new_id()))


def _check_tax_name(book: Book, name: str, tax_id: str) -> None:
    if any(holder.tax_id != tax_id for holder in book.taxes.find("name", folded(name))):
        raise Refusal(11, f"The tax {name} already exists.")


def taxes(book: Book, call: Call) -> Reply:
    """GET /settings/taxes."""
    context = {"page": 1, "per_page": 200, "has_more_page": False, "report_name": "Taxes"}
    return Reply({"taxes": [each.model_dump(mode="json") for each in book.taxes], "page_context": context})


def tax(book: Book, call: Call) -> Reply:
    """GET /settings/taxes/{id}."""
    return Reply({"tax": book.tax(call.ids[0]).model_dump(mode="json")})


def post_tax(book: Book, call: Call) -> Reply:
    """POST /settings/taxes."""
    row = create_tax(book, call.payload(TaxFields)).model_dump(mode="json")
    alone = book.switches.at("single_as_list") == "object"
    return Reply({"tax": row if alone else [row]}, "The tax has been added.", 201)


def put_tax(book: Book, call: Call) -> Reply:
    """PUT /settings/taxes/{id}; invoices keep the amounts they were given."""
    kept = book.tax(call.ids[0])
    fields = call.payload(TaxFields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    _check_tax_name(book, given.get("tax_name", kept.tax_name), kept.tax_id)
    changed = book.taxes.put(kept.model_copy(update=given))
    return Reply({"tax": changed.model_dump(mode="json")}, "Tax information has been saved.")


def delete_tax(book: Book, call: Call) -> Reply:
    """DELETE /settings/taxes/{id}, unless an invoice bears it."""
    kept = book.tax(call.ids[0])
    documents = (*book.invoices, *book.creditnotes, *book.bills)
    grouped = any(kept.tax_id in group.tax_ids for group in book.taxgroups)
    if grouped or any(line.tax_id == kept.tax_id for each in documents for line in each.line_items):
        raise forbidden("The tax is in use and cannot be deleted.")
    book.taxes.drop(kept.tax_id)
    return Reply(message="The record has been deleted.")


def _currency(kept: Currency) -> Row:
    row = kept.model_dump(mode="json", exclude={"rates"})
    rate = kept.rates[-1] if kept.rates else None
    return row | {
        "currency_name": kept.currency_code,
        "exchange_rate": number(rate.rate) if rate else int(kept.is_base_currency),
        "effective_date": rate.effective_date.isoformat() if rate and rate.effective_date else "",
    }


def create_currency(book: Book, fields: CurrencyFields) -> Currency:
    """A currency that the organisation did not use before."""
    code = fields.currency_code.upper()
    if not code:
        raise missing("currency_code")
    if book.currencies.has("code", code):
        raise Refusal(11, f"The currency {code} already exists.")
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    return book.currencies.put(
        Currency.model_construct(**given | {"currency_code": code, "currency_id": book.new_id()})
    )


def currencies(book: Book, call: Call) -> Reply:
    """GET /settings/currencies."""
    context = {"page": 1, "per_page": 200, "has_more_page": False}
    return Reply({"currencies": [_currency(each) for each in book.currencies], "page_context": context})


def currency(book: Book, call: Call) -> Reply:
    """GET /settings/currencies/{id}."""
    return Reply({"currency": _currency(book.currency(call.ids[0]))})


def post_currency(book: Book, call: Call) -> Reply:
    """POST /settings/currencies."""
    made = create_currency(book, call.payload(CurrencyFields))
    return Reply({"currency": _currency(made)}, "The currency has been added.", 201)


def put_currency(book: Book, call: Call) -> Reply:
    """PUT /settings/currencies/{id}; the code stays."""
    kept, fields = book.currency(call.ids[0]), call.payload(CurrencyFields)
    given = {name: getattr(fields, name) for name in fields.model_fields_set if name != "currency_code"}
    changed = book.currencies.put(kept.model_copy(update=given))
    return Reply({"currency": _currency(changed)}, "Currency has been updated.")


def delete_currency(book: Book, call: Call) -> Reply:
    """DELETE /settings/currencies/{id}, unless it is the base currency or someone's."""
    kept = book.currency(call.ids[0])
    holders = (*book.contacts, *book.invoices, *book.payments, *book.creditnotes, *book.bills)
    if kept.is_base_currency or any(each.currency_id == kept.currency_id for each in holders):
        raise forbidden("The currency is in use and cannot be deleted.")
    book.currencies.drop(kept.currency_id)
    return Reply(message="The currency has been deleted.")


def _rate(kept: Currency, rate: Rate) -> Row:
    row = rate.model_dump(mode="json")
    return row | {"currency_id": kept.currency_id, "currency_code": kept.currency_code}


def rates(book: Book, call: Call) -> Reply:
    """GET /settings/currencies/{id}/exchangerates, the newest first."""
    kept = book.currency(call.ids[0])
    return Reply({"exchange_rates": [_rate(kept, rate) for rate in reversed(kept.rates)]})


def post_rate(book: Book, call: Call) -> Reply:
    """POST /settings/currencies/{id}/exchangerates; one rate a day."""
    kept, fields = book.currency(call.ids[0]), call.payload(RateFields)
    if kept.is_base_currency or fields.rate <= ZERO:
        raise forbidden("The exchange rate cannot be set.")
    day = fields.effective_date or book.today()
    rate = Rate(exchange_rate_id=book.new_id(), effective_date=day, rate=fields.rate)
    others = (each for each in kept.rates if each.effective_date != day)
    ordered = sorted((*others, rate), key=lambda each: str(each.effective_date))
    changed = book.currencies.put(kept.model_copy(update={"rates": tuple(ordered)}))
    return Reply({"exchange_rate": _rate(changed, rate)}, "The exchange rate has been added.", 201)


def _rate_of(book: Book, call: Call) -> tuple[Currency, Rate]:
    kept = book.currency(call.ids[0])
    found = next((each for each in kept.rates if each.exchange_rate_id == call.ids[1]), None)
    if found is None:
        raise book.missing("Exchange rate")
    return kept, found


def rate(book: Book, call: Call) -> Reply:
    """GET /settings/currencies/{id}/exchangerates/{id} (F45)."""
    return Reply({"exchange_rate": _rate(*_rate_of(book, call))})


def put_rate(book: Book, call: Call) -> Reply:
    """PUT /settings/currencies/{id}/exchangerates/{id} (F45)."""
    kept, held = _rate_of(book, call)
    fields = call.payload(RateFields)
    if fields.rate <= ZERO:
        raise forbidden("The exchange rate cannot be set.")
    day = fields.effective_date or held.effective_date
    changed = held.model_copy(update={"rate": fields.rate, "effective_date": day})
    others = (each for each in kept.rates if each is not held and each.effective_date != day)
    ordered = sorted((*others, changed), key=lambda each: str(each.effective_date))
    book.currencies.put(kept.model_copy(update={"rates": tuple(ordered)}))
    return Reply({"exchange_rate": _rate(kept, changed)}, "The exchange rate has been updated.")


def delete_rate(book: Book, call: Call) -> Reply:
    """DELETE /settings/currencies/{id}/exchangerates/{id} (F45)."""
    kept, held = _rate_of(book, call)
    book.currencies.put(
        kept.model_copy(update={"rates": tuple(each for each in kept.rates if each is not held)})
    )
    return Reply(message="The exchange rate has been deleted.")
