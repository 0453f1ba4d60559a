"""The journal of calls that belong to no operation: a person's own, by hand or by script."""

from ledgerferry.model.outcome import Outcome


class NoJournal:
    """Implements ``model.ports.Journal`` by keeping nothing: whoever calls is told how it ended."""

    def begin(self, method: str, path: str) -> str:
        """Nothing is kept."""
        return f"{method} {path}"

    def end(self, attempt: str, outcome: Outcome, status: int | None, request: str | None, why: str) -> None:
        """Nothing is kept."""
