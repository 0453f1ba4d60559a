"""Progress: how the walks behind the verbs tell a person what they are doing."""

from typing import Protocol

from ledgerferry.flows.result import PlanReport


class Progress(Protocol):
    """Told of a walk's steps as they happen; shows them where a person looks, never on stdout."""

    def say(self, text: str) -> None:
        """One sentence about what happens now."""
        ...

    def plan(self, report: PlanReport) -> None:
        """The plan is made; nothing was sent yet."""
        ...

    def progress(self, done: int, total: int, calls: int, per_minute: int, waiting: str | None) -> None:
        """How many operations are done of how many, the calls still to make, and those a minute allows.

        ``waiting`` says for what and until when, where nothing can be done just now.
        """
        ...
