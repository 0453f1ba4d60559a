"""The sheet of the plan: what it does, what it costs, how repeats are guarded, and every operation."""

from collections import Counter
from typing import Final

from ledgerferry.faces.report.cells import Amount, Styled, Value
from ledgerferry.faces.report.facts import Facts, Told
from ledgerferry.faces.report.pages import Page, Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.faces.words import UNITS, guard_of
from ledgerferry.model.document import Cell
from ledgerferry.model.ids import Identity
from ledgerferry.model.plan import Operation, Price, Purpose, State
from ledgerferry.model.record import (
    ContactContent,
    CreditContent,
    DealContent,
    FileContent,
    Kind,
    PaymentContent,
    Ref,
    RefundContent,
    SalesContent,
    WriteOffContent,
)
from ledgerferry.store.runhistory import Step

NAME: Final = "Dry-run plan"
_COLUMNS: Final = {
    "no": 9, "system": 16, "kind": 15, "purpose": 13, "identity": 34, "what": 46, "currency": 9, "amount": 14,
    "target": 22, "state": 13, "waits for": 10, "tries": 8, "record after": 22, "why": 40, "key": 32,
    "file": 58, "sheet": 14, "cell": 8,
}  # fmt: skip
_NUMBERS: Final = frozenset({"no", "amount", "waits for", "tries"})
_STATES: Final = {State.DONE: "good", State.DEAD: "bad", State.IN_DOUBT: "warn", State.KEPT: "warn"}
_OVER: Final = frozenset({State.SUPERSEDED, State.DISCARDED})
_CREATES: Final = frozenset({Purpose.CREATE, Purpose.ATTACH})


