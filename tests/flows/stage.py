"""A house before the sandbox, in process; documents stand in for workbooks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ledgerferry.engine.apply import LaneWorker, Side
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.faces.surroundings import Surroundings
from ledgerferry.flows import settling
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import PlanReport, RollbackResult, Verified
from ledgerferry.flows.rollback import FLOW
from ledgerferry.flows.rollbacks import Rollbacks
from ledgerferry.flows.settling import Account
from ledgerferry.flows.sumproof import FEW_PAGES
from ledgerferry.model.document import Document, Reading, Rejection
from ledgerferry.model.record import Kind
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.store.database import memory_database
from ledgerferry.store.runs import Order, Run, RunState
from ledgerferry.store.seal import Seal
from ledgerferry.store.tables import metadata
from ledgerferry.systems.workbook.layouts.model import Layout
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.desk.meter import Limits
from ledgerferry_sandbox.rooms import Edit
from ledgerferry_sandbox.sandbox import Sandbox
from tests.flows.papers import readings
from tests.systems.inprocess import URL, InProcess, SharedClock

NAME = "acme"
# One for all tests, emptied for each: a new one would have to learn every statement again.
_DATABASE = memory_database()
_ORDER = (
    *(Kind.TAX, Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE, Kind.CREDIT, Kind.REFUND),
    *(Kind.FILE, Kind.WRITE_OFF),
)


@dataclass
class Walked:
    """What one walk of a migration came to."""

    run: Run
    report: PlanReport
    verified: Verified
    account: Account

    @property
    def changes(self) -> dict[str, tuple[int, int]]:
        """Creates and updates planned, by kind."""
        found = {k: (c.create, c.update) for k, c in self.report.changes.items()}
        return {k: c for k, c in found.items() if c != (0, 0)}

    def reasons(self) -> dict[str, str]:
        """The code of the last reason of each held document, by number."""
        return {f.document.number or "": f.document.reasons[-1].code for f in self.account.held if f.document}


class Stage:
    """A home in memory, connected to a sandbox in process; documents stand in for workbooks."""

    def __init__(self, folder: Path, seed: seeds.Seed = "demo", policy: Policy | None = None) -> None:
        self.folder = folder
        self.virtual = VirtualClock()
        self.sandbox = Sandbox(Desk(self.virtual, 1, {"books": Limits(minute=10**6, day=10**6)}), seed=seed)
        self.clock = SharedClock(self.virtual)
        settings = Settings(home=folder, policy=policy or Policy())
        self._around = Surroundings(clock=self.clock, transport=InProcess(self.sandbox))
        with _DATABASE.transaction("empty") as tx:
            for table in reversed(metadata.sorted_tables):
                tx.execute(table.delete())
        self.house = House(settings, _DATABASE, Seal(b"0123456789abcdef" * 2), self._around)
        self._connect()
        self.documents: list[Document] = []
        self.rejected: list[Rejection] = []
        self.said: list[str] = []

    def _connect(self) -> None:
        kinds = (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT, Kind.CREDIT_NOTE)
        settings = ConnectionSettings(
            product="books",
            dc="us",
            accounts_url=URL,
            api_url=URL,
            organization=seeds.ORGANIZATION_ID,
            plan="standard",
            rungs=dict.fromkeys(kinds, "b"),
            per_minute=10**6,
            per_day=10**6,
        )
        self.house.connections.save(NAME, settings)
        vault = self.house.vault(NAME)
        vault.put("client_id", seeds.CLIENT_ID)
        vault.put("client_secret", seeds.CLIENT_SECRET)
        vault.put("refresh_token", seeds.REFRESH_TOKEN)

    def another_process(self) -> None:
        """The home as a process finds it that has just begun: what was only kept in mind is forgotten."""
        old = self.house
        self.house = House(old.settings, _DATABASE, old.seal, self._around)

    @property
    def side(self) -> Side:
        return self.house.side(NAME, self.folder)

    def read(self, files: Sequence[tuple[Path, str]], layouts: Sequence[Layout]) -> Iterator[Reading]:
        del files, layouts
        return iter(readings(*self.documents, rejected=self.rejected))

    def plan(self, *documents: Document, **order: Any) -> tuple[Run, PlanReport]:
        """A run planned over these documents (over the last ones where none are given)."""
        self.documents = list(documents) or self.documents
        if not any(self.folder.rglob("*.xls*")):
            (self.folder / "one.xlsx").touch()
        house, name = self.house, self.house.ids.fresh("run")
        asked = Order(
            flow="migrate", connection=NAME, source=str(self.folder), today=date(2026, 1, 5), **order
        )
        with house.database.transaction("open") as tx:
            assert house.shelf.runs.open(tx, name, asked, house.clock.now())
        return self.replan(self.run(name))

    def replan(self, run: Run, *documents: Document) -> tuple[Run, PlanReport]:
        """The same run planned once more."""
        self.documents = list(documents) or self.documents
        migration = self.house.migration(run.order, self.folder, self.read, self.said.append)
        report = migration.plan(run)
        return self.run(run.id), report

    def run(self, name: str) -> Run:
        with self.house.database.read() as conn:
            found = self.house.shelf.runs.get(conn, name)
        assert found is not None
        return found

    def apply(self, run: Run, lanes: Sequence[Kind] = _ORDER) -> None:
        """Say yes to a plan, and let every lane work until none has anything to do."""
        house = self.house
        with house.database.transaction("confirm") as tx:
            house.shelf.rooms.operations.confirm(tx, run.id)
            house.shelf.runs.move(tx, run.id, RunState.APPLYING, house.clock.now())
        self.work(lanes)

    def work(self, lanes: Sequence[Kind] = _ORDER) -> None:
        """Let every lane work until none has anything to do."""
        house = self.house
        workers = [
            LaneWorker(house.shelf.rooms, self.side, kind, worker="one", clock=house.clock, ids=house.ids)
            for kind in lanes
        ]
        while any([worker.step() is None for worker in workers]):  # noqa: C419 every lane works each round
            pass

    def close(self, run: Run) -> None:
        with self.house.database.transaction("close") as tx:
            self.house.shelf.runs.move(tx, run.id, RunState.DONE, self.house.clock.now())

    def verify(self, run: Run, *, details: bool = False) -> Verified:
        return settling.verify(self.house.shelf, self.side, run, details=details)

    def verify_since(
        self, run: Run, last: Verified, *, details: bool = False, few: int = FEW_PAGES
    ) -> Verified:
        """The same, building on an earlier proof; by rows where they take ``few`` pages at most."""
        return settling.verify(self.house.shelf, self.side, run, details=details, last=last, few=few)

    def migrate(self, *documents: Document, **order: Any) -> Walked:
        """Plan, apply, verify, close; time passes before and after."""
        run, report = self.plan(*documents, **order)
        self.apply(run)
        run = self.run(run.id)
        verified = self.verify(run)
        self.close(run)
        self.virtual.advance(60)
        return Walked(run, report, verified, settling.account(self.house.shelf, run))

    def rollback(self, *runs: str, **order: Any) -> RollbackResult:
        """Take runs back; time passes afterwards."""
        run, way = self.undoing(*runs, **order)
        way.stop(run)
        for _ in range(6):
            planned, made = way.plan(run)
            if not made:
                break
            self.work()
        outcome = way.close(self.run(run.id), planned)
        self.virtual.advance(60)
        return outcome

    def undoing(self, *runs: str, **order: Any) -> tuple[Run, Rollbacks]:
        """A rollback opened, and the way to do it."""
        name = self.house.ids.fresh("run")
        asked = Order(flow=FLOW, connection=NAME, source=f"rollback of {runs}", today=date(2026, 1, 5),
                      runs=runs, **order)  # fmt: skip
        with self.house.database.transaction("open") as tx:
            assert self.house.shelf.runs.open(tx, name, asked, self.house.clock.now())
        return self.run(name), self.house.rollback(asked)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """What Books holds of a kind."""
        found: list[dict[str, Any]] = self.sandbox.state()["books"][kind]
        return found

    def row(self, kind: str, name: str) -> dict[str, Any]:
        """The one record of a name or number."""
        (found,) = [r for r in self.rows(kind) if name in (r.get("invoice_number"), r.get("contact_name"))]
        return found

    def edit(self, kind: str, record: str | None, **fields: Any) -> dict[str, Any]:
        """A change that a person makes in Books, long enough ago for lists to show it."""
        ways = {way: fields.pop(way) for way in ("force", "silent", "delete") if way in fields}
        change = Edit(service="books", kind=kind, id=record, fields=fields, **ways)
        made: dict[str, Any] = self.sandbox.books.edit(change)
        self.virtual.advance(60)
        return made

    def asked(self) -> list[str]:
        """Every call that Books has received, as the sandbox's log shows it."""
        entries = self.sandbox.desk.log.entries
        return [f"{e.method} {e.path}" for e in entries if e.service == "books"]

    def calls(self) -> int:
        """How many calls Books has received."""
        return self.sandbox.desk.meter("books").calls
