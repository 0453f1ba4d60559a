"""Paying: the payments that a document asks for, by its own figures or by the evidence beside it. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.paymentmodes import mode_of
from ledgerferry.flows.policy import Policy, UndatedPayment, UnpaidSheet
from ledgerferry.model.document import Document, PaidEvidence, StatedPayment
from ledgerferry.model.ids import Identity
from ledgerferry.model.money import exact_sum
from ledgerferry.model.record import Application, InvoiceContent, PaymentContent

_REFERENCE_LENGTH = 100  # F46
_NO_DAY = "It says that it was paid but not when"
_UNDATED = {
    UndatedPayment.HOLD: f"{_NO_DAY}. Add the date, or choose a policy under [payments] in ferry.toml.",
    UndatedPayment.DUE: f"{_NO_DAY}, and it names no due date, which [payments] without_date takes. "
    'Add either date, or set without_date = "issued" in ferry.toml.',
    UndatedPayment.ISSUED: f"{_NO_DAY}, and it bears no date, which [payments] without_date takes. "
    "Add either date.",
}


class ShapedPayment(BaseModel):
    """What one document asks of one payment; of one identity are joined to one payment."""

    model_config = ConfigDict(frozen=True)

    identity: str
    content: PaymentContent


class Payer:
    """Shapes payments under one policy. ``rate`` is the exchange rate of an invoice's payment on a day."""

    def __init__(self, policy: Policy, rate: Callable[[InvoiceContent, date], Decimal | None]) -> None:
        self._policy = policy
        self._rate = rate

    def payments(
        self, document: Document, identity: str, invoice: InvoiceContent
    ) -> tuple[ShapedPayment, ...]:
        """The payments of an invoice; ``Unclear`` where what was paid, or when, would be a guess."""
        found: dict[str, ShapedPayment] = {}
        for stated in _stated(document, invoice.figures.gross, self._policy.unpaid_sheet):
            one = self._shaped(stated, document, identity, invoice)
            known = found.get(one.identity)
            found[one.identity] = _joined(known, one) if known else one
        return tuple(found.values())

    def _shaped(
        self, stated: StatedPayment, document: Document, identity: str, invoice: InvoiceContent
    ) -> ShapedPayment:
        paid_on = stated.paid_on or self._undated(document)
        reference = " ".join((stated.reference or "").split())[:_REFERENCE_LENGTH].strip()
        content = PaymentContent(
            customer=invoice.customer,
            paid_on=paid_on,
            amount=stated.amount,
            currency=invoice.currency,
            mode=mode_of(stated.mode, self._policy.modes, self._policy.payment_mode),
            reference=reference or None,
            exchange_rate=self._rate(invoice, paid_on),
            account=self._policy.payment_account,
            applied=(Application(invoice=identity, amount=stated.amount),),
        )
        return ShapedPayment(identity=_identity(content), content=content)

    def _undated(self, document: Document) -> date:
        if self._policy.undated_payment is UndatedPayment.ISSUED and document.issued is not None:
            return document.issued
        if self._policy.undated_payment is UndatedPayment.DUE and document.due is not None:
            return document.due
        raise Unclear("undated-payment", _UNDATED[self._policy.undated_payment], "paid")


def owed(document: Document, gross: Decimal) -> Decimal:
    """What is left to pay by the document's own figures; ``Unclear`` where these do not agree."""
    return gross - _settled(document, gross) - (document.written_off or Decimal(0))


def given_up(document: Document, gross: Decimal, paid: Decimal) -> Decimal | None:
    """What the document says was written off; ``Unclear`` where that is not all that is left to pay.

    Books gives up all of it, or nothing (F36).
    """
    written_off = document.written_off
    if not written_off:
        return None
    if gross - paid != written_off:
        raise Unclear(
            "write-off-partly",
            f"{written_off} of it was written off, and {gross - paid} is left to pay: Books gives up all "
            "that is left, or nothing.",
            "total",
        )
    return written_off


