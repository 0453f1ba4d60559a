"""The log of a home: what was called and what went wrong, as JSON lines without secrets."""

import os
import sys
from pathlib import Path
from typing import Final

import structlog

from ledgerferry.faces.settings import Settings, load
from ledgerferry.wire.log import redacting

LOG_NAME: Final = "ferry.log"
_TRACES: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


class _Lines:
    """Appends each line to a file that only its owner may read; several processes may do so at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def msg(self, line: str) -> None:
        """One more line."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line.encode() + b"\n")
        finally:
            os.close(handle)

    debug = info = warning = error = critical = msg


def start(settings: Settings) -> Path:
    """Write the log of this process to the home's ``logs`` from now on; the file's path."""
    settings.prepare()
    path = settings.logs / LOG_NAME
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            _TRACES,
            redacting,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _Lines(path),
    )
    _begun[:] = [path]
    return path


def bug(settings: Settings | None, error: BaseException) -> Path:
    """Write down an error that nobody foresaw, in that home's log or else in this process's; its path."""
    path = _begun[0] if settings is None and _begun else start(settings or load(os.environ))
    structlog.get_logger("ledgerferry.faces").error("bug", argv=sys.argv[1:2], exc_info=error)
    return path


_begun: Final[list[Path]] = []
