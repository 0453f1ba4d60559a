"""Clearing: payments go to the account that a person named, and where none is named it is said."""

from pathlib import Path

import pytest

from ledgerferry.flows.clearing import UnknownAccount
from ledgerferry.flows.policy import Policy
from tests.flows.papers import paid
from tests.flows.stage import Stage, Walked

CLEARING = Policy(payment_account="migration clearing")


def account_of(stage: Stage, payment: int = 0) -> str:
    """The name of the account that a payment went to, as the chart of accounts has it."""
    names = {a["account_id"]: a["account_name"] for a in stage.rows("chartofaccounts")}
    return str(names.get(stage.rows("customerpayments")[payment]["account_id"], ""))


def told(walked: Walked) -> list[str]:
    return [n.text for n in walked.report.notices if n.kind == "deposit-account"]


def test_payments_go_to_the_account_of_that_name(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=CLEARING)
    walked = stage.migrate(paid())
    assert account_of(stage) == "Migration Clearing"
    assert walked.verified.equal
    assert stage.verify(walked.run, details=True).equal
    assert told(walked) == []
    assert stage.migrate().changes == {}


def test_an_account_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=Policy(payment_account="Barclays"))
    with pytest.raises(UnknownAccount, match=r"no active account Barclays.*Known are .*Undeposited Funds"):
        stage.plan(paid())
    assert stage.rows("invoices") == []


def test_without_a_name_it_is_said_where_payments_go(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    walked = stage.migrate(paid())
    assert account_of(stage) == ""
    (said,) = told(walked)
    assert "the account that Books itself chooses" in said
    assert told(stage.migrate()) == []


def test_a_payment_follows_the_account_that_is_named_later(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.migrate(paid())
    stage.house.settings = stage.house.settings.model_copy(update={"policy": CLEARING})
    assert stage.migrate().changes == {"payment": (0, 1)}
    assert account_of(stage) == "Migration Clearing"
    stage.house.settings = stage.house.settings.model_copy(update={"policy": Policy()})
    assert stage.migrate().changes == {}
    assert account_of(stage) == "Migration Clearing"


def test_a_payment_moved_to_a_bank_is_found_by_reading_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, policy=CLEARING)
    walked = stage.migrate(paid())
    bank = next(a for a in stage.rows("chartofaccounts") if a["account_name"] == "Bank Account")
    (payment,) = stage.rows("customerpayments")
    stage.edit("customerpayments", payment["payment_id"], account_id=bank["account_id"])
    (difference,) = stage.verify(walked.run, details=True).differences
    assert (difference.field, difference.left_value, difference.right_value) == (
        "account",
        "Migration Clearing",
        "Bank Account",
    )
