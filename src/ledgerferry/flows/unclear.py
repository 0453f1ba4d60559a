"""Unclear: what about a document by itself would be a guess, and is held with its reason and cell."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Document, DocumentKind, Reason
from ledgerferry.model.money import quantum, rounded
from ledgerferry.model.party import name_key

FOUR_ZEROS = "0 % may be zero-rated, exempt, out of scope or reverse charge"


class Unclear(Exception):
    """The document is held: it cannot be shaped without guessing."""

    def __init__(self, code: str, text: str, field: str | None = None) -> None:
        self.code = code
        self.text = text
        self.field = field
        super().__init__(text)

    def reason(self, document: Document) -> Reason:
        """The reason to hold this document, with the cell of the field in question."""
        return Reason(code=self.code, text=self.text, cell=document.where(self.field) if self.field else None)


def check_whole(document: Document) -> None:
    """``Unclear`` where the document is no invoice, or lacks what every invoice has."""
    if document.kind is DocumentKind.CREDIT_NOTE:
        raise Unclear("credit-note", "Credit notes are not loaded yet; enter it by hand or keep it back.")
    if document.customer is None or not name_key(document.customer.name):
        raise Unclear("no-customer", "No customer could be read.", "customer_name")
    if not document.lines or document.total is None:
        raise Unclear("no-lines", "It has no lines or no total.", "total")
    if document.total < 0:
        raise Unclear(
            "negative-total",
            "An invoice cannot come to less than nothing: enter it as a credit note, by hand.",
            "total",
        )


def check_days(document: Document, policy: Policy) -> None:
    """``Unclear`` where the document's days do not fit each other, or lie in a time that is closed."""
    issued, filed, opened = document.issued, policy.filed_until, policy.opening_balances
    if issued is None:
        raise Unclear("no-date", "It has no invoice date.", "issued")
    if document.due is not None and document.due < issued:
        raise Unclear("due-before-issued", f"It is due on {document.due}, before it was issued.", "due")
    if filed is not None and issued <= filed:
        raise Unclear(
            "filed-period",
            f"It was issued on {issued}, and the tax of all days up to {filed} is filed: loading it would "
            "change a return.",
            "issued",
        )
    if opened is not None and issued < opened:
        raise Unclear(
            "opening-balances",
            f"It was issued on {issued}, and what was owed before {opened} is in the account as opening "
            "balances: loading it would count it twice.",
            "issued",
        )


def check_zero(document: Document, rates: Collection[Decimal]) -> None:
    """``Unclear`` where a tax of nothing has no rate, in an account that tells kinds of nothing apart."""
    stated = [*(t.rate for t in document.taxes), *(x.tax_rate for x in document.lines)]
    if document.tax_total == 0 and 0 in rates and all(r is None for r in stated):
        raise Unclear(
            "zero-tax",
            f"It states a tax of 0 and no rate. {FOUR_ZEROS}: put the rate on its lines, or take the 0 "
            "out where it is out of scope.",
            "tax_total",
        )


def check_units(document: Document, currency: str) -> None:
    """``Unclear`` where an amount is not in whole minor units of the currency."""
    amounts = [
        document.total,
        document.tax_total,
        document.discount,
        document.charges,
        document.paid,
        document.balance,
        *(x.amount for x in document.lines),
        *(t.amount for t in document.taxes),
    ]
    broken = next((a for a in amounts if a is not None and a != rounded(a, currency)), None)
    if broken is not None:
        raise Unclear(
            "minor-units", f"{broken} is no amount in {currency}: correct it, or the currency.", "total"
        )


def single_rate(document: Document) -> Decimal | None:
    """The one tax rate of a document whose lines name none; ``Unclear`` where there are several."""
    if len(document.taxes) == 1:
        return document.taxes[0].rate
    if len(document.taxes) > 1 or document.tax_total:
        raise Unclear(
            "tax-unclear", "It states tax, and which lines bear which rate is not clear.", "tax_total"
        )
    return None


def check_taxes(
    document: Document, tax: Decimal, stated: Mapping[Decimal, Decimal], computed: Mapping[Decimal, Decimal]
) -> None:
    """``Unclear`` where the tax that the account would compute is not the sheet's, in all and by rate."""
    whole = document.tax_total if document.tax_total is not None else sum(stated.values(), Decimal(0))
    if tax != whole:
        raise Unclear(
            "tax-differs", f"The sheet says {whole} tax, the account would compute {tax}.", "tax_total"
        )
    for rate in sorted(stated.keys() | computed.keys()) if stated else ():
        here, there = stated.get(rate, Decimal(0)), computed.get(rate, Decimal(0))
        if here != there:
            raise Unclear(
                "tax-differs",
                f"The sheet says {here} tax of {rate.normalize():f} %, the account would compute {there}.",
                "tax_total",
            )


def rounding(document: Document, gross: Decimal, currency: str) -> Decimal:
    """What the sheet's total differs by from rounding alone; ``Unclear`` where it is more than that."""
    gap = (document.total or Decimal(0)) - gross
    if abs(gap) > quantum(currency) * len(document.lines) / 2:
        raise Unclear(
            "total-differs",
            f"The sheet says {document.total} in all, the account would compute {gross}.",
            "total",
        )
    return gap


def paid(document: Document, gross: Decimal) -> Decimal:
    """What was paid, stated or as the difference to a stated balance; ``Unclear`` where that is no answer."""
    found = document.paid
    if found is None and document.balance is not None:
        found = gross - document.balance
    found = found or Decimal(0)
    if document.balance is not None and gross - found != document.balance:
        raise Unclear(
            "balance-differs",
            f"{gross} less {found} paid is not the balance of {document.balance}.",
            "balance",
        )
    if found < 0 or found > gross:
        raise Unclear("paid-too-much", f"{found} paid on an invoice of {gross}.", "paid")
    if not found and document.paid_on is not None:
        raise Unclear(
            "paid-unclear", f"It says that it was paid on {document.paid_on}, not how much.", "paid_on"
        )
    return found
