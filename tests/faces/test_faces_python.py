"""The Python API: what docs/python.md shows is run as it stands, and importing costs nothing."""

import contextlib
import io
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from ledgerferry import connect
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.outcome import Busy
from tests.faces.stage import at, login, sandbox, typed
from tests.faces.test_faces_accounts import control

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def examples() -> list[tuple[str, str]]:
    """Every example of the page, and what it is said to print."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", text, re.DOTALL)
    assert len(found) > 6
    return found


def test_the_examples_do_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sandbox("--seed", "demo") as told:
        assert typed(tmp_path, "connect", "zoho", "acme", *login(told), *at(told)).code == 0
        control(told["url"], "PUT", "switches", {"bulk_seconds": "1"})
        monkeypatch.chdir(tmp_path)
        names: dict[str, object] = {}
        for source, printed in examples():
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(source, str(PAGE), "exec"), names)
            assert out.getvalue() == printed
        _the_ledger_knows(tmp_path)


def _the_ledger_knows(home: Path) -> None:
    entries = typed(home, "ledger", "--json").json()["entries"]
    assert {"own call POST", "own call done"} <= {entry["event"] for entry in entries}
    assert typed(home, "ledger", "--check").code == 0


def test_an_account_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no connection nobody"):
        connect("nobody", home=tmp_path)


def test_without_waiting_a_full_minute_is_told(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as told:
        typed(tmp_path, "connect", "books", "acme", *login(told), *at(told))
        with connect("acme", home=tmp_path / ".ferry", wait=False) as account:
            with pytest.raises(Busy) as busy:
                list(islice(iter(account.books.organizations, None), 100))
            assert busy.value.cap == "minute"
            with pytest.raises(WrongUsage, match="not connected to crm"):
                account.crm  # noqa: B018 the property opens it


def test_importing_loads_nothing() -> None:
    script = (
        "import sys, ledgerferry\n"
        "print([m for m in sys.modules if m.startswith('ledgerferry.')], 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
