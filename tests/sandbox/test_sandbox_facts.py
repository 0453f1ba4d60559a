"""Known facts are emulated and named in a test, unconfirmed ones are switches: code by code."""

import ast
import os
import re
from pathlib import Path

import pytest

from ledgerferry_sandbox import certainty, switches
from tests.sandbox import facts

HERE = Path(__file__).parent
SHEET = Path(os.environ.get("FERRY_SHARED", HERE.parents[2] / "shared")) / "facts" / "vendor-apis.md"
CODE = re.compile(
    r"\b[A-Z]{2,}(?:_[A-Z]+)+\b|\b(?:invalid|missing)_[a-z_]+\b|\bX-[A-Za-z-]+|\bIf-[A-Za-z-]+|\bRetry-After"
)
needs_sheet = pytest.mark.skipif(
    not SHEET.is_file(), reason="no facts sheet: it lies in ../shared/facts, or where FERRY_SHARED says"
)


def sources() -> dict[str, str]:
    """Every test of the sandbox by its name: its text, marks and all."""
    found: dict[str, str] = {}
    for path in HERE.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


SOURCES = sources()


def told(fact: int) -> str:
    """All that the tests say that name a fact."""
    named = re.compile(rf"_f{fact}(?=_|$)")
    return "\n".join(text for name, text in SOURCES.items() if named.search(name)).lower()


@pytest.mark.parametrize("fact", facts.KNOWN)
def test_every_word_of_a_fact_stands_in_a_test_that_names_it(fact: int) -> None:
    text = told(fact)
    assert text, f"no test names F{fact}"
    loose = text.replace("__", ".")
    silent = [word for word in facts.KNOWN[fact].split() if word.lower() not in text + loose]
    assert not silent


@pytest.mark.parametrize("code", facts.TABLE)
def test_every_code_of_table_2_3_is_in_the_name_of_a_test_that_meets_it(code: int) -> None:
    named = re.compile(rf"_{code}(?=_|$)")
    met = re.compile(rf"\b{code}\b")
    assert any(met.search(text) for name, text in SOURCES.items() if named.search(name))


def test_every_fact_of_the_sandbox_is_in_one_table() -> None:
    listed = set(facts.KNOWN) | set(facts.NOT_OF_A_VENDORS_ANSWERS)
    assert listed == set(range(1, certainty.LAST + 1))
    assert not set(facts.KNOWN) & set(facts.NOT_OF_A_VENDORS_ANSWERS)
    assert set(facts.PARTS_NOT_THERE) <= set(facts.KNOWN)


def standing(table: dict[int | str, tuple[str, ...]]) -> list[tuple[int | str, str]]:
    return [(place, name) for place, each in table.items() for names in each for name in names.split()]


def test_every_unconfirmed_statement_has_a_switch_that_names_its_fact() -> None:
    known = {switch.name: switch.fact for switch in switches.TABLE}
    for place, name in standing(facts.UNSURE) + standing(facts.VARYING):
        assert name in known, name
        cited = "table 2.3" if isinstance(place, str) else f"F{place}"
        assert cited == known[name] or cited in known[name].split(), (name, place)


def sheet() -> tuple[dict[int, str], dict[str, str], str]:
    """The facts of the sandbox's sections, the rows of table 2.3, and what stands beside both."""
    text = SHEET.read_text(encoding="utf-8")
    own = text[text.index("## 1 Zoho") : text.index("## 4 Pipedrive")]
    held: dict[int, str] = {}
    rows: dict[str, str] = {}
    beside = []
    for line in own.splitlines():
        if fact := re.match(r"- F(\d+) (.*)", line):
            held[int(fact[1])] = fact[2]
        elif line.startswith("|"):
            rows[line.split("|")[1].strip()] = line
        else:
            beside.append(line)
    return held, rows, "\n".join(beside)


@needs_sheet
def test_the_sheet_has_no_fact_that_the_tables_lack() -> None:
    assert set(sheet()[0]) == set(facts.KNOWN) | set(facts.NOT_OF_A_VENDORS_ANSWERS)


@needs_sheet
@pytest.mark.parametrize("fact", facts.KNOWN)
def test_every_code_and_header_that_a_fact_of_the_sheet_names_is_in_a_test_of_it(fact: int) -> None:
    text = told(fact)
    codes = [code for code in CODE.findall(sheet()[0][fact]) if code not in facts.NO_CODES]
    assert not [code for code in codes if code.lower() not in text]


@needs_sheet
def test_every_code_of_the_sheets_table_is_known() -> None:
    codes = {int(number) for name in sheet()[1] for number in re.findall(r"\b\d+\b", name)}
    assert codes <= set(facts.TABLE)


@needs_sheet
def test_every_unconfirmed_statement_of_the_sheet_has_its_switches() -> None:
    held, rows, beside = sheet()
    counts = {place: text.count("UNCONFIRMED") for place, text in [*held.items(), *rows.items()]}
    stated = {place: count for place, count in counts.items() if count}
    assert stated == {place: len(each) for place, each in facts.UNSURE.items()}
    assert beside.count("UNCONFIRMED") == len(facts.ELSEWHERE)
    assert all(words in beside for words in facts.ELSEWHERE)
