"""Customer payments over several invoices (F28, F46)."""

from ledgerferry_sandbox.books import mailing, settlement
from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.call import Call, Reply, read
from ledgerferry_sandbox.books.customfields import CustomInput, spread
from ledgerferry_sandbox.books.errors import Refusal, forbidden, invalid, missing
from ledgerferry_sandbox.books.listing import Column, Test, View, day, decimal, listed, moment
from ledgerferry_sandbox.books.models import Payment, PaymentFields
from ledgerferry_sandbox.books.wire import ONE, ZERO, number, picked
from ledgerferry_sandbox.exchange import Row

LIST_KEYS = frozenset(
    [
        "payment_id",
        "payment_number",
        "date",
        "payment_mode",
        "amount",
        "customer_id",
        "reference_number",
        "description",
        "account_id",
        "currency_code",
        "created_time",
        "last_modified_time",
    ]
)
MODES = ("Check", "Cash", "BankTransfer", "Paypal", "CreditCard", "BankRemittance", "AutoTransaction")


def create(book: Book, fields: PaymentFields) -> Payment:
    """A new payment, put on its invoices."""
    if not fields.customer_id:
        raise missing("customer_id")
    customer = book.contact(fields.customer_id)
    if fields.amount <= ZERO:
        raise invalid("amount")
    if fields.account_id:
        book.account(fields.account_id)
    book.check_open(fields.date or book.today(), "created")
    payment_id, now = book.new_id(), book.now()
    values = book.custom_values(book.payments, payment_id, (), fields.custom_fields)
    applied = settlement.applications(book, fields.customer_id, fields.amount, fields.invoices)
    currency = book.currency(
        book.invoice(applied[0].invoice_id).currency_id if applied else customer.currency_id
    )
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    made = {
        "payment_id": payment_id,
        "payment_number": _number(book),
        "date": fields.date or book.today(),
        "exchange_rate": fields.exchange_rate or ONE,
        "currency_id": currency.currency_id,
        "currency_code": currency.currency_code,
        "invoices": applied,
        "custom_fields": values,
        "created_time": now,
        "last_modified_time": now,
    }
    payment = book.keep_payment(Payment.model_construct(**given | made))
    _apply(book, payment, 1)
    mailing.thank(book, payment)
    return payment


def update(book: Book, payment: Payment, fields: PaymentFields) -> Payment:
    """The payment with the given fields changed; given invoices replace all of its invoices."""
    given = {name: getattr(fields, name) for name in fields.model_fields_set}
    given["custom_fields"] = book.custom_values(
        book.payments, payment.payment_id, payment.custom_fields, fields.custom_fields
    )
    amount = fields.amount if "amount" in given else payment.amount
    if amount < payment.amount_refunded:
        raise forbidden("The amount is less than what was refunded.")
    book.check_open(payment.date, "changed")
    book.check_open(given.get("date"), "changed")
    if "customer_id" in given and fields.customer_id != payment.customer_id:
        raise invalid("customer_id")
    if "invoices" in given or "amount" in given:
        wanted = fields.invoices if "invoices" in given else payment.invoices
        _apply(book, payment, -1)
        try:
            given["invoices"] = settlement.applications(book, payment.customer_id, amount, wanted)
        except Refusal:
            _apply(book, payment, 1)
            raise
    changed = book.keep_payment(payment.model_copy(update={**given, "last_modified_time": book.now()}))
    if "invoices" in given:
        _apply(book, changed, 1)
    return changed


def remove(book: Book, payment: Payment) -> None:
    """Deletes a payment; its invoices owe again. One that was refunded stays."""
    if payment.amount_refunded:
        raise forbidden("A payment that was refunded cannot be deleted.")
    book.check_open(payment.date, "deleted")
    _apply(book, payment, -1)
    book.drop_payment(payment)


def _apply(book: Book, payment: Payment, sign: int) -> None:
    for each in payment.invoices:
        settlement.pay(book, book.invoice(each.invoice_id), sign * each.amount_applied, payment)


def _number(book: Book) -> str:
    organization = book.organization
    book.organizations.put(organization.model_copy(update={"next_payment": organization.next_payment + 1}))
    return str(organization.next_payment)


def shown(book: Book, payment: Payment) -> Row:
    """The payment as its detail and the control plane show it."""
    customer = book.contacts.get(payment.customer_id)
    custom = spread(payment.custom_fields)
    return (
        payment.model_dump(mode="json", exclude={"invoices"})
        | {
            "customer_name": customer.contact_name if customer else "",
            "status": "success",
            "unused_amount": number(payment.unused),
            "invoices": _applied(book, payment),
            "custom_field_hash": custom,
        }
        | custom
    )


