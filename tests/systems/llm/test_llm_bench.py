"""The benchmark's figures are what the model and the sheets make them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledgerferry_bench.cli import run
from tests.flows.advised import rich
from tests.systems.llm.chance import at_random
from tests.systems.llm.server import MODEL, Body, Manners, empty, ollama, openai, serving, shown
from tests.systems.workbook.sheets import write

TRUTH: dict[str, object] = {
    "sheet": "Sheet1",
    "invoice_number": "HT-0041",
    "invoice_date": "2024-03-05",
    "due_date": None,
    "customer_name": "Quay Street Bakery",
    "contact_name": "Maria Okafor",
    "customer_email": "orders@quay-street.example",
    "customer_phone": "01947 555019",
    "customer_address": "2 Quay Street, Whitby YO21 3PU",
    "customer_postcode": "YO21 3PU",
    "total": "120.24",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three files: two of one sheet each, one of them with a doubtful e-mail, and a register left out."""
    for folder in ("files", "truth"):
        (tmp_path / folder).mkdir()
    spelt = {"contact_name": "Miss Okafor", "alt": {"contact_name": ["M. Okafor", "Maria Okafor"]}}
    ambiguous = TRUTH | spelt | {"ambiguous": ["customer_email"]}
    truths = {"one": [TRUTH], "two": [ambiguous], "three": [TRUTH, TRUTH]}
    for name, invoices in truths.items():
        write(tmp_path / "files" / f"{name}.xlsx", {"Sheet1": rich(C5=None, D5=None)})
        truth = {"file": f"{name}.xlsx", "kind": "invoice", "invoices": invoices}
        (tmp_path / "truth" / f"{name}.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


def figures(corpus: Path, manners: Manners, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    with serving(manners) as host:
        code = run(["llm", str(corpus), "--llm", host.url, "--model", MODEL, "--json", *more])
    return json.loads(capsys.readouterr().out) | {"code": code}


def knowing(body: Body) -> str:
    answer = empty(body) | {"confidence": 90}
    facts = {
        "number": "HT-0041", "issued": "2024-03-05", "due": "2024-03-05", "customer_first": "A4",
        "customer_last": "A7", "contact": "Maria Okafor", "email": "orders@quay-street.example",
        "phone": "+44 1947 555 019", "postcode": "YO21 3PU", "city": "Whitby",
    }  # fmt: skip
    answer |= {name: value for name, value in facts.items() if name in answer}
    if "address" in answer:
        wanted = {"2 Quay Street", "Whitby YO21 3PU"}
        answer["address"] = [line["line"] for line in shown(body) if line["text"] in wanted]
    return json.dumps(answer)


@pytest.mark.parametrize("server", [ollama, openai])
def test_precision_and_recall_of_a_model_that_knows_nearly_all(
    corpus: Path, capsys: pytest.CaptureFixture[str], server: type
) -> None:
    found = figures(corpus, server(knowing), capsys)
    rows = {row.pop("field"): tuple(row.values()) for row in found["fields"]}
    assert rows["invoice_number"] == (2, 2, 2, 1.0, 1.0)
    assert rows["due_date"] == (0, 2, 0, 0.0, None), "the sheets state none, whatever is suggested is wrong"
    assert rows["customer_email"] == (1, 1, 1, 1.0, 1.0), "one is ambiguous and not scored"
    assert rows["contact_name"] == (2, 2, 2, 1.0, 1.0), "another spelling is accepted"
    assert rows["customer_phone"] == (2, 2, 0, 0.0, 0.0), "with the country's code it is not what is true"
    assert rows["customer_address"] == (2, 2, 2, 1.0, 1.0)
    assert rows["customer_block"] == (2, 2, 2, 1.0, 1.0)
    assert found["sheets"] == 2
    assert found["without_truth"] == {"customer_city": 2}
    assert (found["ended_early"], found["code"]) == (None, 0)


def test_a_random_model_has_little_of_either(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(corpus, ollama(at_random(3)), capsys)
    whole = found["fields"][-1]
    assert whole["field"] == "all"
    assert whole["right"] < whole["in_sheets"] / 2
    assert found["refused"]


def test_the_limit_and_the_lines_for_people(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(ollama(knowing)) as host:
        assert run(["llm", str(corpus), "--llm", host.url, "--model", MODEL, "--limit", "1"]) == 0
    out = capsys.readouterr().out
    assert f"{MODEL}: 1 sheets" in out
    assert "precision" in out
    assert "100.0%" in out


def test_a_model_that_goes_away_ends_it_with_what_there_was(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures(corpus, ollama(lambda _: "~"), capsys)
    assert found["code"] == 5
    assert "could not be used" in found["ended_early"]


def test_wrong_usage_and_nobody_there_say_so(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(ollama(knowing)) as host:
        pass
    assert run(["llm", str(corpus), "--llm", host.url]) == 5
    assert run(["llm", str(corpus), "--llm", "http://203.0.113.7"]) == 2
    assert run(["llm", str(tmp_path / "truth"), "--llm", host.url]) == 2
    assert "--llm-allow-remote" in capsys.readouterr().err
