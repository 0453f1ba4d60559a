"""The letter that asks a vendor for a higher daily cap for as long as a migration takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from ledgerferry.faces.house import House
from ledgerferry.faces.words import UNITS
from ledgerferry.flows.result import PlanReport
from ledgerferry.model.plan import Day
from ledgerferry.store.connections import Settings
from ledgerferry.store.quota import Limits
from ledgerferry.store.runs import Order

_ROUND_TO: Final = 500
_NAMES: Final = {"books": "Zoho Books", "crm": "Zoho CRM", "pipedrive": "Pipedrive"}
_SPARE_DAYS: Final = 2
_TEXT: Final = """\
To: {name} support
Date: {today}
Subject: Temporary increase of the daily limit of {units}, organisation {id}

Dear {name} support,

we are moving the finance records of our company into {name} and ask you to raise the daily limit
of {units} of our organisation for the time of this migration.

    Organisation id:    {id}
    Organisation name:  {title}
    Data centre:        {dc}
    Plan:               {plan}
    Limit today:        {cap}
    Limit asked for:    {raised} {units} a day
    From:               {today}
    Until:              {until}

Purpose: a one-time migration of customers, invoices, payments and their files from spreadsheets, by our own
integration. It needs {needed} {units} in all; counted out before anything is sent, these are under the
present limit

{spent}

which is {days}. The integration keeps {pace} and at most {at_once}
at once, repeats no call that was answered, and sends no e-mail to anyone. After {until} the present limit
is enough for us again.

Contact for questions:

    [name, position]
    [e-mail address]
    [telephone]

Yours sincerely
[name]
"""


def letters(house: House, order: Order, report: PlanReport) -> dict[str, str]:
    """A letter for each system of a plan; what only the sender knows stands in square brackets."""
    found: dict[str, str] = {}
    for name in order.connections:
        known, system = house.connections.get(name), house.system(name)
        if known is not None and system in report.price.calls:
            days = [day for day in report.schedule if system in day.spent]
            limits = replace(house.limits(known), headroom=order.headroom)
            used = limits.day - house.allowance(name).room
            found[system] = _letter(system, known, limits, days, order.today, used)
    return found


def _letter(
    system: str, known: Settings, limits: Limits, days: Sequence[Day], today: date, used: int
) -> str:
    units, needed = UNITS[system], sum(day.spent[system] for day in days)
    spent = "\n".join(f"    {day.date}: {day.spent[system]:,}" for day in days)
    until = (days[-1].date if days else today) + timedelta(days=_SPARE_DAYS)
    cap = f"{limits.per_day:,} {units} a day"
    pace = f"{limits.per_minute} calls a minute" if limits.per_minute else "your limits"
    return _TEXT.format(
        name=_NAMES[system],
        id=known.organization or "[organisation id]",
        title=known.organization_name or "[organisation name]",
        dc=known.dc,
        plan=known.plan,
        units=units,
        cap=cap,
        raised=f"{_raised(needed, limits, used if len(days) > 1 else 0):,}",
        needed=f"{needed:,}",
        spent=spent,
        days=_spell(len(days)),
        pace=pace,
        at_once=limits.in_flight,
        today=today,
        until=until,
    )


def _raised(needed: int, limits: Limits, used: int) -> int:
    """A limit under which all fits beside what is used of today, our margin and headroom included."""
    share = limits.day / limits.per_day if limits.per_day else 1
    whole = int((needed + used) / share) + 1
    return max(limits.per_day, -(-whole // _ROUND_TO) * _ROUND_TO)


def _spell(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"
