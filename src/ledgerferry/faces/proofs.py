"""Proofs kept with runs: what a later verify found, shown by the report of its run from then on."""

from ledgerferry.faces.house import House
from ledgerferry.flows.result import RunResult, Verified
from ledgerferry.store.runs import Run


def kept(run: Run) -> Verified | None:
    """The newest proof of a run that is over."""
    if run.result is None or run.order.runs:
        return None
    return RunResult.model_validate_json(run.result).verify


def keep(house: House, run: Run, verified: Verified) -> None:
    """Keep the newest proof of a run that is over; one that is still open gets its own at its end."""
    if run.result is None or run.order.runs:
        return
    kept = RunResult.model_validate_json(run.result).model_copy(update={"verify": verified})
    with house.database.transaction("verified") as tx:
        house.shelf.runs.describe(tx, run.id, result=kept.model_dump_json())
        house.ledger.append(tx, "verified", run=run.id, about=run.id)
