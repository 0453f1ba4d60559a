"""Scenes of rollbacks: what is loaded, locked and taken back, and what the account then holds."""

import re
from typing import Any

from ledgerferry.flows.kept import Code
from ledgerferry.flows.result import RollbackResult
from ledgerferry_bench.journey.picture import picture
from tests.flows.papers import document, paid, spread
from tests.flows.stage import Stage, Walked

LOCKED = "2025-03-10"  # after the documents' day, before that of their payments
KINDS = ("contacts", "invoices", "customerpayments", "documents")


def papers() -> tuple[Any, ...]:
    return tuple(spread(paid(), document("INV-2"), paid("INV-3", customer="Third", of="50.00")))


def counts(stage: Stage) -> dict[str, int]:
    return {kind: len(stage.rows(kind)) for kind in KINDS if kind in stage.sandbox.state()["books"]}


def holds(stage: Stage, *, voided: bool = True) -> dict[str, list[str]]:
    """What Books holds, whatever the keys are: each generation has its own."""
    books = stage.sandbox.state()["books"]
    for kind in ("invoices", "creditnotes"):
        books[kind] = [r for r in books[kind] if voided or r["status"] != "void"]
    lines = picture(books).items()
    return {kind: sorted(re.sub("lf[a-z2-7]{26}", "KEY", one) for one in rows) for kind, rows in lines}


def without_period(found: list[str]) -> list[str]:
    return [one for one in found if "closed_until" not in one]


def taken_back(stage: Stage, walked: Walked) -> RollbackResult:
    return stage.rollback(walked.run.id)


def codes(outcome: RollbackResult) -> dict[str, Code]:
    return {one.what: one.code for one in outcome.kept}


def locked(stage: Stage, until: str = LOCKED, refuses: str = "deletion") -> None:
    stage.sandbox.desk.switches.set({"closed_period": refuses})
    stage.edit("organizations", stage.rows("organizations")[0]["organization_id"], closed_until=until)
