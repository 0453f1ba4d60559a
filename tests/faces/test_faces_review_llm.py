"""`ferry review --llm`: a model is asked first, and a person takes its suggestions up or not."""

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledgerferry.faces.cli import app
from tests.faces.stage import FERRY
from tests.flows.advised import rich
from tests.systems.llm.server import MODEL, Body, empty, ollama, serving
from tests.systems.workbook.sheets import write

FACTS = {"confidence": 80, "number": "HT-0041", "customer_first": "A4", "customer_last": "A7"}


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a home, and a workbook whose number a reader cannot find."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("FERRY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FERRY_KEY", "k" * 43 + "=")
    content = rich(C3=None, D3=None, A20="Please quote HT-0041 when you pay.")
    write(tmp_path / "book.xlsx", {"Sheet1": content})
    return tmp_path


def ferry(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def knowing(body: Body) -> str:
    nothing = empty(body)
    return json.dumps(nothing | {name: value for name, value in FACTS.items() if name in nothing})


def test_what_the_model_suggests_is_shown_and_taken_up_by_a_correction(at_home: Path) -> None:
    assert ferry("extract", "book.xlsx", "--out", "out", "--json").exit_code == 1
    [held] = told(ferry("review", "list", "--json"))["held"]
    assert held["invoice_number"] is None
    before = told(ferry("review", "show", held["id"], "--json"))
    with serving(ollama(knowing)) as host:
        asked = ferry("review", "--llm", host.url, "--model", MODEL, "--json")
    assert asked.exit_code == 1
    assert host.chats
    assert "suggestions" in asked.stderr
    after = told(ferry("review", "show", held["id"], "--json"))
    assert after["values"] == {"invoice_number": "HT-0041"}
    assert (before["suggestions"], before["values"]) == ([], {})
    assert {k: v for k, v in after.items() if k not in {"suggestions", "values"}} == {
        k: v for k, v in before.items() if k not in {"suggestions", "values"}
    }
    shown = ferry("review", "show", held["id"]).stdout
    assert "80%" in shown
    assert "not checked by anybody" in shown
    (at_home / "right.json").write_text(json.dumps(after["values"]), encoding="utf-8")
    decided = told(ferry("review", "correct", held["id"], "--with", "right.json", "--json"))
    assert decided["document"]["invoice_number"] == "HT-0041"
    assert decided["document"]["total"] == "120.24"


def test_a_model_that_is_away_changes_nothing_about_review(at_home: Path) -> None:
    ferry("extract", "book.xlsx", "--out", "out")
    plain = ferry("review", "list", "--json")
    with serving(ollama(knowing)) as host:
        pass
    asked = ferry("review", "list", "--llm", host.url, "--json")
    assert asked.exit_code == plain.exit_code == 1
    assert told(asked) == told(plain)
    assert asked.stderr.count("local model is not asked") == 1
    assert "--llm-allow-remote" in ferry("review", "--llm", "http://203.0.113.7").stderr


def at_a_terminal(where: Path, typed: str, *arguments: str) -> None:
    """Run the command at a terminal of its own, with a person who has typed ahead."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed.encode())
        subprocess.run([*FERRY, *arguments], cwd=where, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
                       check=False, timeout=60)  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_person_takes_suggestions_up_with_one_word(at_home: Path) -> None:
    ferry("extract", "book.xlsx", "--out", "out")
    [held] = told(ferry("review", "list", "--json"))["held"]
    with serving(ollama(knowing)) as host:
        ferry("review", "list", "--llm", host.url, "--model", MODEL)
    at_a_terminal(at_home, "c\ntake\n\n", "review")
    decided = told(ferry("review", "show", held["id"], "--json"))
    assert decided["decided"] == "correct"
    assert told(ferry("review", "list", "--json"))["held"] == []
