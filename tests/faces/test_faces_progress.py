"""What people are told: how far a run is, what came of it, and why a verb ended."""

from datetime import UTC, datetime

import pytest

from ledgerferry.faces.cli import summary
from ledgerferry.faces.cli.exits import explain
from ledgerferry.faces.cli.output import WIDTH, Output
from ledgerferry.faces.cli.progress import Shown
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.flows.result import DocumentCounts, OperationCounts, RunResult
from ledgerferry.store.runs import RunState


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


def test_what_people_copy_is_never_broken_into_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    run, source = "run-01a1ff8d81381b0f35f2c1ea", "/a/rather/long/path/" * 8
    Output(json=False).table("Runs", ["run", "source", "found"], [(run, source, 49)], ["found"], ["run"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert sum(run in line for line in lines) == 1


@pytest.mark.parametrize(("state", "word"), [(RunState.PLANNED, "to be loaded"), (RunState.DONE, "loaded")])
def test_a_plan_says_what_it_would_load_and_nothing_of_what_was_not_called(
    state: RunState, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = RunResult(
        run="run-1",
        state=state,
        documents=DocumentCounts(found=3, loaded=2, held=1, rejected=0),
        operations=OperationCounts(dead=1),
        calls={"books": 8, "crm": 0, "pipedrive": 0},
    )
    summary.result(Output(json=False), outcome, [], [])
    told = capsys.readouterr().out
    assert f"Run run-1: {state}. 3 found = 2 {word} + 1 held + 0 rejected." in told
    assert "Calls used: 8 of books.\n" in told
    assert "Waiting for a person: 1 dead letter, see `ferry dead list`." in told
