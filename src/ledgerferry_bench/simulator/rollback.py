"""The rollback of a simulated run: who is there besides, who did what meanwhile, and what must be left."""

import json
from typing import Any, Final

from ledgerferry.faces.house import House
from ledgerferry.flows import rollback
from ledgerferry.flows.rollback import FLOW, Planned
from ledgerferry.model.outcome import Busy, CallError, LoginNeeded
from ledgerferry.model.plan import State
from ledgerferry.store.runs import Order, Run
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.hub import Hub
from ledgerferry_bench.simulator.scene import Scene, Undoing
from ledgerferry_bench.simulator.stage import refill
from ledgerferry_sandbox.exchange import Request
from ledgerferry_sandbox.sandbox import Sandbox

NAME: Final = "books"
RUN: Final = "run-sim"
_OWN: Final = "run-undo"
_ROUGHER: Final = 3.0
_MOST_PLANS: Final = 12
_LOCKED_UNTIL: Final = "2025-03-10"
_LONG_AGO: Final = 120.0
_LOOK: Final = 60.0


class Rollback:
    """One rollback: ``begin`` it, let the hub run until it is ``over``, then ``check``."""

    def __init__(self, asked: Undoing, hub: Hub, sandbox: Sandbox, house: House, scene: Scene) -> None:
        self._asked = asked
        self._hub = hub
        self._sandbox = sandbox
        self._house = house
        self._scene = scene
        self._sound = True
        self._theirs: dict[str, str] = {}
        self._edited: str | None = None
        self._last: Planned | None = None

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self._last is not None

    def begin(self, *, sound: bool) -> None:
        """Let others do their deeds, then take the run back; ``sound``: no dead letter was left before."""
        self._sound = sound
        self._hub.jump(_LONG_AGO)
        self._strangers()
        self._deed(self._asked.deed)
        if self._asked.locked:
            number = next(iter(self._sandbox.books.book.organizations)).organization_id
            self._edit("organizations", number, closed_until=_LOCKED_UNTIL)
        self._hub.jump(_LONG_AGO)
        refill(self._sandbox, self._scene)
        self._hub.level(_ROUGHER)
        order = Order(flow=FLOW, connection=NAME, source=f"rollback of {RUN}", today=self._hub.now().date(),
                      runs=(RUN,))
        with self._house.database.transaction("open") as tx:
            self._house.shelf.runs.open(tx, _OWN, order, self._house.clock.now())
        self.start()

    def start(self) -> None:
        """A process that sees the rollback through."""
        self._hub.start("roller", self._roll)

    def _roll(self) -> None:
        house = self._house
        side, known = house.side(NAME), house.connections.get(NAME)
        way = rollback.Rollback(house.shelf, side, known.organization or "" if known else "", house.clock)
        with house.database.read() as conn:
            run = house.shelf.runs.get(conn, _OWN)
        if run is None:
            raise Broken("rollback", "its run is gone")
        way.stop(run)
        for _ in range(_MOST_PLANS):
            self._wait(way, run)
            planned, made = self._plan(way, run)
            self._hub.met["plans of a rollback"] += 1
            if not made:
                way.close(run, planned)
                self._last = planned
                return
        raise Broken("rollback", f"something is to be undone after {_MOST_PLANS} plans")

    def _wait(self, way: rollback.Rollback, run: Run) -> None:
        while way.unsettled(run):
            self._hub.sleep(_LOOK)
        self._hub.sleep(self._house.side(NAME).target.declaration.settle_seconds / self._scene.pace)

    def _plan(self, way: rollback.Rollback, run: Run) -> tuple[Planned, int]:
        while True:
            try:
                return way.plan(run)
            except LoginNeeded:
                self._house.connections.login_needed(NAME, None)
            except Busy as busy:
                self._hub.sleep(self._house.side(NAME).vendor.seconds_until(busy.until))
            except CallError as error:
                self._hub.met[f"raised {type(error).__name__}"] += 1
            self._hub.sleep(_LOOK)

    def _strangers(self) -> None:
        """Somebody else's customer with an invoice."""
        customer = self._edit("contacts", None, contact_name="Stranger")["contact_id"]
        bill = self._bill(customer, "T-1")
        self._theirs = {customer: "contacts", bill: "invoices"}

    def _bill(self, customer: str, number: str) -> str:
        made = self._edit("invoices", None, customer_id=customer, invoice_number=number, date="2025-01-01",
                          line_items=[{"name": "x", "rate": 10, "quantity": 1}])
        return str(made["invoice_id"])

    def _deed(self, deed: str | None) -> None:
        """What a person does to the first invoice of the run, or to its customer."""
        book = self._sandbox.books.book
        bills = sorted((i for i in book.invoices if i.invoice_id not in self._theirs),
                       key=lambda i: i.invoice_number)
        if deed is None or not bills:
            return
        bill = next((i for i in bills if i.balance > 0), bills[0])
        self._hub.met[f"deed {deed}"] += 1
        if deed == "edits":
            self._edit("invoices", bill.invoice_id, reference_number="disputed")
            self._edited = bill.invoice_id
        elif deed == "pays" and bill.status == "sent" and bill.balance > 1:
            paid = self._edit("customerpayments", None, customer_id=bill.customer_id, amount=1,
                              date="2025-06-01",
                              invoices=[{"invoice_id": bill.invoice_id, "amount_applied": 1}])
            self._theirs[str(paid["payment_id"])] = "payments"
            self._edited = bill.invoice_id
        elif deed == "bills":
            self._theirs[self._bill(bill.customer_id, "T-2")] = "invoices"
        elif deed == "deletes" and not bill.payment_made and not bill.credits_applied:
            self._edit("invoices", bill.invoice_id, delete=True)

    def _edit(self, kind: str, record: str | None, *, delete: bool = False, **fields: Any) -> Any:  # noqa: ANN401
        row: dict[str, Any] = {"service": "books", "kind": kind, "fields": fields}
        row |= ({"id": record} if record else {}) | ({"delete": True} if delete else {})
        answer = self._sandbox.handle(Request.to("POST", "/_sandbox/edit", (), json.dumps(row).encode()))
        if answer.status != 200:
            raise Broken("edit", answer.body.decode())
        return json.loads(answer.body) if answer.body else {}

    def check(self) -> None:
        """Nothing of the run is left but what is listed, and nothing of others is gone."""
        book = self._sandbox.books.book
        there = {c.contact_id for c in book.contacts} | {p.payment_id for p in book.payments}
        there |= {i.invoice_id for i in book.invoices} | {n.creditnote_id for n in book.creditnotes}
        there |= {r.refund_id for r in book.creditnote_refunds}
        gone = self._theirs.keys() - there
        if gone:
            raise Broken("others", f"{sorted(gone)} were a stranger's and are gone")
        if self._edited is not None and self._edited not in there:
            raise Broken("others", f"{self._edited} was changed by a person and is gone")
        self._check_left(there - self._theirs.keys())
        self._check_reasons()
        self._check_operations()

    def _check_left(self, there: set[str]) -> None:
        book, planned = self._sandbox.books.book, self._last
        listed = {part for k in planned.kept for part in k.ref.split("/")} if planned else set()
        void = {i.invoice_id for i in book.invoices if i.status == "void" and "VOID" in i.invoice_number}
        void |= {n.creditnote_id for n in book.creditnotes
                 if n.status == "void" and "VOID" in n.creditnote_number}
        left = there - listed - void
        if left and self._sound:
            raise Broken("left", f"{sorted(left)} are of the run and not listed")
        if planned is not None and planned.left:
            raise Broken("left", f"{planned.left} were deleted and are there")
        lost = {d.owner_id for d in book.documents} - listed
        if lost and self._sound:
            raise Broken("left", f"files of {sorted(lost)}")

    def _check_reasons(self) -> None:
        """Where nobody did anything and nothing is locked, nothing stays."""
        planned = self._last
        reason = self._asked.deed or self._asked.locked or not self._sound
        if planned is not None and planned.kept and not reason:
            raise Broken("kept", "; ".join(f"{k.what}: {k.why}" for k in planned.kept))
        listed = {k.ref for k in planned.kept} if planned else set()
        if self._edited is not None and self._sound and self._edited not in listed:
            raise Broken("kept", f"{self._edited} was changed by a person and is not listed")

    def _check_operations(self) -> None:
        """Every operation of the rollback is done, or was refused and is listed."""
        states = [State.PLANNED, State.READY, State.CLAIMED, State.IN_DOUBT, State.DEAD]
        with self._house.database.read() as conn:
            undone = self._house.shelf.rooms.operations.listed(conn, states, _OWN)
        if undone:
            first, standing = undone[0]
            raise Broken("stuck", f"{first.purpose} {first.identity} {standing.state}: {standing.why}")
