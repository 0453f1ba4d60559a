"""Numbers that restart every year: a prefix by rule, the original in the reference, one identity."""

from datetime import date
from pathlib import Path

from ledgerferry.flows.policy import Numbering, Period, Policy
from tests.flows.papers import document, held, spread
from tests.flows.stage import Stage

RULE = Policy(number_prefix="{year}-")
OLD, NEW = date(2024, 3, 3), date(2025, 3, 3)


def numbers(stage: Stage) -> dict[str, str]:
    """References by number."""
    return {i["invoice_number"]: i["reference_number"] for i in stage.rows("invoices")}


def test_only_those_that_collide_take_the_prefix(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=RULE)
    three = spread(document("INV-001", issued=OLD), document("INV-001"), document("INV-002"))
    walked = stage.migrate(*three)
    assert numbers(stage) == {"2024-INV-001": "INV-001", "2025-INV-001": "INV-001", "INV-002": ""}
    assert walked.verified.equal
    assert stage.verify(walked.run, details=True).equal
    assert stage.migrate().changes == {}


def test_without_a_rule_they_are_held(tmp_path: Path) -> None:
    walked = Stage(tmp_path).migrate(*spread(document("INV-001", issued=OLD), document("INV-001")))
    assert walked.reasons() == {"INV-001": "number-restarts"}
    assert len(walked.account.held) == 2


def test_what_was_loaded_keeps_its_number(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=RULE)
    first = document("INV-001", issued=OLD)
    stage.migrate(first)
    walked = stage.migrate(*spread(first, document("INV-001")))
    assert walked.changes == {"invoice": (1, 0)}
    assert numbers(stage) == {"INV-001": "", "2025-INV-001": "INV-001"}
    assert walked.verified.equal
    alone = stage.migrate(document("INV-001"))
    assert alone.changes == {}
    assert alone.verified.equal


def test_one_that_is_held_counts(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=RULE)
    stage.migrate(*spread(held("INV-001", issued=OLD), document("INV-001")))
    assert numbers(stage) == {"2025-INV-001": "INV-001"}


def test_one_that_is_archived_does_not(tmp_path: Path) -> None:
    archive = {"filed_until": date(2024, 12, 31), "filed": Period.ARCHIVE}
    stage = Stage(tmp_path, policy=RULE.model_copy(update=archive))
    stage.migrate(*spread(document("INV-001", issued=OLD), document("INV-001")))
    assert numbers(stage) == {"INV-001": ""}


def test_all_of_them_where_that_is_the_rule(tmp_path: Path) -> None:
    always = Policy(number_prefix="{yy}/", number_when=Numbering.ALWAYS)
    stage = Stage(tmp_path, policy=always)
    stage.migrate(document("INV-007"))
    assert numbers(stage) == {"25/INV-007": "INV-007"}


def test_the_file_is_found_by_the_original_number(tmp_path: Path) -> None:
    (tmp_path / "INV-007.pdf").write_bytes(b"%PDF-1.4")
    stage = Stage(tmp_path, policy=Policy(number_prefix="{year}-", number_when=Numbering.ALWAYS))
    walked = stage.migrate(document("INV-007"))
    assert walked.changes["file"] == (1, 0)
