"""The guardian: looks at every call as it leaves and as it is done, and at every commit."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from greenlet import getcurrent

from ledgerferry.faces.house import House
from ledgerferry.model.plan import Rung
from ledgerferry.model.record import AnyContent, CustomerContent, InvoiceContent
from ledgerferry.store.claims import Claim
from ledgerferry_bench.simulator import invariants
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.quotas import Recount
from ledgerferry_bench.simulator.scene import Account
from ledgerferry_bench.simulator.wire import SandboxTransport
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Sandbox

_BOOKS: Final = "/books/v3/"
_CHAIN_EVERY: Final = 8
_IDS: Final = ("contact_id", "invoice_id", "payment_id", "creditnote_id")
_UNGUARDED: Final = re.compile(r"/(attachment|creditnotes/[0-9]+/(invoices|refunds))$")


class Guardian:
    """Checks what must hold after every step, and at the end."""

    def __init__(self, sandbox: Sandbox, house: House, transport: SandboxTransport, account: Account, *,
                 fence_watched: bool = True) -> None:
        self._sandbox = sandbox
        self._house = house
        self._transport = transport
        self._fence_watched = fence_watched
        self._recount = Recount(sandbox, account)
        self._chain = invariants.Chain(house)
        self._commits = 0
        self._acknowledged: set[str] = set()
        self._latest: dict[str, AnyContent] = {}
        self._claims: dict[object, Claim] = {}
        self._undoing = False
        transport.leaving = self._leaving
        transport.acted = self._acted

    def planned(self, contents: Mapping[str, AnyContent]) -> None:
        """These pairs were just planned: nothing older of them may be sent from now on."""
        self._latest |= {_name(content): content for content in contents.values()}

    @contextmanager
    def at_work(self, claim: Claim) -> Iterator[None]:
        """The running slot works on a claim."""
        slot = getcurrent()
        self._claims[slot] = claim
        try:
            yield
        finally:
            del self._claims[slot]

    def crossed(self, boundary: str) -> None:
        """A boundary was crossed."""
        if boundary.startswith("commit"):
            self._commits += 1
            if self._commits % _CHAIN_EVERY == 0:
                self._chain.check()

    def undoing(self) -> None:
        """From now on records may go away, and what was planned before counts no longer."""
        self._acknowledged.clear()
        self._latest.clear()
        self._undoing = True

    def check_end(self) -> None:
        """All over."""
        past = self._chain.head
        self._chain.check()
        if past:
            self._chain.check_past(past)
        self._look()
        if self._undoing:
            return
        invariants.proved(self._sandbox, self._house)

    @property
    def head(self) -> str:
        """The hash of the ledger's last entry that was checked."""
        return self._chain.head

    def _look(self) -> None:
        invariants.twice(self._sandbox)
        invariants.mail(self._sandbox)
        invariants.lost(self._sandbox, self._acknowledged)

    def _leaving(self, made: Request) -> None:
        if made.method == "GET" or not made.path.startswith(_BOOKS):
            return
        if self._fence_watched:
            self._check_fence(made)
        self._check_latest(made)

    def _acted(self, made: Request, answer: Answer | None) -> None:
        self._recount.check(self._transport.open)
        if made.method == "GET" or not made.path.startswith(_BOOKS):
            return
        if answer is not None and answer.status < 300 and not self._undoing:
            self._acknowledged |= set(_created(json.loads(answer.body)))
        self._look()

    def _check_fence(self, made: Request) -> None:
        """No write leaves a process whose operations were taken over."""
        claim = self._claims.get(getcurrent())
        if claim is None:
            raise Broken("fence", f"{made.method} {made.path} without a claim")
        with self._house.database.read() as conn:
            operations = self._house.shelf.rooms.operations
            fences = {key: found.fence for key in claim.keys if (found := operations.standing(conn, key))}
        for key, fence in claim.fences:
            if fences.get(key) != fence:
                now = fences.get(key)
                raise Broken("fence", f"{made.method} {made.path} of {key} under {fence}, now {now}")

    def _check_latest(self, made: Request) -> None:
        """No write carries what a newer plan of its pair has taken back."""
        if not made.body or "json" not in made.headers.get("content-type", ""):
            return
        body = json.loads(made.body)
        name = self._about(made, body)
        wanted = self._latest.get(name)
        if isinstance(wanted, InvoiceContent):
            self._same(name, "prices", [str(line.price.normalize()) for line in wanted.lines],
                       _prices(body))
            self._same(name, "reference", wanted.reference or "", body.get("reference_number"))
        elif isinstance(wanted, CustomerContent):
            persons = body.get("contact_persons")
            self._same(name, "email", wanted.email, persons[0]["email"] if persons else None)

    def _same(self, name: str, what: str, wanted: object, sent: object) -> None:
        if sent is not None and sent != wanted:
            raise Broken("superseded", f"{what} of {name}: {sent} sent after {wanted} was planned")

    def _about(self, made: Request, body: Mapping[str, Any]) -> str:
        book, parts = self._sandbox.books.book, made.path.removeprefix(_BOOKS).split("/")
        if parts[0] == "contacts":
            held = book.contacts.get(parts[1]) if len(parts) > 1 else None
            return f"customer {held.contact_name if held else body.get('contact_name')}"
        if parts[0] == "invoices":
            kept = book.invoices.get(parts[1]) if len(parts) > 1 else None
            return f"invoice {kept.invoice_number if kept else body.get('invoice_number')}"
        return ""


def repeatable(made: Request, rung: Rung) -> bool:
    """Whether a write may arrive twice and the vendor still ends up with it once."""
    if made.path.startswith(_BOOKS) and (made.method == "DELETE" or made.path.endswith("/status/void")):
        return True
    if not made.path.startswith(_BOOKS) or made.method not in ("POST", "PUT"):
        return False
    if _UNGUARDED.search(made.path):
        return False
    return made.method == "PUT" or rung is Rung.KEY or not made.path.endswith("/customerpayments")


def _prices(body: Mapping[str, Any]) -> list[str] | None:
    lines = body.get("line_items")
    return None if lines is None else [_plain(line["rate"]) for line in lines]


def _plain(value: object) -> str:
    return str(Decimal(str(value)).normalize())


def _name(content: AnyContent) -> str:
    if isinstance(content, InvoiceContent):
        return f"invoice {content.number}"
    return f"customer {content.name}" if isinstance(content, CustomerContent) else ""


def _created(row: Mapping[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, dict):
            yield from (str(value[name]) for name in _IDS if name in value)
