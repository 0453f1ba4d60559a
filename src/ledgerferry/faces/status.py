"""Status: where a home stands now, as ``ferry status`` tells it."""

from pydantic import BaseModel, ConfigDict

from ledgerferry.faces.house import House
from ledgerferry.flows.result import DocumentCounts, RunResult
from ledgerferry.flows.settling import account, counted
from ledgerferry.model.plan import State
from ledgerferry.store.runs import Run, RunState


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class RunRow(_Row):
    """One run."""

    run: str
    state: str
    connection: str
    source: str
    opened_at: str
    waiting_until: str | None
    documents: DocumentCounts


class Share(_Row):
    """How much of an allowance is used, in calls."""

    used: int
    limit: int


class Allowance(_Row):
    """A connection's allowances."""

    minute: Share
    day: Share


class Needs(_Row):
    """What waits for a person: counted over the newest run of each source."""

    held: int
    conflicts: int
    dead: int


class Standing(_Row):
    """Where a home stands; what ``status --json`` prints."""

    runs: list[RunRow]
    links: list[str]
    quotas: dict[str, Allowance]
    needs_person: Needs


def of_home(house: House) -> Standing:
    """Where the home stands, by the ledger; no system is asked."""
    with house.database.read() as conn:
        runs = house.shelf.runs.all(conn)
        dead = len(house.shelf.rooms.operations.listed(conn, [State.DEAD]))
    newest = {(r.order.connection, r.order.source): r for r in reversed(runs)}
    held = conflicts = 0
    for run in (r for r in newest.values() if r.state is not RunState.ROLLED_BACK):
        found = account(house.shelf, run).held
        held += len(found)
        conflicts += sum(
            1 for f in found if f.document and any(r.code == "conflict" for r in f.document.reasons)
        )
    return Standing(
        runs=[_row(house, run) for run in runs],
        links=[],
        quotas={name: _allowance(house, name) for name in house.connections.all()},
        needs_person=Needs(held=held, conflicts=conflicts, dead=dead),
    )


def _row(house: House, run: Run) -> RunRow:
    counts = (
        RunResult.model_validate_json(run.result).documents
        if run.result and not run.order.runs
        else counted(house.shelf, run)
    )
    return RunRow(
        run=run.id,
        state=run.state,
        connection=run.order.connection,
        source=run.order.source,
        opened_at=run.opened_at.isoformat(timespec="seconds"),
        documents=counts,
        waiting_until=run.waiting_until.isoformat() if run.waiting_until else None,
    )


def _allowance(house: House, name: str) -> Allowance:
    used = house.quota_usage(name)
    return Allowance(
        minute=Share(used=used.minute_used, limit=used.minute_limit),
        day=Share(used=used.day_used + used.others, limit=used.day_limit),
    )
