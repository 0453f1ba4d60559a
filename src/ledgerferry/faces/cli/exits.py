"""How a verb ends: its exit code, and one clear paragraph where it did not go well."""

import errno
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ParamSpec

import typer

from ledgerferry.faces.cli.output import Output

P = ParamSpec("P")


class Code(IntEnum):
    """The exit codes of INTERFACE; people script them."""

    DONE = 0
    PERSON = 1
    USAGE = 2
    LOGIN = 3
    QUOTA = 4
    AWAY = 5
    BUG = 70
    STOPPED = 130
    TERMINATED = 143


class Terminated(KeyboardInterrupt):
    """SIGTERM came: the same as Ctrl-C, from a service manager."""


@dataclass(frozen=True)
class Ending:
    """An exit code and the paragraph that goes with it."""

    code: Code
    text: str


def ending(verb: Callable[P, int]) -> Callable[P, None]:
    """The verb as a command: what it raises becomes an exit code and a paragraph, never a traceback."""

    @functools.wraps(verb)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        given = inspect.signature(verb).bind(*args, **kwargs).arguments
        try:
            code = verb(*args, **kwargs)
        except typer.Exit:
            raise
        except KeyboardInterrupt as stop:
            code = Code.TERMINATED if isinstance(stop, Terminated) else Code.STOPPED
            _show(Ending(code, "Stopped. Nothing is lost: `ferry resume` goes on."), given)
            raise typer.Exit(code) from None
        except Exception as error:
            # The last place before the terminal: what is not foreseen is a bug, and is said to be one.
            found = explain(error) or _bug(error, given)
            _show(found, given)
            raise typer.Exit(found.code) from None
        raise typer.Exit(code)

    return command


def _show(found: Ending, given: dict[str, Any]) -> None:
    out = Output(json=bool(given.get("json")))
    out.say(found.text, "red" if found.code < Code.STOPPED else "")
    out.document({"error": {"exit": int(found.code), "text": found.text}})


def explain(error: Exception) -> Ending | None:
    """The ending that an error foreseen asks for; None for a bug."""
    from ledgerferry.engine.stopping import EngineLost
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.flows.clearing import UnknownAccount
    from ledgerferry.flows.deals import Misfit
    from ledgerferry.flows.gather import NothingThere
    from ledgerferry.flows.review import NotHeld
    from ledgerferry.model.outcome import CallError
    from ledgerferry.model.ports import Fenced
    from ledgerferry.store.errors import StoreUnavailable
    from ledgerferry.store.keys import KeyUnusable
    from ledgerferry.store.seal import WrongKey
    from ledgerferry.systems.zoho import Region

    if isinstance(error, CallError):
        return _call(error)
    if isinstance(error, StoreUnavailable | KeyUnusable):
        return Ending(Code.USAGE, f"{_sentence(error.why)} To do: {error.remedy}.")
    if isinstance(error, Fenced):
        return Ending(Code.AWAY, "This process stood still; another took over. `ferry resume` follows it.")
    if isinstance(error, EngineLost):
        return Ending(Code.AWAY, str(error))
    if isinstance(error, WrongUsage | NothingThere | UnknownAccount | NotHeld | WrongKey | Misfit):
        return Ending(Code.USAGE, _sentence(str(error)))
    if isinstance(error, Region):
        return Ending(
            Code.LOGIN,
            f"{_sentence(str(error))} Check the client id and secret, that the refresh token "
            "was made for them, and --dc.",
        )
    if _cramped(error):
        return Ending(
            Code.USAGE,
            f"There is too little memory, or too few threads, for this process ({error}). Nothing is lost: "
            "raise its limits (`ulimit -v`, `ulimit -u`), or end what else takes them, then `ferry resume`.",
        )
    return None


def _cramped(error: Exception) -> bool:
    """Whether the machine gave too little memory; Python says so in three ways."""
    lacking = isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.EAGAIN)
    return lacking or isinstance(error, MemoryError) or str(error) == "can't start new thread"


def _call(error: Any) -> Ending:  # noqa: ANN401 its types are imported where they are used
    from ledgerferry.model.outcome import Busy, LoginNeeded, Refused, Stale

    if isinstance(error, Busy):
        until = error.until.isoformat(timespec="seconds")
        return Ending(
            Code.QUOTA,
            f"{_sentence(error.why)} Waiting until {until} (the system's time); "
            "`ferry resume` goes on then, `--wait` would have waited.",
        )
    if isinstance(error, LoginNeeded):
        return Ending(Code.LOGIN, f"{_sentence(error.why)} Log in with `ferry connect`, then `ferry resume`.")
    if isinstance(error, Refused | Stale):
        return Ending(Code.USAGE, f"{_sentence(str(error))} See `ferry doctor`.")
    return Ending(
        Code.AWAY,
        f"{_sentence(str(error))} Check the network and the address, then `ferry resume`; nothing is lost.",
    )


def _bug(error: Exception, given: dict[str, Any]) -> Ending:
    from ledgerferry.faces import logs
    from ledgerferry.faces.settings import Settings, WrongUsage

    home = given.get("home")
    try:
        path = logs.bug(Settings(home=home.absolute()) if home else None, error)
        where = f"What happened is in {path}"
    except (OSError, WrongUsage):
        where = "The log could not be written"
    return Ending(
        Code.BUG,
        f"This is a bug of ferry: {type(error).__name__}: {error}. {where}. What is in the "
        "ledger is safe; please report it with that log.",
    )


def _sentence(text: str) -> str:
    """A text as a sentence; a file's or connection's name at its start keeps its spelling."""
    text = text.strip()
    first = text.partition(" ")[0].rstrip(",")
    begun = text[:1].upper() + text[1:] if first.isalpha() else text
    return begun.rstrip(".") + "."
