"""SIGKILL of the whole process group while calls are open: the end is an undisturbed run's."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ledgerferry_bench.journey import kill
from ledgerferry_bench.journey.picture import differences
from ledgerferry_sandbox import samples

KILLS = 4


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[kill.Story]]]:
    """An undisturbed migration and the killed ones, all at once: they mostly wait."""
    where = tmp_path_factory.mktemp("kills")
    samples.write(where / "docs", 12, 90, 1)
    wanted = {"calm": ((), 0)} | {name: (faults, KILLS) for name, faults in kill.STORIES.items()}
    for name in wanted:
        (where / name).mkdir()
    with ThreadPoolExecutor(len(wanted)) as pool:
        yield {
            name: pool.submit(kill.told, where / "docs", where / name, faults, kills, seed)
            for seed, (name, (faults, kills)) in enumerate(wanted.items())
        }


@pytest.mark.slow
@pytest.mark.parametrize("name", list(kill.STORIES))
def test_a_migration_killed_at_random_moments_ends_as_an_undisturbed_one(
    stories: dict[str, Future[kill.Story]], name: str
) -> None:
    calm, story = stories["calm"].result(), stories[name].result()

    assert len(story.kills) == KILLS
    assert all(one.open >= kill.LEAST_OPEN for one in story.kills), story.kills
    assert story.said
    assert calm.said
    assert story.said.code == calm.said.code, story.said.told
    assert differences(calm.holds, story.holds) == []
    for key in ("equal", "compared", "differences", "by_currency"):
        assert story.said.json["verify"][key] == calm.said.json["verify"][key]
    assert story.said.json["documents"] == calm.said.json["documents"]
    assert (story.said.json["operations"]["dead"], story.said.json["operations"]["in_doubt"]) == (0, 0)
    assert story.mails == 0
