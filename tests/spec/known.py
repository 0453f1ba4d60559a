"""Where the vendors' files are at fault: one line for each place, never a whole operation.

`path` is the place: a JSON path in a body (every position of a list is `[*]`), `query.NAME`, `header.NAME`,
`content-type` or `status`. `side` is the status of the answer, or `request`. `rule` is what it breaks:
a word of JSON Schema, `undeclared` (a key that no schema there declares), `undescribed` (a status) or
`media` (a type of content).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.spec.judge import REQUEST, Finding

Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Known:
    """One fault of a spec: on these operations, on this side, at this place, for this reason."""

    operations: tuple[str, ...]
    side: str
    path: str
    rule: str
    reason: str

    def places(self) -> Iterator[Place]:
        """Each place by itself."""
        for operation in self.operations:
            yield operation, self.side, self.path, self.rule


def each(
    operations: tuple[str, ...], prefix: str, names: str, rule: str, reason: str, side: str = "200"
) -> tuple[Known, ...]:
    """The same fault at several keys of one object."""
    return tuple(Known(operations, side, f"{prefix}.{name}", rule, reason) for name in names.split())


def place(finding: Finding) -> Place:
    """Where a finding is, apart from what was seen there."""
    return finding.operation, finding.side, finding.path, finding.rule


def places(table: tuple[Known, ...]) -> set[Place]:
    """Every place of a table."""
    return {each for known in table for each in known.places()}


_WIRE = "Typed as a text, a number on the wire (F16); the other amounts of the same object are numbers."
_ONE = "Typed as a list (as a number for a rate) with one object described; a switch shows either (F44)."
_NO_ITEM = "Lines are described by name, rate and quantity; nothing else asks for an item (F34)."
_FLAT = "What belongs to the rows of `invoices` is repeated as if the payment itself had it (F46)."
_BY_NAME = "A custom field may be named by api_name; only customfield_id is declared (F34)."
_ORDER = "sort_order is taken in practice, and told in page_context; only sort_column is declared (F27)."
_PAGES = "Every list takes page and per_page (F17)."
_PERCENT = "A percentage is written as 10%, and so it is told again (F34); typed as a number."
_WHOLE = "An amount of money or a percentage, typed as an integer after its example."
_BILL = ("line_items[*].tax_percentage", "tax_total", "total", "balance")
_MADE = ("PUT /invoices", "PUT /invoices/{invoice_id}")

BOOKS: tuple[Known, ...] = (
    Known(
        ("GET /creditnotes/{creditnote_id}", "GET /invoices/pdf", "GET /invoices/print"),
        "200",
        "content-type",
        "media",
        "Answers with the file itself (F36); only an envelope without content is described.",
    ),
    Known(("POST /creditnotes",), "201", "$.creditnote.taxes[*].tax_amount", "type", _WIRE),
    Known(
        ("POST /creditnotes",),
        REQUEST,
        "$.custom_fields[*]",
        "type",
        "Typed as texts; the custom fields of all other documents are objects (F34).",
    ),
    Known(
        ("POST /creditnotes",),
        REQUEST,
        "$.line_items[*].rate",
        "undeclared",
        "Left out of the lines, which have no other price; the answer of the same call declares it.",
    ),
    Known(
        ("PUT /creditnotes", "GET /creditnotes/{creditnote_id}"),
        "200",
        "$.creditnote.taxes[*].tax_amount",
        "type",
        _WIRE,
    ),
    Known(("GET /creditnotes",), "200", "$.creditnotes", "type", "Typed as one object; the list it is."),
    *(
        Known(
            ("GET /contacts/{contact_id}/refunds",), "200", f"$.creditnote_refunds[*].{name}", "type", _WIRE
        )
        for name in ("amount_bcy", "amount_fcy")
    ),
    Known(
        ("GET /settings/currencies/{currency_id}/exchangerates/{exchange_rate_id}",),
        "200",
        "$.exchange_rate",
        "type",
        _ONE,
    ),
    *(
        Known(("GET /invoices",), "200", f"$.invoices[*].{name}", "type", _WIRE)
        for name in ("total", "balance", "shipping_charge")
    ),
    *(
        Known(("POST /invoices",), "201", f"$.invoice.{name}", "type", _WIRE)
        for name in ("total", "balance", "shipping_charge")
    ),
    *(
        Known((*_MADE, "GET /invoices/{invoice_id}"), "200", f"$.invoice.{name}", "type", _WIRE)
        for name in ("total", "balance", "shipping_charge")
    ),
    Known(("GET /customerpayments",), "200", "$.customer_payments[*].bcy_amount", "type", _WIRE),
    Known(
        ("GET /invoices",),
        "200",
        "$.page_context",
        "type",
        "Typed as a list; an object on the wire (F14), as in every other list.",
    ),
    Known(
        ("GET /invoices/{invoice_id}/attachment",),
        "200",
        "content-type",
        "media",
        "Answers with the file itself (F39); only an envelope without content is described.",
    ),
    Known(
        ("GET /invoices/{invoice_id}",),
        "200",
        "content-type",
        "media",
        "With accept=pdf or html the answer is that file (F38); only JSON is described.",
    ),
    Known(
        ("GET /invoices/{invoice_id}/payments",),
        "200",
        "$.payments[*].payment_number",
        "type",
        "Typed as an integer here and as a text in customer-payments.yml, about the same number.",
    ),
    *(Known(("POST /bills",), "201", f"$.bill.{name}", "type", _WHOLE) for name in _BILL),
    *(
        Known(("GET /bills/{bill_id}", "PUT /bills/{bill_id}"), "200", f"$.bill.{name}", "type", _WHOLE)
        for name in _BILL
    ),
    *(Known(("GET /bills",), "200", f"$.bills[*].{name}", "type", _WHOLE) for name in ("total", "balance")),
    Known(("POST /bills",), "201", "$.bill.taxes[*].tax_amount", "type", _WIRE),
    Known(
        ("GET /bills/{bill_id}", "PUT /bills/{bill_id}"), "200", "$.bill.taxes[*].tax_amount", "type", _WIRE
    ),
    Known(("POST /invoices",), "201", "$.invoice.line_items[*].discount", "type", _PERCENT),
    Known(
        (*_MADE, "GET /invoices/{invoice_id}"), "200", "$.invoice.line_items[*].discount", "type", _PERCENT
    ),
    Known(
        ("GET /contacts",),
        "200",
        "$.contacts[*].outstanding_receivable_amount",
        "type",
        _WHOLE,
    ),
    Known(("PUT /contacts/contactpersons/{contact_person_id}",), "200", "$.contact_person", "type", _ONE),
    Known(("POST /contacts/contactpersons",), "201", "$.contact_person", "type", _ONE),
    Known(("POST /settings/taxes",), "201", "$.tax", "type", _ONE),
    Known(("GET /settings/taxes/{tax_id}", "PUT /settings/taxes/{tax_id}"), "200", "$.tax", "type", _ONE),
    Known(("POST /settings/currencies/{currency_id}/exchangerates",), "201", "$.exchange_rate", "type", _ONE),
    Known(
        ("GET /contacts", "GET /customerpayments", "GET /invoices"),
        REQUEST,
        "query.sort_order",
        "undeclared",
        _ORDER,
    ),
    Known(
        ("PUT /invoices/{invoice_id}",),
        REQUEST,
        "$.line_items[*].account_id",
        "undeclared",
        "the create declares it; a line written anew without it may lose its income account",
    ),
    Known(
        ("GET /settings/currencies/{currency_id}/exchangerates",), REQUEST, "query.page", "undeclared", _PAGES
    ),
    Known(
        ("GET /settings/currencies/{currency_id}/exchangerates",),
        REQUEST,
        "query.per_page",
        "undeclared",
        _PAGES,
    ),
    Known(
        (
            "POST /contacts",
            "PUT /contacts",
            "POST /invoices",
            "PUT /invoices",
            "POST /customerpayments",
            "PUT /customerpayments",
        ),
        REQUEST,
        "$.custom_fields[*].api_name",
        "undeclared",
        _BY_NAME,
    ),
    Known(("POST /customerpayments", "PUT /customerpayments"), REQUEST, "$.invoice_id", "required", _FLAT),
    Known(
        ("POST /customerpayments", "PUT /customerpayments"), REQUEST, "$.amount_applied", "required", _FLAT
    ),
    Known(
        ("PUT /customerpayments",),
        REQUEST,
        "$.contact_persons",
        "undeclared",
        "Declared for POST of the same payment, which this call makes where there is none yet (F31).",
    ),
    Known(("POST /invoices", *_MADE), REQUEST, "$.line_items[*].item_id", "required", _NO_ITEM),
    Known(
        ("PUT /invoices/{invoice_id}",),
        REQUEST,
        "$.line_items[*].line_item_id",
        "undeclared",
        "How a line that stays is named; the answer of the same call declares it.",
    ),
    Known(
        ("PUT /invoices",),
        REQUEST,
        "query.ignore_auto_number_generation",
        "undeclared",
        "Declared for POST, which this call does where there is no invoice yet (F31, F33).",
    ),
    Known(
        ("PUT /invoices",),
        REQUEST,
        "$.contact_persons",
        "undeclared",
        "Declared for POST, which this call does where there is no invoice yet (F31, F34).",
    ),
)
