"""A run told to people: its plan with price and guards, what was held and why, and the proof."""

from collections.abc import Mapping, Sequence

from ledgerferry.faces import proofwords
from ledgerferry.faces.cli import pricing
from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.findings import Finding
from ledgerferry.faces.words import guard_of
from ledgerferry.flows.result import Method, Notice, PlanReport, RunResult, Verified
from ledgerferry.model.counting import counted
from ledgerferry.store.runs import RunState

_SHOWN = 40
# So many characters of a moment show its minute.
_MINUTE = 16


def plan(out: Output, report: PlanReport) -> None:
    """What the plan does, what it costs and how repeats are guarded."""
    out.table(
        "The plan",
        ["kind", "create", "update", "unchanged", "conflict", "guarded by"],
        [
            (kind, c.create, c.update, c.unchanged, c.conflict, _guard(report, kind))
            for kind, c in sorted(report.changes.items())
        ],
        right=["create", "update", "unchanged", "conflict"],
    )
    if not report.changes:
        out.line("The plan changes nothing.")
    pricing.price(out, report)
    if report.unsettled:
        out.line(
            f"Waiting until an earlier call is settled: {counted(report.unsettled, 'record')}, see "
            "`ferry dead list`.",
            "yellow",
        )
    notices(out, report.notices)
    out.line()


def notices(out: Output, found: Sequence[Notice]) -> None:
    """What was noticed of the folder as a whole: a person may look, nothing waits for it."""
    if not found:
        return
    rows = [(c.kind, c.text, "\n".join(c.places[:3])) for c in found[:_SHOWN]]
    out.table(f"Noticed of the folder ({len(found)})", ["notice", "what", "where"], rows)
    if len(found) > _SHOWN:
        out.line(f"… and {len(found) - _SHOWN} more; the report lists them all.")


def _guard(report: PlanReport, kind: str) -> str:
    rung = report.guards.get(kind, "d")
    return f"{rung}: {guard_of(kind, rung)}"


def findings(out: Output, title: str, found: Sequence[Finding]) -> None:
    """Held or rejected things with file, sheet, cell and reason."""
    rows = [(f.place, f.number or "", f.money, f.reason) for f in found[:_SHOWN]]
    out.table(f"{title} ({len(found)})", ["where", "number", "amount", "why"], rows, right=["amount"])
    if len(found) > _SHOWN:
        out.line(f"… and {len(found) - _SHOWN} more; the report lists them all.")


def result(out: Output, outcome: RunResult, held: Sequence[Finding], rejected: Sequence[Finding]) -> None:
    """How a run stands or ended."""
    findings(out, "Held: a person decides", held)
    findings(out, "Rejected: no invoice in it", rejected)
    d = outcome.documents
    loaded = "to be loaded" if outcome.state == RunState.PLANNED else "loaded"
    out.line(
        f"Run {outcome.run}: {outcome.state}. {d.found} found = {d.loaded} {loaded} + {d.held} held + "
        f"{d.rejected} rejected.",
        "bold",
    )
    if outcome.state == RunState.PLANNED and d.held:
        out.line(
            "What is held is neither in the plan nor in its price: `ferry review` decides.", "yellow"
        )
    if outcome.verify is not None:
        money(out, outcome.verify)
        proof(out, outcome.verify)
    out.line(f"Calls used: {used(outcome.calls)}.")
    if outcome.operations.dead:
        dead = counted(outcome.operations.dead, "dead letter")
        out.line(f"Waiting for a person: {dead}, see `ferry dead list`.", "yellow")
    if outcome.waiting_until:
        out.line(f"Waiting until {outcome.waiting_until}; `ferry resume {outcome.run}` goes on.", "yellow")
    if outcome.report:
        out.line(f"Report: {outcome.report}")


def used(calls: Mapping[str, int]) -> str:
    """How many calls were made to which system."""
    return ", ".join(f"{n:,} of {system}" for system, n in calls.items() if n) or "none"


def money(out: Output, verified: Verified) -> None:
    """The value loaded beside the value held, by currency."""
    out.table(
        "By currency",
        ["currency", "found", "loaded", "held", "rejected", "in Books", "difference"],
        [
            (
                currency,
                s.found_total,
                s.loaded_total,
                s.held_total,
                s.rejected_total,
                s.target_total,
                s.difference,
            )
            for currency, s in verified.by_currency.items()
        ],
        right=["found", "loaded", "held", "rejected", "in Books", "difference"],
    )


def proof(out: Output, verified: Verified) -> None:
    """Whether source and target agree, and where not."""
    how = proofwords.how(verified)
    if verified.equal:
        out.line(f"Verified: {proofwords.agreement(verified)} ({how}).", "green")
        if verified.method is Method.SUMS:
            out.line("What this cannot show, `ferry verify --rows` or `--details` does.")
        return
    out.line(
        f"NOT EQUAL: {counted(len(verified.differences), 'difference')} in "
        f"{counted(verified.compared, 'document')} ({how}).",
        "bold red",
    )
    if theirs := sum(d.changed_at is not None for d in verified.differences):
        out.line(f"{theirs} of them in records that somebody changed there after our last write.")
    out.table(
        "Differences",
        ["kind", "document", "record", "field", "source", "target", "changed there"],
        [
            (
                d.kind,
                d.left,
                d.right or "-",
                d.field,
                d.left_value or "-",
                d.right_value or "-",
                (d.changed_at or "-")[:_MINUTE].replace("T", " "),
            )
            for d in verified.differences[:_SHOWN]
        ],
    )
