"""Resident memory of this process and its workers while very many files are read."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from ledgerferry.systems.workbook import read_many

SAMPLES = 20
MOST_GROWTH = 1.1
MARGIN = 4 << 20
"""Bytes that a process may grow by whatever its size: the allocator's own steps."""


@dataclass(frozen=True)
class Memory:
    """Bytes by number of files read: of the main process, and of its largest worker."""

    files: int
    seconds: float
    samples: tuple[tuple[int, int, int], ...]

    @property
    def flat(self) -> bool:
        """Whether neither grows once each worker has read every file (the first half)."""
        half = [s for s in self.samples if s[0] * 2 >= self.files]
        if len(half) < 2:
            return False
        return all(half[-1][at] <= half[0][at] * MOST_GROWTH + MARGIN for at in (1, 2))

    def lines(self) -> list[str]:
        """The samples in lines."""
        verdict = "flat" if self.flat else "NOT FLAT"
        return [
            f"memory over {self.files:,} files in {self.seconds:.0f} s: {verdict} over the second half",
            *(
                f"  {files:>7,} files: main {main >> 20} MB, largest worker {worker >> 20} MB"
                for files, main, worker in self.samples
            ),
        ]


def watched(paths: Sequence[Path], many: int, seconds: float) -> Memory:
    """Reads the files again and again until there were ``many``, or the time is over."""
    samples: list[tuple[int, int, int]] = []
    started = perf_counter()
    done = 0
    named = [(path, path.name) for path in islice(cycle(paths), many)]
    for done, _ in enumerate(read_many(named), 1):
        if done % max(many // SAMPLES, 1) == 0:
            samples.append((done, resident(os.getpid()), max(map(resident, workers()), default=0)))
            if perf_counter() - started > seconds:
                break
    return Memory(done, round(perf_counter() - started, 1), tuple(samples))


def workers() -> list[int]:
    """The processes that this one started and that still run (Linux: proc(5), ``task/children``)."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def resident(process: int) -> int:
    """The bytes of a process that are in memory; 0 when it has ended."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
