"""The credit notes of a simulated source: applied to its invoices, partly paid back, sometimes corrected."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random

from ledgerferry.flows.credits import credit_identity
from ledgerferry.model.ids import Identity, document_identity
from ledgerferry.model.record import (
    AnyContent,
    CreditContent,
    CreditNoteContent,
    Figures,
    InvoiceContent,
    LineContent,
    PaymentContent,
    RefundContent,
    SalesContent,
)

_CREDITED, _PAID_BACK, _CORRECTED = 0.5, 0.5, 0.25
_LESS = Decimal("0.5")
_NOTHING = Figures(net=Decimal(0), tax=Decimal(0), gross=Decimal(0))


class Crediting:
    """Credit notes for some invoices. ``random`` is a stream of its own, so that the rest stays as it was."""

    def __init__(self, random: Random, predict: Callable[[SalesContent], Figures]) -> None:
        self._random = random
        self._predict = predict
        self._whole: dict[str, Decimal] = {}

    def fill(self, wanted: dict[str, AnyContent], unpaid: set[str]) -> None:
        """Credit some invoices, never more than they owe; one that is credited keeps its price."""
        bills = {i: c for i, c in wanted.items() if isinstance(c, InvoiceContent)}
        for number, (identity, bill) in enumerate(bills.items(), 1):
            if self._random.random() >= _CREDITED:
                continue
            unpaid.discard(identity)
            self._credit(wanted, f"C-{number:03}", identity, bill)

    def _credit(self, wanted: dict[str, AnyContent], number: str, identity: str,
                bill: InvoiceContent) -> None:
        note, content = self._note(number, bill)
        wanted[note] = content
        gross = content.figures.gross
        amount = min(gross, bill.figures.gross - _paid(wanted, identity))
        if amount > 0:
            on = credit_identity(note, identity)
            self._whole[on] = amount
            wanted[on] = CreditContent(credit_note=note, invoice=identity, amount=amount, currency="GBP")
        if gross > amount and self._random.random() < _PAID_BACK:
            own = Identity.parse(note)
            back = RefundContent(credit_note=note, refunded_on=content.issued + timedelta(days=9),
                                 amount=gross - amount, currency="GBP", mode="cash")
            wanted[str(Identity(own.seller, "refund", f"{own.name}/1", own.year))] = back

    def _note(self, number: str, bill: InvoiceContent) -> tuple[str, CreditNoteContent]:
        price = Decimal(self._random.randrange(100, 9999)) / 100
        line = LineContent(description="Returned", quantity=Decimal(1), price=price, tax_rate=Decimal(20))
        bare = CreditNoteContent(number=number, customer=bill.customer, issued=bill.issued, currency="GBP",
                                 lines=(line,), figures=_NOTHING)
        content = bare.model_copy(update={"figures": self._predict(bare)})
        seller = Identity.parse(bill.customer).seller
        return str(document_identity(seller, "credit_note", number, bill.issued)), content

    def edit(self, wanted: dict[str, AnyContent]) -> str | None:
        """Now and then a person corrects what is applied, or takes that back: its identity."""
        applied = [i for i in wanted if i in self._whole]
        if not applied or self._random.random() >= _CORRECTED:
            return None
        chosen = self._random.choice(applied)
        held, whole = wanted[chosen], self._whole[chosen]
        if isinstance(held, CreditContent):
            less = max(round(whole * _LESS, 2), Decimal("0.01"))
            wanted[chosen] = held.model_copy(update={"amount": less if held.amount == whole else whole})
        return chosen


def _paid(wanted: dict[str, AnyContent], invoice: str) -> Decimal:
    payments = (c for c in wanted.values() if isinstance(c, PaymentContent))
    return sum((a.amount for p in payments for a in p.applied if a.invoice == invoice), Decimal(0))
