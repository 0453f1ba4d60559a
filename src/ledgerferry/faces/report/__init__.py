"""The audit workbook of a run: what was asked, what was found, what became of it, and the proof."""

import os
from pathlib import Path

from ledgerferry.faces.house import House
from ledgerferry.faces.report import sheets
from ledgerferry.faces.report.cells import Pages
from ledgerferry.faces.report.facts import Facts, facts
from ledgerferry.flows.result import Verified
from ledgerferry.store.runs import Run

__all__ = ["Facts", "draw", "facts", "write"]


def write(house: House, run: Run, verified: Verified | None) -> Path:
    """Write the report of a run into the home's ``reports``, for its owner alone; its path.

    Everything in it but ``verified`` is read back from the ledger, so it can be written again.
    """
    folder = house.settings.reports
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{run.id}.xlsx"
    draw(path, facts(house, run, verified))
    return path


def draw(path: Path, told: Facts) -> None:
    """Write the workbook of these facts; a reader never meets half of one."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with Pages(draft, told.title, told.opened_at) as pages:
        sheets.overview(pages, told)
        sheets.invoices(pages, told)
        sheets.held_and_rejected(pages, told)
        sheets.math_check(pages, told)
        sheets.noticed(pages, told)
    draft.chmod(0o600)
    draft.replace(path)
