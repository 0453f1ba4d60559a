"""Worth: the money of one document, with its sign, as the sheet and its shaping say."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledgerferry.faces.report.facts import Told
from ledgerferry.flows.shape import Shaped, merge_taxes
from ledgerferry.model.document import Document, TaxTotal
from ledgerferry.model.money import exact_sum


@dataclass(frozen=True, slots=True)
class Worth:
    """Amounts of one document; those of a credit note are negative. None: it does not say."""

    currency: str | None
    net: Decimal | None = None
    tax: Decimal | None = None
    taxes: Mapping[Decimal, Decimal] | None = None
    gross: Decimal | None = None
    paid: Decimal | None = None
    credited: Decimal | None = None
    balance: Decimal | None = None

    @property
    def standing(self) -> str:
        """Whether it is paid, in words."""
        if self.balance is None or self.gross is None:
            return ""
        if not self.balance:
            return "used" if self.gross < 0 else "paid"
        if self.gross < 0:
            return "open credit"
        if self.balance < 0:
            return "overpaid"
        return "open" if self.balance == self.gross else "part paid"


def worth(told: Told, credited: Mapping[str, Decimal]) -> Worth:
    """What a document is worth: as it is loaded, else as it was read."""
    if told.shaped is not None:
        return _shaped(told.shaped, told.sign, credited)
    document = told.found.document
    if document is None:
        return Worth(told.currency, gross=told.value)
    return _read(document, told.sign_read, told.currency)


def _shaped(shaped: Shaped, sign: int, credited: Mapping[str, Decimal]) -> Worth:
    figures = shaped.document.figures
    used = credited.get(shaped.identity, Decimal(0))
    return Worth(
        currency=shaped.document.currency,
        net=_signed(figures.net, sign),
        tax=_signed(figures.tax, sign),
        taxes=_taxes(figures.taxes, sign),
        gross=_signed(figures.gross, sign),
        paid=_signed(shaped.paid, sign),
        credited=_signed(used, sign),
        balance=_signed(figures.gross - shaped.paid - used, sign),
    )


def _read(document: Document, sign: int, currency: str | None) -> Worth:
    balance = document.balance
    if balance is None and document.total is not None and document.paid is not None:
        balance = document.total - document.paid
    return Worth(
        currency=currency,
        net=_signed(document.subtotal, sign),
        tax=_signed(document.tax_total, sign),
        taxes=_taxes(document.taxes, sign),
        gross=_signed(document.total, sign),
        paid=_signed(document.paid, sign),
        balance=_signed(balance, sign),
    )


def lines_sum(document: Document) -> Decimal | None:
    """What the lines of a document as read come to; None where it has none."""
    return exact_sum(x.amount for x in document.lines) if document.lines else None


def _taxes(taxes: tuple[TaxTotal, ...], sign: int) -> dict[Decimal, Decimal]:
    signed = ((rate, _signed(amount, sign)) for rate, amount in sorted(merge_taxes(taxes).items()))
    return {rate: amount for rate, amount in signed if amount is not None}


def _signed(amount: Decimal | None, sign: int) -> Decimal | None:
    """An amount with its sign; nothing has none."""
    return None if amount is None else exact_sum((amount * sign, Decimal(0)))