def _applied(book: Book, payment: Payment) -> list[Row]:
    rows = []
    for each in payment.invoices:
        invoice = book.invoices.get(each.invoice_id)
        row: Row = each.model_dump(mode="json")
        if invoice:
            row |= {
                "invoice_number": invoice.invoice_number,
                "date": invoice.date.isoformat() if invoice.date else "",
                "invoice_amount": number(invoice.total),
                "balance_amount": number(invoice.balance),
            }
        rows.append(row)
    return rows


def row(book: Book, payment: Payment) -> Row:
    """The payment as a list shows it."""
    customer = book.contacts.get(payment.customer_id)
    held = [book.invoices.get(each.invoice_id) for each in payment.invoices]
    numbers = ", ".join(invoice.invoice_number for invoice in held if invoice)
    return (
        picked(payment, LIST_KEYS)
        | {
            "customer_name": customer.contact_name if customer else "",
            "invoice_numbers": numbers,
            "bcy_amount": number(payment.amount * payment.exchange_rate),
            "unused_amount": number(payment.unused),
        }
        | spread(payment.custom_fields)
    )


def _mode(wanted: str) -> Test[Payment]:
    return lambda kept: kept.payment_mode.replace("_", "").casefold() == wanted.casefold()


def view(book: Book) -> View[Payment]:
    """How payments are listed (F28)."""

    def customer_name(kept: Payment) -> str:
        customer = book.contacts.get(kept.customer_id)
        return customer.contact_name if customer else ""

    columns: dict[str, Column[Payment]] = {
        "customer_name": Column(customer_name),
        "reference_number": Column(lambda kept: kept.reference_number, index="reference"),
        "date": Column(lambda kept: kept.date, day),
        "amount": Column(lambda kept: kept.amount, decimal),
        "notes": Column(lambda kept: kept.description),
        "payment_mode": Column(lambda kept: kept.payment_mode),
        "customer_id": Column(lambda kept: kept.customer_id, index="customer"),
    }
    undocumented = book.switches.at("undocumented_filters") == "work"
    if undocumented:
        columns["last_modified_time"] = Column(lambda kept: kept.last_modified_time, moment)
    return View(
        book.payments,
        "Customer Payments",
        columns,
        lambda kept: row(book, kept),
        sortable=(*columns, "created_time"),
        named={f"PaymentMode.{mode}": _mode(mode) for mode in MODES},
        search=lambda kept: (kept.reference_number, customer_name(kept), kept.description),
        custom="works" if undocumented else "ignored",
    )


def index(book: Book, call: Call) -> Reply:
    """GET /customerpayments (F17, F28)."""
    held = book.once(view)
    page = listed(held, call)
    rows = [held.row(each) for each in page.records]
    return Reply({book.switches.at("payments_list_key"): rows, "page_context": page.context})


def post(book: Book, call: Call) -> Reply:
    """POST /customerpayments (F46)."""
    payment = create(book, call.payload(PaymentFields))
    return Reply({"payment": shown(book, payment)}, "The payment has been created.", 201)


def get(book: Book, call: Call) -> Reply:
    """GET /customerpayments/{id}."""
    return Reply({"payment": shown(book, book.payment(call.ids[0]))})


def put(book: Book, call: Call) -> Reply:
    """PUT /customerpayments/{id}."""
    payment = update(book, book.payment(call.ids[0]), call.payload(PaymentFields))
    return Reply({"payment": shown(book, payment)}, "The payment details have been updated.")


def delete(book: Book, call: Call) -> Reply:
    """DELETE /customerpayments/{id}."""
    remove(book, book.payment(call.ids[0]))
    return Reply(message="The payment has been deleted.")


def delete_several(book: Book, call: Call) -> Reply:
    """DELETE /customerpayments?payment_ids=&bulk_delete=true."""
    if not call.flag("bulk_delete"):
        raise missing("bulk_delete")
    for payment in [book.payment(asked) for asked in call.several("payment_ids")]:
        remove(book, payment)
    return Reply(message="The selected customer payments have been deleted.")


def unapply(book: Book, call: Call) -> Reply:
    """DELETE /invoices/{id}/payments/{invoice_payment_id} (F47)."""
    invoice = book.invoice(call.ids[0])
    for payment in book.payments.find("invoice", invoice.invoice_id):
        gone = [each for each in payment.invoices if each.invoice_payment_id == call.ids[1]]
        if gone:
            kept = tuple(each for each in payment.invoices if each not in gone)
            changes = {"invoices": kept, "last_modified_time": book.now()}
            book.keep_payment(payment.model_copy(update=changes))
            settlement.pay(book, invoice, -gone[0].amount_applied, payment)
            return Reply(message="The payment has been deleted.")
    raise book.missing("Payment")


def put_custom(book: Book, call: Call) -> Reply:
    """PUT /customerpayment/{id}/customfields, whose body is a bare list."""
    given = tuple(read(CustomInput, row) for row in call.rows())
    update(book, book.payment(call.ids[0]), PaymentFields(custom_fields=given))
    return Reply(message="Custom Fields Updated Successfully")
