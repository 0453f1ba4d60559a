"""What invoices and credit notes have in common: numbers, rates, persons, and what Books works out."""

from collections.abc import Callable
from decimal import Decimal
from typing import Generic

from ledgerferry_sandbox.books import supply
from ledgerferry_sandbox.books.arithmetic import totals
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.errors import Refusal, forbidden, invalid, missing
from ledgerferry_sandbox.books.models import Associated, Contact, DocumentFields, Drawn, Line, LineFields
from ledgerferry_sandbox.books.register_models import Account
from ledgerferry_sandbox.books.settings import Currency, Tax
from ledgerferry_sandbox.books.wire import ONE, ZERO, folded, number
from ledgerferry_sandbox.desk.tables import R, Table
from ledgerferry_sandbox.exchange import Row

COUNTED = frozenset(
    [
        "line_items",
        "discount",
        "discount_type",
        "is_discount_before_tax",
        "is_inclusive_tax",
        "shipping_charge",
        "adjustment",
        "currency_id",
        "vat_treatment",
        "place_of_supply",
        "is_reverse_charge_applied",
        "tax_exemption_id",
    ]
)


EXEMPTING = frozenset({"US", "IN"})


def base(book: Book, fields: DocumentFields) -> tuple[Contact, Row]:
    """The customer of a new document, and what the document takes from customer, currency and lines."""
    if not fields.customer_id:
        raise missing("customer_id")
    if not fields.line_items:
        raise missing("line_items")
    customer = book.contact(fields.customer_id)
    currency = book.currency(fields.currency_id or customer.currency_id)
    book.check_open(fields.date or book.today(), "created")
    book.check_vat_treatment(fields.vat_treatment)
    now = book.now()
    settled = fields.model_copy(update={"vat_treatment": fields.vat_treatment or customer.vat_treatment})
    made: Row = {
        "currency_id": currency.currency_id,
        "currency_code": currency.currency_code,
        "price_precision": currency.price_precision,
        "exchange_rate": _rate(fields, currency),
        "contact_persons_associated": associated(fields),
        "vat_treatment": settled.vat_treatment,
        "billing_address": customer.billing_address,
        "shipping_address": customer.shipping_address,
        "created_time": now,
        "last_modified_time": now,
    }
    return customer, made | counted(book, settled, currency.price_precision)


def changed(book: Book, held: DocumentFields, fields: DocumentFields) -> Row:
    """The given fields of a change, and what follows from them for persons and currency."""
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    if "customer_id" in given:
        book.contact(fields.customer_id)
    if {"contact_persons", "contact_persons_associated"} & given.keys():
        given["contact_persons_associated"] = associated(fields)
    if "currency_id" in given:
        currency = book.currency(fields.currency_id)
        given |= {"currency_code": currency.currency_code, "price_precision": currency.price_precision}
    book.check_vat_treatment(fields.vat_treatment)
    for day in (held.date, given.get("date")):
        book.check_open(day, "changed")
    return given


def _rate(fields: DocumentFields, currency: Currency) -> Decimal:
    if currency.is_base_currency:
        return ONE
    if fields.exchange_rate:
        return fields.exchange_rate
    if not currency.rates:
        raise missing("exchange_rate")
    return currency.rates[-1].rate


def associated(fields: DocumentFields) -> tuple[Associated, ...]:
    """The persons that a document goes to, in either of the two ways of naming them."""
    if fields.contact_persons_associated:
        return fields.contact_persons_associated
    return tuple(Associated(contact_person_id=number) for number in fields.contact_persons)


def counted(book: Book, fields: DocumentFields, precision: int) -> Row:
    """Lines, taxes, exemption and totals as Books works them out."""
    filled = tuple(_filled(book, line) for line in fields.line_items)
    untaxed = _untaxed(book, fields)
    used: dict[str, Tax] = {}
    for line in filled:
        if line.tax_id:
            tax = book.tax_or_group(line.tax_id)
            used[line.tax_id] = tax.freed() if untaxed else tax
    supply.check(book, fields.place_of_supply, used.values())
    try:
        worked = totals(fields.model_copy(update={"line_items": filled}), used, book.rules(precision))
    except ArithmeticError:
        raise invalid("discount") from None
    if worked.total < ZERO:
        raise forbidden("The total must not be negative.")
    row = {name: getattr(worked, name) for name in type(worked).model_fields}
    lines = tuple(_numbered(book, line) for line in worked.line_items)
    return row | _exempted(book, fields) | {"line_items": lines}


