"""The sandbox: one plain function from request to answer."""

from dataclasses import dataclass, replace
from typing import Any

from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.accounts.room import AccountsRoom
from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.books.room import BooksRoom
from ledgerferry_sandbox.control.panel import Panel
from ledgerferry_sandbox.crm.room import CrmRoom
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.clock import http_date
from ledgerferry_sandbox.desk.faults import CONNECTION, SERVER, Rule, failed
from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Centre, Room
from ledgerferry_sandbox.suite.products import PRODUCTS
from ledgerferry_sandbox.suite.room import SuiteRoom

EVERYWHERE = frozenset((*CONNECTION, *SERVER))
"""The fault modes that every room knows."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call that was received and acted on, and is open until its answer has been given."""

    answer: Answer
    entry: Entry | None = None


class Sandbox:
    """The rooms of one data centre over one desk.

    `begin` receives a request and acts on it, `finish` closes it; between the two the call is in flight.
    No threads, no sleeping: what the connection suffers is written in the answer.
    """

    def __init__(
        self,
        desk: Desk | None = None,
        centre: Centre | None = None,
        seed: seeds.Seed = "demo",
        state: Row | None = None,
    ) -> None:
        self.desk = desk or Desk()
        self.centre = centre or Centre()
        self.panel = Panel(self)
        self._seed: seeds.Seed = seed
        self._state = state
        self._furnish(seed, state)

    def _furnish(self, seed: seeds.Seed, state: Row | None) -> None:
        """Builds the rooms; a centre that is not the account's home knows no client."""
        self.tokens = Tokens(self.desk)
        self.books = BooksRoom(self.desk, self.tokens)
        self.accounts = AccountsRoom(self.desk, self.centre, self.tokens)
        self.crm = CrmRoom(self.desk, self.tokens)
        suite = (SuiteRoom(self.desk, self.tokens, product) for product in PRODUCTS)
        self.rooms: tuple[Room, ...] = (self.accounts, self.books, self.crm, *suite)
        if self.centre.name == self.centre.home:
            seeds.credentials(self.tokens)
        seeds.books(self.books.book, seed)
        seeds.crm(self.crm.cabinet, seed)
        if state:
            self.load(state)

    def reset(self, seed: str | None = None) -> None:
        """Begins anew as the seed says, or as this sandbox once began. Calls still open are forgotten."""
        self.desk.reset()
        known: dict[str | None, seeds.Seed] = {"empty": "empty", "demo": "demo"}
        self._furnish(known.get(seed, self._seed), None if seed in known else self._state)

    def handle(self, request: Request) -> Answer:
        """Receives, acts and closes in one."""
        exchange = self.begin(request)
        self.finish(exchange)
        return exchange.answer

    def begin(self, request: Request) -> Exchange:
        """Receives a request, enters it in the log, acts on it and says what the answer will be."""
        if request.path.startswith("/_sandbox/"):
            return Exchange(self._dated(self.panel.answer(request)))
        room = self._owner(request.path)
        if room is None:
            return Exchange(self._dated(Answer.of(404, {"message": "no product has this address"})))
        entry = self.desk.log.open(room.service, request, self.desk.clock.now())
        meter = self.desk.meter(room.service)
        meter.calls += 1
        meter.open += 1
        self.catch_up()
        return Exchange(self._dated(self._act(room, request, entry)), entry)

    def _owner(self, path: str) -> Room | None:
        for room in self.rooms:
            if room.owns(path):
                return room
        return None

    def catch_up(self) -> None:
        """Lets every room do what the passing of time has made due."""
        for room in self.rooms:
            room.catch_up()

    def finish(self, exchange: Exchange) -> None:
        """Closes a call: its answer was given, or its connection is gone."""
        entry = exchange.entry
        if entry and self.desk.log.holds(entry) and entry.status is None:
            entry.status = exchange.answer.status
            meter = self.desk.meter(entry.service)
            meter.open -= 1
            meter.heavy -= entry.heavy

    def _act(self, room: Room, request: Request, entry: Entry) -> Answer:
        rule = self.desk.faults.strike(room.service, request, EVERYWHERE | room.modes)
        if rule is None:
            return room.answer(request, entry)
        entry.fault = rule.mode
        if rule.mode == "reset":
            return replace(failed("http_503"), fault=rule.on_the_wire())
        if rule.mode in CONNECTION:
            return replace(room.answer(request, entry), fault=rule.on_the_wire())
        if rule.mode in SERVER:
            return self._fail(room, request, entry, rule)
        return room.fault(rule.mode, request) or room.answer(request, entry)

    def _fail(self, room: Room, request: Request, entry: Entry, rule: Rule) -> Answer:
        if rule.acts:
            room.answer(request, entry)
        return failed(rule.mode, room.service)

    def _dated(self, answer: Answer) -> Answer:
        headers = {"date": http_date(int(self.desk.clock.now())), **answer.headers}
        return Answer(answer.status, headers, answer.body, answer.fault)

    def modes(self) -> set[str]:
        """Every fault mode that some room knows."""
        return set(EVERYWHERE.union(*(room.modes for room in self.rooms)))

    def state(self) -> Row:
        """Everything that is remembered, the log of calls apart."""
        rows: dict[str, Any] = {room.service: room.state() for room in self.rooms}
        webhooks = self.desk.outbox.rows()
        return rows | {"webhooks": webhooks, "sandbox": self.desk.state() | {"mail": self.desk.mail.rows}}

    def load(self, row: Row) -> None:
        """Takes up a state; what it does not name stays."""
        for room in self.rooms:
            if room.service in row:
                room.load(row[room.service])
        if "webhooks" in row:
            self.desk.outbox.load(row["webhooks"])
        self.desk.load(row.get("sandbox", {}))
