"""Notices: what a person should know of a folder as a whole. Pure; nothing is merged or held by them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from cleanco import basename
from rapidfuzz.fuzz import ratio, token_set_ratio

from ledgerferry.flows.places import HOME, in_union
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import Notice
from ledgerferry.model.document import Cell, Document, DocumentKind
from ledgerferry.model.ids import normal_number
from ledgerferry.model.money import NO_CURRENCY, text
from ledgerferry.model.party import name_key
from ledgerferry.systems.protocol import Profile

# How alike two names must be to be suggested as one company's, in per cent.
ALIKE = 90
_FEWEST = 4
_WIDEST = 200
_SHOWN = 12
_CENT = Decimal("0.0051")


def notices(documents: Sequence[Document]) -> list[Notice]:
    """All notices of a folder's documents, in a fixed order."""
    return [*_twice(documents), *_names(documents), *_arithmetic(documents), *_sequences(documents)]


def protocol(profile: Profile, policy: Policy, documents: Iterable[Document]) -> list[Notice]:
    """Customers registered in the Union, where nobody has said how the organisation stands to them."""
    if profile.country != HOME or policy.northern_ireland is not None:
        return []
    names = sorted({d.customer.name for d in documents if d.customer and in_union(d.customer)})
    if not names:
        return []
    said = (
        f"{len(names)} customers with VAT numbers of the EU are placed overseas "
        f"({', '.join(names[:_SHOWN])}): Books does not tell whether the organisation trades under the "
        "Northern Ireland protocol. Say so as northern_ireland = true or false under [organization] in "
        "ferry.toml."
    )
    return [Notice(kind="northern-ireland", text=said)]


def _notice(kind: str, said: str, found: Iterable[Document]) -> Notice:
    return Notice(kind=kind, text=said, places=[str(_place(d)) for d in found])


def _place(document: Document) -> Cell:
    return document.where("number") or Cell(file=document.file, sheet=document.sheet, cell="")


def _customer(document: Document) -> str:
    return name_key(document.customer.name) if document.customer else ""


def _twice(documents: Sequence[Document]) -> Iterator[Notice]:
    """One invoice under two numbers, and one number on two invoices."""
    same: dict[tuple[object, ...], list[Document]] = defaultdict(list)
    numbers: dict[tuple[object, ...], list[Document]] = defaultdict(list)
    for d in documents:
        if d.total and d.issued:
            amounts = tuple(line.amount.normalize() for line in d.lines)
            same[d.kind, _customer(d), d.issued, d.currency, d.total.normalize(), amounts].append(d)
        if d.number and d.issued:
            numbers[d.kind, normal_number(d.number), d.issued.year].append(d)
    for group in same.values():
        known = sorted({normal_number(d.number or "") for d in group})
        if len(known) > 1:
            amount = text(group[0].total or Decimal(0), group[0].currency or NO_CURRENCY)
            said = f"Customer, day, lines and total of {amount} are equal on {', '.join(known)}"
            yield _notice("same-invoice", f"{said}: one invoice twice?", group)
    for group in numbers.values():
        if len({(d.total, d.issued, _customer(d)) for d in group}) > 1:
            said = f"The number {group[0].number} stands on {len(group)} different documents."
            yield _notice("number-repeated", said, group)


def _names(documents: Sequence[Document]) -> Iterator[Notice]:
    """Names that may be one company's: suggested to a person, never merged."""
    spelled: dict[str, Document] = {}
    for d in documents:
        if d.customer is not None and (key := name_key(d.customer.name)):
            spelled.setdefault(key, d)
    pairs = {pair for block in _blocks(spelled).values() for pair in combinations(sorted(block), 2)}
    for left, right in sorted(pairs):
        if _alike(left, right, spelled):
            names = [d.customer.name for d in (spelled[left], spelled[right]) if d.customer]
            said = f"{names[0]!r} and {names[1]!r} may be one customer: give them one name if they are."
            yield _notice("alike-customers", said, (spelled[left], spelled[right]))


def _blocks(names: Iterable[str]) -> dict[str, list[str]]:
    """Names that share the beginning of a word: only these are compared with each other."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for mark in {word[:4] for word in name.split() if len(word) > 2} or {name[:4]}:
            found[mark].append(name)
    return {mark: block for mark, block in found.items() if 1 < len(block) <= _WIDEST}


def _alike(left: str, right: str, spelled: dict[str, Document]) -> bool:
    taxed = [d.customer.vat_number for d in (spelled[left], spelled[right]) if d.customer]
    if all(taxed) and len({re.sub(r"\W", "", n or "").upper() for n in taxed}) > 1:
        return False
    bare = [basename(name) or name for name in (left, right)]
    if _digits(left) != _digits(right):
        return False
    if bare[0] == bare[1] or ratio(*bare) >= ALIKE:
        return True
    fewest = min(len(name.split()) for name in bare)
    return fewest > 1 and token_set_ratio(*bare) >= ALIKE and ratio(*sorted(map(_sorted, bare))) >= ALIKE


def _sorted(name: str) -> str:
    return " ".join(sorted(name.split()))


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _arithmetic(documents: Sequence[Document]) -> Iterator[Notice]:
    """Documents whose own sums differ, with the amount by which they do."""
    for d in documents:
        if d.total is None or not d.lines:
            continue
        net = sum((line.amount for line in d.lines), Decimal(0)) - (d.discount or 0) + (d.charges or 0)
        gross = net + (d.tax_total or 0)
        rated = sum((i.amount * (i.tax_rate or 0) / 100 for i in d.lines), Decimal(0))
        room = _CENT * (len(d.lines) + 1)
        if any(abs(d.total - way) <= room for way in (gross, net, gross + (rated if not d.tax_total else 0))):
            continue
        summed, shown = (text(amount, d.currency or NO_CURRENCY) for amount in (gross, d.total))
        said = f"Lines, discount, charges and tax come to {summed}, the total says "
        yield _notice("arithmetic", f"{d.number or 'A document'}: {said}{shown}.", (d,))


def _sequences(documents: Sequence[Document]) -> Iterator[Notice]:
    """Numbers that are missing within a row of numbers which is otherwise mostly whole."""
    rows: dict[tuple[DocumentKind, str], dict[int, str]] = defaultdict(dict)
    for d in documents:
        found = re.fullmatch(r"(.*?)(\d+)", normal_number(d.number or ""), re.DOTALL)
        if found:
            rows[d.kind, found[1]].setdefault(int(found[2]), found[2])
    for (_, prefix), known in sorted(rows.items(), key=lambda item: item[0][1]):
        low, high = min(known), max(known)
        if len(known) < _FEWEST or len(known) * 2 < high - low + 1:
            continue
        width = max((len(n) for n in known.values() if n.startswith("0")), default=0)
        missing = [f"{prefix}{str(n).zfill(width)}" for n in range(low, high + 1) if n not in known]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            ends = f"{prefix}{known[low]} and {prefix}{known[high]}"
            yield _notice("number-gap", f"Missing between {ends}: {', '.join(missing[:_SHOWN])}{more}.", ())
