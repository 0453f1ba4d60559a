"""What can be wrong with a database, in words that say what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from ledgerferry.model.ports import Fenced


class StoreUnavailable(Exception):
    """The home's database cannot be used now: ``why``, and the ``remedy``. What was committed is safe."""

    def __init__(self, why: str, remedy: str) -> None:
        self.why = why
        self.remedy = remedy
        super().__init__(f"{why}: {remedy}")


_FULL = ("the disk that holds the database is full", "free some space, then go on with `ferry resume`")
_LOCKED = ("another process has kept the database locked", "end it, or wait until it is done, and try again")
_READ_ONLY = ("the database may not be written", "check the owner and the rights of the home and its files")
_CORRUPT = ("the database is damaged", "put back a copy of the home")
_OPEN = ("the database cannot be opened", "check that the home exists and that it may be read and written")
_FAILING = ("the disk that holds the database fails", "check its space and health, then `ferry resume`")
_AWAY = ("the database server cannot be reached", "check FERRY_DATABASE_URL and that the server runs")
_REFUSED = ("the database server refuses the login", "check FERRY_DATABASE_URL: user, password, database")

# https://www.sqlite.org/rescode.html
_SQLITE = {
    "SQLITE_FULL": _FULL, "SQLITE_BUSY": _LOCKED, "SQLITE_LOCKED": _LOCKED, "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY, "SQLITE_CORRUPT": _CORRUPT, "SQLITE_NOTADB": _CORRUPT,
    "SQLITE_CANTOPEN": _OPEN, "SQLITE_IOERR": _FAILING,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": _FULL, "55P03": _LOCKED, "25006": _READ_ONLY, "42501": _READ_ONLY, "XX001": _CORRUPT,
    "XX002": _CORRUPT, "57P": _AWAY, "08": _AWAY, "53300": _AWAY, "28": _REFUSED,
    "3D000": _REFUSED,
}
_STOOD_STILL = "25P03"
_FILE = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EIO: _FAILING, errno.EACCES: _READ_ONLY,
         errno.EPERM: _READ_ONLY, errno.EROFS: _READ_ONLY}


@contextmanager
def explained() -> Iterator[None]:
    """Turn errors about the database itself, and its file, into ``StoreUnavailable``; others pass.

    ``Fenced`` where Postgres let others write, because this process stood still for so long.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(*_FILE.get(error.errno or 0, _OPEN)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _STOOD_STILL:
            raise Fenced("it stood still in the middle of writing, which came to nothing") from error
        reason = _reason(error)
        if reason is None:
            raise
        raise StoreUnavailable(*reason) from error


def _reason(error: DBAPIError) -> tuple[str, str] | None:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return next((why for prefix, why in _SQLITE.items() if name.startswith(prefix)), None)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next((why for prefix, why in _POSTGRES.items() if state.startswith(prefix)), None)
    if error.connection_invalidated or "connection" in str(error.orig).lower():
        return _AWAY
    return None
