"""Kills in earnest: SIGKILL of a migration's process group, again and again, and what is there in the end.

The stories share out the switches of the sandbox: in one of them each stands in a position that is not its
usual one. What a story must end as is an undisturbed run in the same positions.
"""

import os
import random
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledgerferry_bench.journey.picture import picture
from ledgerferry_bench.journey.stage import Ferry, Row, Said, Sandbox, migrating, pause, sandbox
from ledgerferry_bench.simulator.scene import played

LEAST_OPEN: Final = 5
_WAITED_SECONDS: Final = 240
# Calls to records stay open long enough that the lanes, not this machine's load, decide how many are open.
SLOW: Final[Row] = {
    "service": "books", "path": "/(contacts|invoices|customerpayments)", "mode": "slow", "ms": 2000,
}  # fmt: skip
LOST: Final[Row] = {"service": "books", "mode": "lost", "rate": 0.2}
# One token dies in each process, at some moment.
EXPIRED: Final[Row] = {"service": "books", "mode": "token_expired", "rate": 0.1, "times": 1}
STORIES: Final[dict[str, tuple[Row, ...]]] = {
    "plain": (), "answers lost": (LOST,), "tokens expiring": (EXPIRED,),
}  # fmt: skip
# Where a switch is met that not every story meets.
_MET_IN: Final[Mapping[str, str]] = {
    "unauthorized_status": "tokens expiring", "missing_status": "answers lost",
}  # fmt: skip
# The demo account has them on, their unusual position, in every story: no message may leave all the same.
ALWAYS_ON: Final = frozenset({"mail.reminders", "mail.thank_you"})


@dataclass
class Kill:
    """One kill: how many calls the sandbox had received, and how many of them were open."""

    received: int
    open: int


@dataclass
class Story:
    """What became of a migration that was killed: its end, and what the account holds."""

    kills: list[Kill] = field(default_factory=list)
    said: Said | None = None
    holds: dict[str, list[str]] = field(default_factory=dict)
    mails: int = 0
    calls: int = 0


def dealt(seed: int) -> dict[str, dict[str, str]]:
    """The unusual positions of each story: every switch that a ferry can meet has one, in one story."""
    chance = random.Random(f"positions {seed}")  # noqa: S311 no secret
    names = list(STORIES)
    hands: dict[str, dict[str, str]] = {name: {} for name in names}
    for turn, (switch, positions) in enumerate(played().items()):
        if switch not in ALWAYS_ON:
            story = _MET_IN.get(switch, names[(turn + seed) % len(names)])
            hands[story][switch] = chance.choice(positions[1:])
    return hands


def told(folder: Path, where: Path, faults: Sequence[Row] = (), kills: int = 0, seed: int = 0,
         positions: Mapping[str, str] | None = None) -> Story:  # fmt: skip
    """Migrate a folder into a fresh account under these faults, killed so many times at random moments.

    ``positions``: those of the sandbox's switches that are not the usual ones.
    """
    chance, story, ferry = random.Random(seed), Story(), Ferry(where / "home")  # noqa: S311 no secret
    with sandbox() as box:
        box.put("switches", dict(positions or {}))
        made(ferry, box)
        before = len(box.log())
        box.faults(*faults, *([SLOW] if kills else []))
        process = ferry.start(*migrating(folder))
        while len(story.kills) < kills and _killed(process, box, story, chance):
            box.faults(*faults, *([SLOW] if len(story.kills) < kills else []))
            process = ferry.start("resume")
        story.said = ferry.heard(process, _WAITED_SECONDS)
        story.holds, story.mails = picture(box.books()), len(box.get("mail"))
        story.calls = sum(1 for call in box.log(before) if call["service"] == "books")
    return story


def made(ferry: Ferry, box: Sandbox, *options: str) -> None:
    """Connect the account and let doctor settle its guards."""
    for said in (ferry.connect(box, *options), ferry.run("doctor", "--probe")):
        if said.code > 1:
            raise ChildProcessError(said.told)


def _killed(process: "subprocess.Popen[str]", box: Sandbox, story: Story, chance: random.Random) -> bool:
    """Kill the process group once enough calls are open; False where it ended before."""
    wanted = len(box.log()) + chance.randint(LEAST_OPEN, 30)
    while process.poll() is None:
        if box.open_calls() >= LEAST_OPEN and (log := box.log()) and len(log) >= wanted:
            open_now = sum(1 for call in log if call["status"] is None and call["service"] == "books")
            if open_now >= LEAST_OPEN:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                story.kills.append(Kill(len(log), open_now))
                return True
        pause()
    return False
