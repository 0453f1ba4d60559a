"""The stage of a journey: a sandbox and a ferry, each in processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import httpx2

Row = dict[str, Any]
NAME: Final = "acme"
_ENDING_SECONDS: Final = 10
_LOOK_SECONDS: Final = 0.02
# A ferry is started hundreds of times: what its Python compiled is kept, also where nothing else shall be.
_UNKEPT: Final = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that listens; ``line`` is what it printed when it did."""

    line: Mapping[str, str]
    process: "subprocess.Popen[str]"
    http: httpx2.Client

    @property
    def url(self) -> str:
        """Its address."""
        return self.line["url"]

    def get(self, name: str, **query: object) -> Any:  # noqa: ANN401 the control plane's own JSON
        """An answer of the control plane."""
        return self._said(self.http.get(f"/_sandbox/{name}", params={k: str(v) for k, v in query.items()}))

    def put(self, name: str, body: object) -> Any:  # noqa: ANN401 the control plane's own JSON
        """Set something on the control plane."""
        return self._said(self.http.put(f"/_sandbox/{name}", json=body))

    def post(self, name: str, body: object) -> Any:  # noqa: ANN401 the control plane's own JSON
        """Do something on the control plane."""
        return self._said(self.http.post(f"/_sandbox/{name}", json=body))

    def faults(self, *rules: Row) -> None:
        """These faults, and no others, from now on."""
        self.put("faults", list(rules))

    def log(self, since: int = 0) -> list[Row]:
        """The calls it received."""
        rows: list[Row] = self.get("log", since=since)
        return rows

    def books(self) -> dict[str, list[Row]]:
        """What Books holds, by kind."""
        held: dict[str, list[Row]] = self.get("state")["books"]
        return held

    def seen_at(self, url: str) -> "Sandbox":
        """The same sandbox as one sees it who reaches it at another address, such as a proxy's."""
        return replace(self, line={**self.line, "url": url})

    def open_calls(self) -> int:
        """How many calls to Books it has received and not answered."""
        return int(self.get("usage")["books"]["open"])

    def stop(self) -> None:
        """End its process; nothing happens where it has ended."""
        ended(self.process, signal.SIGTERM)

    def _said(self, response: httpx2.Response) -> Any:  # noqa: ANN401 the control plane's own JSON
        if response.status_code != 200:
            raise ValueError(f"{response.request.url.path}: {response.text}")
        return response.json()


@contextmanager
def sandbox(*options: str, seed: str = "demo", scale: float = 60, port: int = 0) -> Iterator[Sandbox]:
    """A sandbox on a free port (or that one) as long as the context lasts."""
    command = [sys.executable, "-m", "ledgerferry_sandbox", "--port", str(port), "--seed", seed,
               "--time-scale", str(scale), *options]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
    try:
        told = process.stdout.readline() if process.stdout else ""
        if not told:
            raise ChildProcessError(f"the sandbox did not start: {' '.join(command)}")
        line = json.loads(told)
        with httpx2.Client(base_url=line["url"], timeout=30) as http:
            yield Sandbox(line, process, http)
    finally:
        ended(process, signal.SIGTERM)


@dataclass(frozen=True)
class Said:
    """What a command came to: its exit code, its one JSON document, and what it told a person."""

    code: int
    json: Row
    told: str


@dataclass(frozen=True)
class Ferry:
    """The command with a home of its own, and nothing of the caller's in its environment.

    ``prefix`` is a command that runs it, such as a shell that sets a limit first.
    """

    home: Path
    prefix: tuple[str, ...] = ()
    started: "list[subprocess.Popen[str]]" = field(default_factory=list, compare=False, repr=False)

    def run(self, *arguments: str, seconds: float = 120, **environment: str) -> Said:
        """Run a verb with ``--json`` to its end; ``ValueError`` where stdout is not one JSON document."""
        return self.heard(self.start(*arguments, **environment), seconds)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a verb in a process group of its own."""
        command = [*self.prefix, program(), *arguments, "--json"]
        process = subprocess.Popen(  # noqa: S603 our own command
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, cwd=self.home.parent, env=self._environment(environment))  # fmt: skip
        self.started.append(process)
        return process

    def end(self) -> None:
        """Kill every verb that still runs."""
        for process in self.started:
            ended(process, signal.SIGKILL)

    def heard(self, process: "subprocess.Popen[str]", seconds: float = 120) -> Said:
        """Wait for a verb that was started."""
        try:
            out, told = process.communicate(timeout=seconds)
        finally:
            ended(process, signal.SIGKILL)
        try:
            document = json.loads(out)
        except ValueError:
            raise ValueError(f"no JSON document: exit {process.returncode}, {out!r}, {told}") from None
        return Said(process.returncode, document, told)

    def connect(
        self, box: Sandbox, *options: str, name: str = NAME, mail_checked: bool = True, product: str = "books"
    ) -> Said:
        """Connect a sandbox's account: its Books, or another product of it."""
        line, checked = box.line, ["--mail-checked"] * (mail_checked and product == "books")
        return self.run("connect", product, name, "--client-id", line["client_id"], "--client-secret",
                        line["client_secret"], "--refresh-token", line["refresh_token"], "--accounts-url",
                        box.url, "--api-url", box.url, *checked, *options)  # fmt: skip

    def migrate(self, folder: Path, *options: str, name: str = NAME, seconds: float = 120) -> Said:
        """Migrate a folder, every question answered with yes."""
        return self.run(*migrating(folder, *options, name=name), seconds=seconds)

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FERRY_") and k != _UNKEPT}
        return kept | {"HOME": str(self.home.parent), "FERRY_HOME": str(self.home)} | dict(more)


def migrating(folder: Path, *options: str, name: str = NAME) -> Sequence[str]:
    """The arguments of a migration that asks nothing."""
    return "migrate", str(folder), "--books", name, "--yes", "--create-taxes", *options


def program() -> str:
    """Where the command is installed, beside the Python that runs."""
    found = shutil.which("ferry", path=str(Path(sys.executable).parent)) or shutil.which("ferry")
    if found is None:
        raise FileNotFoundError("the command ferry is not installed")
    return found


def ended(process: "subprocess.Popen[str]", how: signal.Signals) -> None:
    """End a process and all of its group, and close its pipes."""
    if process.poll() is None:
        os.killpg(process.pid, how)
        try:
            process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def pause(seconds: float = _LOOK_SECONDS) -> None:
    """Let real seconds pass between two looks at other processes."""
    threading.Event().wait(seconds)
