"""The audit workbook of a run: what was asked, what was found, what became of it, and the proof."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError, FileSizeError

from ledgerferry.faces.house import House
from ledgerferry.faces.report.advice import Advice
from ledgerferry.faces.report.checks import Checks
from ledgerferry.faces.report.facts import Facts, facts
from ledgerferry.faces.report.flags import Flags
from ledgerferry.faces.report.invoices import Invoices
from ledgerferry.faces.report.overview import Overview
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.planned import Plan
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.faces.report.sponsors import Sponsors
from ledgerferry.faces.report.tallies import Tallies
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.flows.result import Verified
from ledgerferry.store.runs import Run

__all__ = ["Facts", "draw", "facts", "write"]


def write(house: House, run: Run, verified: Verified | None) -> Path:
    """Write the report of a run into the home's ``reports``, for its owner alone; its path.

    Everything in it is read back from the ledger, so it can be written again, byte for byte, for as long as
    nothing more happens to the run. ``verified`` is the proof to show, where it is not kept with the run.
    Raises ``WrongUsage`` where it cannot be written; an earlier report then stays as it was.
    """
    path = house.settings.reports / f"{run.id}.xlsx"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draw(path, facts(house, run, verified))
    except (OSError, FileCreateError, FileSizeError) as error:
        raise WrongUsage(
            f"The report {path} cannot be written ({_why(error)}). Make room there; the run is safe in the "
            f"ledger, and `ferry report {run.id}` writes it again."
        ) from None
    return path


def _why(error: Exception) -> str:
    inner = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
    return (inner.strerror if isinstance(inner, OSError) else None) or str(error)


def draw(path: Path, told: Facts) -> None:
    """Write the workbook of these facts; a reader never meets half of one."""
    folder = path.parent / f".{path.stem}.part"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        draft = folder / path.name
        with Pages(draft, told.title, told.run.opened_at) as pages:
            _fill(pages, told)
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(pages: Pages, told: Facts) -> None:
    overview, tallies = Overview(pages, told), Tallies(told)
    invoices, flags, advice = Invoices(pages, told), Flags(pages, told), Advice(pages, told)
    checks, sponsors, plan = Checks(pages, told), Sponsors(pages, told), Plan(pages, told)
    sheets: Sequence[Sheet] = (invoices, flags, advice, checks, sponsors, plan, tallies)
    for one in told.told():
        for sheet in sheets:
            sheet.told(one)
    for step in told.steps():
        for sheet in sheets:
            sheet.step(step)
    for sheet in sheets:
        sheet.end()
    overview.write(tallies, flags.counted, checks.link(), checks.unequal)
