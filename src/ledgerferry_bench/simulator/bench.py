"""``ferry bench simulate``: the simulator over many seeds, with its tally."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from ledgerferry_bench.simulator.many import Tally, simulate

_SEEDS = 300


def run(argv: Sequence[str]) -> int:
    """Play the seeds; 0 when every one of them ended as it should, else 1."""
    parser = ArgumentParser(prog="ferry bench simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="how many seeds to play")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first of them")
    parser.add_argument("--json", action="store_true", help="print the tally as JSON")
    asked = parser.parse_args(argv)
    started, known = time.perf_counter(), 0

    def told(tally: Tally) -> None:
        nonlocal known
        for failure in tally.failures[known:]:
            print(f"seed {failure.seed}  {failure.what}", file=sys.stderr)
        known, seconds = len(tally.failures), time.perf_counter() - started
        print(f"{tally.seeds} of {asked.seeds} seeds, {len(tally.failures)} failed, {seconds:.0f} s",
              file=sys.stderr)

    tally = simulate(range(asked.first, asked.first + asked.seeds), told)
    seconds = round(time.perf_counter() - started, 1)
    print(_as_json(tally, seconds) if asked.json else _as_text(tally, seconds))
    return 1 if tally.failures else 0


def _as_json(tally: Tally, seconds: float) -> str:
    return json.dumps({
        "seeds": tally.seeds, "failed": [f.seed for f in tally.failures],
        "met": dict(sorted(tally.met.items())), "seconds": seconds,
        "why": {str(f.seed): f.what for f in tally.failures},
        "by": {where: dict(sorted(met.items())) for where, met in sorted(tally.by.items())}})


def _as_text(tally: Tally, seconds: float) -> str:
    lines = [f"{times:9}  {what}" for what, times in sorted(tally.met.items())]
    lines += [f"seed {f.seed}  {f.what}" for f in tally.failures]
    return "\n".join([*lines, f"{tally.seeds} seeds in {seconds} s, {len(tally.failures)} failed"])
