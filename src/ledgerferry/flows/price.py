"""Price: what a plan will spend at each system, and on which day, under the account's own limits.

Every side is priced by itself: ``Outlay`` adds its operations up while they are planned, ``price`` makes
its ``SystemPrice``, and ``joined`` and ``schedule`` lay several sides beside each other.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.plan import Day, Operation, Price, Purpose
from ledgerferry.model.record import Kind
from ledgerferry.systems.protocol import Declaration, Meter, Metered

PAGE: Final = 200
_TENTH: Final = Decimal("0.1")
# Where no minute is limited, a call takes about a second of one of the slots.
_CALLS_A_SLOT: Final = 60


class Priced(Protocol):
    """What of a target its price is made of."""

    @property
    def declaration(self) -> Declaration:
        """Its limits."""
        ...

    def calls(self, kind: Kind, purpose: Purpose, count: int) -> int:
        """How many calls that many operations cost."""
        ...


class Allowance(BaseModel):
    """What a connection may spend, its margin and headroom taken off: calls, or credits where these count.

    ``per_minute`` is None where no minute is limited; ``room`` is what is left of today's; ``made`` are the
    calls that this walk has made so far, which ``room`` has lost already.
    """

    model_config = ConfigDict(frozen=True)

    per_minute: int | None
    per_day: int
    in_flight: int = 1
    room: int
    made: int = 0


class SystemPrice(BaseModel):
    """What one side of a run spends: to observe, to write, and to verify what was written.

    ``credits`` and ``tokens`` count where the system counts these and not calls.
    """

    model_config = ConfigDict(frozen=True)

    system: str
    observe: int
    write: int
    verify: int
    credits: int = 0
    tokens: int = 0
    allowance: Allowance

    @property
    def calls(self) -> int:
        """All calls, from the first look to the proof."""
        return self.observe + self.write + self.verify

    @property
    def weight(self) -> int:
        """What of the day's allowance it takes."""
        return self.credits or self.tokens or self.calls

    @property
    def minutes(self) -> Decimal:
        """How long the calls take at best, where no day's end comes between."""
        pace = self.allowance.per_minute or self.allowance.in_flight * _CALLS_A_SLOT
        return Decimal(self.calls) / pace

    def days(self) -> list[int]:
        """What is spent on each day, of calls or credits, today's first."""
        left, room = self.weight, max(0, self.allowance.room + self.allowance.made)
        spent: list[int] = []
        while left > 0 or not spent:
            spent.append(min(left, room))
            left, room = left - spent[-1], self.allowance.per_day
        return spent

    def done_by(self, day: int) -> Decimal:
        """Which share of the writes is done at the end of a day (the first is 0)."""
        spent = sum(self.days()[: day + 1])
        if spent >= self.weight or not self.write:
            return Decimal(1)
        calls = Decimal(spent * self.calls) / self.weight
        return min(Decimal(1), max(Decimal(0), (calls - self.observe) / self.write))


class Outlay:
    """Adds up the operations of one side while they are planned, and keeps none of them."""

    def __init__(self, target: Priced) -> None:
        self._target = target
        self._groups: Counter[tuple[Kind, Purpose]] = Counter()
        self._meter: Meter | None = target.meter() if isinstance(target, Metered) else None

    def add(self, operation: Operation) -> None:
        """One more operation."""
        self._groups[operation.kind, operation.purpose] += 1
        if self._meter is not None:
            self._meter.add(operation)

    @property
    def calls(self) -> int:
        """The calls that the operations take, what they must read for it included."""
        if self._meter is not None:
            return self._meter.calls
        groups = self._groups.items()
        return sum(self._target.calls(kind, purpose, count) for (kind, purpose), count in groups)

    @property
    def credits(self) -> int:
        """The credits that they take, where the system counts these."""
        return self._meter.credits if self._meter is not None else 0

    def created(self, kind: Kind) -> int:
        """How many records of a kind are new."""
        return self._groups[kind, Purpose.CREATE]


def price(
    system: str,
    outlay: Outlay,
    rows: Mapping[Kind, int],
    allowance: Allowance,
    *,
    proven: Collection[Kind] = (),
    reread: int = 0,
) -> SystemPrice:
    """What one side's plan takes. ``rows`` is how many records of each kind its lists show now.

    ``proven`` are the kinds that verify lists afterwards, ``reread`` how many records it reads one by one.
    """
    lists = sum(pages(rows.get(kind, 0) + outlay.created(kind)) for kind in proven)
    return SystemPrice(
        system=system,
        observe=allowance.made,
        write=outlay.calls,
        verify=lists + reread,
        credits=outlay.credits + (allowance.made + lists + reread if outlay.credits else 0),
        allowance=allowance,
    )


def pages(rows: int) -> int:
    """How many calls list so many rows."""
    return max(1, -(-rows // PAGE))


def joined(prices: Sequence[SystemPrice]) -> Price:
    """The sides beside each other: they work at the same time, so that the longest counts."""
    minutes = max((p.minutes for p in prices), default=Decimal(0))
    return Price(
        calls={p.system: p.calls for p in prices},
        crm_credits=sum(p.credits for p in prices),
        pipedrive_tokens=sum(p.tokens for p in prices),
        minutes=minutes.quantize(_TENTH, ROUND_CEILING),
        days=max((len(p.days()) for p in prices), default=1),
        steps={p.system: {"observe": p.observe, "write": p.write, "verify": p.verify} for p in prices},
    )


def schedule(prices: Sequence[SystemPrice], documents: int, today: date) -> list[Day]:
    """Day by day what is spent, and about how many documents are complete at its end.

    A document is complete where every side has written it, so that the slowest counts; the proof follows
    the last.
    """
    shares = {p.system: p.days() for p in prices}
    found: list[Day] = []
    for number in range(max((len(days) for days in shares.values()), default=1)):
        share = min((p.done_by(number) for p in prices), default=Decimal(1))
        spent = {system: days[number] for system, days in shares.items() if number < len(days)}
        done = int(documents * share)
        found.append(
            Day(
                day=number + 1,
                date=today + timedelta(days=number),
                spent=spent,
                documents=done,
                percent=int(100 * share),
            )
        )
    return found
