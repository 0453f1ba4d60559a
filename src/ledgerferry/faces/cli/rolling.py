"""The verb that takes a run back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.faces.cli.running import Consent
    from ledgerferry.faces.house import House
    from ledgerferry.flows.result import RollbackResult
    from ledgerferry.flows.rollback import Planned
    from ledgerferry.store.runs import Run

AnyRun = Annotated[
    str | None, typer.Argument(help="The run's id; or say it with --version, --since.", metavar="RUN")
]


@ending
def rollback(
    run: AnyRun = None,
    version: options.Version = None,
    since: options.Since = None,
    until: options.Until = None,
    dry_run: options.DryRun = False,
    wait: options.Wait = False,
    mail_checked: options.MailChecked = False,
    yes: options.Yes = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Take back what a run wrote: deleted, voided or restored; what a person changed since is kept."""
    with opened(home, config) as house:
        from ledgerferry.faces import rolling
        from ledgerferry.faces.cli.running import consent

        chosen = rolling.Chosen(run, version, _moment(since), _moment(until))
        order = rolling.order(house, chosen)
        out = Output(json=json)
        agreed = consent(house, out, order.connection, yes=yes, mail_checked=mail_checked)
        agreed.afterwards = ""

        def confirm(planned: "Planned") -> bool:
            from ledgerferry.faces.cli import rollbacksummary

            return agreed.given(lambda: rollbacksummary.plan(out, planned))

        return _shown(
            house, out, wait=wait, dry_run=dry_run, agreed=agreed,
            walk=lambda asked: rolling.rollback(house, order, asked, None if agreed.free else confirm),
        )  # fmt: skip


def resumed(house: "House", run: "Run", out: Output, *, wait: bool) -> int:
    """Go on with a rollback where it stopped."""
    from ledgerferry.faces import rolling

    return _shown(house, out, wait=wait, dry_run=False, agreed=None,
                  walk=lambda asked: rolling.resumed(house, run, asked))  # fmt: skip


def _shown(
    house: "House",
    out: Output,
    *,
    wait: bool,
    dry_run: bool,
    agreed: "Consent | None",
    walk: "Callable[..., tuple[RollbackResult, int]]",
) -> int:
    from ledgerferry.faces.cli import rollbacksummary
    from ledgerferry.faces.cli.progress import Shown
    from ledgerferry.faces.rolling import NotAgreed
    from ledgerferry.faces.running import quietly

    shown = Shown(out, house.clock)
    with shown:
        try:
            outcome, code = walk(quietly(shown, wait=wait, dry_run=dry_run))
        except NotAgreed as declined:
            outcome, code = declined.outcome, int(Code.USAGE)
    rollbacksummary.result(out, outcome, dry_run=dry_run)
    if agreed is not None and agreed.refused:
        out.say(agreed.refused, "yellow")
    optional = {name for name in ("price", "at_most", "changes") if getattr(outcome, name) is None}
    out.document(outcome.model_dump(mode="json", exclude=optional))
    return code


def _moment(text: str | None) -> datetime | None:
    from ledgerferry.faces.settings import WrongUsage

    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise WrongUsage(f"{text} is no moment. Write it as 2026-11-21 or 2026-11-21T14:30+01:00.") from None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


VERBS: tuple[Callable[..., None], ...] = (rollback,)
