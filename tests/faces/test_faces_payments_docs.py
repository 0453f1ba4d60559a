"""The page on payments: its example is a ferry.toml that loads, its codes are the code's own."""

import re
from pathlib import Path

import pytest

from ledgerferry.faces.settings import WrongUsage, load
from ledgerferry.flows.policy import EVIDENCE_WORDS, PAID_FOLDERS, Numbering, Period, UndatedPayment

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "payments.md").read_text()


def test_the_example_loads_and_says_what_the_page_says(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    (tmp_path / "ferry.toml").write_text(found[1])
    policy = load({}, folder=tmp_path).policy
    assert policy.undated_payment is UndatedPayment.DUE
    assert (policy.payment_account, policy.modes) == ("Undeposited Funds", {"Klarna": "creditcard"})
    assert (policy.evidence_words, policy.paid_folders) == (EVIDENCE_WORDS, PAID_FOLDERS)
    assert (policy.filed, policy.opening) == (Period.HOLD, Period.ARCHIVE)
    assert (policy.number_prefix, policy.number_when) == ("{year}-", Numbering.RESTARTS)
    assert policy.rates_max_age_days == 31


def test_every_code_on_the_page_is_one_that_documents_are_held_with() -> None:
    codes = set(re.findall(r"`([a-z]+-[a-z-]+[a-z])`", PAGE))
    rooms = (ROOT / "src" / "ledgerferry" / name for name in ("flows", "systems/workbook"))
    sources = " ".join(p.read_text() for room in rooms for p in room.glob("*.py"))
    assert len(codes) >= 10
    assert [code for code in sorted(codes) if f'"{code}"' not in sources] == []


def test_a_prefix_must_tell_years_apart(tmp_path: Path) -> None:
    for prefix in ("INV-", "{month}-", "{year}{year}", "{"):
        (tmp_path / "ferry.toml").write_text(f"[numbers]\nprefix = '{prefix}'\n")
        with pytest.raises(WrongUsage, match=r"line 2: numbers\.prefix: .*\{year\}-"):
            load({}, folder=tmp_path)
