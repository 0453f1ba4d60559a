"""What the tests of the faces share: the command as a process, and a sandbox beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

FERRY = [sys.executable, "-c", "from ledgerferry.faces.cli import main; main()"]
SANDBOX = [sys.executable, "-m", "ledgerferry_sandbox"]


@dataclass(frozen=True)
class Ended:
    """How a call of the command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def clean() -> dict[str, str]:
    """The environment without anything of the ferry's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FERRY_")}


def ferry(where: Path, *arguments: str, **environment: str) -> Ended:
    """Run the command in a folder, with nobody to ask."""
    done = subprocess.run(
        [*FERRY, *arguments],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=clean() | environment,
        timeout=120,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def typed(where: Path, *arguments: str, **environment: str) -> Ended:
    """The same in this process, for verbs that start no engine: it spares the start of an interpreter."""
    from ledgerferry.faces.cli import main

    out, err, code = StringIO(), StringIO(), None
    with (
        chdir(where),
        redirect_stdout(out),
        redirect_stderr(err),
        Path(os.devnull).open(encoding="utf-8") as nobody,
        patch.object(sys, "stdin", nobody),
        patch.object(sys, "argv", ["ferry", *arguments]),
        patch.dict(os.environ, clean() | environment, clear=True),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Ended(code, out.getvalue(), err.getvalue())


@contextmanager
def sandbox(*arguments: str) -> Iterator[dict[str, Any]]:
    """A sandbox on a free port; what it said about itself."""
    with subprocess.Popen(
        [*SANDBOX, "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def samples(folder: Path, companies: int, invoices: int) -> None:
    subprocess.run(
        [*SANDBOX, "samples", str(folder), "--companies", str(companies), "--invoices", str(invoices)],
        check=True,
        capture_output=True,
    )


def login(told: dict[str, Any]) -> list[str]:
    """The flags that log in to a sandbox."""
    return [
        "--client-id",
        told["client_id"],
        "--client-secret",
        told["client_secret"],
        "--refresh-token",
        told["refresh_token"],
    ]


def at(told: dict[str, Any]) -> list[str]:
    return ["--accounts-url", told["url"], "--api-url", told["url"]]
