"""``ferry bench kill``, ``quota`` and ``chaos``: journeys in earnest, as long as they take."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ledgerferry_bench.journey import chaos, kill, quota
from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.journey.proxy import Fates, shares
from ledgerferry_sandbox import samples


def kills(argv: Sequence[str]) -> int:
    """Kill migrations and compare their ends with an undisturbed one's; 1 where any differs."""
    parser = argparse.ArgumentParser("ferry bench kill", description=kills.__doc__)
    parser.add_argument("--kills", type=int, default=10, help="of each migration (%(default)s)")
    parser.add_argument("--invoices", type=int, default=240, help="in the folder (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="other moments")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_stories(Path(folder), given.kills, given.invoices, given.seed))
    _tell(rows, "stories", as_json=given.json)
    return int(any(row["differences"] or len(row["kills"]) < given.kills for row in rows))


def _stories(where: Path, times: int, invoices: int, seed: int) -> Iterator[dict[str, Any]]:
    samples.write(where / "docs", 12, invoices, 1)
    with ThreadPoolExecutor(len(kill.STORIES)) as pool:
        stories = list(pool.map(lambda name: _told(where, name, times, seed), kill.STORIES))
        calms = list(pool.map(lambda name: _told(where, name, 0, seed), kill.STORIES))
    for name, story, calm in zip(kill.STORIES, stories, calms, strict=True):
        documents = story.said.json.get("documents", {}).get("loaded") if story.said else None
        yield {
            "story": name,
            "kills": [asdict(one) for one in story.kills],
            "exit": story.said.code if story.said else None,
            "loaded": documents,
            "calls": story.calls,
            "undisturbed_calls": calm.calls,
            "differences": differences(calm.holds, story.holds),
        }


def _told(where: Path, name: str, times: int, seed: int) -> kill.Story:
    """A story, or without kills the undisturbed one in its positions."""
    home = where / (name if times else f"{name} undisturbed")
    home.mkdir()
    faults = kill.STORIES[name] if times else ()
    return kill.told(where / "docs", home, faults, times, seed, kill.dealt(seed)[name])


def quotas(argv: Sequence[str]) -> int:
    """Measure how much of the minutes' allowance a migration uses; 1 outside 85 to 97% or when refused."""
    parser = argparse.ArgumentParser("ferry bench quota", description=quotas.__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="real ones for each window (%(default)s)")
    parser.add_argument("--window", choices=quota.WINDOWS, action="append", help="both where not given")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    found: list[quota.Use] = []
    for window in given.window or quota.WINDOWS:
        with tempfile.TemporaryDirectory() as folder:
            found.append(quota.measured(Path(folder), window, given.seconds))
    _tell([{**asdict(use), "share": round(use.share, 4)} for use in found], "windows", as_json=given.json)
    return int(any(use.refused or not quota.LEAST <= use.share <= quota.MOST for use in found))


def storms(argv: Sequence[str]) -> int:
    """Migrate into Books and CRM through a proxy that spoils answers; 1 where a calm one ends otherwise."""
    parser = argparse.ArgumentParser("ferry bench chaos", description=storms.__doc__)
    parser.add_argument("--invoices", type=int, default=300, help="in the folder (%(default)s)")
    parser.add_argument("--share", type=float, default=15, help="of answers spoilt, in percent (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="other fates")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        row = _storm(Path(folder), given.invoices, Fates(given.seed, given.share / 100))
    _tell([row], "chaos", as_json=given.json)
    return int(bool(row["differences"]) or row["dead"] + row["in_doubt"] > 0)


def _storm(where: Path, invoices: int, fates: Fates) -> dict[str, Any]:
    docs = where / "docs"
    samples.write(docs, max(12, invoices // 5), invoices, 1, everything=True)
    config = ("--config", str(samples.config(docs)))
    storm = chaos.crossed(docs, _made(where / "storm"), fates, *config)
    calm = chaos.crossed(docs, _made(where / "calm"), None, *config)
    return {
        "loaded": storm.said.json["documents"]["loaded"],
        "exit": storm.said.code,
        "resumed": storm.resumed,
        "spoilt": storm.met,
        "share": round(shares(storm.met, storm.passed), 4),
        "calls": {"books": storm.calls, "crm": storm.crm_calls},
        "undisturbed_calls": {"books": calm.calls, "crm": calm.crm_calls},
        "seconds": round(storm.seconds, 1),
        "undisturbed_seconds": round(calm.seconds, 1),
        "dead": storm.said.json["operations"]["dead"],
        "in_doubt": storm.said.json["operations"]["in_doubt"],
        "mails": storm.mails,
        "differences": differences(calm.holds, storm.holds),
    }


def _made(where: Path) -> Path:
    where.mkdir()
    return where


def _tell(rows: Sequence[dict[str, Any]], name: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({name: rows}) + "\n")
        return
    for row in rows:
        sys.stdout.write(", ".join(f"{key} {value}" for key, value in row.items()) + "\n")
