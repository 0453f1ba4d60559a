"""Doubles: records that no run wrote and no plan saw, and that say what a loaded document says.

Books refuses a number that it has; a copy under another spelling, or another number, it takes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledgerferry.engine.observe import Population
from ledgerferry.flows.result import Difference
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.ids import normal_number
from ledgerferry.model.record import Kind, PaymentContent, SalesContent, Summary
from ledgerferry.store.bindings import Binding


class _Likeness(NamedTuple):
    """What two records of one thing have in common, whatever their numbers."""

    kind: str
    customer: str | None
    day: date | None
    currency: str | None
    total: Decimal | None


class _Numbered(NamedTuple):
    """What no two documents of a seller have in common (DESIGN, identity)."""

    kind: str
    number: str
    year: int


def doubles(
    loaded: Sequence[Shaped],
    bindings: Mapping[str, Binding],
    rows: Population,
    seen: Callable[[], Collection[str]],
) -> Iterator[Difference]:
    """Loaded documents and payments that stand in the account once more; void records do not count.

    ``seen`` are the vendor's ids of records that were there when a run was planned; it is asked only where
    something looks like a double.
    """
    bound = {(b.ref.kind, b.ref.id) for b in bindings.values()}
    known = dict(_known(loaded, bindings))
    found = [(known[sign], row) for key, row in rows.ids.items()
             if key not in bound and row.status != "void" and (sign := _sign(row, known))]  # fmt: skip
    before = seen() if found else ()
    for (kind, left, value), row in found:
        if row.ref.id not in before:
            yield Difference(
                kind=kind, left=left, right=row.ref.id, field="double", left_value=value, right_value=row.name
            )


_Known = dict[_Likeness | _Numbered, tuple[Kind, str, str]]


def _known(
    loaded: Sequence[Shaped], bindings: Mapping[str, Binding]
) -> Iterator[tuple[_Likeness | _Numbered, tuple[Kind, str, str]]]:
    for shaped in loaded:
        binding = bindings.get(shaped.identity)
        if binding is not None and isinstance(binding.content, SalesContent):
            number, content = shaped.document.number, binding.content
            told = shaped.document.kind, number, number
            yield _Numbered(content.kind, normal_number(number), content.issued.year), told
            customer, total = _id(content.customer, bindings), content.figures.gross
            yield _Likeness(content.kind, customer, content.issued, content.currency, total), told
        for payment in (bindings.get(p.identity) for p in shaped.payments):
            if payment is not None and isinstance(payment.content, PaymentContent):
                paid = payment.content
                customer = _id(paid.customer, bindings)
                sign = _Likeness(paid.kind, customer, paid.paid_on, paid.currency, paid.amount)
                yield sign, (Kind.PAYMENT, payment.identity, payment.ref.id)


def _id(identity: str, bindings: Mapping[str, Binding]) -> str | None:
    binding = bindings.get(identity)
    return binding.ref.id if binding else None


def _sign(row: Summary, known: _Known) -> _Likeness | _Numbered | None:
    """By what a row is like something known."""
    like = _Likeness(row.ref.kind, row.customer, row.day, row.currency, row.total)
    if like in known and row.customer is not None:
        return like
    if row.day is None:
        return None
    numbered = _Numbered(row.ref.kind, normal_number(row.name), row.day.year)
    return numbered if numbered in known else None
