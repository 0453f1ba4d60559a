"""Many seeds, in several processes, and the tally of what they met."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ledgerferry_bench.simulator import stage
from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.scene import FAULTS, VISITS, Scene, draw
from ledgerferry_bench.simulator.world import Parts, World

_AT_A_TIME: Final = 10


@dataclass(frozen=True)
class Failure:
    """A seed that broke an invariant, which, and how; an error of the code itself is ``crashed``."""

    seed: int
    name: str
    what: str


@dataclass
class Tally:
    """What some seeds met: in all, and by rung and by switch position."""

    seeds: int = 0
    failures: list[Failure] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    by: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, scene: Scene, met: Counter[str], failure: Failure | None) -> None:
        """One more seed."""
        self.seeds += 1
        self.failures += [failure] if failure else []
        self.met += met
        for dimension in scene.dimensions:
            self.by.setdefault(dimension, Counter()).update(met)

    def add(self, other: "Tally") -> None:
        """The seeds of another process."""
        self.seeds += other.seeds
        self.failures += other.failures
        self.met += other.met
        for dimension, met in other.by.items():
            self.by.setdefault(dimension, Counter()).update(met)

    def unmet(self, often: int) -> list[str]:
        """What was never met: a fault on a rung or at a switch position, a mishap at a frequent boundary.

        A boundary is frequent that was crossed ``often`` times or more.
        """
        wanted_everywhere = [*(f"fault {f}" for f in FAULTS), *(f"visit {v}" for v in VISITS)]
        wanted = [(what, where) for where in sorted(self.by) for what in wanted_everywhere]
        missing = [f"{what} at {where}" for what, where in wanted if not self.by[where][what]]
        crossed = sorted(b for b, n in self.met.items() if b.startswith("boundary ") and n >= often)
        mishaps = [f"{m} at {b.removeprefix('boundary ')}" for b in crossed for m in ("crash", "stall")]
        return missing + [mishap for mishap in mishaps if not self.met[mishap]]


def play(scene: Scene, folder: Path, met: Counter[str], parts: Parts | None = None) -> Failure | None:
    """Play one scene; what broke, if anything."""
    with stage.home() as home:
        try:
            World(scene, folder, home, met, parts).play()
        except Broken as broken:
            return Failure(scene.seed, broken.name, str(broken))
        except Exception as error:
            # A scene that crashes is what is looked for: it is told with its seed, and the others go on.
            return Failure(scene.seed, "crashed", f"crashed: {error!r}")
    return None


def simulate(seeds: Sequence[int], told: Callable[[Tally], None] = lambda _: None) -> Tally:
    """Play seeds in as many processes as there are processors; ``told`` hears of the tally as it grows."""
    tally = Tally()
    parts = [seeds[i:i + _AT_A_TIME] for i in range(0, len(seeds), _AT_A_TIME)]
    with ProcessPoolExecutor(os.cpu_count() or 1, get_context("spawn"), _with_the_parent) as pool:
        for some in pool.map(_some, parts):
            tally.add(some)
            told(tally)
    return tally


def _with_the_parent() -> None:
    threading.Thread(target=_end_after_the_parent, daemon=True).start()


def _end_after_the_parent() -> None:
    """A killed parent ends its processes too."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _some(seeds: Iterable[int]) -> Tally:
    tally = Tally()
    with TemporaryDirectory() as folder:
        for seed in seeds:
            scene, met = draw(seed), Counter[str]()
            failure = play(scene, Path(folder), met)
            tally.count(scene, met, failure)
    return tally
