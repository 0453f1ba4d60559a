"""The command: its promises to scripts, and how it says that something is wrong."""

import errno
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from ledgerferry.faces import cli
from ledgerferry.faces.cli import app
from ledgerferry.faces.cli.exits import Code, ending, explain
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.outcome import Busy, InDoubt, LoginNeeded, Refused, Unreachable
from tests.faces.stage import clean, ferry

PASSED_ON = {"sandbox", "bench"}


def invoke(*arguments: str) -> Result:
    """Run the command in this process, without the ferry's own environment."""
    absent: dict[str, str | None] = dict.fromkeys(os.environ.keys() - clean().keys())
    return CliRunner().invoke(app, arguments, env=absent)


def leaves(command: Any, name: str = "ferry") -> dict[str, Any]:
    """Every verb by its words."""
    inner = getattr(command, "commands", None)
    if inner is None:
        return {name: command}
    return {
        words: leaf
        for child, below in inner.items()
        for words, leaf in leaves(below, f"{name} {child}").items()
    }


VERBS = leaves(typer.main.get_command(app))


@pytest.mark.parametrize("verb", [v for v in VERBS if v.split()[-1] not in PASSED_ON])
def test_every_flag_has_its_environment_name_and_every_verb_speaks_json(verb: str) -> None:
    flags = [p for p in VERBS[verb].params if p.param_type_name == "option" and "--help" not in p.opts]
    for flag in flags:
        assert flag.envvar == "FERRY_" + flag.opts[0].strip("-").replace("-", "_").upper()
    assert "--json" in {name for flag in flags for name in flag.opts}


def test_the_verbs_of_the_interface_are_there() -> None:
    assert {
        "ferry " + v
        for v in (
            "demo",
            "sandbox",
            "connect books",
            "connect crm",
            "connect zoho",
            "zoho",
            "crm query",
            "connections",
            "disconnect",
            "doctor",
            "extract",
            "review list",
            "review show",
            "review accept",
            "review correct",
            "review reject",
            "layouts list",
            "layouts show",
            "layouts forget",
            "layouts export",
            "layouts import",
            "migrate",
            "plan migrate",
            "apply",
            "resume",
            "verify",
            "report",
            "status",
            "ledger",
            "dead list",
            "dead show",
            "dead retry",
            "dead discard",
            "dead settle",
            "bench",
        )
    } <= set(VERBS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["migrate", "none", "--books", "acme"],
        ["apply", "run-9"],
        ["verify", "run-9"],
        ["report", "run-9"],
        ["resume"],
        ["disconnect", "acme"],
        ["dead", "show", "lf"],
        ["dead", "settle", "lf"],
        ["connect", "books", "acme"],
        ["connect", "books", "a/b"],
        ["connect", "crm", "acme", "--client-credentials"],
        ["connect", "zoho", "acme", "--products", "books,nix"],
        ["connect", "zoho", "acme", "--browser", "--grant-code", "1000.a.b"],
        ["zoho", "crm", "GET", "/Contacts"],
        ["zoho", "nix", "GET", "/", "--connection", "acme"],
        ["crm", "query", "select id from Contacts where id is not null"],
        ["ledger", "--day", "yesterday"],
        ["extract", "none.xlsx", "--out", "out"],
        ["migrate"],
        ["migrate", "in", "--books", "acme", "--limit", "many"],
        ["plan", "migrate", "in"],
        ["sail"],
        ["--sail"],
    ],
)
def test_wrong_usage_ends_with_2_and_one_document(
    tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = invoke(*arguments, "--json")
    assert ended.exit_code == 2, ended.stderr
    assert json.loads(ended.stdout)["error"]["exit"] == 2
    assert ended.stderr.strip()


def test_an_empty_home_has_a_standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = invoke("status", "--json")
    assert ended.exit_code == 0
    assert json.loads(ended.stdout) == {
        "runs": [],
        "links": [],
        "quotas": {},
        "needs_person": {"held": 0, "conflicts": 0, "dead": 0},
    }
    assert invoke("ledger", "--check").exit_code == 0
    assert invoke("dead", "list").exit_code == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongUsage("x"), 2),
        (LoginNeeded("x"), 3),
        (Unreachable("x"), 5),
        (InDoubt("x"), 5),
        (Refused("x"), 2),
        (MemoryError(), 2),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), 2),
        (RuntimeError("can't start new thread"), 2),
    ],
)
def test_errors_end_as_promised(error: Exception, code: int) -> None:
    found = explain(error)
    assert found is not None
    assert found.code == code


def test_a_verb_that_is_terminated_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @ending
    def long(json: bool) -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    monkeypatch.setattr(cli, "app", lambda: long(json=True))
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(typer.Exit) as caught:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert caught.value.exit_code == 143
    assert "ferry resume" in json.loads(capsys.readouterr().out)["error"]["text"]


def test_busy_says_until_when() -> None:
    from datetime import UTC, datetime

    found = explain(Busy("full", datetime(2026, 5, 1, 12, tzinfo=UTC)))
    assert found is not None
    assert (found.code, "2026-05-01T12:00:00+00:00" in found.text) == (Code.QUOTA, True)


def test_a_bug_ends_with_70_and_a_log_without_secrets(tmp_path: Path) -> None:
    secret = "1000.abcdefabcdefabcdef0123.456789abcdef0123456789"

    @ending
    def broken(home: Path, json: bool) -> int:
        raise RuntimeError(f"refresh_token={secret}")

    with pytest.raises(typer.Exit) as caught:
        broken(tmp_path / "home", json=False)
    assert caught.value.exit_code == 70
    (log,) = (tmp_path / "home" / "logs").iterdir()
    assert "RuntimeError" in log.read_text()
    assert secret not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_extract_names_results_by_stem_and_by_path_where_stems_repeat(tmp_path: Path) -> None:
    for name in ("in/a/x.xlsx", "in/b/x.ods", "in/y.xlsx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"no workbook")
    ended = ferry(tmp_path, "extract", "in", "--out", "out", "--json")
    assert ended.code == 0, ended.err
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a_x.xlsx.json", "b_x.ods.json", "y.json"]
    assert all(f["rejections"] for f in ended.json()["files"])
