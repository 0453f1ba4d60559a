"""Numbers: those that the account could not tell apart take a prefix by rule; the original is the reference.

The identity of a document is by its own number, and does not change by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledgerferry.flows.gather import Piece
from ledgerferry.flows.policy import Numbering, Policy
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.ids import normal_number
from ledgerferry.model.record import SalesContent
from ledgerferry.store.bindings import Binding


def prefixed(pieces: Sequence[Piece], live: Mapping[str, Binding], policy: Policy) -> list[Piece]:
    """The pieces, their numbers as the account shall have them.

    What was loaded before keeps the number that it was loaded under, with or without the prefix.
    """
    if policy.number_prefix is None:
        return list(pieces)
    restarting = _restarting(pieces)
    return [_numbered(p, p.shaped, live, policy, restarting) for p in pieces]


def _numbered(
    piece: Piece,
    shaped: Shaped | None,
    live: Mapping[str, Binding],
    policy: Policy,
    restarting: set[tuple[str, str]],
) -> Piece:
    if shaped is None or policy.number_prefix is None:
        return piece
    sold = shaped.document
    ours = f"{_prefix(policy.number_prefix, sold)}{sold.number}"
    agreed = live.get(shaped.identity)
    if agreed is not None and isinstance(agreed.content, SalesContent):
        takes = normal_number(agreed.content.number) == normal_number(ours)
    else:
        takes = policy.number_when is Numbering.ALWAYS or _series(sold) in restarting
    if not takes:
        return piece
    content = sold.model_copy(update={"number": ours, "reference": sold.reference or sold.number})
    changed = shaped.model_copy(update={"document": content})
    return replace(piece, shaped=changed)


def _prefix(pattern: str, sold: SalesContent) -> str:
    return pattern.format(year=sold.issued.year, yy=f"{sold.issued.year % 100:02}")


def _series(sold: SalesContent) -> tuple[str, str]:
    return str(sold.kind), normal_number(sold.number)


def _restarting(pieces: Sequence[Piece]) -> set[tuple[str, str]]:
    """Numbers that stand on documents of several years; one that is held for something else counts."""
    years: dict[tuple[str, str], set[int]] = {}
    for document in (p.found.document for p in pieces if not p.found.archived):
        if document is not None and document.number and document.issued is not None:
            key = (str(document.kind), normal_number(document.number))
            years.setdefault(key, set()).add(document.issued.year)
    return {key for key, found in years.items() if len(found) > 1}
