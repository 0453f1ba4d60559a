"""Callbacks on their way: what a product tells whom, when it leaves, and what came of it.

A room posts and forgets. Who carries is decided elsewhere: the HTTP shell sends what is due over the network,
an in-process user hands it to a function. Nothing leaves by itself.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry_sandbox.desk.clock import iso
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row

State = Literal["waiting", "leaving", "sent", "failed", "dropped", "forbidden"]
HELD_BACK = 5.0
PATIENCE = 10.0


class Rates(BaseModel):
    """What goes wrong with callbacks, each as a chance from 0 to 1.

    A delayed one leaves up to `delay_seconds` of the sandbox's time late; a reordered one leaves after the
    next that is posted, or five seconds late.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    drop: float = Field(0.0, ge=0, le=1)
    duplicate: float = Field(0.0, ge=0, le=1)
    delay: float = Field(0.0, ge=0, le=1)
    reorder: float = Field(0.0, ge=0, le=1)
    delay_seconds: float = Field(30.0, ge=0)


class Delivery(BaseModel):
    """One callback. `about` is what the product wants to know it by; times are seconds of the sandbox.

    `patience` is how many real seconds its answer may take, `status` the HTTP status of that, null while
    there is none. `sent` was answered with any status,
    `failed` with none, `dropped` was lost on purpose, `forbidden` has an address that is never called.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)

    number: str
    service: str
    url: str
    method: str
    headers: dict[str, str]
    body: str
    about: Row
    posted: float
    due: float
    turn: int
    patience: float = PATIENCE
    state: State = "waiting"
    status: int | None = None
    ended: float | None = None

    def row(self) -> Row:
        """The delivery as the control plane shows it."""
        ended = None if self.ended is None else iso(self.ended)
        return self.model_dump() | {"time": iso(self.posted), "ended_time": ended}


Carrier = Callable[[Delivery], int | None]
"""Takes a delivery to its address and returns the HTTP status, or nothing where nobody answered."""


class Outbox:
    """The callbacks of all products, in the order posted. `listeners`, by service, hear how each ended."""

    def __init__(self, now: Callable[[], float], chance: Random) -> None:
        self.rates = Rates()
        self.listeners: dict[str, Callable[[Delivery], None]] = {}
        self.deliveries: Table[Delivery] = Table("webhooks", Delivery, lambda each: each.number)
        self._now = now
        self._chance = chance
        self._waiting: dict[str, None] = {}
        self._held: list[str] = []
        self._turn = 0

    def post(
        self,
        service: str,
        url: str,
        body: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        about: Row | None = None,
        after: float = 0.0,
        patience: float = PATIENCE,
    ) -> None:
        """Queues a callback, unless it is dropped. It leaves `after` so many seconds of the sandbox."""
        posted = self._now()
        made = Delivery(
            number="",
            service=service,
            url=url,
            method=method,
            headers=dict(headers or {}),
            body=body,
            about=about or {},
            posted=posted,
            due=posted + after,
            turn=0,
            patience=patience,
        )
        if self._happens(self.rates.drop):
            self._enter(made.model_copy(update={"state": "dropped", "ended": posted}))
            return
        self._queue(made)
        if self._happens(self.rates.duplicate):
            self._queue(made)

    def reword(self, about: Row, body: str) -> None:
        """Gives what still waits and is about this another body."""
        for each in self._open():
            if about.items() <= each.about.items():
                self.deliveries.put(each.model_copy(update={"body": body}))

    def due(self) -> list[Delivery]:
        """What leaves now, in order; it is handed out once and stays open until it is settled."""
        now = self._now()
        ready = [each for each in self._open() if each.due <= now]
        ready.sort(key=lambda each: (each.due, each.turn))
        for each in ready:
            del self._waiting[each.number]
            self.deliveries.put(each.model_copy(update={"state": "leaving"}))
        return ready

    def settle(self, number: str, status: int | None, state: State | None = None) -> None:
        """Notes what came of a delivery; one from before a reset is not known any more and is passed over."""
        leaving = self.deliveries.get(number)
        if leaving is None or leaving.state != "leaving":
            return
        outcome = state or ("failed" if status is None else "sent")
        changes = {"state": outcome, "status": status, "ended": self._now()}
        ended = self.deliveries.put(leaving.model_copy(update=changes))
        if listener := self.listeners.get(ended.service):
            listener(ended)

    def deliver(self, carrier: Carrier) -> int:
        """Carries everything that is due, also what is posted meanwhile, and returns how many there were."""
        count = 0
        while ready := self.due():
            for each in ready:
                self.settle(each.number, carrier(each))
                count += 1
        return count

    def rows(self) -> list[Row]:
        """Every delivery since the last reset, as the control plane shows it."""
        return [each.row() for each in self.deliveries]

    def load(self, rows: list[Row]) -> None:
        """Takes up deliveries; those that were leaving when they were written down count as failed."""
        self.deliveries.load(rows)
        self.resume()

    def resume(self) -> None:
        """Works out, from deliveries that were put in place, what still waits."""
        self._held = []
        for each in list(self.deliveries):
            if each.state == "leaving":
                self.deliveries.put(each.model_copy(update={"state": "failed"}))
        self._waiting = {each.number: None for each in self.deliveries if each.state == "waiting"}
        self._turn = max((each.turn for each in self.deliveries), default=0)

    def _queue(self, made: Delivery) -> None:
        if self._happens(self.rates.delay):
            late = self._chance.random() * self.rates.delay_seconds
            made = made.model_copy(update={"due": made.due + late})
        if self._happens(self.rates.reorder):
            self._held.append(self._enter(made.model_copy(update={"due": made.due + HELD_BACK})))
        else:
            self._enter(made)
            self._release(made.due)

    def _release(self, due: float) -> None:
        """Lets those that were held back go right after the one just entered."""
        for number in self._held:
            held = self.deliveries.get(number)
            if held is not None and held.state == "waiting":
                self._turn += 1
                self.deliveries.put(held.model_copy(update={"due": min(due, held.due), "turn": self._turn}))
        self._held = []

    def _enter(self, made: Delivery) -> str:
        self._turn += 1
        entered = made.model_copy(update={"number": str(len(self.deliveries) + 1), "turn": self._turn})
        self.deliveries.put(entered)
        if entered.state == "waiting":
            self._waiting[entered.number] = None
        return entered.number

    def _open(self) -> list[Delivery]:
        return [each for number in self._waiting if (each := self.deliveries.get(number))]

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self._chance.random() < rate