def _untaxed(book: Book, fields: DocumentFields) -> bool:
    """Reverse charge, an exemption, and by switch customers overseas, bear no VAT (F43)."""
    overseas = fields.vat_treatment == "overseas" and book.switches.at("overseas_tax") == "none"
    exempt = bool(fields.tax_exemption_id) and _exempting(book)
    return overseas or exempt or fields.is_reverse_charge_applied


def _exempting(book: Book) -> bool:
    """Only the editions of the United States and India know exemptions of a document (F44)."""
    return book.organization.country_code in EXEMPTING


def _exempted(book: Book, fields: DocumentFields) -> Row:
    """The exemption of a document and its code; other editions drop it without a word (F23)."""
    if not fields.tax_exemption_id or not _exempting(book):
        return {"tax_exemption_id": "", "tax_exemption_code": ""}
    held = book.there(book.taxexemptions, fields.tax_exemption_id, "Tax Exemption")
    return {"tax_exemption_id": held.tax_exemption_id, "tax_exemption_code": held.tax_exemption_code}


def _filled(book: Book, line: LineFields) -> LineFields:
    """A line with what it does not say taken from its item."""
    if not line.item_id:
        return line
    item = book.item(line.item_id)
    own: Row = {
        "name": item.name,
        "description": item.description,
        "rate": item.rate,
        "unit": item.unit,
        "tax_id": item.tax_id if item.is_taxable else "",
    }
    return line.model_copy(update={key: held for key, held in own.items() if key not in _said(line)})


def _said(line: LineFields) -> set[str]:
    """What a line carries of its own; one that was kept before carries everything."""
    return set(LineFields.model_fields) if line.line_item_id else line.model_fields_set


def _numbered(book: Book, line: Line) -> Line:
    """A line with its id, and with its income account: the organisation's own where it names none."""
    number = line.line_item_id or book.new_id()
    account = book.account(line.account_id) if line.account_id else _sales(book)
    known = {"account_id": account.account_id, "account_name": account.account_name} if account else {}
    return line.model_copy(update={"line_item_id": number, **known})


def _sales(book: Book) -> Account | None:
    return next((each for each in book.accounts if each.account_type == "income"), None)


class Numbers(Generic[R]):
    """How the documents of one table are numbered: by the caller who may, else by the organisation (F33)."""

    def __init__(
        self,
        book: Book,
        table: Table[R],
        noun: str,
        number_of: Callable[[R], str],
        take_next: Callable[[], str],
    ) -> None:
        self._book = book
        self._table = table
        self._noun = noun
        self._number_of: Callable[[R], str] = number_of
        self._take_next = take_next

    def new(self, given: str, own_id: str, *, own: bool) -> str:
        """The number of a new document."""
        if own:
            if not given:
                raise missing(f"{self._noun}_number")
            self._check(given, own_id)
            return given
        if given:
            self._reject()
        return self._take_next()

    def changed(self, held: str, given: str, own_id: str, *, own: bool) -> str:
        """The number of a document whose change gives one."""
        if given == held:
            return held
        if own:
            return self.new(given, own_id, own=True)
        self._reject()
        return held

    def _reject(self) -> None:
        if self._book.switches.at("chosen_number") == "rejected":
            raise forbidden(f"The {self._noun} number is generated by the organisation.")

    def _check(self, given: str, own_id: str) -> None:
        exact = self._book.switches.at("number_folding") == "exact"
        for holder in self._table.find("number", folded(given)):
            other = self._table.key(holder) != own_id
            if other and (not exact or self._number_of(holder) == given):
                code = int(self._book.switches.number("duplicate_number_code"))
                raise Refusal(code, f"The {self._noun} number {given} already exists.")


def shown(book: Book, document: Drawn, customer_id: str) -> Row:
    """What the details of all documents show beside their own fields."""
    customer = book.contacts.get(customer_id)
    symbol = book.currencies.find("code", document.currency_code)
    return {
        "customer_name": customer.contact_name if customer else "",
        "email": customer.primary.email if customer and customer.primary else "",
        "currency_symbol": symbol[0].currency_symbol if symbol else "",
        "total": number(document.total),
    }
