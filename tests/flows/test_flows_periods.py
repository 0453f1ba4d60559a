"""Times that are closed: filed tax returns and opening balances hold, archive or load, as a person chose."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.periods import ARCHIVED
from ledgerferry.flows.policy import Period, Policy
from ledgerferry.flows.shape import Shaped
from tests.flows.papers import ISSUED, document, paid, spread
from tests.flows.stage import Stage
from tests.flows.test_flows_rules import shape, why

FILED = Policy(filed_until=date(2025, 3, 31))
LATE = date(2025, 5, 1)


def test_what_is_not_closed_is_loaded() -> None:
    assert shape(document(issued=LATE), filed_until=FILED.filed_until).archived is None
    assert shape(document(), opening_balances=ISSUED).archived is None


@pytest.mark.parametrize(
    ("day", "choice", "code"),
    [("filed_until", "filed", "filed-period"), ("opening_balances", "opening", "opening-balances")],
)
def test_each_has_its_own_choice(day: str, choice: str, code: str) -> None:
    closed: dict[str, Any] = {day: LATE}
    assert why(document(), **closed) == code
    assert why(document(), **closed | {choice: Period.HOLD}) == code
    assert "CRM" in (shape(document(), **closed | {choice: Period.ARCHIVE}).archived or "")
    assert shape(document(), **closed | {choice: Period.LOAD}).archived is None


def test_of_two_the_stricter_counts() -> None:
    both: dict[str, Any] = {"filed_until": LATE, "opening_balances": LATE}
    assert why(document(), **both, filed=Period.LOAD) == "opening-balances"
    assert why(document(), **both, filed=Period.ARCHIVE) == "opening-balances"
    assert shape(document(), **both, filed=Period.LOAD, opening=Period.ARCHIVE).archived


def test_an_archived_document_is_held_from_the_books_by_its_own_code(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=FILED.model_copy(update={"filed": Period.ARCHIVE}))
    walked = stage.migrate(*spread(paid("INV-001"), document("INV-002", issued=LATE)))
    assert walked.reasons() == {"INV-001": ARCHIVED}
    assert [i["invoice_number"] for i in stage.rows("invoices")] == ["INV-002"]
    assert stage.rows("customerpayments") == []
    (found,) = walked.account.held
    assert found.archived
    assert Shaped.model_validate_json(found.wants or "").payments[0].content.amount == 120
    assert walked.account.counts.held == 1


def test_accept_filed_loads_what_was_filed_and_no_opening_balance(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=FILED.model_copy(update={"opening_balances": date(2025, 1, 1)}))
    two = spread(document("INV-001"), document("INV-002", issued=date(2024, 12, 1)))
    assert stage.migrate(*two).reasons() == {"INV-001": "filed-period", "INV-002": "filed-period"}
    walked = stage.migrate(*two, accept_filed=True)
    assert walked.reasons() == {"INV-002": "opening-balances"}
    assert walked.verified.equal
    assert [i["invoice_number"] for i in stage.rows("invoices")] == ["INV-001"]
