"""Lanes of this process: for every connection of a run its own threads, its own slots, and its own bell."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from ledgerferry.engine.apply import LaneWorker, Rooms, Side
from ledgerferry.engine.lane import Bell, Lane
from ledgerferry.model.ports import Clock, Ids


@contextmanager
def opened(
    rooms: Rooms, sides: Sequence[Side], worker: str, clock: Clock, ids: Ids
) -> Iterator[tuple[dict[str, Lane], dict[str, Bell]]]:
    """The lanes by connection and kind, and the bells by connection; their threads end with the context."""
    lanes: dict[str, Lane] = {}
    bells: dict[str, Bell] = {}
    with ExitStack() as pools:
        for side in sides:
            slots = max(1, int(side.target.declaration.in_flight * 0.95))
            pool = ThreadPoolExecutor(max_workers=slots, thread_name_prefix=side.connection)
            pools.enter_context(pool)
            bell, shared = bells.setdefault(side.connection, Bell()), threading.Semaphore(slots)
            for kind in side.target.declaration.kinds:
                lanes[f"{side.connection}/{kind}"] = Lane(
                    LaneWorker(rooms, side, kind, worker=worker, clock=clock, ids=ids),
                    side.vendor,
                    clock,
                    slots=shared,
                    pool=pool,
                    bell=bell,
                )
        yield lanes, bells
