"""Progress on stderr: a moving line for a terminal, a line every few seconds for a file."""

from types import TracebackType
from typing import Final, Self

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from ledgerferry.faces.cli.output import Output
from ledgerferry.flows.result import PlanReport
from ledgerferry.model.ports import Clock

_EVERY_SECONDS: Final = 5.0


class Shown:
    """Implements ``faces.progress.Progress`` for one verb: what is said, and how far the work is.

    A context manager: the moving line is taken away at the end.
    """

    def __init__(self, out: Output, clock: Clock) -> None:
        self._out = out
        self._clock = clock
        self._first: tuple[float, int] | None = None
        self._told = float("-inf")
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            console=out.messages,
            transient=True,
        )
        self._task: TaskID | None = None
        self.report: PlanReport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """One sentence about what happens now."""
        self._out.say(text, "dim")

    def plan(self, report: PlanReport) -> None:
        """Keep the plan for whoever shows it."""
        self.report = report

    def progress(self, done: int, total: int, calls: int, per_minute: int, waiting: str | None) -> None:
        """How far the work is."""
        now = self._clock.monotonic()
        self._first = self._first or (now, calls)
        pace = self._pace(calls, per_minute)
        if waiting:
            pace = f"{pace}; waiting for the {waiting}'s allowance"
        if self._out.messages.is_terminal:
            self._move(done, total, pace)
        elif now - self._told >= _EVERY_SECONDS or done == total:
            self._told = now
            self._out.say(f"{done} of {total} operations done; {pace}", "dim")

    def _move(self, done: int, total: int, pace: str) -> None:
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("Writing", total=total, pace=pace)
        self._bar.update(self._task, completed=done, total=total, pace=pace)

    def _pace(self, calls: int, per_minute: int) -> str:
        """Calls a minute so far, the calls still to make, and how long they take at best.

        Without the first while refusals add more calls than are made.
        """
        since, before = self._first or (0.0, 0)
        seconds = self._clock.monotonic() - since
        made = before - calls
        rate = f"{made * 60 / seconds:.0f} calls a minute, " if seconds > 1 and made > 0 else ""
        allowed = f", {spell(-(-calls * 60 // per_minute))} under the quota" if per_minute else ""
        return f"{rate}about {calls} calls left{allowed}"


def spell(seconds: int) -> str:
    """A span as people say it: seconds up to two minutes, then minutes, hours, days."""
    for size, name in ((172_800, "days"), (7_200, "hours"), (120, "minutes")):
        if seconds >= size:
            unit = {"days": 86_400, "hours": 3_600, "minutes": 60}[name]
            return f"about {-(-seconds // unit)} {name}"
    return f"about {seconds} s"
