"""Periods: documents of a time that is closed, in tax returns that were filed or in opening balances."""

from datetime import date
from typing import Final

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import Period, Policy

ARCHIVED: Final = "archived"
_STRICTEST: Final = (Period.HOLD, Period.ARCHIVE)


def archived(issued: date, policy: Policy) -> str | None:
    """Why a document of this day is kept from the books, for the CRM and as PDF only; None where it is not.

    ``Unclear`` where it is to be held.
    """
    found = {way: (code, text) for way, code, text in reversed(_closed(issued, policy))}
    for way in _STRICTEST:
        if way in found and way is Period.HOLD:
            raise Unclear(*found[way], "issued")
        if way in found:
            return f"{found[way][1]} It goes to the CRM and as PDF only."
    return None


def _closed(issued: date, policy: Policy) -> list[tuple[Period, str, str]]:
    found = []
    filed, opened = policy.filed_until, policy.opening_balances
    if filed is not None and issued <= filed:
        text = (
            f"It was issued on {issued}, and the tax of all days up to {filed} is filed: loading it would "
            "change a return (--accept-filed loads it)."
        )
        found.append((policy.filed, "filed-period", text))
    if opened is not None and issued < opened:
        text = (
            f"It was issued on {issued}, and what was owed before {opened} is in the account as opening "
            "balances: loading it would count it twice."
        )
        found.append((policy.opening, "opening-balances", text))
    return found
