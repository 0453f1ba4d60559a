"""The stage of a world: its sandbox, and a home in memory that is swept and used again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from ledgerferry.model.ports import Watch
from ledgerferry.store.database import Database, memory_database, silent
from ledgerferry.store.tables import metadata
from ledgerferry_bench.simulator.hub import Hub
from ledgerferry_bench.simulator.scene import Scene
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.clock import VirtualClock
from ledgerferry_sandbox.desk.faults import Rule
from ledgerferry_sandbox.desk.meter import Limits
from ledgerferry_sandbox.sandbox import Sandbox

_SLOW_SECONDS: Final = 6.0
# A storm passes: no operation shall fail so often that it is given up.
_MOST_STRIKES: Final = 8
_free: list["Home"] = []


@dataclass
class Relay:
    """A watch that tells whoever plays now."""

    to: Watch = silent

    def at(self, boundary: str) -> None:
        """Pass it on."""
        self.to.at(boundary)


@dataclass
class Home:
    """An empty home in memory. Making one takes longer than sweeping it."""

    relay: Relay = field(default_factory=Relay)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.database = memory_database(self.relay)

    def sweep(self) -> None:
        """Forget everything."""
        self.relay.to = silent
        with self.database.transaction("sweep") as tx:
            for table in reversed(metadata.sorted_tables):
                tx.execute(table.delete())


@contextmanager
def home() -> Iterator[Home]:
    """An empty home, swept after use."""
    found = _free.pop() if _free else Home()
    try:
        yield found
    finally:
        found.sweep()
        _free.append(found)


def sandbox(scene: Scene, hub: Hub) -> Sandbox:
    """The sandbox of a scene, its clock moved by the hub."""
    clock = VirtualClock(hub.now().timestamp() + scene.ahead)
    account = scene.account
    limits = Limits(minute=account.minute, day=account.day, in_flight=account.in_flight)
    made = Sandbox(Desk(clock, scene.seed, {"books": limits}))
    made.desk.switches.set(dict(scene.switches))
    refill(made, scene)
    fields = made.books.book.customfields
    for number in [] if scene.keyed else [each.customfield_id for each in fields]:
        fields.drop(number)
    hub.moved = lambda seconds: clock.advance(seconds * scene.pace)
    return made


def refill(made: Sandbox, scene: Scene) -> None:
    """The storm of a scene, from its beginning."""
    made.desk.faults.rules[:] = [rule for name in scene.faults for rule in _rules(name, scene, made)]


def _rules(name: str, scene: Scene, made: Sandbox) -> list[Rule]:
    mode, _, acting = name.partition(" ")
    if mode not in made.modes():
        return []
    return [Rule(mode=mode, rate=scene.rate, acts=bool(acting), seconds=_SLOW_SECONDS,
                 times=_MOST_STRIKES)]
