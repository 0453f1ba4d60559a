"""The sheet of flags: everything that a person should look at, why, where, and what to do."""

import re
from decimal import Decimal
from typing import Final

from ledgerferry.faces.findings import Finding, listed
from ledgerferry.faces.report.cells import Amount, Styled, Value
from ledgerferry.faces.report.facts import APART, BESIDE, Became, Facts, Told
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.faces.words import REMEDIES
from ledgerferry.flows.kept import Kept
from ledgerferry.flows.periods import ARCHIVED
from ledgerferry.flows.result import Difference
from ledgerferry.model.document import Cell
from ledgerferry.model.ids import Identity
from ledgerferry.model.plan import State
from ledgerferry.model.record import Ref
from ledgerferry.store.runhistory import Step

NAME: Final = "Flags"
_COLUMNS: Final = {
    "flag": 13, "code": 20, "number": 17, "customer": 28, "currency": 9, "amount": 13, "reason": 60,
    "what to do": 60, "value read": 20, "record": 22, "file": 58, "sheet": 14, "cell": 8,
}  # fmt: skip
_STYLES: Final = {
    "rejected": "bad",
    "difference": "bad",
    "dead letter": "bad",
    "notice": "strong",
    "again": "faint",
}
_PLACE = re.compile(r"(?s)(.*) \[(.*)\] ([A-Z]*[0-9]*)")


class Flags(Sheet):
    """Everything held, rejected, noticed, in conflict, dead, different, or kept by a rollback."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._page = pages.listing(NAME, _COLUMNS, {"amount"}, keep=1)
        self._facts = facts
        self.counted: dict[str, int] = {}
        """How many flags there are of each sort."""

    def told(self, told: Told) -> None:
        """Why a document was not loaded, or where its record differs."""
        if told.became is Became.AGAIN:
            self._again(told)
        elif not told.in_account:
            for one in listed([told.found]):
                self._finding(one, told)
        for difference in told.differences:
            self._difference(difference, told)

    def _again(self, told: Told) -> None:
        number = told.found.document.number if told.found.document else None
        text = "The same document, with the same values, stands here too. It is counted once."
        self._flag("again", "twin", text, number=number, place=told.place)

    def _finding(self, one: Finding, told: Told) -> None:
        self._flag(
            one.code if one.code in {"conflict", ARCHIVED} else one.standing,
            one.code,
            one.reason,
            number=one.number,
            customer=one.customer,
            amount=Amount(told.value, one.currency),
            value=one.value,
            place=Cell(file=one.file, sheet=one.sheet, cell=one.cell),
        )

    def _difference(self, d: Difference, told: Told | None) -> None:
        here, there = d.left_value or "nothing", d.right_value or "nothing"
        where = "the CRM" if d.kind in BESIDE else "Books"
        since = f" Somebody changed it there at {d.changed_at}, after our last write." if d.changed_at else ""
        said = f"{d.field} of the {d.kind}" if d.kind in BESIDE else d.field
        said = f"{said}: the source says {here}, {where} holds {there}.{since}"
        self._flag(
            "difference",
            d.field,
            said,
            number=told.shaped.document.number if told and told.shaped else _name(d.left),
            customer=told.shaped.customer.name if told and told.shaped else None,
            place=told.place if told else None,
            ref=told.ref if told else None,
        )

    def step(self, step: Step) -> None:
        """A dead letter."""
        if step.state is not State.DEAD:
            return
        told = step.operation
        self._flag(
            "dead letter",
            "in-doubt" if step.doubtful else "refused",
            f"{step.purpose} {step.kind}: {step.why or 'it did not end well'}",
            to_do=f"{REMEDIES['dead letter']} Its id is {step.key}.",
            number=_name(told.identity) if told else None,
            ref=told.target if told else None,
        )

    def end(self) -> None:
        """What is about the run as a whole, and then the list is complete."""
        verified, rolled = self._facts.verified, self._facts.rolled
        for d in verified.differences if verified else ():
            if d.kind in APART:
                self._difference(d, None)
        for notice in self._facts.plan.notices if self._facts.plan else ():
            for place in notice.places or [""]:
                self._flag("notice", notice.kind, notice.text, place=_parsed(place))
        for kept in (*(rolled.kept if rolled else ()), *(rolled.voided if rolled else ())):
            self._kept(kept)
        for left in rolled.left if rolled else ():
            self._flag("difference", "still-there", f"{left} was deleted, and the account shows it still.")
        if not self.counted:
            self._page.row([Styled("Nothing was flagged.", "good")])
        self._page.end_of_list()

    def _kept(self, kept: Kept) -> None:
        amount = Amount(None, None) if kept.amount is None else Amount(Decimal(kept.amount), kept.currency)
        ref = Ref(connection=self._facts.run.order.connection, kind=kept.kind, id=kept.ref)
        word = "voided" if kept.code == "voided" else "kept"
        self._flag(word, kept.code, f"{kept.what}: {kept.why}", to_do=kept.steps, amount=amount, ref=ref)

    def _flag(
        self,
        flag: str,
        code: str,
        reason: str,
        *,
        to_do: str | None = None,
        number: str | None = None,
        customer: str | None = None,
        amount: Amount | None = None,
        value: str | None = None,
        place: Cell | None = None,
        ref: Ref | None = None,
    ) -> None:
        self.counted[flag] = self.counted.get(flag, 0) + 1
        places = self._facts.places
        remedy = to_do or REMEDIES.get(code) or REMEDIES.get(flag, "")
        start: list[Value] = [Styled(flag, _STYLES.get(flag, "warn")), code, number, customer]
        money: list[Value] = [amount.currency if amount else None, amount]
        words: list[Value] = [Styled(reason, "wrapped"), Styled(remedy, "wrapped"), value, places.record(ref)]
        where: list[Value] = [place.file, place.sheet, places.cell(place)] if place else []
        self._page.row([*start, *money, *words, *where])


def _parsed(place: str) -> Cell | None:
    """A place as a notice names it: file, sheet in brackets, cell."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return Cell(file=place, sheet="", cell="") if place else None
    return Cell(file=found[1], sheet=found[2], cell=found[3])


def _name(identity: str) -> str:
    """A record as a person knows it, of an identity or of what is none."""
    return Identity.parse(identity).name if identity.count("|") >= 3 else identity
