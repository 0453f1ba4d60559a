"""Assemble: what all documents together want at the target, in an order that lets each find its like."""

from collections.abc import Iterable, Mapping, Sequence

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.vat import missing_tax, tax_to_make
from ledgerferry.model.ids import Identity
from ledgerferry.model.party import name_key
from ledgerferry.model.record import CustomerContent, PaymentContent, WriteOffContent
from ledgerferry.systems.protocol import Profile


def assemble(
    pieces: Sequence[Piece], profile: Profile, customers: Mapping[str, CustomerContent]
) -> list[Wanted]:
    """Taxes that the account does not have, customers, documents, payments, credits, refunds, write-offs.

    ``customers`` are those that were loaded before: where the documents are silent, they stay as they are.
    """
    clear = [p for p in pieces if p.shaped is not None]
    shaped = [p.shaped for p in clear if p.shaped]
    return [
        *_taxes(shaped, profile),
        *_customers(shaped, customers),
        *(Wanted(s.identity, s.document, lineage=p.found.lineage) for p in clear if (s := p.shaped)),
        *_payments(shaped),
        *(Wanted(c.identity, c.content) for s in shaped for c in s.credits),
        *(Wanted(r.identity, r.content) for s in shaped for r in s.refunds),
        *_write_offs(shaped),
    ]


def _taxes(shaped: Sequence[Shaped], profile: Profile) -> Iterable[Wanted]:
    """Each missing tax once, by rate and then by name."""
    lines = [line for s in shaped for line in s.document.lines]
    missing = {tax: line for line in lines if (tax := missing_tax(line, profile)) is not None}
    seller = Identity.parse(shaped[0].identity).seller if shaped else ""
    for _, line in sorted(missing.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        yield Wanted(*tax_to_make(seller, line))


def _customers(shaped: Sequence[Shaped], known: Mapping[str, CustomerContent]) -> list[Wanted]:
    """Each customer once: its newest document speaks first, older ones fill what it leaves open."""
    newest = sorted(shaped, key=lambda s: (s.document.issued, s.identity), reverse=True)
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
    for payment in (p for s in shaped for p in s.payments):
        known = merged.get(payment.identity)
        merged[payment.identity] = payment.content if known is None else _joined(known, payment.content)
    return [Wanted(identity, content) for identity, content in merged.items()]


def _write_offs(shaped: Sequence[Shaped]) -> Iterable[Wanted]:
    """What is given up of invoices, once all that was paid of them is there."""
    for s in shaped:
        if s.written_off is not None:
            owner = Identity.parse(s.identity)
            content = WriteOffContent(invoice=s.identity, amount=s.written_off, currency=s.document.currency)
            yield Wanted(write_off_identity(owner), content)


def write_off_identity(invoice: Identity) -> str:
    """The identity of what is given up of an invoice."""
    return str(Identity(invoice.seller, "write_off", invoice.name, invoice.year))


def _joined(known: PaymentContent, more: PaymentContent) -> PaymentContent:
    applied = sorted((*known.applied, *more.applied), key=lambda a: a.invoice)
    return known.model_copy(update={"amount": known.amount + more.amount, "applied": tuple(applied)})
