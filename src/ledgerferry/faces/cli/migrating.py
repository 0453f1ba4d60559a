"""The verbs of a migration: migrate, plan, apply, resume, verify, report."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledgerferry.faces.cli import options, rolling
from ledgerferry.faces.cli.exits import ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.store.runs import Order

Source = Annotated[Path, typer.Argument(help="The folder of workbooks.", metavar="FOLDER")]
RunId = Annotated[str, typer.Argument(help="The run's id, or its beginning.", metavar="RUN")]
AnyRun = Annotated[
    str | None, typer.Argument(help="The run's id; without it the newest open run.", metavar="RUN")
]

planning = typer.Typer(help="Make a plan and stop; `apply RUN` carries it out.", no_args_is_help=True)


@ending
def migrate(
    folder: Source,
    books: options.Books,
    crm: options.Crm = None,
    limit: options.Limit = None,
    headroom: options.Headroom = 0,
    letter: options.Letter = False,
    wait: options.Wait = False,
    create_taxes: options.CreateTaxes = False,
    accept_filed: options.AcceptFiled = False,
    mail_checked: options.MailChecked = False,
    dry_run: options.DryRun = False,
    details: options.Details = False,
    yes: options.Yes = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Bring a folder of workbooks into Zoho Books, and CRM beside: plan, apply, verify, report."""
    with opened(home, config) as house:
        from ledgerferry.faces import running
        from ledgerferry.faces.cli.running import Walk

        order = _order(
            house,
            folder,
            books,
            crm,
            limit=limit,
            headroom=headroom,
            wait=wait,
            create_taxes=create_taxes,
            accept_filed=accept_filed,
            agreed=yes and mail_checked,
        )
        walk = Walk(house, Output(json=json), books, yes=yes, mail_checked=mail_checked)
        if letter:
            walk.writes_letters(order)
        asked = walk.asked(wait=wait, details=details, dry_run=dry_run)
        return walk.done(lambda: running.migrate(house, order, asked))


@planning.command("migrate")
@ending
def plan_migrate(
    folder: Source,
    books: options.Books,
    crm: options.Crm = None,
    limit: options.Limit = None,
    headroom: options.Headroom = 0,
    letter: options.Letter = False,
    create_taxes: options.CreateTaxes = False,
    accept_filed: options.AcceptFiled = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Plan a migration; nothing is sent until `ferry apply RUN`."""
    with opened(home, config) as house:
        from ledgerferry.faces import running
        from ledgerferry.faces.cli.running import Walk

        order = _order(
            house,
            folder,
            books,
            crm,
            limit=limit,
            headroom=headroom,
            create_taxes=create_taxes,
            accept_filed=accept_filed,
        )
        walk = Walk(house, Output(json=json), books)
        if letter:
            walk.writes_letters(order)
        asked = walk.asked(dry_run=True)
        return walk.done(lambda: running.migrate(house, order, asked))


@ending
def apply(
    run: RunId,
    wait: options.Wait = False,
    mail_checked: options.MailChecked = False,
    details: options.Details = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Carry out a plan that was made before, verify it and write the report."""
    return _go_on(run, home, config, json=json, wait=wait, mail_checked=mail_checked, details=details)


@ending
def resume(
    run: AnyRun = None,
    wait: options.Wait = False,
    mail_checked: options.MailChecked = False,
    details: options.Details = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Go on with a run where it stopped: after a quota, a login, a crash."""
    return _go_on(run, home, config, json=json, wait=wait, mail_checked=mail_checked, details=details)


@ending
def verify(
    run: RunId,
    details: options.Details = False,
    rows: options.Rows = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Compare every loaded document with what the account holds now; exit 1 where they differ."""
    with opened(home, config) as house:
        from ledgerferry.faces import running
        from ledgerferry.faces.cli.running import Walk

        found = running.run_of(house, run)
        walk = Walk(house, Output(json=json), found.order.connection)
        asked = walk.asked(details=details, rows=rows)
        return walk.done(lambda: running.check(house, found.id, asked))


@ending
def report(
    run: RunId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """Write a run's report again, from the ledger alone."""
    with opened(home, config) as house:
        from ledgerferry.faces import report as reports
        from ledgerferry.faces.running import run_of

        found = run_of(house, run)
        path = reports.write(house, found, None)
        out = Output(json=json)
        out.line(str(path))
        out.document({"run": found.id, "report": str(path)})
        return 0


def _go_on(
    run: str | None,
    home: Path | None,
    config: Path | None,
    *,
    json: bool,
    wait: bool,
    mail_checked: bool,
    details: bool,
) -> int:
    with opened(home, config) as house:
        from ledgerferry.faces import running
        from ledgerferry.faces.cli.running import Walk

        found = running.run_of(house, run)
        checked = mail_checked or found.order.agreed
        walk = Walk(house, Output(json=json), found.order.connection, yes=True, mail_checked=checked)
        walk.must_have_checked_mail()
        if found.order.runs:
            return rolling.resumed(house, found, Output(json=json), wait=wait)
        asked = walk.asked(wait=wait or found.order.wait, details=details)
        return walk.done(lambda: running.resume(house, found.id, asked))


def _order(
    house: "House",
    folder: Path,
    books: str,
    crm: str | None,
    *,
    limit: int | None,
    headroom: int,
    create_taxes: bool,
    accept_filed: bool,
    wait: bool = False,
    agreed: bool = False,
) -> "Order":
    from ledgerferry.faces.driving import crm_named
    from ledgerferry.model.paths import spelled
    from ledgerferry.store.runs import Order

    return Order(
        flow="migrate",
        connection=books,
        crm=crm_named(house, crm),
        source=spelled(str(folder.absolute())),
        limit=limit,
        headroom=headroom,
        wait=wait,
        create_taxes=create_taxes,
        accept_filed=accept_filed,
        agreed=agreed,
        today=house.clock.now().date(),
    )


VERBS: tuple[Callable[..., None], ...] = (migrate, apply, resume, verify, report)
