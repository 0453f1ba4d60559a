"""``ferry bench plan``: how time and memory grow from 1,000 documents to 20,000; reading measured apart."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.stage import Ferry, sandbox
from ledgerferry_bench.plan.readings import templates
from ledgerferry_sandbox import samples

MOST_BYTES: Final = 500 * 1000**2
# Twenty times the documents may take this many times the work for each.
MOST_SLOWER: Final = 1.5
_SAMPLES: Final = 120
_MEGA: Final = 1000**2


@dataclass(frozen=True)
class Planned:
    """One plan: the documents, the seconds without reading, and the most bytes resident.

    ``work`` is the processor's seconds: on a machine that others use too, only these tell how it grows.
    """

    documents: int
    planned: int
    seconds: float
    work: float
    peak: int
    idle: int
    calls: dict[str, int]
    days: int

    @property
    def each(self) -> float:
        """Milliseconds of the processor for each document."""
        return 1000 * self.work / self.documents


@dataclass(frozen=True)
class Result:
    """Plans of rising size, and what reading the workbooks takes beside them."""

    plans: tuple[Planned, ...]
    files_a_second: float

    @property
    def slower(self) -> float:
        """How many times the work of the smallest plan the largest takes for each document."""
        return round(self.plans[-1].each / self.plans[0].each, 2)

    @property
    def bytes_each(self) -> float:
        """Bytes for each more document."""
        first, last = self.plans[0], self.plans[-1]
        return (last.peak - first.peak) / max(1, last.documents - first.documents)

    @property
    def kept(self) -> bool:
        """Whether all were planned, in the memory allowed, and time grows with their number."""
        whole = all(p.planned == p.documents for p in self.plans)
        return whole and self.plans[-1].peak <= MOST_BYTES and self.slower <= MOST_SLOWER


def run(argv: Sequence[str]) -> int:
    """Plan and price 1,000 to 20,000 documents; 1 beyond 500 MB, or where work grows faster than they do."""
    parser = argparse.ArgumentParser("ferry bench plan", description=run.__doc__)
    sizes = [1_000, 5_000, 20_000]
    parser.add_argument("--documents", type=int, nargs="+", default=sizes, help="%(default)s")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as where:
        result = measured(Path(where), sorted(given.documents))
    growth = {"slower": result.slower, "bytes_each": round(result.bytes_each), "kept": result.kept}
    row = asdict(result) | growth
    print(json.dumps(row) if given.json else told(result))
    return int(not result.kept)


def measured(where: Path, sizes: Sequence[int]) -> Result:
    """Each size in a home and a process of its own, before one sandbox."""
    samples.write(where / "docs", 20, _SAMPLES, 3)
    started = perf_counter()
    models = templates(where / "docs")
    pace = len(list((where / "docs").rglob("*.xlsx"))) / (perf_counter() - started)
    (where / "models.json").write_text(json.dumps(models), encoding="utf-8")
    with sandbox("--books-plan", "premium", "--limits", "off") as box:
        plans = []
        for size in sizes:
            ferry = Ferry(where / str(size) / "home")
            ferry.home.parent.mkdir()
            made(ferry, box, "--plan", "premium")
            plans.append(_planned(where, ferry.home, size))
    return Result(tuple(plans), round(pace, 1))


def _planned(where: Path, home: Path, size: int) -> Planned:
    command = [sys.executable, "-m", "ledgerferry_bench.plan.child", str(home), str(where / "docs"),
               str(where / "models.json"), str(size)]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 our own
    return Planned(**json.loads(done.stdout))


def told(result: Result) -> str:
    """The result in lines."""
    lines = [f"reading workbooks, apart: {result.files_a_second:,} files/s"]
    for each in result.plans:
        lines.append(
            f"  {each.documents:>6,} documents planned and priced in {each.seconds:.1f} s "
            f"({each.work:.1f} s of the processor, {each.each:.1f} ms each), "
            f"{each.peak / _MEGA:.0f} MB at most ({each.idle / _MEGA:.0f} MB before), "
            f"{sum(each.calls.values()):,} calls, {each.days} days"
        )
    lines.append(
        f"growth: {result.slower} times the work for each document (at most {MOST_SLOWER}), "
        f"{result.bytes_each / 1000:.1f} kB more memory for each; at most {MOST_BYTES // _MEGA} MB: "
        f"{'kept' if result.kept else 'NOT KEPT'}"
    )
    return "\n".join(lines)
