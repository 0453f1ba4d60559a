"""Proof: what a CRM holds of loaded documents, compared field by field; a few lists instead of many reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ledgerferry.engine.apply import Side
from ledgerferry.engine.observe import Population, listed
from ledgerferry.flows.afterwards import dated
from ledgerferry.flows.deals.adopt import theirs
from ledgerferry.flows.deals.shape import LINK, Rules, contact, deal
from ledgerferry.flows.result import Difference
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.shelf import Shelf
from ledgerferry.model.ids import Identity, counterpart
from ledgerferry.model.money import text
from ledgerferry.model.party import name_key
from ledgerferry.model.record import (
    AccountContent,
    AnyContent,
    ContactContent,
    CustomerContent,
    DealContent,
    FileContent,
    Kind,
    Summary,
)
from ledgerferry.store.bindings import Binding

Pairs = Iterator[tuple[str, str | None, str | None]]


@dataclass(frozen=True)
class Expected:
    """One record that a CRM shall hold: its identity, and what it shall say."""

    identity: str
    content: AccountContent | ContactContent | DealContent

    @property
    def name(self) -> str:
        """The record as a person knows it."""
        if isinstance(self.content, ContactContent):
            return " ".join(n for n in (self.content.first_name, self.content.last_name) if n)
        return self.content.name

    @property
    def other(self) -> str:
        """What it is in the books."""
        return self.content.document if isinstance(self.content, DealContent) else self.content.customer


def proven(
    shelf: Shelf,
    sides: tuple[Side, Side],
    link: str,
    rules: Rules,
    loaded: Sequence[Shaped],
    *,
    details: bool,
) -> list[Difference]:
    """Where the CRM does not hold what loaded documents ask for; ``link`` is that of the books.

    Lists of accounts, contacts and deals show it; with ``details`` every record is read besides, and the
    files of every deal that has some.
    """
    books, crm = sides
    with shelf.rooms.database.read() as conn:
        live = {b.identity: b for b in shelf.bindings.live(conn, LINK)}
    expected = list(_expected(shelf, link, loaded, rules))
    population = listed(crm.target)
    proof = _Proof(crm, live, books.bindings.refs([e.other for e in expected]), population)
    found = [found for one in expected for found in proof.compare(one, details=details)]
    found += proof.files(expected) if details else []
    doubled = [pair for one in expected for pair in proof.doubles(one)]
    with shelf.rooms.database.read() as conn:
        seen = shelf.sightings.all(conn, crm.connection, Kind.DEAL) if doubled else ()
    before = {row.ref.id for row in seen}
    found += [_double(one, row) for one, row in doubled if row.ref.id not in before]
    return dated(found, population.ids, live.values())


def _expected(shelf: Shelf, link: str, loaded: Sequence[Shaped], rules: Rules) -> Iterator[Expected]:
    """Accounts and contacts of the documents' customers as the books hold them, then deals."""
    with shelf.rooms.database.read() as conn:
        live = {b.identity: b.content for b in shelf.bindings.live(conn, link)}
    customers: dict[str, CustomerContent] = {}
    for shaped in loaded:
        kept = live.get(shaped.customer_identity)
        bound = kept if isinstance(kept, CustomerContent) else shaped.customer
        customers.setdefault(shaped.customer_identity, bound)
    for identity, customer in customers.items():
        content = AccountContent(name=customer.name, customer=identity)
        yield Expected(counterpart(identity, "account"), content)
        person = contact(identity, customer)
        if person is not None and isinstance(person.content, ContactContent):
            yield Expected(person.identity, person.content)
    for shaped in loaded:
        made = deal(shaped, customers[shaped.customer_identity], rules)
        if made is not None:
            yield Expected(counterpart(shaped.identity, "deal"), made)


