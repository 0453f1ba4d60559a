"""A credit note by itself: its amounts with one sign, and what it says was paid back. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import Policy
from ledgerferry.model.document import Document, DocumentKind, Line, TaxTotal
from ledgerferry.model.ids import Identity
from ledgerferry.model.record import (
    CreditNoteContent,
    Figures,
    InvoiceContent,
    PaymentContent,
    RefundContent,
    SalesContent,
)

_SIGNED = ("subtotal", "charges", "tax_total", "total")
_SIZES = ("discount", "paid", "balance", "written_off")


def positive(document: Document) -> Document:
    """A credit note with positive amounts, however its sheet writes them; other documents as they are.

    A sheet states them all negative or all positive. What was paid back, what is left and what is taken
    off have no sign of their own. ``Unclear`` where signs are mixed.
    """
    if document.kind is not DocumentKind.CREDIT_NOTE or document.total is None:
        return document
    sign = -1 if document.total < 0 else 1
    given = {name: getattr(document, name) for name in (*_SIGNED, *_SIZES)}
    found = {n: None if v is None else v * sign if n in _SIGNED else abs(v) for n, v in given.items()}
    taxes = tuple(_tax(t, sign) for t in document.taxes)
    lines = tuple(_line(line) if sign < 0 else line for line in document.lines)
    paid = tuple(p.model_copy(update={"amount": abs(p.amount)}) for p in document.payments)
    turned = document.model_copy(update={**found, "taxes": taxes, "lines": lines, "payments": paid})
    _check_signs(document, turned)
    return turned


def counted(document: Document) -> Decimal | None:
    """What a document counts in sums: a credit note takes off what invoices add."""
    if document.kind is DocumentKind.CREDIT_NOTE and document.total is not None:
        return -abs(document.total)
    return document.total


def signed(content: SalesContent, figures: Figures, balance: Decimal) -> tuple[Figures, Decimal]:
    """The figures and balance of a record as they count in sums."""
    if not isinstance(content, CreditNoteContent):
        return figures, balance
    taxes = tuple(t.model_copy(update={"amount": -t.amount}) for t in figures.taxes)
    return Figures(net=-figures.net, tax=-figures.tax, gross=-figures.gross, taxes=taxes), -balance


def as_credit_note(invoice: InvoiceContent) -> CreditNoteContent:
    """The credit note that is written as this invoice would be."""
    return CreditNoteContent(
        **{name: getattr(invoice, name) for name in SalesContent.model_fields if name != "kind"}
    )


def refunds(
    payments: Sequence[PaymentContent], identity: str, policy: Policy
) -> Iterator[tuple[str, RefundContent]]:
    """What a credit note states as paid is what was paid back, with identities.

    ``Unclear`` where the account that it came from is not known.
    """
    if payments and policy.refund_account is None:
        raise Unclear(
            "refund-account",
            "It says that money was paid back. Name the account that refunds are paid from, as "
            "refund_account under [credit_notes] in ferry.toml.",
            "paid",
        )
    own = Identity.parse(identity)
    for number, payment in enumerate(payments, 1):
        yield (
            str(Identity(own.seller, "refund", f"{own.name}/{number}", own.year)),
            RefundContent(
                credit_note=identity,
                refunded_on=payment.paid_on,
                amount=payment.amount,
                currency=payment.currency,
                mode=payment.mode,
                reference=payment.reference,
                exchange_rate=payment.exchange_rate,
                account=policy.refund_account,
            ),
        )


def _line(line: Line) -> Line:
    """A line with the other sign, which its quantity or else its price bears."""
    update: dict[str, Decimal] = {"amount": -line.amount}
    if line.quantity is not None and line.quantity < 0:
        update["quantity"] = -line.quantity
    elif line.unit_price is not None and line.unit_price * line.amount > 0:
        update["unit_price"] = -line.unit_price
    return line.model_copy(update=update)


def _tax(total: TaxTotal, sign: int) -> TaxTotal:
    net = None if total.net is None else total.net * sign
    return total.model_copy(update={"amount": total.amount * sign, "net": net})


def _check_signs(document: Document, turned: Document) -> None:
    """``Unclear`` where a part has another sign than the whole."""
    odd = next((t.amount for t in turned.taxes if t.amount < 0), None)
    if odd is None and turned.tax_total is not None and turned.tax_total < 0:
        odd = turned.tax_total
    if odd is None and turned.lines and sum((x.amount for x in turned.lines), Decimal(0)) < 0:
        odd = sum((x.amount for x in turned.lines), Decimal(0))
    if odd is None and document.balance and document.total and document.balance * document.total < 0:
        odd = document.balance
    if odd is not None:
        raise Unclear(
            "mixed-signs",
            "Some of its amounts are negative and some are not: write them all with one sign.",
            "total",
        )
