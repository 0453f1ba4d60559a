"""A sheet of a report: it is told everything once, in order, and writes what is its own."""

from ledgerferry.faces.report.facts import Told
from ledgerferry.store.runhistory import Step


class Sheet:
    """What every sheet can be told; each takes what it wants."""

    def told(self, told: Told) -> None:
        """One thing that was found in the source, in its order."""

    def step(self, step: Step) -> None:
        """One operation of the run, in the order of the plan."""

    def end(self) -> None:
        """That was all."""
