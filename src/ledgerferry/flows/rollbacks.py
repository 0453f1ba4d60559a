"""Rollbacks: what runs wrote through several connections, taken back at the same time by one rollback."""

from collections.abc import Sequence

from ledgerferry.flows.result import RollbackResult
from ledgerferry.flows.rollback import Planned, Rollback
from ledgerferry.flows.rollbackscope import Weighed
from ledgerferry.store.runs import Run


class Rollbacks:
    """The rollbacks of one run's connections, that of the books first; used like one of them."""

    def __init__(self, ways: Sequence[Rollback]) -> None:
        self._ways = ways

    def stop(self, run: Run) -> None:
        """Send nothing more of the runs that are taken back, nor of an earlier plan of this rollback."""
        for way in self._ways:
            way.stop(run)

    def unsettled(self, run: Run) -> bool:
        """Whether a call of them is under way, or its answer not known yet."""
        return self._ways[0].unsettled(run)

    def look(self, run: Run) -> Planned:
        """Observe every account and say what would be done; nothing is sent, nothing planned."""
        return _joined([way.look(run) for way in self._ways])

    def plan(self, run: Run) -> tuple[Planned, int]:
        """Look, and write the plans into the ledger; with how many operations there are."""
        planned = [way.plan(run) for way in self._ways]
        return _joined([one for one, _ in planned]), sum(made for _, made in planned)

    def close(self, run: Run, planned: Planned) -> RollbackResult:
        """All is taken back that can be: the runs are rolled back, this one is done."""
        return self._ways[0].close(run, planned)

    def result(self, run: Run, planned: Planned | None) -> RollbackResult:
        """The rollback as the verb prints it, of all connections together."""
        return self._ways[0].result(run, planned)


def _joined(found: Sequence[Planned]) -> Planned:
    """One plan of all: they go on at the same time."""
    weighed = Weighed(
        [undo for one in found for undo in one.weighed.undos],
        [kept for one in found for kept in one.weighed.kept],
        [gone for one in found for gone in one.weighed.gone],
    )
    costs = [cost for one in found for cost in one.costs]
    most = {system: calls for one in found for system, calls in one.at_most.items()}
    return Planned(weighed, costs, most, [ref for one in found for ref in one.left])
