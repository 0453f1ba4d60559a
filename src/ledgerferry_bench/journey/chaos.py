"""A migration into Books and CRM through the chaos proxy, and its undisturbed twin: what each ends as."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from ledgerferry_bench.journey.crmpicture import crm_picture
from ledgerferry_bench.journey.picture import picture
from ledgerferry_bench.journey.proxy import Fates, proxy
from ledgerferry_bench.journey.stage import Ferry, Said, Sandbox, migrating, sandbox

CRM: Final = "sales"
_WAITED_SECONDS: Final = 1200
_RESUMED: Final = 6
_GOES_ON: Final = (4, 5)


@dataclass
class Crossing:
    """What became of a migration: its end, how often it had to be resumed, and what the account holds."""

    said: Said
    resumed: int
    seconds: float
    calls: int
    mails: int
    crm_calls: int
    holds: dict[str, list[str]]
    met: dict[str, int] = field(default_factory=dict)
    passed: int = 0


def crossed(folder: Path, where: Path, fates: Fates | None, *options: str) -> Crossing:
    """Migrate a folder into fresh accounts of Books and CRM, through the proxy where there are fates.

    The accounts are connected and probed in calm weather. Where the command ends because an account cannot
    be reached, it is resumed, as a person would do.
    """
    ferry = Ferry(where / "home")
    with sandbox() as box:
        if fates is None:
            _connected(ferry, box)
            return _migrated(folder, ferry, box, options)
        fates.calm = True
        with proxy(box.url, fates) as between:
            _connected(ferry, box.seen_at(between.url))
            fates.calm, fates.calls = False, 0
            found = _migrated(folder, ferry, box, options)
            found.met, found.passed = dict(fates.met), fates.calls
            return found


def _connected(ferry: Ferry, box: Sandbox) -> None:
    crm = ferry.connect(box, product="crm", name=CRM)
    for said in (crm, ferry.connect(box), ferry.run("doctor", "--probe")):
        if said.code > 1:
            raise ChildProcessError(said.told)


def _migrated(folder: Path, ferry: Ferry, box: Sandbox, options: Sequence[str]) -> Crossing:
    since, began = len(box.log()), perf_counter()
    said = ferry.run(*migrating(folder, "--crm", CRM, *options), seconds=_WAITED_SECONDS)
    resumed = 0
    while said.code in _GOES_ON and resumed < _RESUMED:
        said, resumed = ferry.run("resume", seconds=_WAITED_SECONDS), resumed + 1
    seconds, called = perf_counter() - began, Counter(call["service"] for call in box.log(since))
    state = box.get("state")
    holds = picture(state["books"]) | crm_picture(state["crm"], state["books"])
    mails = len(box.get("mail"))
    return Crossing(said, resumed, seconds, called["books"], mails, called["crm"], holds)
