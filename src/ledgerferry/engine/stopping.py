"""Stopping: when the work of several connections has come to where nothing can move by itself, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgerferry.engine.lane import Bell, Pace

_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the engine stopped before all was done."""

    login: str | None = None
    waiting_until: datetime | None = None
    cap: str | None = None
    unreachable: str | None = None


class EngineLost(Exception):
    """The engine's own tables are gone or broken: nothing is lost, ``ferry resume`` goes on."""


def done(bells: Mapping[str, Bell]) -> int:
    """How many operations ended so far, in all connections."""
    return sum(bell.done for bell in bells.values())


def stopped(
    lanes: Sequence[str], paces: Mapping[str, tuple[Pace, int]], bells: Mapping[str, Bell], *, wait: bool
) -> Stop | None:
    """Why the work stops: once no connection has anything more that it can do by itself.

    One that is stuck, or at its day's end, does not keep another from what that can do. ``paces`` are how
    the lanes stood last, each with how many operations had ended before it looked.
    """
    stuck = {_connection(name): pace for name, (pace, _) in paces.items() if pace.stuck}
    others = [name for name in lanes if _connection(name) not in stuck]
    if any(bell.busy for name, bell in bells.items() if name not in stuck):
        return None
    seen = [paces[name] for name in others if name in paces]
    if len(seen) < len(others) or any(before < done(bells) for _, before in seen):
        return None
    caps = [pace for pace, _ in seen if _capped(pace)]
    if any(_works(pace) for pace, _ in seen) or (wait and caps):
        return None
    return _stop(list(stuck.values()), caps)


def _connection(lane: str) -> str:
    return lane.rpartition("/")[0]


def _capped(pace: Pace) -> bool:
    """Whether a lane has met its day's end."""
    return pace.idle.cap == "day" and pace.seconds > _PATIENCE


def _works(pace: Pace) -> bool:
    """Whether a lane has something to do by itself before long."""
    return pace.idle.cap != "day" and pace.seconds <= _PATIENCE and not pace.idle.for_ever


def _stop(stuck: Sequence[Pace], caps: Sequence[Pace]) -> Stop | None:
    """What a person is told: first of a login, then of the network, then of a day's end."""
    for pace in sorted(stuck, key=lambda p: p.idle.login is None):
        return Stop(login=pace.idle.login, unreachable=None if pace.idle.login else pace.unreachable)
    if not caps:
        return None
    return Stop(waiting_until=max(p.idle.system for p in caps if p.idle.system), cap="day")
