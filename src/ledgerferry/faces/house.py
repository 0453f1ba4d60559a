"""The house: the one place where objects are built, and where time and chance are real."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from ledgerferry.engine.apply import Rooms, Side
from ledgerferry.engine.lane import Bell, Lane
from ledgerferry.engine.settle import Settlement
from ledgerferry.faces import lanes
from ledgerferry.faces.callcount import CountedQuota
from ledgerferry.faces.productsettings import (
    PART_CRM,
    books_settings,
    crm_settings,
    crossed,
    learning,
    left_header,
    limits,
    room,
)
from ledgerferry.faces.settings import Settings, WrongUsage
from ledgerferry.faces.surroundings import RealIds, Surroundings
from ledgerferry.flows import deals
from ledgerferry.flows.migrate import Migration
from ledgerferry.flows.price import Allowance
from ledgerferry.flows.remembering import Memories, Read, Remembering
from ledgerferry.flows.review import Eyes, Review
from ledgerferry.flows.rollback import Rollback
from ledgerferry.flows.rollbacks import Rollbacks
from ledgerferry.flows.shelf import Shelf
from ledgerferry.model.document import Reading
from ledgerferry.model.paths import resolved
from ledgerferry.model.ports import Clock, Ids
from ledgerferry.store import unknownfields
from ledgerferry.store.bindings import BindingTable, ConnectionBindings
from ledgerferry.store.connections import Connections
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.store.database import Database, open_database
from ledgerferry.store.decisions import Decisions
from ledgerferry.store.extracts import Extracts
from ledgerferry.store.keys import confirm_key, load_key
from ledgerferry.store.layouts import Layouts
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.pairs import Pairs
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.quota import Limits, SqlQuota, Usage, usage
from ledgerferry.store.runhistory import RunHistory
from ledgerferry.store.runs import Order, Run, Runs
from ledgerferry.store.seal import Seal
from ledgerferry.store.sightings import Sightings
from ledgerferry.store.suggestions import Suggestions
from ledgerferry.store.vault import ConnectionVault
from ledgerferry.store.worker import WorkerLock, worker_lock
from ledgerferry.systems.books import Books
from ledgerferry.systems.books.declaration import base_url
from ledgerferry.systems.crm import Crm, CrmDialect, CrmTarget
from ledgerferry.systems.llm import LocalModel, exchange, look_up, open_model
from ledgerferry.systems.zoho import BooksDialect
from ledgerferry.wire.auth import ZohoAuth
from ledgerferry.wire.client import Client, Dialect
from ledgerferry.wire.exchange import Exchange, Timeouts
from ledgerferry.wire.oauth import TokenEndpoint
from ledgerferry.wire.pace import PacedClock

# Home seconds. No call outlives the last; a dead worker's calls are probed only after it.
TIMEOUTS = Timeouts(connect=5.0, read=15.0, total=20.0)
# A permit's slot outlives its call by what may pass between the permit and the sending.
_SLOT_SECONDS = TIMEOUTS.total + 10


@dataclass(frozen=True)
class Connected:
    """One connection, built; ``books`` where it is one of Books."""

    side: Side
    quota: CountedQuota
    books: Books | None = None


@dataclass(frozen=True)
class WayOut:
    """The calls of one connection: what signs and paces them, its time, its quota and its pool."""

    client: Client
    vendor: PacedClock
    quota: CountedQuota
    exchange: Exchange


class House:
    """One home, opened. A context manager; everything it builds it builds once."""

    def __init__(
        self, settings: Settings, database: Database, seal: Seal, surroundings: Surroundings | None = None
    ) -> None:
        around = surroundings or Surroundings()
        self.settings = settings
        self.database = database
        self.seal = seal
        self.clock: Clock = around.clock
        self.ids: Ids = around.ids or RealIds(self.clock)
        self._around = around
        self.owner = self.ids.fresh("worker")
        self.connections = Connections(database)
        payloads = Payloads(seal)
        self.ledger = Ledger(payloads, self.clock)
        self.suggestions = Suggestions(payloads, seal, self.clock)
        self.run_history = RunHistory(payloads, seal)
        bindings, pairs = BindingTable(payloads, seal), Pairs(seal, self.clock)
        operations = around.operations(payloads, seal)
        settlement = Settlement(operations, bindings, self.connections, pairs, self.ledger)
        rooms = Rooms(database, operations, around.claims, self.connections, settlement)
        self.shelf = Shelf(
            rooms,
            Runs(payloads, seal),
            bindings,
            pairs,
            self.ledger,
            Sightings(database, payloads, self.clock),
            Memories(database, Layouts(payloads), Decisions(payloads, seal), Extracts(payloads, seal)),
        )
        self.lock: WorkerLock | None = None
        self._connected: dict[str, Connected] = {}
        self._left: dict[str, int] = {}
        self._closing = ExitStack()

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the home of these settings; makes it on first use."""
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        seal = Seal(load_key(settings.home, settings.key))
        database = open_database(settings.database_url or f"sqlite:///{settings.home / 'ferry.db'}")
        confirm_key(database, seal)
        return cls(settings, database, seal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
        self.database.close()

    def vault(self, name: str) -> ConnectionVault:
        """The secrets of a connection."""
        return ConnectionVault(self.database, self.seal, name, self.owner, self.clock)

    def exchange(self, vendor: PacedClock, system: str = "books") -> Exchange:
        """The way out to a Zoho data centre."""
        exchange = Exchange(
            self.clock,
            vendor,
            self._around.watch,
            system=system,
            timeouts=TIMEOUTS,
            transport=self._around.transport,
        )
        self._closing.callback(exchange.close)
        return exchange

    def books(self, name: str) -> Books:
        """Zoho Books through a connection."""
        found = self._connect(name).books
        if found is None:
            raise WrongUsage(f"Connection {name} is not one to Books. `ferry connections` lists them.")
        return found

    def side(self, name: str, folder: Path | None = None, *, elsewhere: str | None = None) -> Side:
        """A connection as the engine meets it; ``folder`` is where its run's files lie.

        A connection to several products is its Books under its own name, and its CRM under ``crm_of``.
        ``elsewhere`` names the run's other connection, whose ids records here are linked with.
        """
        side = self._connect(name).side
        other = self._connect(elsewhere).side.bindings if elsewhere else None
        return replace(side, folder=folder, elsewhere=other)

    def crm_of(self, name: str) -> str | None:
        """The name under which a connection's CRM is kept; None where it has none."""
        known = self.connections.get(name)
        if known is None:
            return None
        kept = room(name, known, "crm")
        return kept if self.connections.get(kept) is not None else None

    def _connect(self, name: str) -> Connected:
        if name not in self._connected:
            known = self.connections.get(name)
            if known is None:
                raise WrongUsage(
                    f"There is no connection {name}. `ferry connections` lists them; "
                    f"`ferry connect books {name}` makes it."
                )
            self._connected[name] = self.connect(name, known)
        return self._connected[name]

    def connect(self, name: str, known: ConnectionSettings) -> Connected:
        """Build a connection from settings, which need not be saved yet."""
        if known.product == "crm":
            return self._connect_crm(name, known)
        books, out = self._books(name, known)
        bindings = ConnectionBindings(self.database, self.shelf.bindings, name)
        return Connected(Side(name, books, out.vendor, bindings), out.quota, books)

    def books_at(self, name: str, known: ConnectionSettings) -> Books:
        """Zoho Books by settings that need not be saved yet."""
        return self._books(name, known)[0]

    def _books(self, name: str, known: ConnectionSettings) -> tuple[Books, WayOut]:
        field = self.settings.policy.crm.books_field
        own = {"crm_field": field, "crossed": crossed(known, field)}
        settings = books_settings(known).model_copy(update=own)
        noticed = self.noticed(name)
        out = self.way_out(name, known, base_url(settings), BooksDialect(noticed))
        return Books(out.client, name, settings, noticed, learning(self.connections, name)), out

    def _connect_crm(self, name: str, known: ConnectionSettings) -> Connected:
        """A CRM, signed by the login of the connection that it is a product of."""
        settings = crm_settings(known)
        noticed = self.noticed(name)
        login = name.removesuffix(PART_CRM)
        out = self.way_out(name, known, settings.api_url, CrmDialect(noticed), login)
        target = CrmTarget(Crm(out.client, settings, self.clock, noticed), name)
        bindings = ConnectionBindings(self.database, self.shelf.bindings, name)
        return Connected(Side(name, target, out.vendor, bindings), out.quota)

    def way_out(
        self, name: str, known: ConnectionSettings, base: str, dialect: Dialect, login: str | None = None
    ) -> WayOut:
        """The calls of a connection: paced under its own name, signed by its login or another's."""
        vendor = PacedClock(self.clock)
        exchange = self.exchange(vendor, "books" if known.product == "zoho" else known.product)
        endpoint = TokenEndpoint(exchange, known.accounts_url)
        auth = ZohoAuth(endpoint, self.vault(login or name), vendor, self.clock)
        limits = replace(self.limits(known), headroom=self._left.get(name, 0))
        quota = CountedQuota(
            SqlQuota(self.database, name, limits, vendor, self.clock, self.ids, _SLOT_SECONDS)
        )
        client = Client(
            exchange, base, auth, quota, dialect, clock_base=known.accounts_url, left=left_header(known)
        )
        return WayOut(client, vendor, quota, exchange)

    def adviser(self, url: str, name: str, *, remote: bool = False) -> LocalModel:
        """The local model at an address; raises ``Forbidden`` and what ``open_model`` does."""
        address = look_up(url, remote=remote)
        out = exchange(address, self.clock, self._around.watch, transport=self._around.transport)
        self._closing.callback(out.close)
        return open_model(out, address, name)

    def noticed(self, name: str) -> Callable[[str], None]:
        """What counts the things that a connection's system shows and the ferry does not know."""

        def count(what: str) -> None:
            with self.database.transaction("unseen") as tx:
                unknownfields.count(tx, name, what)

        return count

    def limits(self, known: ConnectionSettings) -> Limits:
        """The limits of a connection's account."""
        return limits(known)

    def quota_usage(self, name: str) -> Usage:
        """How much of a connection's allowance is used, by the system's time where it is known."""
        known = self.connections.get(name)
        if known is None:
            raise WrongUsage(f"There is no connection {name}.")
        with self.database.read() as conn:
            return usage(conn, name, self.limits(known), self.clock.now())

    def allowance(self, name: str) -> Allowance:
        """What a connection may spend, now and on the days to come, its headroom taken off."""
        connected, known = self._connect(name), self.connections.get(name)
        if known is None:
            raise WrongUsage(f"There is no connection {name}.")
        stated = replace(self.limits(known), headroom=self._left.get(name, 0))
        try:
            now = connected.side.vendor.now()
        except LookupError:
            now = self.clock.now()
        with self.database.read() as conn:
            used = usage(conn, name, stated, now)
        return Allowance(
            per_minute=None if stated.per_minute is None else stated.minute,
            per_day=stated.day,
            in_flight=stated.slots,
            room=min(stated.day - used.day_used, stated.shared_day - used.day_used - used.others),
            made=connected.quota.taken,
        )

    def note_calls(self, run: Run) -> None:
        """Write how many calls this process made for a run, system by system."""
        names = run.order.connections
        taken = [(self.system(name), self._connect(name).quota.since_last()) for name in names]
        with self.database.transaction("calls") as tx:
            for system, calls in taken:
                self.shelf.runs.add_calls(tx, run.id, system, calls)

    def system(self, name: str) -> str:
        """The system that a connection leads to."""
        known = self.connections.get(name)
        product = known.product if known else "books"
        return "books" if product == "zoho" else product

    def leave(self, name: str, percent: int) -> None:
        """Leave so many hundredths of a connection's day to others; said before it is first used."""
        self._left[name] = percent

    def heartbeat(self) -> None:
        """Say that this process, if it is the worker, lives."""
        if self.lock is not None:
            self.lock.heartbeat()

    def sides(self, order: Order, folder: Path | None = None) -> tuple[Side, ...]:
        """The connections of an order, that of the books first, each knowing the other's records."""
        books, crm = order.connection, order.crm
        if crm is None:
            return (self.side(books, folder),)
        return self.side(books, folder, elsewhere=crm), self.side(crm, folder, elsewhere=books)

    def migration(
        self,
        order: Order,
        folder: Path,
        read: Read,
        say: Callable[[str], None],
    ) -> Migration:
        """A migration of a folder into the connections of an order."""
        books, *beside = self.sides(order, folder)
        crm, policy = (beside[0] if beside else None), self.settings.policy
        return Migration(self.shelf, books, policy, read, self.clock, say, crm=crm, allowance=self.allowance)

    def remembering(self, read: Read) -> Remembering:
        """A way to read workbooks by the layouts and decisions of this home."""
        return Remembering(self.shelf.memories, read)

    def extracted(self, path: Path, reading: Reading) -> None:
        """Keep the documents of a file read outside a run, so that a person can decide about them."""
        with self.database.transaction("extracted") as tx:
            extracts = self.shelf.memories.extracts
            extracts.put(tx, resolved(path), reading.documents, self.clock.now())

    def review(self, eyes: Eyes) -> Review:
        """The review of what this home holds."""
        return Review(self.shelf.memories, self.shelf.runs, self.ledger, self.clock, eyes)

    def rollback(self, order: Order) -> Rollbacks:
        """A rollback of what runs wrote through the connections of an order."""
        books, *beside = self.sides(order)
        own, left = self._organization(books), self._left_of(books)
        ways = [Rollback(self.shelf, books, own, self.clock, allowance=left)]
        for crm in beside:
            ways.append(
                Rollback(
                    self.shelf,
                    crm,
                    self._organization(crm),
                    self.clock,
                    link=deals.LINK,
                    weigh=deals.weigh,
                    system="crm",
                    allowance=self._left_of(crm),
                )
            )
        return Rollbacks(ways)

    def _left_of(self, side: Side) -> Callable[[], Allowance]:
        return lambda: self.allowance(side.connection)

    def _organization(self, side: Side) -> str:
        known = self.connections.get(side.connection)
        return known.organization if known else ""

    def worker_lock(self) -> WorkerLock:
        """The lock that makes this process the home's worker."""
        return worker_lock(self.database, self.settings.home, self.owner, self.clock)

    def lanes(self, sides: Sequence[Side]) -> AbstractContextManager[tuple[dict[str, Lane], dict[str, Bell]]]:
        """The lanes of some connections in this process, and the bell that those of each ring."""
        return lanes.opened(self.shelf.rooms, sides, self.owner, self.clock, self.ids)
