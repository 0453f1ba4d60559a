"""The house: the one place where objects are built, and where time and chance are real."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx2

from ledgerferry.engine.apply import LaneWorker, Rooms, Side
from ledgerferry.engine.lane import Bell, Lane
from ledgerferry.engine.settle import Settlement
from ledgerferry.faces.known import books_settings, left_header, limits
from ledgerferry.faces.settings import Settings, WrongUsage
from ledgerferry.flows.migrate import Migration, Shelf
from ledgerferry.flows.remembering import Memories, Read, Remembering
from ledgerferry.flows.review import Eyes, Review
from ledgerferry.flows.rollback import Rollback
from ledgerferry.model.document import Reading
from ledgerferry.model.ports import Clock, Ids, Permit, Quota, Watch
from ledgerferry.store import unseen
from ledgerferry.store.bindings import BindingTable, ConnectionBindings
from ledgerferry.store.claims import Claims
from ledgerferry.store.connections import Connections
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.store.database import Database, open_database, silent
from ledgerferry.store.decisions import Decisions
from ledgerferry.store.extracts import Extracts
from ledgerferry.store.keys import confirm_key, load_key
from ledgerferry.store.layouts import Layouts
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.operations import Operations
from ledgerferry.store.pairs import Pairs
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.quota import Limits, SqlQuota, Usage, usage
from ledgerferry.store.runs import Runs
from ledgerferry.store.seal import Seal
from ledgerferry.store.sightings import Sightings
from ledgerferry.store.suggestions import Suggestions
from ledgerferry.store.vault import ConnectionVault
from ledgerferry.store.worker import WorkerLock, worker_lock
from ledgerferry.systems.books import Books
from ledgerferry.systems.books.declaration import base_url
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


class RealClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 the one real clock

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()  # noqa: TID251 the one real clock

    def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        time.sleep(seconds)  # noqa: TID251 the one real clock


class RealIds:
    """Ids that sort by the time they were made, and real chance."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def fresh(self, prefix: str) -> str:
        """A new id: 12 hexadecimal digits of time, 12 of chance."""
        return f"{prefix}-{int(self._clock.now().timestamp() * 1000):012x}{secrets.token_hex(6)}"

    def random(self) -> float:
        """A number from 0 up to 1."""
        return secrets.randbelow(2**53) / 2**53


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a house: real, unless the simulator says otherwise."""

    clock: Clock = field(default_factory=RealClock)
    ids: Ids | None = None
    watch: Watch = silent
    transport: httpx2.BaseTransport | None = None
    claims: Claims = field(default_factory=Claims)
    operations: type[Operations] = Operations


class Counted(Quota):
    """A quota that counts the permits that this process took."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._lock = threading.Lock()
        self._taken = 0

    def permit(self, weight: int = 1, *, heavy: bool = False) -> Permit:
        """A permit of the quota behind it."""
        permit = self._quota.permit(weight, heavy=heavy)
        with self._lock:
            self._taken += 1
        return permit

    def since_last(self) -> int:
        """How many were taken since this was asked last."""
        with self._lock:
            taken, self._taken = self._taken, 0
        return taken

    def pause(self, until: datetime, cap: str) -> None:
        """A pause of the quota behind it."""
        self._quota.pause(until, cap)

    def told(self, remaining: int) -> None:
        """What the system said, for the quota behind it."""
        self._quota.told(remaining)


@dataclass(frozen=True)
class Connected:
    """One connection, built."""

    books: Books
    side: Side
    quota: "Counted"


@dataclass(frozen=True)
class WayOut:
    """The calls of one connection: what signs and paces them, its time, its quota and its pool."""

    client: Client
    vendor: PacedClock
    quota: "Counted"
    exchange: Exchange


