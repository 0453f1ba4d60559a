"""``ferry bench sandbox``: the cost of a call by the size of the state, as ratios of one run."""

import argparse
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median

from ledgerferry_bench.sandbox.calls import MIX, rate, times
from ledgerferry_bench.sandbox.servers import Served, open_house

SMALL = 1_000
ROUNDS = 8
LINES = 4
MOST_RATIO, LEAST_SHARE = 1.3, 1 / 3


@dataclass(frozen=True)
class Result:
    """Medians in milliseconds by size, their ratio, and the calls per second beside a bare handler's."""

    invoices: int
    p50_small: float
    p50: float
    ratio: float
    by_call: dict[str, float]
    bare_per_second: float
    per_second: float
    share: float

    @property
    def kept(self) -> bool:
        """Whether both promises hold."""
        return self.ratio <= MOST_RATIO and self.share >= LEAST_SHARE


def run(argv: Sequence[str]) -> int:
    """Measure; 0 when a call costs the same whatever the size and the server is not held up, else 1."""
    parser = argparse.ArgumentParser("ferry bench sandbox", description=run.__doc__)
    parser.add_argument("--invoices", type=int, default=100_000, help="in the large state (%(default)s)")
    parser.add_argument("--calls", type=int, default=4_000, help="to each in all (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    result = measured(given.invoices, given.calls)
    print(json.dumps(asdict(result) | {"kept": result.kept}) if given.json else told(result))
    return int(not result.kept)


def measured(invoices: int, calls: int) -> Result:
    """The three side by side, a round of each in turn, so that what else the machine does hits all alike."""
    with ExitStack() as stack:
        bare, small, large = (stack.enter_context(open_house(size)) for size in (0, SMALL, invoices))
        share = calls // ROUNDS
        took: dict[int, list[tuple[str, float]]] = {small.port: [], large.port: []}
        rates: dict[int, list[float]] = {bare.port: [], large.port: []}
        for seed in range(ROUNDS):
            for served in (small, large):
                took[served.port] += times(served, share, seed)
            for served in (bare, large):
                rates[served.port].append(rate(served, share, LINES, seed + ROUNDS))
        return _result(invoices, took, rates, (bare, small, large))


def _result(
    invoices: int,
    took: dict[int, list[tuple[str, float]]],
    rates: dict[int, list[float]],
    houses: tuple[Served, Served, Served],
) -> Result:
    bare, small, large = houses
    middle = {port: median(seconds for _, seconds in found) for port, found in took.items()}
    by_call = {
        kind: round(_middle(took[large.port], kind) / _middle(took[small.port], kind), 2)
        for kind in MIX
        if all(kind in dict(found) for found in took.values())
    }
    speeds = {port: median(found) for port, found in rates.items()}
    return Result(
        invoices=invoices,
        p50_small=round(middle[small.port] * 1000, 3),
        p50=round(middle[large.port] * 1000, 3),
        ratio=round(middle[large.port] / middle[small.port], 2),
        by_call=by_call,
        bare_per_second=round(speeds[bare.port]),
        per_second=round(speeds[large.port]),
        share=round(speeds[large.port] / speeds[bare.port], 2),
    )


def _middle(took: list[tuple[str, float]], kind: str) -> float:
    return median(seconds for each, seconds in took if each == kind)


def told(result: Result) -> str:
    """The result in lines."""
    size = (
        f"p50 with {SMALL:,} invoices {result.p50_small:.2f} ms, with {result.invoices:,} "
        f"{result.p50:.2f} ms: {result.ratio} times (at most {MOST_RATIO})"
    )
    speed = (
        f"{result.per_second:,} calls a second beside {result.bare_per_second:,} of a bare handler: "
        f"{result.share} (at least {LEAST_SHARE:.2f})"
    )
    return "\n".join([size, speed, *(f"  {kind}: {ratio} times" for kind, ratio in result.by_call.items())])
