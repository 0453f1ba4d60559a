"""The verbs to try the ferry with: demo, sandbox, bench."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import ending
from ledgerferry.faces.cli.output import Output

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@ending
def demo(
    folder: options.Folder = Path("ferry-demo"), serve: options.Serve = False, json: options.Json = False
) -> int:
    """See it all in a minute: sample companies go into a sandbox's Books and are proved to the cent."""
    from ledgerferry.faces import demo as flow

    return flow.run(Output(json=json), folder, serve=serve)


def sandbox(context: typer.Context) -> None:
    """Start the emulator of Zoho Books and CRM; arguments are those of `ferry-sandbox`."""
    os.execv(sys.executable, [sys.executable, "-m", "ledgerferry_sandbox", *context.args])  # noqa: S606


def bench(context: typer.Context) -> None:
    """Benchmarks and the fault simulator, as ratios measured in one run: `bench simulate --seeds N`."""
    from importlib.metadata import entry_points

    found = next(iter(entry_points(group="ledgerferry.bench", name="bench")), None)
    if found is None:
        Output(json=False).say("The benchmarks are not installed: reinstall ledgerferry.", "red")
        raise typer.Exit(2)
    run: Callable[[list[str]], int] = found.load()
    raise typer.Exit(run(list(context.args)))


VERBS: tuple[Callable[..., None], ...] = (demo,)
PASSING: tuple[Callable[..., None], ...] = (sandbox, bench)
