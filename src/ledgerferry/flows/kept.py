"""Kept: what a rollback leaves in the account, why, and what a person can do about it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.ids import Identity
from ledgerferry.model.money import text
from ledgerferry.model.record import (
    AnyContent,
    ContactContent,
    CreditContent,
    FileContent,
    Kind,
    PaymentContent,
    RefundContent,
    SalesContent,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding


class Code(StrEnum):
    """Why a record stays."""

    EDITED = "edited"  # a person changed it after the run
    HUNG = "hung"  # something that stays depends on it
    LATER = "later-run"  # another run wrote to it afterwards
    REFUSED = "refused"  # the system does not let it go: a closed period, a record in use
    UNSETTLED = "unsettled"  # whether a call of it happened is not known
    SENT = "sent"  # it was sent, which cannot be taken back
    VOIDED = "voided"  # it is there still, void and without its number


_THEN: Final = "then give `ferry rollback` once more, and its document can be loaded anew"
_STEPS: Final[Mapping[Code, str]] = {
    Code.EDITED: f"Look at it: leave it as it is, or delete it in the account; {_THEN}.",
    Code.HUNG: f"Take off or delete what depends on it, if that is right; {_THEN}.",
    Code.LATER: "Roll that run back first; then this one again.",
    Code.REFUSED: f"Open the period, or take it out of use, in the account, or leave it as it is; {_THEN}.",
    Code.UNSETTLED: "Look in the account, `ferry dead settle` it, then roll back again.",
    Code.SENT: "Leave it as it is, or void it in the account and mark it as draft again.",
    Code.VOIDED: "Nothing has to be done: it counts no longer, and its number is free.",
}


class Kept(BaseModel):
    """One record that stays: what it is, why, what a person can do, and its value."""

    model_config = ConfigDict(frozen=True)

    what: str
    why: str
    code: Code
    steps: str
    kind: Kind
    ref: str
    amount: str | None = None
    currency: str | None = None


def kept(binding: Binding, code: Code, why: str) -> Kept:
    """The record of a binding stays."""
    amount, currency = _value(binding.content)
    return Kept(
        what=what(binding),
        why=why,
        code=code,
        steps=_STEPS[code],
        kind=binding.ref.kind,
        ref=binding.ref.id,
        amount=amount,
        currency=currency,
    )


def kind_of(binding: Binding) -> str:
    """A record's kind in a person's words."""
    return binding.ref.kind.replace("_", " ")


def what(binding: Binding) -> str:
    """A record as a person knows it."""
    content = binding.content
    if isinstance(content, SalesContent):
        return f"{kind_of(binding)} {content.number} of {content.issued}"
    if isinstance(content, PaymentContent):
        amount, currency = _value(content)
        return f"payment of {currency} {amount} of {content.paid_on}"
    if isinstance(content, FileContent):
        owner = Identity.parse(content.document)
        return f"file {content.name} of {owner.kind.replace('_', ' ')} {owner.name}"
    if isinstance(content, CreditContent):
        amount, currency = _value(content)
        return f"credit of {currency} {amount} on invoice {Identity.parse(content.invoice).name}"
    if isinstance(content, RefundContent):
        amount, currency = _value(content)
        return f"refund of {currency} {amount} of {content.refunded_on}"
    if isinstance(content, WriteOffContent):
        return (
            f"write-off of {text(content.amount, content.currency)} on {Identity.parse(content.invoice).name}"
        )
    if isinstance(content, ContactContent):
        return f"contact {' '.join(n for n in (content.first_name, content.last_name) if n)}"
    return f"{content.kind} {content.name}"


def _value(content: AnyContent) -> tuple[str | None, str | None]:
    if isinstance(content, SalesContent):
        return text(content.figures.gross, content.currency), content.currency
    if isinstance(content, PaymentContent | CreditContent | RefundContent | WriteOffContent):
        return text(content.amount, content.currency), content.currency
    return None, None


def kept_there(live: Iterable[Binding]) -> dict[str, tuple[str, str]]:
    """Why documents are held whose invoice or payment a rollback left in the account, by identity."""
    documents = (b for b in live if b.kept and isinstance(b.content, SalesContent | PaymentContent))
    return {
        b.identity: (
            "kept-by-rollback",
            f"A rollback left the {what(b)} in the account ({b.kept}). {_STEPS[Code(b.kept or '')]}",
        )
        for b in documents
    }
