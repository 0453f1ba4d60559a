"""The page on VAT: its example is a ferry.toml that loads, its codes are the code's own."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from ledgerferry.faces.settings import load
from ledgerferry.model.document import TaxTreatment

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "vat.md").read_text()


def test_the_example_loads_and_says_what_the_page_says(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    (tmp_path / "ferry.toml").write_text(found[1])
    policy = load({}, folder=tmp_path).policy
    adult, youth, before, after, french = policy.vat
    assert (adult.match, adult.bears, adult.account) == ("Adult", Decimal(20), "Ticket Sales")
    assert (youth.treatment, youth.bears, youth.tax) == (TaxTreatment.ZERO_RATED, Decimal(0), "Zero Rate")
    assert (before.rate, after.rate) == (Decimal(5), Decimal("12.5"))
    day = date(2021, 10, 1)
    assert not before.fits("Hotel, two nights", "Bowman", "GB", day)
    assert after.fits("Hotel, two nights", "Bowman", "GB", day)
    assert not after.fits("Grand hotel", "Bowman", "GB", day)
    assert french.fits("anything", "Dupont SARL", "FR", day)
    assert not french.fits("anything", "Dupont SA", "FR", day)
    assert not policy.northern_ireland
    assert policy.taxes == {Decimal(20): "Standard Rate"}


def test_every_code_on_the_page_is_one_that_the_flows_give() -> None:
    kinds = {str(one) for one in TaxTreatment}
    codes = set(re.findall(r"\(`([a-z]+-[a-z-]+[a-z])`", PAGE)) - kinds
    sources = " ".join(p.read_text() for p in (ROOT / "src" / "ledgerferry" / "flows").glob("*.py"))
    assert len(codes) >= 8
    assert [code for code in sorted(codes) if f'"{code}"' not in sources] == []


def test_every_treatment_is_explained() -> None:
    for one in TaxTreatment:
        assert f"| {str(one).replace('-', ' ')} |" in PAGE or f"| {one} |" in PAGE
