"""A walk as a verb does it: consent before anything is sent, progress, and what it came to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from ledgerferry.faces import findings, numbering, report
from ledgerferry.faces.cli import summary
from ledgerferry.faces.cli.exits import Code
from ledgerferry.faces.cli.output import Output, asks
from ledgerferry.faces.cli.progress import Shown
from ledgerferry.faces.house import House
from ledgerferry.faces.letter import letters
from ledgerferry.faces.running import Asked, Declined
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.store.runs import Order, RunState
from ledgerferry.systems.workbook.api import read_known

if TYPE_CHECKING:
    from ledgerferry.flows.result import PlanReport, RunResult

MAIL_WARNING = (
    "Nothing was sent. Books can e-mail customers by itself: look at Settings › Reminders and "
    "Settings › Preferences › Payments Received (thank-yous), and turn off what must not reach customers "
    "because of old invoices. Books' interface cannot tell ferry how these stand. Then give --mail-checked, "
    "here or once with `ferry connect`; --yes alone does not stand for it."
)


@dataclass
class Consent:
    """Whether a plan may be carried out: it is shown, mail must have been checked, then a person is asked."""

    out: Output
    yes: bool
    mail_checked: bool
    afterwards: str = " `ferry apply` carries the plan out later."
    refused: str = field(default="", init=False)
    shown: bool = field(default=False, init=False)
    beside: "Callable[[PlanReport], None]" = field(default_factory=lambda: lambda _: None, init=False)

    def __call__(self, plan: "PlanReport") -> bool:
        """Show the plan; True where it may be sent, else ``refused`` says what to do."""
        return self.given(lambda: self.show(plan))

    def show(self, plan: "PlanReport") -> None:
        """Show the plan, and what was asked for beside it."""
        summary.plan(self.out, plan)
        self.beside(plan)

    @property
    def free(self) -> bool:
        """Whether nobody has to be asked."""
        return self.yes and self.mail_checked

    def given(self, show: Callable[[], None]) -> bool:
        """Show what is to be done, and ask; True where it may be sent."""
        self.shown = True
        show()
        if not self.mail_checked:
            self.refused = MAIL_WARNING
        elif not self.yes and not asks():
            self.refused = "Nothing was sent: nobody can be asked here. Read the plan, then give --yes."
        elif not self.yes and not typer.confirm("Carry this plan out?", err=True):
            self.refused = f"Nothing was sent.{self.afterwards}"
        return not self.refused


def consent(house: House, out: Output, connection: str, *, yes: bool, mail_checked: bool) -> Consent:
    """The consent that a connection's account needs; that mail was checked may be kept with it."""
    known = house.connections.get(connection)
    return Consent(out, yes, mail_checked or (known is not None and known.mail_checked))


class Walk:
    """One walk of a verb, in an open house."""

    def __init__(
        self, house: House, out: Output, connection: str, *, yes: bool = False, mail_checked: bool = False
    ) -> None:
        self._house = house
        self._out = out
        self._shown = Shown(out, house.clock)
        self._consent = consent(house, out, connection, yes=yes, mail_checked=mail_checked)
        self._letters: dict[str, str] = {}

    def asked(
        self, *, wait: bool = False, details: bool = False, rows: bool = False, dry_run: bool = False
    ) -> Asked:
        """How the walk is to be done."""
        return Asked(
            confirm=self._consent,
            write=report.write,
            read=read_known,
            say=self._shown,
            wait=wait,
            details=details,
            rows=rows,
            dry_run=dry_run,
        )

    def writes_letters(self, order: Order) -> None:
        """Print, beside the plan, what asks each vendor for a higher daily limit."""

        def write(report: "PlanReport") -> None:
            self._letters = letters(self._house, order, report)
            for text in self._letters.values():
                self._out.line(text)
            if report.price.days <= 1:
                self._out.say("The plan fits into one day: no higher limit is needed.", "dim")

        self._consent.beside = write

    def must_have_checked_mail(self) -> None:
        """Raise ``WrongUsage`` unless a person has seen that no mail can leave."""
        if not self._consent.mail_checked:
            raise WrongUsage(MAIL_WARNING)

    def done(self, walk: "Callable[[], tuple[RunResult, int]]") -> int:
        """Do the walk and show what it came to; a plan that was not agreed to ends with exit code 2."""
        with self._shown:
            try:
                outcome, code = walk()
            except Declined as declined:
                outcome, code = declined.outcome, int(Code.USAGE)
        if self._shown.report is not None and not self._consent.shown:
            self._consent.show(self._shown.report)
        summary.result(self._out, outcome, *findings.of_run(self._house, outcome.run))
        if outcome.state == RunState.DONE:
            self._out.line(numbering.of_run(self._house, outcome.run) or "")
        if self._consent.refused:
            self._out.say(self._consent.refused, "yellow")
        self._out.document(plain(outcome) | ({"letters": self._letters} if self._letters else {}))
        return code


def plain(outcome: "RunResult") -> dict[str, Any]:
    """The JSON document of a run: price, changes and guards only where there is a plan to tell of."""
    optional = {name for name in ("price", "changes", "guards", "schedule") if getattr(outcome, name) is None}
    return outcome.model_dump(mode="json", exclude=optional)
