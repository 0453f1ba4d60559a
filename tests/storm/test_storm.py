"""The real engine, store and sandbox under every fault, three hundred times, each from its seed."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ledgerferry_bench import cli
from ledgerferry_bench.simulator.many import Tally, play, simulate
from ledgerferry_bench.simulator.scene import draw
from ledgerferry_bench.simulator.stage import home
from ledgerferry_bench.simulator.world import World

SEEDS = range(300)
# A boundary that is crossed this often over all seeds must have met a crash and a stall.
OFTEN = 60
HEADS = """
import sys
from collections import Counter
from pathlib import Path
from ledgerferry_bench.simulator.scene import draw
from ledgerferry_bench.simulator.stage import home
from ledgerferry_bench.simulator.world import World
if __name__ == "__main__":
    for seed in map(int, sys.argv[2:]):
        with home() as place:
            world = World(draw(seed), Path(sys.argv[1]), place, Counter())
            world.play()
            print(world.guardian.head)
"""


@pytest.fixture(scope="module")
def tally() -> Tally:
    """What the seeds met."""
    return simulate(SEEDS)


def test_no_seed_breaks_an_invariant(tally: Tally) -> None:
    assert tally.seeds == len(SEEDS)
    assert tally.failures == []


def test_no_fault_and_no_boundary_is_left_unmet(tally: Tally) -> None:
    assert tally.unmet(OFTEN) == []


def test_every_rung_and_both_positions_of_every_switch_are_played(tally: Tally) -> None:
    names = Counter(where.partition("=")[0] for where in tally.by if "=" in where)
    assert {where for where in tally.by if where.startswith("rung")} == {f"rung {r}" for r in "abcd"}
    assert [name for name, positions in names.items() if positions < 2] == []


def test_what_was_never_met_is_told() -> None:
    tally = Tally(met=Counter({"boundary commit claim": OFTEN, "crash at commit claim": 1}))
    tally.by["rung a"] = Counter({"fault lost": 1})
    unmet = tally.unmet(OFTEN)
    assert "fault reset at rung a" in unmet
    assert "fault lost at rung a" not in unmet
    assert "stall at commit claim" in unmet
    assert "crash at commit claim" not in unmet


def test_the_same_seed_gives_the_same_ledger(tmp_path: Path) -> None:
    heads = {_head(1, tmp_path), _head(1, tmp_path)}
    assert len(heads) == 1
    assert heads != {_head(5, tmp_path)}


def test_the_same_seed_gives_the_same_ledger_in_another_process(tmp_path: Path) -> None:
    seeds = [2, 7]
    printed = [_printed(tmp_path, seeds, hash_seed) for hash_seed in ("1", "77")]
    assert printed[0] == printed[1]
    assert printed[0] == [_head(seed, tmp_path) for seed in seeds]


def test_the_bench_prints_its_tally(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["simulate", "--seeds", "2", "--from", "40", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["seeds"] == 2
    assert said["failed"] == []
    assert said["met"]["boundary commit receipt"] > 0
    assert said["seconds"] > 0


def test_an_unknown_bench_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["nonsense"]) == cli.run([]) == 2
    assert "simulate" in capsys.readouterr().err


def test_a_failure_is_told_with_its_seed(tmp_path: Path) -> None:
    broken = draw(3)
    broken = type(broken)(seed=3, rung=broken.rung, switches={"upsert": "nonsense"})
    failure = play(broken, tmp_path, Counter())
    assert failure is not None
    assert (failure.seed, failure.name) == (3, "crashed")


def _head(seed: int, folder: Path) -> str:
    with home() as place:
        world = World(draw(seed), folder, place, Counter())
        world.play()
        return world.guardian.head


def _printed(folder: Path, seeds: list[int], hash_seed: str) -> list[str]:
    command = [sys.executable, "-c", HEADS, str(folder), *map(str, seeds)]
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True,
                          text=True, check=True)
    return done.stdout.split()
