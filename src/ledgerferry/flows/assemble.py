"""Assemble: what all documents together want at the target, in an order that lets each find its like."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.ids import Identity
from ledgerferry.model.party import name_key
from ledgerferry.model.record import CustomerContent, PaymentContent, TaxContent, tax_identity


def assemble(
    pieces: Sequence[Piece], rates: Collection[Decimal], customers: Mapping[str, CustomerContent]
) -> list[Wanted]:
    """Taxes that are not among the account's ``rates``, customers, invoices and payments, in this order.

    ``customers`` are those that were loaded before: where the documents are silent, they stay as they are.
    """
    clear = [p for p in pieces if p.shaped is not None]
    shaped = [p.shaped for p in clear if p.shaped]
    return [
        *_taxes(shaped, rates),
        *_customers(shaped, customers),
        *(Wanted(s.identity, s.invoice, lineage=p.found.lineage) for p in clear if (s := p.shaped)),
        *_payments(shaped),
    ]


def _taxes(shaped: Sequence[Shaped], known: Collection[Decimal]) -> Iterable[Wanted]:
    used = {line.tax_rate for s in shaped for line in s.invoice.lines}
    seller = Identity.parse(shaped[0].identity).seller if shaped else ""
    for rate in sorted(r for r in used if r is not None and r not in known):
        yield Wanted(tax_identity(seller, rate), TaxContent(name=f"Tax {rate.normalize():f}%", rate=rate))


def _customers(shaped: Sequence[Shaped], known: Mapping[str, CustomerContent]) -> list[Wanted]:
    """Each customer once: its newest document speaks first, older ones fill what it leaves open."""
    newest = sorted(shaped, key=lambda s: (s.invoice.issued, s.identity), reverse=True)
    merged: dict[str, CustomerContent] = {}
    for s in newest:
        newer = merged.get(s.customer_identity)
        merged[s.customer_identity] = s.customer if newer is None else _filled(newer, s.customer)
    for identity in merged.keys() & known.keys():
        merged[identity] = _filled(merged[identity], known[identity])
    return [Wanted(identity, content) for identity, content in sorted(merged.items())]


def _filled(newer: CustomerContent, older: CustomerContent) -> CustomerContent:
    """The newer with what only the older says; never one person's name with another's address or number."""
    persons = {name_key(c.contact) for c in (newer, older) if c.contact}
    mails = {c.email.casefold() for c in (newer, older) if c.email}
    other = {"contact", "email", "phone"} if len(persons) > 1 or len(mails) > 1 else set()
    gaps = {
        f: getattr(older, f)
        for f in CustomerContent.model_fields
        if f not in other and getattr(newer, f) is None
    }
    return newer.model_copy(update=gaps)


def _payments(shaped: Sequence[Shaped]) -> list[Wanted]:
    """Payments of one customer, day, mode, reference and currency are one payment."""
    merged: dict[str, PaymentContent] = {}
    for s in shaped:
        if s.payment is None or s.payment_identity is None:
            continue
        known = merged.get(s.payment_identity)
        merged[s.payment_identity] = s.payment if known is None else _joined(known, s.payment)
    return [Wanted(identity, content) for identity, content in merged.items()]


def _joined(known: PaymentContent, more: PaymentContent) -> PaymentContent:
    applied = sorted((*known.applied, *more.applied), key=lambda a: a.invoice)
    return known.model_copy(update={"amount": known.amount + more.amount, "applied": tuple(applied)})
