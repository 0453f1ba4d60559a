"""The command ``ferry``. Nothing heavy is imported before a verb runs, so that ``--help`` is quick."""

import gc
import signal
from importlib.metadata import version
from typing import Annotated, Final

import typer

from ledgerferry.faces.cli import (
    calling,
    connecting,
    history,
    layouts,
    migrating,
    reading,
    reviewing,
    rolling,
    trying,
)
from ledgerferry.faces.cli.exits import Terminated
from ledgerferry.faces.cli.usage import Verbs

app = typer.Typer(
    name="ferry",
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Bring a company's invoices into Zoho Books exactly once, and prove it to the cent.",
    epilog="Exit codes: 0 done, 1 a person must look, 2 wrong usage, 3 login needed, 4 waiting for a quota, "
    "5 a system cannot be reached, 70 a bug. Every flag has an environment name: --mail-checked is "
    "FERRY_MAIL_CHECKED.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ledgerferry {version('ledgerferry')}")
        raise typer.Exit


@app.callback()
def ferry(
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Bring a company's invoices into Zoho Books exactly once, and prove it to the cent."""


for _panel, _verbs in (
    ("Try it", trying.VERBS),
    ("Accounts", (*connecting.VERBS, *calling.VERBS)),
    ("Migrate", (*migrating.VERBS, *rolling.VERBS, *reading.VERBS)),
    ("Look back", history.VERBS),
):
    for _verb in _verbs:
        app.command(rich_help_panel=_panel)(_verb)
for _verb in trying.PASSING:
    app.command(rich_help_panel="Try it", context_settings=trying.PASSED_ON)(_verb)
app.add_typer(connecting.connecting, name="connect", rich_help_panel="Accounts")
app.add_typer(calling.crm, name="crm", rich_help_panel="Accounts")
app.add_typer(migrating.planning, name="plan", rich_help_panel="Migrate")
app.add_typer(reviewing.review, name="review", rich_help_panel="Migrate")
app.add_typer(layouts.layouts, name="layouts", rich_help_panel="Migrate")
app.add_typer(history.dead, name="dead", rich_help_panel="Look back")

_OBJECTS: Final = 50_000
"""How many more objects there may be before cycles are looked for: a start makes many that all stay."""


def main() -> None:
    """Run the command that was typed. SIGTERM ends it as Ctrl-C does."""
    gc.set_threshold(_OBJECTS)
    signal.signal(signal.SIGTERM, _terminated)
    app()


def _terminated(*_: object) -> None:
    raise Terminated
