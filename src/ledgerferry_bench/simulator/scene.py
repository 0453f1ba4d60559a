"""Scenes: what one seed plays. Everything in one is drawn from its seed and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from ledgerferry.model.plan import Rung
from ledgerferry_sandbox.switches import TABLE, Switch

# Facts up to this number are of the accounts server and of Books.
_LAST_OF_BOOKS: Final = 50
# Another value than the usual of switches that are numbers; lists never lag longer than the settle time.
_NUMBERS: Final[Mapping[str, str]] = {
    "active_access_tokens": "1", "search_lag_seconds": "15", "bulk_limit": "2", "attachment_max_mb": "1"}
# Each drawn from a stream of its own, as a switch that is new should be: it leaves every scene as it was.
_OWN_STREAMS: Final = frozenset({
    "evicted_token", "minute_text", "unauthorized_status", "error_texts", "missing_code", "upsert_miss_code",
    "rounding_told"})
# Rung a may be used only where these were seen.
_RUNG_A: Final = {"upsert": "works", "upsert_number": "honoured"}
# What the sandbox says to a call that is one too many.
QUOTAS: Final = ("books_43", "books_44", "books_45", "books_1070")
# What the sandbox does to a call; the second ones may have done the work all the same ("acting").
ANSWERS: Final = ("lost", "reset", "slow", "truncate", *QUOTAS, "token_expired")
FAILURES: Final = ("http_500", "http_503", "html_403")
# What the way there and back does to it.
WIRE_FAULTS: Final = ("unsent", "late", "delayed", "doubled")
# What happens beside the calls.
VISITS: Final = ("suspended", "token ran out", "home clock set forward", "system clock jumps", "person edits")
# What a person may do to a record of a run before it is rolled back.
DEEDS: Final = ("edits", "pays", "bills", "deletes")
_UNDONE: Final = 0.4
_LOCKED: Final = 0.25
_RUNGS: Final = (Rung.UPSERT, Rung.KEY, Rung.NATURAL, Rung.NONE)
_RATE: Final = 0.03
_MISHAP: Final = 0.007
FAULTS: Final = (*ANSWERS, *FAILURES, *(f"{f} acting" for f in FAILURES), *WIRE_FAULTS)


@dataclass(frozen=True)
class Account:
    """What the vendor allows this account."""

    minute: int = 100
    day: int = 2000
    in_flight: int = 10


@dataclass(frozen=True)
class Undoing:
    """The run is rolled back afterwards, beside a stranger's records.

    ``deed`` is what a person did to a record of the run meanwhile; ``locked``: the invoices' days are in
    a closed period by then.
    """

    deed: str | None = None
    locked: bool = False


@dataclass(frozen=True)
class Scene:
    """The rung, the sandbox's switches and its account, the clocks, the records, and how rough it is.

    ``keyed``: the unique custom field exists. ``pace`` is seconds of the system in one of the home,
    ``ahead`` how far its clock is ahead. ``alone``: one worker process at a time, as on SQLite.
    """

    seed: int
    rung: Rung = Rung.KEY
    keyed: bool = True
    switches: Mapping[str, str] = field(default_factory=dict)
    account: Account = Account()
    pace: float = 1.0
    ahead: float = 0.0
    alone: bool = False
    customers: int = 2
    invoices: int = 5
    edits: int = 3
    rough: bool = True
    faults: tuple[str, ...] = ()
    rate: float = _RATE
    crash: float = 0.0
    stall: float = 0.0
    visits: tuple[str, ...] = ()
    undoing: "Undoing | None" = None

    @property
    def dimensions(self) -> list[str]:
        """What mishaps are counted by: the rung, and the position of every switch."""
        return [f"rung {self.rung}", *(f"{name}={position}" for name, position in self.switches.items())]


def undisturbed(scene: Scene) -> Scene:
    """The same without any mishap or edit: what every disturbed run must end as."""
    return replace(scene, rough=False, edits=0, faults=(), visits=(), crash=0.0, stall=0.0, undoing=None)


def draw(seed: int) -> Scene:
    """The scene of a seed."""
    random = Random(f"scene {seed}")  # noqa: S311 a simulation is repeatable on purpose
    rung = _RUNGS[seed % len(_RUNGS)]
    switches = {name: (Random(f"{name} {seed}") if name in _OWN_STREAMS else random).choice(positions)  # noqa: S311
                for name, positions in played().items()}
    if rung is Rung.UPSERT:
        switches |= _RUNG_A
    faults = _told_apart(rung, _faults(random))
    account = Account(random.choice((100, 20)), random.choice((2000, 2000, 80)), random.choice((10, 5)))
    pace = random.choice((1.0, 1.0, 6.0))
    visits = tuple(v for v in VISITS if _is_fair(v, pace, faults))
    return Scene(
        seed=seed, rung=rung, keyed=rung in (Rung.UPSERT, Rung.KEY) or random.random() < 0.5,
        switches=switches, pace=pace, ahead=random.choice((0.0, 18_000.0, -7_200.0)),
        account=Account() if "doubled" in faults else account,
        alone=random.random() < 0.4, customers=random.choice((1, 2)), invoices=random.choice((3, 4, 5)),
        edits=random.choice((2, 3, 4)), faults=faults, crash=_MISHAP, stall=_MISHAP,
        visits=tuple(random.sample(visits, 3)), undoing=_undoing(seed))


def _undoing(seed: int) -> Undoing | None:
    """Drawn apart, so that what a seed played before rollbacks were played is what it still plays."""
    random = Random(f"undoing {seed}")  # noqa: S311 a simulation is repeatable on purpose
    if random.random() >= _UNDONE:
        return None
    return Undoing(random.choice((None, None, *DEEDS)), random.random() < _LOCKED)


def _is_fair(visit: str, pace: float, faults: Sequence[str]) -> bool:
    """Whether a visit leaves the clocks able to tell what they are asked for.

    A settle time that the system's clock jumps over does not outlast a call that is still under way;
    nor does one that is short in home seconds, after the home's clock was set forward over the lease.
    """
    if visit == "home clock set forward":
        return pace == 1.0
    return visit != "system clock jumps" or "delayed" not in faults


def _told_apart(rung: Rung, faults: tuple[str, ...]) -> tuple[str, ...]:
    """Faults that leave the rung able to tell our own record from a stranger's.

    Where the first of two copies acts, the second is refused by a quota, and the source is corrected before
    the next try, only a key shows that the record that is in the way is ours: without one a person decides.
    """
    if "doubled" not in faults or rung in (Rung.UPSERT, Rung.KEY):
        return faults
    return tuple(f for f in faults if f not in QUOTAS)


def _is_played(switch: Switch) -> bool:
    """Whether a fact is one of the accounts server or of Books, which is all that is played."""
    numbers = [int(n) for n in re.findall(r"F(\d+)", switch.fact)]
    return switch.name in _NUMBERS or not numbers or min(numbers) <= _LAST_OF_BOOKS


def played() -> dict[str, Sequence[str]]:
    """The switches that our Books client and the engine can meet, each with the positions it is played in."""
    return {switch.name: _positions(switch) for switch in TABLE if _is_played(switch)}


def _positions(switch: Switch) -> Sequence[str]:
    """Every position, or of a number two: its usual one and another; the usual one comes first."""
    return switch.positions or (switch.default, _NUMBERS.get(switch.name, str(2 * float(switch.default) + 1)))


def _faults(random: Random) -> tuple[str, ...]:
    """Some of every sort. What arrives twice counts twice at the vendor, so it needs a roomy account."""
    failures = [f + random.choice(("", " acting")) for f in random.sample(FAILURES, 2)]
    return (*random.sample(ANSWERS, 4), *failures, *random.sample(WIRE_FAULTS, 2))
