"""Checks of a folder: what is only unclear when all its documents are looked at at once. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ledgerferry.flows.gather import Piece
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.ids import normal_number
from ledgerferry.model.record import CustomerContent, Kind

Reasons = dict[str, tuple[str, str]]

_RESTARTS: Final = (
    "Its number stands on documents of several years ({}), and the account takes a number once: "
    "give each year a prefix, on the sheets or by prefix under [numbers] in ferry.toml."
)


def held_together(
    pieces: Iterable[Piece], bound: Collection[str], customers: Mapping[str, CustomerContent]
) -> Reasons:
    """Why documents are held because of each other, by identity.

    ``bound`` are the identities that were loaded before; ``customers`` what is known of those that are.
    """
    pieces = list(pieces)
    shaped = [p.shaped for p in pieces if p.shaped is not None]
    found = _numbers(p for p in pieces if p.found.identity not in bound and not p.found.archived)
    for group in _by(shaped, lambda s: s.customer_identity):
        known = customers.get(group[0].customer_identity)
        found |= _vat_numbers(group, known) | _currencies(group, known)
    return found | _payment_rates(shaped)


def _by(shaped: Sequence[Shaped], name: Callable[[Shaped], str]) -> Iterable[list[Shaped]]:
    groups: dict[str, list[Shaped]] = {}
    for one in shaped:
        groups.setdefault(name(one), []).append(one)
    return groups.values()


def _numbers(pieces: Iterable[Piece]) -> Reasons:
    """Numbers that restart: the account takes each only once. A document held for something else counts."""
    groups: dict[tuple[str, str], dict[str, date]] = {}
    for piece, document in ((p, p.found.document) for p in pieces):
        if piece.found.identity and document and document.number and document.issued:
            number = piece.shaped.document.number if piece.shaped else document.number
            group = groups.setdefault((document.kind, normal_number(number)), {})
            group.setdefault(piece.found.identity, document.issued)
    return {
        identity: ("number-restarts", _RESTARTS.format(", ".join(map(str, group.values()))))
        for group in groups.values()
        if len(group) > 1
        for identity in group
    }


def _vat_numbers(group: Sequence[Shaped], known: CustomerContent | None) -> Reasons:
    """Two VAT numbers under one name may be two companies."""
    stated = {s.identity: vat for s in group if (vat := _plain(s.customer.vat_number))}
    if len(set(stated.values())) < 2:
        return {}
    kept = _plain(known.vat_number) if known else None
    text = (
        f"{group[0].customer.name} bears several VAT numbers ({', '.join(sorted(set(stated.values())))}): "
        "if they are several companies give each a name of its own, else correct the number."
    )
    return {identity: ("customer-vat", text) for identity, vat in stated.items() if vat != kept}


def _currencies(group: Sequence[Shaped], known: CustomerContent | None) -> Reasons:
    """A contact of the account has one currency: its own there, else that of its first invoice here."""
    first = min(group, key=lambda s: (s.document.kind is Kind.CREDIT_NOTE, s.document.issued, s.identity))
    currency = known.currency if known and known.currency else first.document.currency
    text = (
        f"{first.customer.name} is kept in {currency}, and a contact has one currency: give its invoices in "
        "another one a customer of their own, such as its name with the currency."
    )
    return {s.identity: ("customer-currency", text) for s in group if s.document.currency != currency}


def _payment_rates(shaped: Sequence[Shaped]) -> Reasons:
    """Invoices that one payment settles, with rates that the payment cannot have both."""
    rates: dict[str, set[Decimal | None]] = {}
    for payment in (p for s in shaped for p in s.payments):
        rates.setdefault(payment.identity, set()).add(payment.content.exchange_rate)
    torn = {identity for identity, several in rates.items() if len(several) > 1}
    text = (
        "One payment settles it together with others whose sheets give other exchange rates, and no dated "
        "rate decides: add one under [[rates]] in ferry.toml."
    )
    return {
        s.identity: ("payment-rates", text) for s in shaped if any(p.identity in torn for p in s.payments)
    }


def _plain(vat: str | None) -> str | None:
    return "".join(c for c in vat.upper() if c.isalnum()) or None if vat else None
