"""``ferry bench``: each benchmark is one line of the table."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ledgerferry_bench.calls import bench as calls
from ledgerferry_bench.extract import bench as extract
from ledgerferry_bench.journey import bench as journey
from ledgerferry_bench.llm import bench as llm
from ledgerferry_bench.plan import bench as plan
from ledgerferry_bench.sandbox import bench as sandbox
from ledgerferry_bench.simulator import bench as simulator

BENCHES: Final[Mapping[str, Callable[[Sequence[str]], int]]] = {
    "calls": calls.run,
    "chaos": journey.storms,
    "extract": extract.run,
    "kill": journey.kills,
    "llm": llm.run,
    "plan": plan.run,
    "quota": journey.quotas,
    "sandbox": sandbox.run,
    "simulate": simulator.run,
}


def run(argv: Sequence[str]) -> int:
    """Run the benchmark that the first argument names; its exit code, or 2 where there is none."""
    bench = BENCHES.get(argv[0]) if argv else None
    if bench is None:
        print(f"usage: ferry bench {{{','.join(BENCHES)}}} ...", file=sys.stderr)
        return 2
    return bench(argv[1:])
