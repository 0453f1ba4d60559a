"""``ferry bench extract``: files per second beside openpyxl, the same cells found, memory that stays."""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter

from ledgerferry.systems.workbook.api import Worker
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.reader import load
from ledgerferry_bench.extract.compare import Compared, compared, double
from ledgerferry_bench.extract.files import made
from ledgerferry_bench.extract.memory import Memory, watched

CORES = 2
ROUNDS, SLICE, CHUNK = 3, 48, 4
LEAST_RATIO = 4.0
_SHOWN = 20


@dataclass(frozen=True)
class Result:
    """Files a second of each way, their ratios to the double load, and what differs.

    ``reading`` is the reader alone, which does what the double load does; ``extraction`` is everything
    from the file to its documents, through the worker processes.
    """

    files: int
    cells: int
    double_load: float
    reading: float
    extraction: float
    ratio: float
    extraction_ratio: float
    differences: tuple[str, ...]
    unread: tuple[str, ...]
    memory: Memory | None

    @property
    def kept(self) -> bool:
        """Whether speed, likeness and steadiness are as promised."""
        steady = self.memory is None or self.memory.flat
        return self.ratio >= LEAST_RATIO and not self.differences and not self.unread and steady


def run(argv: Sequence[str]) -> int:
    """Measure; 0 when reading is four times as fast, finds the same and memory stays flat, else 1."""
    parser = argparse.ArgumentParser("ferry bench extract", description=run.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="workbooks to read beside the generated ones")
    parser.add_argument("--files", type=int, default=200, help="to generate (%(default)s)")
    parser.add_argument("--memory", type=int, default=10_000, help="files to watch memory over (%(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="for that at most (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        paths = made(Path(folder), given.files)
        if given.folder:
            kinds = (".xlsx", ".xlsm")
            paths += sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in kinds and p.is_file())
        result = measured(paths, given.memory, given.seconds)
    print(json.dumps(asdict(result) | {"kept": result.kept}) if given.json else told(result))
    return int(not result.kept)


def measured(paths: Sequence[Path], many: int, seconds: float) -> Result:
    """The three ways in turn, few files at a time, so that what else the machine does hits all alike."""
    took = dict.fromkeys(("double", "reading", "extraction"), 0.0)
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(CORES, mp_context=get_context("spawn")))
        threads = stack.enter_context(ThreadPoolExecutor(CORES))
        extract = _extraction([stack.enter_context(Worker(DEFAULT)) for _ in range(CORES)])
        found = list(pool.map(_compared, paths))
        list(threads.map(extract, paths[: 4 * CORES]))
        for start in [*range(0, len(paths), SLICE)] * ROUNDS:
            some = paths[start : start + SLICE]
            took["double"] += _timed(pool, _doubled, some)
            took["reading"] += _timed(pool, _read, some)
            took["extraction"] += _timed(threads, extract, some)
    speeds = {way: len(paths) * ROUNDS / spent for way, spent in took.items()}
    good = [each for each in found if isinstance(each, Compared)]
    return Result(
        files=len(paths),
        cells=sum(each.cells for each in good),
        double_load=round(speeds["double"], 1),
        reading=round(speeds["reading"], 1),
        extraction=round(speeds["extraction"], 1),
        ratio=round(speeds["reading"] / speeds["double"], 2),
        extraction_ratio=round(speeds["extraction"] / speeds["double"], 2),
        differences=tuple(str(d) for each in good for d in each.differences),
        unread=tuple(each for each in found if isinstance(each, str)),
        memory=watched(paths, many, seconds) if many else None,
    )


def _timed(executor: Executor, read: Callable[[Path], object], paths: Sequence[Path]) -> float:
    started = perf_counter()
    for _ in executor.map(read, paths, chunksize=CHUNK):
        pass
    return perf_counter() - started


def _extraction(crew: Sequence[Worker]) -> Callable[[Path], object]:
    """What reads a file by the next idle worker process."""
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in crew:
        idle.put(worker)

    def extract(path: Path) -> None:
        worker = idle.get()
        try:
            worker.read(path, path.name)
        finally:
            idle.put(worker)

    return extract


def _compared(path: Path) -> Compared | str:
    try:
        return compared(path)
    except Exception as error:
        # Either reader may break on a file in any way: that file then counts as one read otherwise.
        return f"{path.name}: {error!r}"


def _doubled(path: Path) -> None:
    double(path)


def _read(path: Path) -> None:
    load(path, DEFAULT)


def told(result: Result) -> str:
    """The result in lines."""
    speed = (
        f"{result.files:,} files, {CORES} processes each: openpyxl twice {result.double_load:,} files/s, "
        f"reading {result.reading:,} files/s: {result.ratio} times (at least {LEAST_RATIO:g})"
    )
    through = (
        f"  through to documents, in worker processes: {result.extraction:,} files/s: "
        f"{result.extraction_ratio} times"
    )
    unlike = (
        f"{result.cells:,} cells compared: {len(result.differences):,} differ; "
        f"{len(result.unread)} files unread"
    )
    shown = [f"  {each}" for each in (*result.differences, *result.unread)[:_SHOWN]]
    lines = [speed, through, unlike, *shown]
    return "\n".join([*lines, *(result.memory.lines() if result.memory else ())])
