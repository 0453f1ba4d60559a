"""The demo: a company's invoices of four years go into a sandbox's Books and CRM, to the cent."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledgerferry.faces import config, connecting, doctor, driving, findings, logs, numbering, report, running
from ledgerferry.faces.cli import summary
from ledgerferry.faces.cli.output import Output
from ledgerferry.faces.cli.progress import Shown
from ledgerferry.faces.cli.running import plain
from ledgerferry.faces.demo.stage import Sandbox, Stage
from ledgerferry.faces.demo.truth import Check, Truth, compare
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.flows.result import PlanReport, RunResult
from ledgerferry.store.runs import Order
from ledgerferry.systems.workbook.api import read_known

NAME: Final = "demo"


def run(out: Output, folder: Path, *, serve: bool) -> int:
    """Do it all and tell of it; 0 exactly when what was held and rejected is what was planted."""
    stage = Stage.prepared(folder)
    truth = stage.samples()
    settings = Settings(home=stage.home, config=stage.config, policy=config.read(stage.config).policy())
    logs.start(settings)
    with Sandbox(settings.logs / "sandbox.log") as sandbox:
        _scene(out, stage, truth)
        with House.open(settings) as house:
            _connected(house, out, sandbox)
        with House.open(settings) as house:
            outcome = _migrated(house, out, stage)
            checks = compare(house, outcome, truth)
            held, _ = findings.of_run(house, outcome.run)
            advice = numbering.of_run(house, outcome.run)
        _story(out, outcome, checks)
        summary.findings(out, "What a person has to decide", held)
        out.line("Mend these sheets and migrate again: exactly these then follow.")
        _next(out, stage, outcome, advice)
        good = all(check.holds for check in checks)
        out.document(plain(outcome) | {"as_planted": good, "checks": [check.row() for check in checks]})
        if serve:
            out.say(f"The sandbox stays at {sandbox.url} until Ctrl-C.")
            sandbox.wait()
    return 0 if good else 1


def _scene(out: Output, stage: Stage, truth: Truth) -> None:
    out.line(
        f"{truth.seller} has kept its invoices in spreadsheets: {stage.files()} files lie in "
        f"{stage.shown(stage.companies)}."
    )
    out.line(
        "A sandbox of Zoho Books and CRM runs beside this process, with Books' real limits (100 calls a "
        "minute) on a clock that runs 60 times as fast."
    )


def _connected(house: House, out: Output, sandbox: Sandbox) -> None:
    """Connect, and try out how the account keeps a record from being made twice."""
    account = connecting.connect(
        house,
        NAME,
        sandbox.login(),
        connecting.Wishes(
            organization=sandbox.organization, plan="standard", mail_checked=True, products=("books", "crm")
        ),
    )
    for check in doctor.examine(house, probe=True):
        if check.level is not doctor.Level.FINE and "clock" not in check.text:
            out.say(f"{check.about}: {check.text}", "dim")
    out.line(f"Connected to {account.organization_name}.")


def _migrated(house: House, out: Output, stage: Stage) -> RunResult:
    order = Order(
        flow="migrate",
        connection=NAME,
        crm=driving.crm_named(house, NAME),
        source=str(stage.companies),
        today=house.clock.now().date(),
    )
    with Shown(out, house.clock) as shown:

        def agreed(plan: PlanReport) -> bool:
            summary.plan(out, plan)
            return True

        asked = running.Asked(confirm=agreed, write=report.write, read=read_known, say=shown, wait=True)
        outcome, _ = running.migrate(house, order, asked)
    return outcome


def _story(out: Output, outcome: RunResult, checks: Sequence[Check]) -> None:
    d = outcome.documents
    out.line("What happened", "bold")
    out.line(
        f"  {d.found} documents were found, {d.loaded} are in Books and, with their customers, deals in CRM; "
        f"{d.held} are held for a person, "
        f"{d.rejected} files hold no invoice."
    )
    if outcome.verify is not None:
        summary.money(out, outcome.verify)
        summary.proof(out, outcome.verify)
    out.line()
    out.line("What was planted, and what became of it", "bold")
    for check in checks:
        out.line(f"  {'✓' if check.holds else '✗'} {check.text}", "" if check.holds else "red")
    out.line()


def _next(out: Output, stage: Stage, outcome: RunResult, advice: str | None) -> None:
    home = f"--home {stage.shown(stage.home)}"
    if advice:
        out.line(advice)
    out.line()
    out.line("What to look at next", "bold")
    if outcome.report:
        out.line(f"  the report       {stage.shown(Path(outcome.report))}")
    out.line(f"  the samples      {stage.shown(stage.companies)}")
    out.line(f"  their ferry.toml {stage.shown(stage.config)}")
    ferry = _command(stage)
    out.line(f"  the ledger       {ferry} ledger --check {home}")
    out.line(f"  where it stands  {ferry} status {home}")
    out.line(f"  your own books   {ferry} connect books NAME")
    out.line(f"                   {ferry} migrate FOLDER --books NAME --dry-run")


def _command(stage: Stage) -> str:
    """How a person types the command here."""
    called = Path(sys.argv[0])
    return "ferry" if shutil.which("ferry") or called.name != "ferry" else stage.shown(called.absolute())
