"""Proofs: no face claims more than the method of a proof shows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledgerferry.faces import proofs, proofwords
from ledgerferry.flows.result import Method, Verified
from ledgerferry.flows.settling import result
from tests.flows.papers import document
from tests.flows.stage import Stage

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "details", "how", "agreement"),
    [
        (Method.ROWS, False, "2 records read in full", "all 1,200 loaded documents agree to the cent"),
        (Method.DETAILS, True, "every record read in full", "all 1,200 loaded documents agree to the cent"),
        (
            Method.SUMS,
            False,
            (
                "2 records read in full; the rest by sums and times of modification since the proof by rows "
                "2026-03-01 12:30, the account's time"
            ),
            "no change shows at the 1,200 loaded documents",
        ),
    ],
)
def test_what_a_proof_shows(method: Method, how: str, agreement: str, *, details: bool) -> None:
    found = Verified(
        equal=True, compared=1200, method=method, details=details, rows_at=AT, read_in_full=2
    )
    assert (proofwords.how(found), proofwords.agreement(found)) == (how, agreement)


def test_a_kept_proof_is_what_the_next_one_builds_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    walked = stage.migrate(document())
    house, run = stage.house, stage.run(walked.run.id)
    assert proofs.kept(run) is None
    outcome = result(house.shelf, run, walked.verified, None)
    with house.database.transaction("close") as tx:
        house.shelf.runs.describe(tx, run.id, result=outcome.model_dump_json())
    last = proofs.kept(stage.run(run.id))
    assert last == walked.verified
    again = stage.verify_since(stage.run(run.id), last, few=0)
    proofs.keep(house, stage.run(run.id), again)
    kept = proofs.kept(stage.run(run.id))
    assert kept is not None
    assert (kept.method, kept.rows_at) == (Method.SUMS, walked.verified.rows_at)
