"""A plan's price told to people: calls by step, minutes, and the schedule of its days."""

from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.words import UNITS
from ledgerferry.flows.result import PlanReport
from ledgerferry.model.counting import counted
from ledgerferry.model.plan import Day

_SHOWN = 14


def price(out: Output, report: PlanReport) -> None:
    """What the plan costs, and where it takes more than today, what is done on which day."""
    told = report.price
    calls = ", ".join(
        f"{counted(n, 'call')} of {system}{_steps(report, system)}" for system, n in told.calls.items()
    )
    if told.crm_credits:
        calls += f", {counted(told.crm_credits, 'credit')} of crm"
    days = "" if told.days <= 1 else f", over {told.days} days"
    out.line(f"Price: {calls}, at least {told.minutes} minutes under the quota{days}.")
    if len(report.schedule) > 1:
        rows = [_row(day) for day in report.schedule[:_SHOWN]]
        heads = ["day", "date", "spent", "documents by then", "%"]
        out.table("The schedule", heads, rows, right=["day", "documents by then", "%"])
        if len(report.schedule) > _SHOWN:
            out.line(f"… and {len(report.schedule) - _SHOWN} more days, until {report.schedule[-1].date}.")
        out.line("Without --wait each day ends with exit code 4, and `ferry resume` goes on.")


def _steps(report: PlanReport, system: str) -> str:
    steps = report.price.steps.get(system, {})
    return f" ({', '.join(f'{n} to {step}' for step, n in steps.items())})" if steps else ""


def _row(day: Day) -> tuple[object, ...]:
    spent = ", ".join(f"{n} {UNITS[system]} of {system}" for system, n in day.spent.items())
    return day.day, day.date, spent, f"about {day.documents}", day.percent
