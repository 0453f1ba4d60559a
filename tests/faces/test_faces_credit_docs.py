"""The page on credit notes: its example is a ferry.toml that loads, its codes are the code's own."""

import re
from pathlib import Path

import pytest

from ledgerferry.faces.settings import WrongUsage, load
from ledgerferry.faces.words import GUARDS, KEY_FIELD_STEPS, guard_of
from ledgerferry.flows.policy import Doubtful
from ledgerferry.model.record import Kind
from ledgerferry.systems.books.declaration import KEYED, KINDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "credit-notes.md").read_text()


def test_the_example_loads_and_says_what_the_page_says(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    (tmp_path / "ferry.toml").write_text(found[1])
    policy = load({}, folder=tmp_path).policy
    assert (policy.unknown_invoice, policy.unnamed_invoice) == (Doubtful.HOLD, Doubtful.OPEN)
    assert policy.refund_account == "Undeposited Funds"


def test_every_code_on_the_page_is_one_that_the_flows_give() -> None:
    codes = set(re.findall(r"`([a-z]+-[a-z-]+[a-z])`", PAGE))
    sources = " ".join(p.read_text() for p in (ROOT / "src" / "ledgerferry" / "flows").glob("*.py"))
    assert len(codes) >= 10
    assert [code for code in sorted(codes) if f'"{code}"' not in sources] == []


def test_another_policy_is_refused_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "ferry.toml").write_text('[credit_notes]\nunknown_invoice = "guess"\n')
    with pytest.raises(WrongUsage, match=r"line 2: credit_notes\.unknown_invoice"):
        load({}, folder=tmp_path)


def test_the_key_field_is_made_for_every_kind_that_can_have_one() -> None:
    places = {Kind.CUSTOMER: "Customers", Kind.INVOICE: "Invoices", Kind.PAYMENT: "Payments Received",
              Kind.CREDIT_NOTE: "Credit Notes"}  # fmt: skip
    steps = (ROOT / "docs" / "books.md").read_text().split("## The key field")[1].split("## Guards")[0]
    for kind in KEYED:
        assert places[kind] in steps
        assert places[kind] in KEY_FIELD_STEPS


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in KEYED and k is not Kind.TAX])
def test_no_number_is_said_to_guard_what_has_none(kind: Kind) -> None:
    assert guard_of(kind, "c").startswith("a lost answer is looked for on ")
    assert guard_of(kind, "d") == GUARDS["d"]
