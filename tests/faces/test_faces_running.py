"""Runs behind the verbs, where one of two connections cannot work."""

from pathlib import Path

import pytest

from ledgerferry.faces import running
from ledgerferry.flows.result import PlanReport
from ledgerferry_sandbox.desk.faults import Rule
from tests.flows.both import Both
from tests.flows.papers import document


class _Quiet:
    """Tells nobody."""

    def say(self, text: str) -> None: ...

    def plan(self, report: PlanReport) -> None: ...

    def progress(self, done: int, total: int, calls: int, per_minute: int, waiting: str | None) -> None: ...


@pytest.mark.parametrize("mode", ["http_503", "token_expired"])
def test_a_crm_that_does_not_answer_keeps_no_run_from_its_beginning(tmp_path: Path, mode: str) -> None:
    both = Both(tmp_path)
    run, _ = both.plan(document("INV-1"))
    with both.house.database.transaction("confirm") as tx:
        both.house.shelf.rooms.operations.confirm(tx, run.id)
    both.another_process()
    both.sandbox.desk.faults.rules = [Rule(service="crm", mode=mode)]
    before = both.crm_calls()

    running.warmed(both.house, run, running.quietly(_Quiet(), wait=False, dry_run=False))
    assert both.crm_calls() > before
