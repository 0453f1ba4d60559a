"""The coverage page is up to date, and every fact that is known has a test that names it."""

import re
from pathlib import Path

from ledgerferry_sandbox import certainty, coverage
from ledgerferry_sandbox.suite import products
from tests.sandbox.facts import NOT_OF_A_VENDORS_ANSWERS

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parent


def names() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"def (test_\w+)", text)}


def test_every_fact_has_a_test_that_names_it() -> None:
    named = {int(number) for name in names() for number in re.findall(r"_f(\d+)(?=_)", name)}
    gap = set(range(1, certainty.LAST + 1)) - named - set(NOT_OF_A_VENDORS_ANSWERS)
    assert not gap
    assert not named & set(NOT_OF_A_VENDORS_ANSWERS)


def test_the_page_is_up_to_date() -> None:
    held = (ROOT / "docs" / "sandbox-coverage.md").read_text(encoding="utf-8")
    assert held == coverage.page(), "python -m ledgerferry_sandbox.coverage > docs/sandbox-coverage.md"


def test_every_address_says_what_it_does_and_on_which_facts_it_rests() -> None:
    for each in (*coverage.accounts(), *coverage.books(), *coverage.crm()):
        assert each.says, each
        assert "`" in each.row()
    assert all(each.facts for each in coverage.accounts())
    for product in products.PRODUCTS:
        for each in coverage.suite(product):
            assert each.says, each
            assert each.sure in each.row()


def test_an_address_is_as_sure_as_most_of_its_facts() -> None:
    assert certainty.of_facts((14, 21)) == certainty.SEEN
    assert certainty.of_facts((14, 15, 56)) == certainty.DOCUMENTED
    assert certainty.of_facts(()) == certainty.DOCUMENTED
