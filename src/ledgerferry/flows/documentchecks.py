"""Checks of one document: what of it would be a guess, and is held with its reason and cell."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from ledgerferry.model.document import Document, DocumentStatus, Reason
from ledgerferry.model.money import quantum, rounded
from ledgerferry.model.party import name_key

_STATUS = {
    DocumentStatus.VOID: (
        "status-void",
        "Its status says that it does not stand any more: reject it, or correct the status.",
    ),
    DocumentStatus.DRAFT: (
        "status-draft",
        "Its status says that it is a draft: accept it if it was issued, or reject it.",
    ),
}
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
    """``Unclear`` where the document lacks what every invoice and credit note has."""
    if document.customer is None or not name_key(document.customer.name):
        raise Unclear("no-customer", "No customer could be read.", "customer_name")
    if not document.lines or document.total is None:
        raise Unclear("no-lines", "It has no lines or no total.", "total")
    if document.status is not None:
        raise Unclear(*_STATUS[document.status], "status")
    if document.total < 0:
        raise Unclear(
            "negative-total",
            "An invoice cannot come to less than nothing: if it is a credit note, write that word on it; "
            "else enter it by hand.",
            "total",
        )


def check_days(document: Document) -> None:
    """``Unclear`` where the document's days do not fit each other."""
    issued = document.issued
    if issued is None:
        raise Unclear("no-date", "It has no invoice date.", "issued")
    if document.due is not None and document.due < issued:
        raise Unclear("due-before-issued", f"It is due on {document.due}, before it was issued.", "due")


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
        document.written_off,
        *(p.amount for p in document.payments),
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