class _Proof:
    def __init__(
        self, side: Side, live: dict[str, Binding], books: dict[str, str], population: Population
    ) -> None:
        self._linked = side.target.declaration.linked
        self._side = side
        self._live = live
        self._books = books
        self._population = population
        self._files: dict[str, list[Binding]] = {}
        for binding in live.values():
            if isinstance(binding.content, FileContent):
                self._files.setdefault(binding.content.document, []).append(binding)

    def compare(self, one: Expected, *, details: bool) -> list[Difference]:
        """Where a record is not what it shall be."""
        binding = self._live.get(one.identity)
        row = self._population.ids.get((binding.ref.kind, binding.ref.id)) if binding else None
        if binding is None:
            return [_difference(one, None, "record", one.name, None)]
        if row is None and self._side.target.get(binding.ref, self._side.bindings) is None:
            return [_difference(one, binding.ref.id, "record", one.name, None)]
        found = list(self._by_row(one, binding, row)) if row is not None else []
        if row is None or (details and not theirs(row)):
            found += self._in_full(one, binding, {field for field, _, _ in found})
        return [_difference(one, binding.ref.id, *each) for each in found]

    def files(self, expected: Sequence[Expected]) -> Iterator[Difference]:
        """Files that were hung on these deals and are there no more; a call a file."""
        deals = {e.identity: Identity.parse(e.other).name for e in expected if e.content.kind is Kind.DEAL}
        for binding in self._live.values():
            file = binding.content
            if not isinstance(file, FileContent) or file.document not in deals:
                continue
            if self._side.target.get(binding.ref, self._side.bindings) is None:
                yield Difference(
                    kind=Kind.FILE,
                    left=deals[file.document],
                    right=binding.ref.id,
                    field="record",
                    left_value=file.name,
                    right_value=None,
                )

    def doubles(self, one: Expected) -> Iterator[tuple[Expected, Summary]]:
        """Other deals of a deal's name and account; those that plans saw are other people's."""
        if isinstance(one.content, DealContent):
            for row in self._alike.get((name_key(one.content.name), self._ref(one.content.account)), ()):
                yield one, row

    @cached_property
    def _alike(self) -> dict[tuple[str, str | None], list[Summary]]:
        """The deals that are not bound, by name and account."""
        bound = {b.ref.id for b in self._live.values() if b.ref.kind is Kind.DEAL}
        found: dict[tuple[str, str | None], list[Summary]] = {}
        for (kind, record), row in self._population.ids.items():
            if kind is Kind.DEAL and record not in bound:
                found.setdefault((name_key(row.name), row.customer), []).append(row)
        return found

    def _by_row(self, one: Expected, binding: Binding, row: Summary) -> Pairs:
        pairs = [*self._told(one, binding, row), *self._references(one, row)]
        yield from (pair for pair in pairs if pair[1] != pair[2])

    def _told(self, one: Expected, binding: Binding, row: Summary) -> Pairs:
        content = one.content
        if isinstance(content, AccountContent):
            yield "name", getattr(binding.content, "name", content.name), row.name
        elif isinstance(content, ContactContent):
            yield "account", self._ref(content.account), row.customer
            if theirs(row):
                return
            here, there = (content.email or "").casefold(), (row.email or "").casefold()
            yield "email", here or None, there or None
            if not here and not there:
                yield "name", name_key(one.name), name_key(row.name)
        else:
            yield from self._deal(content, row)

    def _deal(self, content: DealContent, row: Summary) -> Pairs:
        yield "name", content.name, row.name
        yield "stage", content.stage, row.status
        yield "amount", _money(content.amount, content), _money(row.total, content)
        yield "closing", str(content.closing), str(row.day) if row.day else None
        yield "account", self._ref(content.account), row.customer
        if content.contact is not None:
            yield "contact", self._ref(content.contact), row.person
        if row.currency is not None:
            yield "currency", content.currency, row.currency

    def _references(self, one: Expected, row: Summary) -> Pairs:
        if one.content.kind in self._linked:
            yield "books id", self._books.get(one.other), row.reference

    def _in_full(
        self, one: Expected, binding: Binding, told: set[str]
    ) -> list[tuple[str, str | None, str | None]]:
        record = self._side.target.get(binding.ref, self._side.bindings)
        if record is None:
            return []
        wanted: AnyContent = one.content if isinstance(one.content, DealContent) else binding.content
        fields = [f for f in self._side.target.moved(wanted, record.content) if f not in told]
        return [
            *((f, str(getattr(wanted, f)), str(getattr(record.content, f))) for f in fields),
            *(("file", name, None) for name in self._detached(one)),
        ]

    def _detached(self, one: Expected) -> Iterator[str]:
        """The files of a deal that are not on it now."""
        for file in self._files.get(one.identity, ()):
            if self._side.target.get(file.ref, self._side.bindings) is None:
                yield getattr(file.content, "name", file.identity)

    def _ref(self, identity: str) -> str | None:
        binding = self._live.get(identity)
        return binding.ref.id if binding else None


def _double(one: Expected, row: Summary) -> Difference:
    return _difference(one, row.ref.id, "double", one.name, row.name)


def _money(amount: Decimal | None, content: DealContent) -> str | None:
    return None if amount is None else text(amount, content.currency)


def _difference(
    one: Expected, ref: str | None, field: str, left: str | None, right: str | None
) -> Difference:
    kind: Kind = one.content.kind
    name = Identity.parse(one.other).name if kind is Kind.DEAL else one.name
    return Difference(kind=kind, left=name, right=ref, field=field, left_value=left, right_value=right)
