"""What is told on stderr: how far a run is, and why a verb ended."""

from datetime import UTC, datetime

import pytest

from ledgerferry.faces.cli.exits import explain
from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.cli.progress import Shown
from ledgerferry.faces.settings import WrongUsage


class Turned:
    """A clock that is turned by hand."""

    time = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.mark.parametrize(("left", "rate"), [(70, "30 calls a minute, "), (100, ""), (140, "")])
def test_the_pace_is_told_unless_refusals_add_more_calls_than_are_made(
    left: int, rate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Turned()
    with Shown(Output(json=True), clock) as shown:
        shown.progress(0, 9, 100, 60, None)
        clock.sleep(60)
        shown.progress(5, 9, left, 60, None)
    told = capsys.readouterr().err
    [line] = [line for line in told.splitlines() if line.startswith("5 of 9")]
    assert line.startswith(f"5 of 9 operations done; {rate}about {left} calls left")


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("there is no folder x", "There is no folder x."),
        ("ferry.toml, line 2: no such key", "ferry.toml, line 2: no such key."),
        ("acme: no such stage", "acme: no such stage."),
    ],
)
def test_a_name_at_the_start_of_a_message_keeps_its_spelling(why: str, told: str) -> None:
    found = explain(WrongUsage(why))
    assert found is not None
    assert found.text == told