def _stated(document: Document, gross: Decimal, unpaid: UnpaidSheet) -> Sequence[StatedPayment]:
    """What was paid: the sheet's own figures, which win, else all of it where evidence says so."""
    paid, left = _settled(document, gross), owed(document, gross)
    proofs = [e for e in document.evidence if e.doubt is None]
    silent = document.paid is None and document.balance is None and not document.payments
    if not paid and left and proofs and (silent or unpaid is UnpaidSheet.FILE):
        return (StatedPayment(amount=left, paid_on=document.paid_on or _day(document, proofs)),)
    if not paid:
        _check_unpaid(document, proofs, left=left)
        return ()
    if proofs and left:
        raise _contradicted(proofs[0], left)
    if document.payments:
        return document.payments
    return (StatedPayment(amount=paid, paid_on=document.paid_on or (_day(document, proofs))),)


def _settled(document: Document, gross: Decimal) -> Decimal:
    """What was paid, stated or as the difference to a stated balance; ``Unclear`` where that is no answer."""
    given_up = document.written_off or Decimal(0)
    found = _listed(document) if document.payments else document.paid
    if found is None and document.balance is not None:
        found = gross - document.balance - given_up
    found = found or Decimal(0)
    if document.balance is not None and gross - found - given_up != document.balance:
        less = f" and {given_up} written off" if given_up else ""
        raise Unclear(
            "balance-differs",
            f"{gross} less {found} paid{less} is not the balance of {document.balance}.",
            "balance",
        )
    if found < 0 or given_up < 0 or found + given_up > gross:
        raise Unclear("paid-too-much", f"{found + given_up} paid on an invoice of {gross}.", "paid")
    return found


def _listed(document: Document) -> Decimal:
    """The sum of payments that are listed one by one."""
    found = exact_sum(p.amount for p in document.payments)
    if any(p.amount <= 0 for p in document.payments):
        raise Unclear("payments-differ", "One of its payments is not more than nothing.", "paid")
    if document.paid is not None and document.paid != found:
        raise Unclear(
            "payments-differ",
            f"Its payments come to {found}, and it says that {document.paid} was paid.",
            "paid",
        )
    return found


def _check_unpaid(document: Document, proofs: Sequence[PaidEvidence], *, left: Decimal) -> None:
    """``Unclear`` where a document that states no payment was perhaps paid."""
    if proofs and left:
        raise _contradicted(proofs[0], left)
    if document.evidence and left:
        one = document.evidence[0]
        raise Unclear(
            "payment-unclear",
            f"{one.file} says that it was paid, and {one.doubt}: put what was paid on the sheet.",
            "paid",
        )
    if document.paid_on is not None:
        raise Unclear(
            "paid-unclear", f"It says that it was paid on {document.paid_on}, not how much.", "paid_on"
        )


def _contradicted(proof: PaidEvidence, left: Decimal) -> Unclear:
    return Unclear(
        "paid-contradicted",
        f"{proof.file} says that it was paid, and the sheet that {left} is left to pay: correct the one that "
        "is wrong, or move the file elsewhere.",
        "paid",
    )


def _day(document: Document, proofs: Sequence[PaidEvidence]) -> date | None:
    """The day that evidence gives; None where it gives none."""
    days = {p.paid_on: p.file for p in proofs if p.paid_on is not None}
    if len(days) > 1:
        said = ", ".join(f"{file} says {day}" for day, file in sorted(days.items()))
        raise Unclear(
            "paid-dates-differ", f"It was paid on several days: {said}. Put it on the sheet.", "paid"
        )
    for day, file in days.items():
        if document.issued is not None and day < document.issued:
            raise Unclear(
                "paid-before-issued",
                f"{file} says that it was paid on {day}, before it was issued on {document.issued}: put the "
                "day of payment on the sheet if that is right.",
                "paid",
            )
        return day
    return None


def _identity(payment: PaymentContent) -> str:
    customer = Identity.parse(payment.customer)
    name = f"{customer.name}/{payment.paid_on}/{payment.mode}/{payment.reference or ''}/{payment.currency}"
    return str(Identity(customer.seller, "payment", name))


def _joined(known: ShapedPayment, more: ShapedPayment) -> ShapedPayment:
    """Two payments of one document that Books would not tell apart, as one."""
    amount = known.content.amount + more.content.amount
    applied = (known.content.applied[0].model_copy(update={"amount": amount}),)
    content = known.content.model_copy(update={"amount": amount, "applied": applied})
    return known.model_copy(update={"content": content})
