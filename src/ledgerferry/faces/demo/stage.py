"""The demo's stage: its folder, the sandbox's process, and the sample companies."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ledgerferry.faces.connecting import Login
from ledgerferry.faces.demo.truth import Truth
from ledgerferry.faces.settings import WrongUsage

_MARK: Final = ".ferry-demo"
_PROGRAM: Final = "ledgerferry_sandbox"
_ENDING_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder of one demo: sample companies and a home."""

    folder: Path

    @classmethod
    def prepared(cls, folder: Path) -> Self:
        """A fresh stage: an earlier demo's folder is replaced, any other is left alone (``WrongUsage``)."""
        try:
            if folder.is_dir() and (folder / _MARK).is_file():
                shutil.rmtree(folder)
            elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise WrongUsage(f"{folder} is there and is no demo's. Give another with --folder.")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / _MARK).touch()
        except OSError as error:
            raise WrongUsage(
                f"The demo cannot use {folder} ({error.strerror}). Give another with --folder."
            ) from None
        return cls(folder.absolute())

    @property
    def companies(self) -> Path:
        """Where the sample workbooks lie."""
        return self.folder / "companies"

    @property
    def home(self) -> Path:
        """The demo's home."""
        return self.folder / "home"

    @property
    def config(self) -> Path:
        """The ferry.toml that the samples come with: what their owner decided about VAT and payments."""
        return self.companies.with_name("companies.ferry.toml")

    def samples(self) -> Truth:
        """Let the sandbox's side write the samples and their ``config``; what it planted in them."""
        done = subprocess.run(  # noqa: S603 our own package
            [sys.executable, "-m", _PROGRAM, "samples", str(self.companies), "--full", "--invoices", "36"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise WrongUsage(f"The samples could not be written: {done.stderr.strip()}")
        planted = self.companies.with_name("companies.planted.json")
        return Truth.model_validate_json(planted.read_bytes())

    def files(self) -> int:
        """How many files the samples are."""
        return sum(1 for path in self.companies.rglob("*") if path.is_file())

    def shown(self, path: Path) -> str:
        """A path as a person types it from here."""
        here = Path().absolute()
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


class Sandbox:
    """The sandbox in a process of its own, its messages in a log; a context manager that always ends it."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 our own package
            [
                sys.executable,
                "-m",
                _PROGRAM,
                "--seed",
                "demo",
                "--time-scale",
                "60",
                "--limits",
                "real",
                "--port",
                "0",
            ],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        try:
            self._line = self._heard()
        except BaseException:
            # The sandbox's process ends whatever happened, and the error goes on.
            self._end()
            raise

    def _heard(self) -> dict[str, str]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise WrongUsage("The sandbox did not start; `ferry sandbox --port 0` shows why.")
        told: dict[str, str] = json.loads(line)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def url(self) -> str:
        """Its address."""
        return self._line["url"]

    @property
    def organization(self) -> str:
        """The organisation that the samples belong to."""
        return self._line["organization_id"]

    def login(self) -> Login:
        """How it is logged in to."""
        told = self._line
        return Login(
            told["client_id"],
            told["client_secret"],
            told["refresh_token"],
            accounts_url=self.url,
            api_url=self.url,
        )

    def wait(self) -> None:
        """Stay until the process ends or somebody presses Ctrl-C."""
        try:
            self._process.wait()
        except KeyboardInterrupt:
            return

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()
