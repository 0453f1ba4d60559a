"""SIGKILL of the whole process group while calls are open: the end is an undisturbed run's."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledgerferry_bench.journey import kill
from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.simulator.scene import played
from ledgerferry_sandbox import samples
from ledgerferry_sandbox.switches import TABLE

KILLS = 4
SEED = 0


@dataclass(frozen=True)
class Twins:
    """A killed migration, and the undisturbed one in the same positions of the switches."""

    killed: Future[kill.Story]
    calm: Future[kill.Story]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Twins]]:
    """The killed migrations all at once, as they mostly wait, and one undisturbed at a time."""
    where = tmp_path_factory.mktemp("kills")
    samples.write(where / "docs", 12, 90, 1)
    hands = kill.dealt(SEED)
    with ThreadPoolExecutor(len(hands)) as killing, ThreadPoolExecutor(1) as calming:
        yield {
            name: Twins(
                killing.submit(
                    kill.told, where / "docs", homed(where / name), faults, KILLS, seed, hands[name]
                ),
                calming.submit(
                    kill.told, where / "docs", homed(where / f"calm {name}"), (), 0, 0, hands[name]
                ),
            )
            for seed, (name, faults) in enumerate(kill.STORIES.items(), 1)
        }


def homed(where: Path) -> Path:
    where.mkdir()
    return where


@pytest.mark.slow
@pytest.mark.parametrize("name", list(kill.STORIES))
def test_a_migration_killed_at_random_moments_ends_as_an_undisturbed_one(
    stories: dict[str, Twins], name: str
) -> None:
    calm, story = stories[name].calm.result(), stories[name].killed.result()

    assert len(story.kills) == KILLS
    assert all(one.open >= kill.LEAST_OPEN for one in story.kills), story.kills
    assert story.said
    assert calm.said
    assert story.said.code == calm.said.code, story.said.told
    assert (calm.said.json["documents"]["loaded"], calm.said.json["verify"]["equal"]) == (90, True)
    assert differences(calm.holds, story.holds) == []
    for key in ("equal", "compared", "differences", "by_currency"):
        assert story.said.json["verify"][key] == calm.said.json["verify"][key]
    assert story.said.json["documents"] == calm.said.json["documents"]
    assert (story.said.json["operations"]["dead"], story.said.json["operations"]["in_doubt"]) == (0, 0)
    assert story.mails == 0


@pytest.mark.parametrize("seed", range(6))
def test_over_the_stories_every_switch_is_met_out_of_its_usual_position(seed: int) -> None:
    usual = {switch.name: switch.default for switch in TABLE}
    hands = kill.dealt(seed)
    met = [name for hand in hands.values() for name in hand]
    assert sorted(met) == sorted(played().keys() - kill.ALWAYS_ON)
    assert all(position != usual[name] for hand in hands.values() for name, position in hand.items())
    assert kill.dealt(seed) == hands


def test_the_simulator_plays_every_switch_of_accounts_and_books_but_those_of_webhooks() -> None:
    apart = {switch.name for switch in TABLE if switch.name not in played()}
    webhooks = {name for name in apart if name.startswith(("webhook_", "workflows_"))}
    crm = {name for name in apart if name.startswith(("crm.", "coql_", "watch_", "bulk_", "search_"))}
    assert apart == webhooks | crm
    assert all(len(positions) > 1 for positions in played().values())
