"""Adopt: what a CRM held before the ferry came, recognised or kept apart; nothing there is made twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ledgerferry.engine.observe import Population
from ledgerferry.engine.planning import Place, Wanted
from ledgerferry.model.ids import Identity, operation_key
from ledgerferry.model.money import rounded
from ledgerferry.model.party import name_key
from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import (
    AccountContent,
    AnyContent,
    ContactContent,
    DealContent,
    Kind,
    Record,
    Ref,
    Summary,
)
from ledgerferry.store.bindings import Binding

Reasons = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class There:
    """What is known of a CRM before a plan.

    ``books`` are the ids in the books by identity, ``native`` the CRM's ids that the books themselves keep,
    by identity, where the vendor's own sync has made both sides one.
    """

    place: Place
    population: Population
    live: Mapping[str, Binding]
    books: Mapping[str, str]
    native: Mapping[str, str]
    get: Callable[[Ref], Record | None]

    @cached_property
    def named(self) -> dict[tuple[Kind, str], list[Summary]]:
        """Rows by kind and folded name."""
        return self._by(lambda row: name_key(row.name))

    @cached_property
    def mailed(self) -> dict[tuple[Kind, str], list[Summary]]:
        """Rows by kind and e-mail address."""
        return self._by(lambda row: (row.email or "").casefold())

    @cached_property
    def referred(self) -> dict[tuple[Kind, str], list[Summary]]:
        """Rows by kind and the id in the books that they carry."""
        return self._by(lambda row: row.reference or "")

    def _by(self, of: Callable[[Summary], str]) -> dict[tuple[Kind, str], list[Summary]]:
        found: dict[tuple[Kind, str], list[Summary]] = {}
        for row in self.population.ids.values():
            if value := of(row):
                found.setdefault((row.ref.kind, value), []).append(row)
        return found


class _Held(Exception):
    """A want that cannot be written without doubt."""

    def __init__(self, code: str, text: str) -> None:
        self.reason = code, text
        super().__init__(text)


@dataclass
class Adopter:
    """Recognises wants among a CRM's rows, one plan's wants at a time, accounts before what names them."""

    there: There
    refs: dict[str, str] = field(default_factory=dict)
    bound: set[tuple[Kind, str]] = field(default_factory=set)
    reasons: Reasons = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.refs = {identity: b.ref.id for identity, b in self.there.live.items()}
        self.bound = {(b.ref.kind, b.ref.id) for b in self.there.live.values()}

    def adopt(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """The wants that can be written, those recognised with their records; ``reasons`` tell of others."""
        return [kept for one in wanted if (kept := self._kept(one)) is not None]

    def _kept(self, one: Wanted) -> Wanted | None:
        one = self._without_contact(one)
        try:
            self._not_gone(one)
            for identity in one.content.refers():
                if identity in self.reasons:
                    raise _Held("crm-depends", f"Its {Identity.parse(identity).kind} is held.")
            if one.identity in self.refs:
                return self._as_bound(one)
            found = self._found(one)
        except _Held as held:
            self.reasons[one.identity] = held.reason
            return None
        if found is None:
            return one
        self.refs[one.identity] = found.id
        self.bound.add((found.kind, found.id))
        return self._adopted(one, found)

    def _without_contact(self, one: Wanted) -> Wanted:
        """A deal whose contact is held goes without it."""
        content = one.content
        if isinstance(content, DealContent) and content.contact in self.reasons:
            return replace(one, content=content.model_copy(update={"contact": None}))
        return one

    def _not_gone(self, one: Wanted) -> None:
        """A record that was deleted after it was made is a person's to decide about."""
        binding = self.there.live.get(one.identity)
        if binding is None or binding.ref.kind is Kind.FILE:
            return
        listed = (binding.ref.kind, binding.ref.id) in self.there.population.ids
        if not listed and self.there.get(binding.ref) is None:
            raise _Held("deleted-there", "It was deleted in the CRM after it had been made.")

    def _as_bound(self, one: Wanted) -> Wanted:
        """An account keeps the name that was agreed: another spelling of it is no change.

        An account or contact that was there before keeps all that it says.
        """
        agreed = self.there.live.get(one.identity)
        if agreed is None:
            return one
        row = self.there.population.ids.get((agreed.ref.kind, agreed.ref.id))
        one = replace(one, seen=row.modified if row else None)
        if row is not None and theirs(row):
            return replace(one, content=agreed.content)
        if not isinstance(one.content, AccountContent):
            return one
        name = getattr(agreed.content, "name", one.content.name)
        return replace(one, content=one.content.model_copy(update={"name": name}))

    def _adopted(self, one: Wanted, ref: Ref) -> Wanted:
        row, content = self.there.population.ids[ref.kind, ref.id], one.content
        one = replace(one, adopts=ref, seen=row.modified)
        if isinstance(content, AccountContent):
            return replace(one, content=content.model_copy(update={"name": row.name}))
        held = content if not isinstance(content, DealContent) else deal_of(content, row)
        return replace(one, adopted=held)

    def _found(self, one: Wanted) -> Ref | None:
        row = self._by_sign(one)
        if row is None and isinstance(one.content, AccountContent):
            row = self._account(one.content)
        if row is None and isinstance(one.content, ContactContent):
            row = self._contact(one.content)
        if row is None and isinstance(one.content, DealContent):
            row = self._deal(one.content)
        return None if row is None else row.ref

    def _by_sign(self, one: Wanted) -> Summary | None:
        """The record that carries our key or the books' id, or that the books themselves name."""
        kind, place = one.content.kind, self.there.place
        key = operation_key(place.target, place.link, Identity.parse(one.identity), Purpose.CREATE, 1)
        other = self.there.books.get(_other(one.content), "")
        native = self.there.native.get(one.identity, "")
        found = [self.there.population.keys.get(key), *self.there.referred.get((kind, other), ())]
        found.append(self.there.population.ids.get((kind, native)))
        free = [row for row in found if row is not None and self._free(row)]
        return free[0] if free else None

    def _free(self, row: Summary) -> bool:
        return (row.ref.kind, row.ref.id) not in self.bound

    def _account(self, content: AccountContent) -> Summary | None:
        rows = self.there.named.get((Kind.ACCOUNT, name_key(content.name)), [])
        rows = [row for row in rows if row.name.strip() == content.name.strip()] or rows
        row = self._only(rows, f"accounts called {content.name}")
        if row is not None and row.reference:
            raise _Held(
                "account-taken", f"The account {row.name} carries the id {row.reference} of the books."
            )
        return row

    def _contact(self, content: ContactContent) -> Summary | None:
        mail = (content.email or "").casefold()
        rows = self.there.mailed.get((Kind.CONTACT, mail), []) if mail else []
        own = self.refs.get(content.account)
        if not rows and own is not None:
            name = name_key(" ".join(n for n in (content.first_name, content.last_name) if n))
            rows = [r for r in self.there.named.get((Kind.CONTACT, name), []) if r.customer == own]
        row = self._only(rows, f"contacts {content.email or content.last_name}")
        if row is not None and row.customer not in {None, own}:
            remedy = "move it to this one, or take its e-mail address off it."
            raise _Held("contact-elsewhere", f"The contact {row.name} belongs to another account: {remedy}")
        return row

    def _deal(self, content: DealContent) -> Summary | None:
        own = self.refs.get(content.account)
        rows = [r for r in self.there.named.get((Kind.DEAL, name_key(content.name)), [])
                if own is not None and r.customer == own]  # fmt: skip
        row = self._only(rows, f"deals called {content.name} of this account")
        if row is None:
            return None
        differs = ", ".join(_differs(content, row))
        if differs:
            remedy = "correct it there, or rename it."
            raise _Held(
                "deal-there", f"The CRM has a deal {row.name} already, and it differs ({differs}): {remedy}"
            )
        return row

    def _only(self, rows: Sequence[Summary], what: str) -> Summary | None:
        if len(rows) > 1:
            remedy = "merge them, or put its id in the books into the field for it of the right one."
            raise _Held("crm-twice", f"The CRM has several {what}: {remedy}")
        if rows and not self._free(rows[0]):
            raise _Held("crm-taken", f"The CRM's {rows[0].name} was made from another document.")
        return rows[0] if rows else None


def theirs(row: Summary) -> bool:
    """Whether an account or contact was there before: it carries no key of ours, and is never changed."""
    return row.ref.kind in (Kind.ACCOUNT, Kind.CONTACT) and row.key is None


def deal_of(content: DealContent, row: Summary) -> DealContent:
    """The deal as a list row shows it; what the row does not show is as given."""
    shown = {
        "name": row.name,
        "stage": row.status,
        "amount": row.total,
        "closing": row.day,
        "currency": row.currency,
    }
    return content.model_copy(update={name: value for name, value in shown.items() if value is not None})


def _differs(content: DealContent, row: Summary) -> Iterator[str]:
    if row.total is not None and row.total != rounded(content.amount, content.currency):
        yield f"amount {row.total} there, {content.amount} here"
    if row.currency is not None and row.currency != content.currency:
        yield f"{row.currency} there, {content.currency} here"


def _other(content: AnyContent) -> str:
    """The identity in the books of what a CRM's record is."""
    return other_of(content) or ""


def other_of(content: AnyContent) -> str | None:
    """The identity in the books of what a CRM's record is; None where it is nothing there."""
    if isinstance(content, DealContent):
        return content.document
    return content.customer if isinstance(content, AccountContent | ContactContent) else None