class House:
    """One home, opened. A context manager; everything it builds it builds once."""

    def __init__(
        self, settings: Settings, database: Database, seal: Seal, surroundings: "Surroundings | None" = None
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
        return self._connect(name).books

    def side(self, name: str, folder: Path | None = None) -> Side:
        """A connection as the engine meets it; ``folder`` is where its run's files lie."""
        side = self._connect(name).side
        return Side(side.connection, side.target, side.vendor, side.bindings, folder)

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
        settings = books_settings(known)
        noticed = self.noticed(name)
        out = self.way_out(name, known, base_url(settings), BooksDialect(noticed))
        books = Books(out.client, name, settings, noticed)
        bindings = ConnectionBindings(self.database, self.shelf.bindings, name)
        return Connected(books, Side(name, books, out.vendor, bindings), out.quota)

    def way_out(
        self, name: str, known: ConnectionSettings, base: str, dialect: Dialect, login: str | None = None
    ) -> "WayOut":
        """The calls of a connection: paced under its own name, signed by its login or another's."""
        vendor = PacedClock(self.clock)
        exchange = self.exchange(vendor, "books" if known.product == "zoho" else known.product)
        endpoint = TokenEndpoint(exchange, known.accounts_url)
        auth = ZohoAuth(endpoint, self.vault(login or name), vendor, self.clock)
        limits = replace(self.limits(known), headroom=self._left.get(name, 0))
        quota = Counted(
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
                unseen.count(tx, name, what)

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

    def note_calls(self, run: str, name: str) -> None:
        """Write how many calls this process made through a connection for a run."""
        with self.database.transaction("calls") as tx:
            self.shelf.runs.add_calls(tx, run, self._connect(name).quota.since_last())

    def leave(self, name: str, percent: int) -> None:
        """Leave so many hundredths of a connection's day to others; said before it is first used."""
        self._left[name] = percent

    def heartbeat(self) -> None:
        """Say that this process, if it is the worker, lives."""
        if self.lock is not None:
            self.lock.heartbeat()

    def migration(
        self,
        name: str,
        folder: Path,
        read: Read,
        say: Callable[[str], None],
    ) -> Migration:
        """A migration of a folder into a connection."""
        return Migration(self.shelf, self.side(name, folder), self.settings.policy, read, self.clock, say)

    def remembering(self, read: Read) -> Remembering:
        """A way to read workbooks by the layouts and decisions of this home."""
        return Remembering(self.shelf.memories, read)

    def extracted(self, path: Path, reading: Reading) -> None:
        """Keep the documents of a file read outside a run, so that a person can decide about them."""
        with self.database.transaction("extracted") as tx:
            extracts = self.shelf.memories.extracts
            extracts.put(tx, str(path.resolve()), reading.documents, self.clock.now())

    def review(self, eyes: Eyes) -> Review:
        """The review of what this home holds."""
        return Review(self.shelf.memories, self.shelf.runs, self.ledger, self.clock, eyes)

    def rollback(self, name: str) -> Rollback:
        """A rollback of what runs wrote through a connection."""
        side, known = self.side(name), self.connections.get(name)
        organization = books_settings(known).organization if known else ""
        return Rollback(self.shelf, side, organization, self.clock)

    def worker_lock(self) -> WorkerLock:
        """The lock that makes this process the home's worker."""
        return worker_lock(self.database, self.settings.home, self.owner, self.clock)

    @contextmanager
    def lanes(self, side: Side) -> "Iterator[tuple[dict[str, Lane], Bell]]":
        """The lanes of a connection in this process, and the bell that they ring."""
        declared = side.target.declaration
        slots = max(1, int(declared.in_flight * 0.95))
        bell, shared = Bell(), threading.Semaphore(slots)
        with ThreadPoolExecutor(max_workers=slots, thread_name_prefix=side.connection) as pool:
            yield (
                {
                    f"{side.connection}/{kind}": Lane(
                        LaneWorker(
                            self.shelf.rooms, side, kind, worker=self.owner, clock=self.clock, ids=self.ids
                        ),
                        side.vendor,
                        self.clock,
                        slots=shared,
                        pool=pool,
                        bell=bell,
                    )
                    for kind in declared.kinds
                },
                bell,
            )

    @property
    def engine_url(self) -> str:
        """Where the engine keeps its own tables; they may be deleted."""
        return self.settings.database_url or f"sqlite:///{self.settings.home / 'engine.db'}"

    def forget_engine(self) -> None:
        """Begin the engine's own file anew, where it is one: the ledger alone says what is to be done."""
        if self.settings.database_url is None:
            for name in ("engine.db", "engine.db-wal", "engine.db-shm"):
                (self.settings.home / name).unlink(missing_ok=True)
            (self.settings.home / "engine.db").touch(mode=0o600)
