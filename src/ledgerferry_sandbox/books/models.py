"""Contacts, invoices, payments and their parts, in the vendor's own words."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from ledgerferry_sandbox.books.customfields import CustomInput, CustomValue
from ledgerferry_sandbox.books.wire import (
    ONE,
    ZERO,
    Amount,
    Day,
    Moment,
    Text,
    Text100,
    Text200,
    Wire,
    number,
)
from ledgerferry_sandbox.exchange import Row


class Address(Wire):
    """A postal address."""

    attention: Text = ""
    address: Text = ""
    street2: Text = ""
    city: Text = ""
    state: Text = ""
    zip: Text = ""
    country: Text = ""
    phone: Text = ""
    fax: Text = ""


class ExtraAddress(Address):
    """An address beside billing and shipping."""

    address_id: str


class Preference(Wire):
    """Which ways a person may be written to."""

    is_email_enabled: bool = True
    is_sms_enabled: bool = False
    is_whatsapp_enabled: bool = False


class PersonFields(Wire):
    """A contact person as a caller gives one (F42)."""

    contact_person_id: Text = ""
    salutation: Text = ""
    first_name: Text100 = ""
    last_name: Text100 = ""
    email: Text100 = ""
    phone: Text100 = ""
    mobile: Text100 = ""
    designation: Text = ""
    department: Text = ""
    skype: Text = ""
    is_primary_contact: bool = False
    enable_portal: bool = False
    communication_preference: Preference = Preference()


class Person(PersonFields):
    """A contact person of a contact."""

    contact_id: Text = ""


class ContactFields(Wire):
    """A contact as a caller gives one."""

    contact_name: Text200 = ""
    company_name: Text200 = ""
    contact_type: str = "customer"
    customer_sub_type: str = "business"
    contact_number: Text = ""
    website: Text = ""
    language_code: Text = ""
    notes: Text = ""
    currency_id: Text = ""
    payment_terms: int = 0
    payment_terms_label: Text = ""
    vat_treatment: Text = ""
    vat_reg_no: Text = ""
    country_code: Text = ""
    is_taxable: bool = True
    tax_id: Text = ""
    credit_limit: Amount = ZERO
    zcrm_contact_id: Text = ""
    zcrm_account_id: Text = ""
    zcrm_vendor_id: Text = ""
    billing_address: Address = Address()
    shipping_address: Address = Address()
    contact_persons: tuple[PersonFields, ...] = ()
    custom_fields: tuple[CustomInput, ...] = ()


class Contact(ContactFields):
    """A customer or vendor."""

    contact_id: str
    status: str = "active"
    payment_reminder_enabled: bool = True
    addresses: tuple[ExtraAddress, ...] = ()
    contact_persons: tuple[Person, ...] = ()
    custom_fields: tuple[CustomValue, ...] = ()
    created_time: Moment
    last_modified_time: Moment

    @property
    def primary(self) -> Person | None:
        """The contact person that stands for the contact."""
        return next((person for person in self.contact_persons if person.is_primary_contact), None)

    @property
    def in_portal(self) -> bool:
        """Whether one of its persons may enter the portal."""
        return any(person.enable_portal for person in self.contact_persons)


Discount = Annotated[
    str,
    BeforeValidator(lambda value: "0" if value in ("", None) else value),
    PlainSerializer(
        lambda text: text if text.endswith("%") else number(Decimal(text)),
        return_type=str | float | int,
        when_used="json",
    ),
]
"""An amount, or a percentage such as `10%`."""


class LineFields(Wire):
    """A line of an invoice as a caller gives one."""

    line_item_id: Text = ""
    item_id: Text = ""
    name: Text100 = ""
    description: Text = ""
    rate: Amount = ZERO
    quantity: Amount = ONE
    unit: Text = ""
    discount: Discount = "0"
    discount_amount: Amount = ZERO
    tax_id: Text = ""
    account_id: Text = ""
    tax_treatment_code: Text = ""
    product_type: Text = ""
    line_item_category: Text = "line_item"
    invoice_id: Text = ""
    invoice_item_id: Text = ""


class LineTax(Wire):
    """One tax of one line (F40)."""

    tax_id: str
    tax_name: str
    tax_amount: Amount


class Line(LineFields):
    """A line of an invoice with what Books worked out."""

    item_order: int = 1
    item_total: Amount = ZERO
    account_name: Text = ""
    tax_name: Text = ""
    tax_type: Text = ""
    tax_percentage: Amount = ZERO
    line_item_taxes: tuple[LineTax, ...] = ()


class Associated(Wire):
    """A contact person that an invoice goes to."""

    contact_person_id: Text = ""
    communication_preference: Preference = Preference()


class DocumentFields(Wire):
    """What a caller gives of an invoice and of a credit note alike (F34, F48)."""

    customer_id: Text = ""
    currency_id: Text = ""
    contact_persons: tuple[str, ...] = ()
    contact_persons_associated: tuple[Associated, ...] = ()
    reference_number: Text100 = ""
    date: Day = None
    exchange_rate: Amount = ZERO
    discount: Discount = "0"
    is_discount_before_tax: bool = True
    discount_type: str = "item_level"
    is_inclusive_tax: bool = False
    shipping_charge: Amount = ZERO
    adjustment: Amount = ZERO
    adjustment_description: Text = ""
    vat_treatment: Text = ""
    place_of_supply: Text = ""
    is_reverse_charge_applied: bool = False
    tax_exemption_id: Text = ""
    location_id: Text = ""
    template_id: Text = ""
    notes: Text = ""
    terms: Text = ""
    custom_fields: tuple[CustomInput, ...] = ()
    line_items: tuple[LineFields, ...] = ()


class InvoiceFields(DocumentFields):
    """An invoice as a caller gives one (F34)."""

    invoice_number: Text100 = ""
    due_date: Day = None
    payment_terms: int = 0
    payment_terms_label: Text = ""
    payment_expected_date: Day = None
    allow_partial_payments: bool = True


class DocumentTax(Wire):
    """One tax of a whole invoice."""

    tax_id: str
    tax_name: str
    tax_amount: Amount
    tax_percentage: Amount = ZERO


class Totals(Wire):
    """What Books works out for an invoice (F40)."""

    sub_total: Amount = ZERO
    discount_total: Amount = ZERO
    tax_total: Amount = ZERO
    total: Amount = ZERO
    taxes: tuple[DocumentTax, ...] = ()
    line_items: tuple[Line, ...] = ()


class Drawn(Wire):
    """What Books adds to every document that a customer gets."""

    status: str = "draft"
    currency_code: str = ""
    price_precision: int = 2
    tax_exemption_code: Text = ""
    custom_fields: tuple[CustomValue, ...] = ()
    line_items: tuple[Line, ...] = ()
    billing_address: Address = Address()
    shipping_address: Address = Address()
    sub_total: Amount = ZERO
    discount_total: Amount = ZERO
    tax_total: Amount = ZERO
    taxes: tuple[DocumentTax, ...] = ()
    total: Amount = ZERO
    balance: Amount = ZERO
    is_emailed: bool = False
    created_time: Moment
    last_modified_time: Moment


class Invoice(Drawn, InvoiceFields):
    """An invoice.

    `status` holds draft, pending_approval, approved, rejected, sent or void; the others are worked out from
    balance and date.
    """

    invoice_id: str
    payment_made: Amount = ZERO
    credits_applied: Amount = ZERO
    write_off_amount: Amount = ZERO
    payment_reminder_enabled: bool = True
    is_viewed_by_client: bool = False
    reminders_sent: int = 0
    last_reminder_sent_date: Day = None
    last_payment_date: Day = None
    metadata: dict[str, Row] = Field(default_factory=dict)


class ApplicationFields(Wire):
    """How much of a payment goes to one invoice, as a caller gives it."""

    invoice_id: str
    amount_applied: Amount = ZERO
    tax_amount_withheld: Amount = ZERO


class Application(ApplicationFields):
    """How much of a payment went to one invoice."""

    invoice_payment_id: str


class PaymentFields(Wire):
    """A customer payment as a caller gives one (F46)."""

    customer_id: Text = ""
    payment_mode: Text100 = "cash"
    amount: Amount = ZERO
    date: Day = None
    reference_number: Text100 = ""
    description: Text = ""
    account_id: Text = ""
    exchange_rate: Amount = ZERO
    bank_charges: Amount = ZERO
    contact_persons: tuple[str, ...] = ()
    invoices: tuple[ApplicationFields, ...] = ()
    custom_fields: tuple[CustomInput, ...] = ()


class Payment(PaymentFields):
    """A customer payment."""

    payment_id: str
    payment_number: str
    currency_id: str = ""
    currency_code: str = ""
    amount_refunded: Amount = ZERO
    invoices: tuple[Application, ...] = ()
    custom_fields: tuple[CustomValue, ...] = ()
    created_time: Moment
    last_modified_time: Moment

    @property
    def unused(self) -> Decimal:
        """What no invoice has taken."""
        return self.amount - self.amount_refunded - sum((each.amount_applied for each in self.invoices), ZERO)


class Comment(Wire):
    """What a person wrote, or the system noted, about a record."""

    comment_id: str
    owner_id: str
    description: Text = ""
    comment_type: str = "internal"
    operation_type: str = ""
    transaction_type: str = ""
    created_time: Moment


class Document(Wire):
    """A file attached to an invoice or a credit note (F39). `content` is in base64."""

    document_id: str
    owner_id: str
    file_name: str
    file_type: str
    file_size: int
    can_send_in_mail: bool = False
    content: str = ""
    created_time: Moment
