"""A rollback told to people: its plan with price, what it came to, what stays and what to do about it."""

from collections.abc import Sequence

from ledgerferry.faces.cli import summary
from ledgerferry.faces.cli.output import Output
from ledgerferry.flows.kept import Kept
from ledgerferry.flows.result import RollbackResult, Undone
from ledgerferry.flows.rollback import Planned
from ledgerferry.model.counting import counted
from ledgerferry.model.plan import Price

_SHOWN = 40


def plan(out: Output, planned: Planned) -> None:
    """What is undone, what it costs, and what stays."""
    _changes(out, planned.changes, planned.price, planned.at_most)
    _listed(out, "Kept", planned.kept)


def result(out: Output, outcome: RollbackResult, *, dry_run: bool) -> None:
    """How a rollback stands or ended."""
    if dry_run and outcome.changes is not None and outcome.price is not None:
        _changes(out, outcome.changes, outcome.price, outcome.at_most or {})
    _listed(out, "Voided", outcome.voided)
    _listed(out, "Kept: a person decides", outcome.kept)
    for ref in outcome.left:
        out.line(f"STILL THERE: {ref} was deleted and is there again.", "bold red")
    if outcome.unsettled:
        out.line(
            "Whether it made a record is not known of "
            f"{counted(outcome.unsettled, 'call')} of these runs: `ferry dead list`.",
            "yellow",
        )
    told = "nothing was sent" if dry_run else f"{outcome.undone} undone"
    runs = ", ".join(outcome.runs)
    out.line(f"Rollback of {runs}: {outcome.state}, {told}, {len(outcome.kept)} kept.", "bold")
    out.line(f"Calls used: {summary.used(outcome.calls)}.")
    if outcome.waiting_until:
        out.line(f"Waiting until {outcome.waiting_until}; `ferry resume {outcome.rollback}`.", "yellow")


def _changes(out: Output, changes: "dict[str, Undone]", price: Price, at_most: dict[str, int]) -> None:
    out.table(
        "To be taken back",
        ["kind", "delete", "void", "restore"],
        [(kind, c.delete, c.void, c.restore) for kind, c in changes.items()],
        right=["delete", "void", "restore"],
    )
    if not changes:
        out.line("There is nothing to take back.")
    calls = ", ".join(f"{counted(n, 'call')} of {system}" for system, n in price.calls.items())
    days = "" if price.days <= 1 else f", over {price.days} days"
    credit = f" ({price.crm_credits} credits)" if price.crm_credits else ""
    out.line(f"Price: {calls}{credit}, at least {price.minutes} minutes under the quota{days}.")
    dear = [f"{n} of {system}" for system, n in at_most.items() if n > price.calls.get(system, 0)]
    if dear:
        out.line(f"Where records are refused (a closed period, records in use): up to {', '.join(dear)}.")


def _listed(out: Output, title: str, kept: Sequence[Kept]) -> None:
    rows = [(k.what, f"{k.currency} {k.amount}" if k.amount else "", k.why, k.steps) for k in kept[:_SHOWN]]
    out.table(f"{title} ({len(kept)})", ["what", "value", "why", "what to do"], rows, right=["value"])
    if len(kept) > _SHOWN:
        out.line(f"… and {len(kept) - _SHOWN} more; --json lists them all.")
