"""A desk for the engine's tests: a home in memory, one connection, and records to plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from ledgerferry.engine.planning import Place, Planner, Tally, Wanted
from ledgerferry.engine.settle import Settlement
from ledgerferry.engine.undoing import Undo, Undoer
from ledgerferry.model.outcome import CallError, Probed, Receipt
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import (
    AnyContent,
    Application,
    CustomerContent,
    Figures,
    InvoiceContent,
    Kind,
    LineContent,
    PaymentContent,
    Ref,
)
from ledgerferry.store.bindings import BindingTable
from ledgerferry.store.claims import Batches, Claim, Claims, LaneKey, Moment
from ledgerferry.store.connections import Connections, Settings
from ledgerferry.store.database import Database, memory_database
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.operations import Operations, Standing
from ledgerferry.store.pairs import Pairs
from ledgerferry.store.payloads import Payloads
from ledgerferry.store.seal import Seal
from tests.store.world import TurnedClock

LINK, NAME, RUN = "migrate", "books", "run-1"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MOMENT = Moment(NOW, NOW)
SETTLE = timedelta(seconds=30)
BATCHES = Batches({Purpose.SEND: 25, Purpose.DELETE: 25}, {Purpose.SEND: 25, Purpose.DELETE: 5})
CUSTOMER = "seller|customer|acme|"
INVOICE = "seller|invoice|1|2026"
PAYMENT = "seller|payment|acme/2026-02-01/others//GBP|"


def customer(email: str = "a@example.com") -> CustomerContent:
    """A customer."""
    return CustomerContent(name="Acme", email=email, currency="GBP")


def invoice(price: int = 100, *, reference: str | None = None, sent: bool = True) -> InvoiceContent:
    """An invoice of one line."""
    gross = Decimal(price)
    return InvoiceContent(
        number="1",
        reference=reference,
        customer=CUSTOMER,
        issued=date(2026, 1, 2),
        currency="GBP",
        lines=(LineContent(description="Work", quantity=Decimal(1), price=gross),),
        figures=Figures(net=gross, tax=Decimal(0), gross=gross),
        sent=sent,
    )


def payment(amount: int = 100) -> PaymentContent:
    """A payment of the invoice."""
    return PaymentContent(
        customer=CUSTOMER,
        paid_on=date(2026, 2, 1),
        amount=Decimal(amount),
        currency="GBP",
        mode="others",
        applied=(Application(invoice=INVOICE, amount=Decimal(amount)),),
    )


def receipt(
    kind: Kind, number: str, content: AnyContent | None = None, dropped: tuple[str, ...] = ()
) -> Receipt:
    """Proof of a write."""
    return Receipt(ref=Ref(connection=NAME, kind=kind, id=number), content=content, at=NOW, dropped=dropped)


@dataclass
class Desk:
    """The rooms of one home, and short ways through them."""

    clock: TurnedClock = field(default_factory=TurnedClock)
    database: Database = field(default_factory=memory_database)
    seal: Seal = field(default_factory=lambda: Seal(b"k" * 32))

    def __post_init__(self) -> None:
        payloads = Payloads(self.seal)
        self.operations = Operations(payloads, self.seal)
        self.bindings = BindingTable(payloads, self.seal)
        self.pairs = Pairs(self.seal, self.clock)
        self.ledger = Ledger(payloads, self.clock)
        self.connections = Connections(self.database)
        self.connections.save(
            NAME,
            Settings(
                product="books", dc="us", accounts_url="https://accounts.test", api_url="https://api.test"
            ),
        )
        self.claims = Claims()
        self.settlement = Settlement(
            self.operations, self.bindings, self.connections, self.pairs, self.ledger
        )

    def plan(self, *wanted: tuple[str, AnyContent], confirmed: bool = True) -> Tally:
        """Plan some pairs."""
        tally = Tally()
        planner = Planner(
            Place(RUN, LINK, NAME, "books@1"), self.operations, self.bindings, self.pairs, self.ledger
        )
        with self.database.transaction("plan") as tx:
            planner.plan(tx, [Wanted(i, c) for i, c in wanted], {}, tally)
            if confirmed:
                self.operations.confirm(tx, RUN)
        return tally

    def undo(self, *identities: str, purpose: Purpose = Purpose.DELETE) -> list[Operation]:
        """Plan to take bound records back, each after the one before it."""
        with self.database.transaction("plan") as tx:
            found = [b for i in identities if (b := self.bindings.find(tx, LINK, i)) is not None]
            undos = [Undo(b, purpose, b.content, after=identities[:n]) for n, b in enumerate(found)]
            made = Undoer(Place("run-2", LINK, NAME, "books@1"), self.operations, self.ledger).plan(tx, undos)
            self.operations.confirm(tx, "run-2")
        return made

    def settle(
        self,
        operation: Operation,
        result: Receipt | Probed | CallError,
        *,
        rung: Rung = Rung.KEY,
        probing: bool = False,
    ) -> None:
        """Write a result."""
        with self.database.transaction("receipt") as tx:
            self.settlement.write(tx, operation, result, MOMENT, SETTLE, rung=rung, probing=probing)

    def claim(self, kind: Kind, owner: str = "w-1", *, seconds: int = 35) -> Claim | None:
        """Claim what is next in a lane."""
        lane, until = LaneKey(NAME, kind), self.clock.now() + timedelta(seconds=seconds)
        with self.database.transaction("claim") as tx:
            keys = self.claims.ready(tx, lane, self.moment, BATCHES)
            return self.claims.claim(tx, keys, owner, until, probing=False) if keys else None

    def take_over(self, kind: Kind) -> int:
        """Turn claims back whose lease ran out."""
        with self.database.transaction("claim") as tx:
            return self.claims.take_over(tx, LaneKey(NAME, kind), self.moment, SETTLE)

    def due(self, kind: Kind) -> bool:
        """Whether the lane has anything to do."""
        with self.database.read() as conn:
            return self.claims.due(conn, LaneKey(NAME, kind), self.moment, BATCHES)

    @property
    def moment(self) -> Moment:
        """Now, on both clocks."""
        return Moment(self.clock.now(), self.clock.now())

    def standing(self, key: str) -> Standing:
        """Where an operation stands."""
        with self.database.read() as conn:
            found = self.operations.standing(conn, key)
        assert found is not None
        return found

    def marked(self) -> list[str]:
        """Why pairs are marked."""
        with self.database.read() as conn:
            return sorted(self.pairs.marked(conn, LINK).values())

    def bound(self, identity: str) -> AnyContent | None:
        """The last agreement of a pair."""
        with self.database.read() as conn:
            found = self.bindings.find(conn, LINK, identity)
        return found.content if found else None

    def events(self) -> list[str]:
        """What the ledger tells, in order."""
        with self.database.read() as conn:
            return [entry.event for entry in self.ledger.entries(conn)]


def only(operations: Iterable[Operation], purpose: Purpose, kind: Kind) -> Operation:
    """The one operation of a purpose and kind."""
    found = [o for o in operations if o.purpose is purpose and o.kind is kind]
    assert len(found) == 1
    return found[0]


def attempt(desk: Desk, tx: Connection, claim: Claim, name: str = "at-1") -> None:
    """Write an attempt of a claim."""
    now = desk.clock.now()
    desk.claims.attempt(
        tx,
        claim,
        name,
        connection=NAME,
        method="POST",
        path="/invoices",
        now=now,
        deadline=now + timedelta(seconds=20),
    )