class Plan(Sheet):
    """The plan in numbers, and below it operation by operation, as they stand now."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._facts = facts
        self._page = pages.page(NAME, list(_COLUMNS.values()))
        self._where: dict[str, Cell] = {}
        self._number = 0
        self._page.row([Styled(_title(facts), "title")])
        self._page.row([Styled(_said(facts), "faint")])
        self._page.gap()
        _kinds(self._page, facts)
        _price(self._page, facts)
        self._page.gap()
        self._page.heads(list(_COLUMNS), _NUMBERS, fixed=False)

    def told(self, told: Told) -> None:
        """Remember where a document stands, for its operations."""
        if told.shaped is not None:
            self._where[told.shaped.identity] = told.place
            self._where.setdefault(told.shaped.customer_identity, told.place)

    def step(self, step: Step) -> None:
        """One operation."""
        self._number += 1
        operation, places = step.operation, self._facts.places
        content = operation.content if operation else None
        amount = (
            content.figures.gross if isinstance(content, SalesContent) else getattr(content, "amount", None)
        )
        currency = getattr(content, "currency", None) if amount is not None else None
        place = self._place(operation) if operation else None
        target = operation.target if operation else None
        after = Ref(connection=step.connection, kind=step.kind, id=step.ref) if step.ref else None
        start: list[Value] = [self._number, step.connection, step.kind.replace("_", " "), step.purpose.value]
        start += (
            [Identity.parse(operation.identity).name, _what(operation)] if operation else ["(erased)", None]
        )
        self._page.row(
            [
                *start,
                currency,
                Amount(amount, currency),
                target.id if target else None,
                Styled(step.state.replace("_", " "), _STATES.get(step.state, "faint")),
                len(operation.needs) if operation and operation.needs else None,
                step.tries or None,
                places.record(after if step.state is State.DONE else None),
                step.why if step.state is not State.DONE else None,
                Styled(step.key, "faint"),
                *([place.file, place.sheet, places.cell(place)] if place else []),
            ]
        )

    def _place(self, operation: Operation) -> Cell | None:
        content = operation.content
        if isinstance(content, FileContent):
            return Cell(file=content.path, sheet="", cell="")
        if isinstance(content, PaymentContent):
            return next((self._where[a.invoice] for a in content.applied if a.invoice in self._where), None)
        about = {CreditContent: "invoice", RefundContent: "credit_note", DealContent: "document"}
        named = getattr(content, about.get(type(content), ""), None)
        customer = (
            getattr(content, "customer", None) if content.kind in {Kind.ACCOUNT, Kind.CONTACT} else None
        )
        return (
            self._where.get(operation.identity)
            or self._where.get(named or "")
            or self._where.get(customer or "")
        )

    def end(self) -> None:
        """The list is complete."""
        if not self._number:
            self._page.row([Styled("The plan has no operation: there is nothing to do.", "faint")])
        self._page.end_of_list()


def _title(facts: Facts) -> str:
    return "What the rollback does" if facts.run.order.runs else "The plan"


def _said(facts: Facts) -> str:
    if facts.planned:
        return "Nothing was sent. This is what would be done, in this order, and what it costs."
    return "As it was planned, and how each operation stands now. What was sent has the record that it wrote."


def _kinds(page: Page, facts: Facts) -> None:
    """The operations by kind and purpose, with how they stand."""
    counts: dict[tuple[str, Kind, Purpose], Counter[State]] = {}
    for connection, kind, purpose, state, number in facts.tally:
        counts.setdefault((connection, kind, purpose), Counter())[state] += number
    heads = ("", "system", "kind", "purpose", "guarded by", "", "", "planned", "", "done", "open", "dead")
    numbers = {"planned", "done", "open", "dead"}
    page.row([Styled(h, "small right" if h in numbers else "small") for h in heads])
    guards = facts.plan.guards if facts.plan else {}
    for (connection, kind, purpose), by_state in counts.items():
        planned = sum(n for state, n in by_state.items() if state not in _OVER)
        done, dead = by_state[State.DONE], by_state[State.DEAD]
        rung = guards.get(kind) if purpose in _CREATES else None
        guard = f"{rung}: {guard_of(kind, rung)}" if rung else "what the record itself shows"
        row: list[Value] = [
            None,
            connection,
            kind.replace("_", " "),
            purpose.value,
            guard,
            None,
            None,
            planned,
        ]
        page.row([*row, None, done, planned - done - dead, dead])
    for name, c in sorted(facts.plan.changes.items()) if facts.plan else ():
        if c.unchanged or c.conflict:
            said = f"{c.unchanged} are there already and stay as they are"
            said += f"; {c.conflict} in conflict" if c.conflict else ""
            page.row([None, None, name.replace("_", " "), None, Styled(said, "faint")])


def _price(page: Page, facts: Facts) -> None:
    """What it costs, by system, and when."""
    price = facts.plan.price if facts.plan else facts.rolled.price if facts.rolled else None
    page.gap()
    if price is None:
        page.row([None, Styled("No price was worked out for this plan.", "faint")])
        return
    page.row(
        [None, *(Styled(h, "small") for h in ("system", "what it costs", "", "of which", "used so far"))]
    )
    for system, calls in price.calls.items():
        steps = ", ".join(f"{n:,} to {step}" for step, n in price.steps.get(system, {}).items() if n)
        if calls or facts.calls.get(system):
            page.row([None, system, f"{calls:,} calls", None, steps, _used(facts, system)])
    for system, cost in _more(price):
        page.row([None, system, cost])
    days = "within a day's allowance" if price.days <= 1 else f"over {price.days} days"
    page.row([None, "time", f"at least {price.minutes} minutes under the account's quotas, {days}"])
    if facts.run.order.headroom:
        page.row([None, "headroom", f"{facts.run.order.headroom} % of a day's calls are left to others"])
    _schedule(page, facts)


def _schedule(page: Page, facts: Facts) -> None:
    """Day by day, where it takes several."""
    days = facts.plan.schedule if facts.plan else []
    if len(days) < 2:
        return
    page.gap()
    page.row([None, *(Styled(h, "small") for h in ("day", "date", "", "spent", "complete at its end"))])
    for one in days:
        spent = ", ".join(f"{n:,} {UNITS[system]} of {system}" for system, n in one.spent.items() if n)
        said = f"{one.documents:,} documents, {one.percent} %"
        page.row([None, one.day, one.date, None, spent, said])


def _more(price: Price) -> list[tuple[str, str]]:
    found = [("crm", f"{price.crm_credits:,} credits")] if price.crm_credits else []
    return found + ([("pipedrive", f"{price.pipedrive_tokens:,} tokens")] if price.pipedrive_tokens else [])


def _used(facts: Facts, system: str) -> str:
    used = facts.calls.get(system, 0)
    return f"{used:,} calls" if used else "none"


def _what(operation: Operation) -> str:
    """A record as a person knows it, and what an update changes of it."""
    content = operation.content
    if isinstance(content, SalesContent):
        said = f"{content.number} of {content.issued}"
    elif isinstance(content, PaymentContent):
        said = f"paid on {content.paid_on}, {content.mode}"
    elif isinstance(content, FileContent):
        said = content.name
    elif isinstance(content, ContactContent):
        said = " ".join(n for n in (content.first_name, content.last_name) if n)
    elif isinstance(content, CreditContent | WriteOffContent):
        said = f"off {Identity.parse(content.invoice).name}"
    elif isinstance(content, RefundContent):
        said = f"refunded on {content.refunded_on}"
    else:
        said = content.name
    return f"{said}: {', '.join(operation.changed)}" if operation.changed else said
