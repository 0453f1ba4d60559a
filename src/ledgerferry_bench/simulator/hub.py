"""The hub: many workers' steps interleaved in one thread, on virtual time, by one seed.

Each slot of a process is a greenlet that runs the engine's own code. Whenever that code commits,
sends, receives or sleeps, the hub decides who goes on, and what befalls whom.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from greenlet import getcurrent, greenlet

# After these another slot may have work.
_NEWS = {"commit receipt", "commit plan", "commit abandon"}
_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# The process of what is under way between others: it arrives before anybody acts on a later moment.
NETWORK = "network"
# The first crossings of a boundary meet more mishaps than the later ones, or rare boundaries would meet none.
_FIRST = 2
_MORE_LIKELY = 6.0
# What is crossed all the time meets fewer.
_EVERYWHERE = {"start", "sleep", "commit refresh-lease", "commit permit", "commit permit-settle"}
_LESS_LIKELY = 0.1
# Home seconds: far longer than a lease lasts.
_LONGEST_STALL = 200.0


class Killed(BaseException):
    """The process of this slot was killed: nothing of it may happen any more."""


@dataclass
class Slot:
    """One thread of one simulated process. ``rank`` orders lanes: news wakes those of its rank or higher."""

    process: str
    thread: greenlet
    rank: int = 0
    mortal: bool = True
    wakes: float = 0.0
    boundary: str = "start"
    resting: bool = False


class Hub:
    """Schedules slots. ``moved`` is told of every passing of time, ``crossed`` of every boundary.

    ``crash`` and ``stall`` are how likely each is at any one boundary; ``met`` counts them all.
    """

    def __init__(self, seed: int, met: Counter[str], *, crash: float, stall: float) -> None:
        self.random = Random(f"hub {seed}")  # noqa: S311 a simulation is repeatable on purpose
        self.met = met
        self.time = 0.0
        self.steps = 0
        self.killed: list[str] = []
        self.moved: Callable[[float], None] = lambda _: None
        self.crossed: Callable[[str], None] = lambda _: None
        self._crash = crash
        self._stall = stall
        self._set_forward = 0.0
        self._seen: Counter[str] = Counter()
        self._slots: list[Slot] = []
        self._running: Slot | None = None

    def now(self) -> datetime:
        """The home's wall clock."""
        return _START + timedelta(seconds=self.time + self._set_forward)

    @property
    def process(self) -> str:
        """The process whose slot is running."""
        return self._running.process if self._running else ""

    def start(self, process: str, work: Callable[[], None], *, rank: int = 0, mortal: bool = True) -> None:
        """A new thread of a process; what is not mortal meets no mishap."""

        def run() -> None:
            try:
                work()
            except Killed:
                return

        self._slots.append(Slot(process, greenlet(run), rank, mortal, self.time))

    def run(self, over: Callable[[], bool], most_steps: int) -> bool:
        """Let the slots go on until ``over``; False when that takes more than so many steps."""
        while not over():
            if self.steps >= most_steps:
                return False
            self._step()
        return True

    def _step(self) -> None:
        self.steps += 1
        ready = [s for s in self._slots if s.wakes <= self.time]
        if not ready:
            self.jump(min(s.wakes for s in self._slots) - self.time)
            return
        arriving = [s for s in ready if s.process == NETWORK]
        slot = min(arriving, key=lambda s: s.wakes) if arriving else self.random.choice(ready)
        if not (slot.mortal and self._befalls(slot)):
            self._go(slot)

    def _befalls(self, slot: Slot) -> bool:
        """Whether a mishap meets the slot instead of its next step."""
        likely = _MORE_LIKELY if self._seen[slot.boundary] <= _FIRST else 1.0
        if slot.boundary in _EVERYWHERE:
            likely = _LESS_LIKELY
        if self.random.random() < self._crash * likely:
            self.met[f"crash at {slot.boundary}"] += 1
            self.kill(slot.process)
            return True
        if self.random.random() < self._stall * likely:
            self.met[f"stall at {slot.boundary}"] += 1
            slot.resting, slot.wakes = False, self.time + _LONGEST_STALL * self.random.random()
            return True
        return False

    def _go(self, slot: Slot) -> None:
        slot.thread.parent = getcurrent()
        self._running = slot
        slot.thread.switch()
        self._running = None
        if slot.thread.dead:
            self._slots.remove(slot)
            return
        self._seen[slot.boundary] += 1
        if slot.boundary in _NEWS:
            self._wake(slot.rank)
        self.met[f"boundary {slot.boundary}"] += 1
        self.crossed(slot.boundary)

    def _wake(self, rank: int) -> None:
        for slot in self._slots:
            if slot.resting and slot.rank >= rank:
                slot.resting, slot.wakes = False, self.time + self.random.random()

    def level(self, rougher: float) -> None:
        """From now on news wakes every lane, and mishaps are so many times as likely."""
        self._crash, self._stall = self._crash * rougher, self._stall * rougher
        for slot in self._slots:
            slot.rank = 0
        self._seen.clear()

    def jump(self, seconds: float) -> None:
        """Let time pass for everybody at once."""
        self.time += seconds
        self.moved(seconds)

    def set_forward(self, seconds: float) -> None:
        """Set the home's wall clock forward; no time passes."""
        self._set_forward += seconds

    def kill(self, process: str) -> None:
        """SIGKILL: every thread of the process ends where it stands."""
        self._running = None
        for slot in [s for s in self._slots if s.process == process]:
            self._slots.remove(slot)
            if slot.thread:
                slot.thread.throw(Killed)
        self.killed.append(process)

    def end(self) -> None:
        """End every thread."""
        for process in {slot.process: None for slot in self._slots}:
            self.kill(process)

    def at(self, boundary: str) -> None:
        """Implements ``model.ports.Watch``: the running slot reached a boundary."""
        if self._inside():
            self._pause(boundary, self.time)

    def sleep(self, seconds: float) -> None:
        """The running slot sleeps; outside any slot, time passes."""
        if self._inside():
            self._pause("sleep", self.time + seconds)
        else:
            self.jump(seconds)

    def rest(self, seconds: float) -> None:
        """The running slot has nothing to do until there is news, or so many seconds have passed."""
        if self._running is not None:
            self._running.resting = True
        self.sleep(seconds)

    def _inside(self) -> bool:
        return self._running is not None and getcurrent() is self._running.thread

    def _pause(self, boundary: str, wakes: float) -> None:
        slot = self._running
        if slot is None or slot.thread.parent is None:
            raise RuntimeError("no slot is running")
        slot.boundary, slot.wakes = boundary, wakes
        slot.thread.parent.switch()
        slot.resting = False


class HubClock:
    """The home's clock, as the hub lets it pass."""

    def __init__(self, hub: Hub) -> None:
        self.now = hub.now
        self.sleep = hub.sleep
        self._hub = hub

    def monotonic(self) -> float:
        """Seconds since the simulation began."""
        return self._hub.time


class HubIds:
    """Ids and chance from the seed."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._made = 0

    def fresh(self, prefix: str) -> str:
        """A new id."""
        self._made += 1
        return f"{prefix}-{self._made:08x}"

    def random(self) -> float:
        """A number from 0 up to 1."""
        return self._hub.random.random()
