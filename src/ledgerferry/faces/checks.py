"""What doctor finds: each finding with how much it matters and its remedy."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Refused


class Level(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    LOOK = "look"  # a person should look, work goes on
    LOGIN = "login"  # nothing goes until a person logs in
    AWAY = "away"  # a system cannot be reached
    WRONG = "wrong"  # something is broken


class Check(BaseModel):
    """One finding. ``remedy`` is empty where there is nothing to do."""

    model_config = ConfigDict(frozen=True)

    about: str
    level: Level
    text: str
    remedy: str = ""


def failed(name: str, product: str, error: CallError) -> Check:
    """The finding that a call's error is."""
    if isinstance(error, LoginNeeded):
        return Check(about=name, level=Level.LOGIN, text=str(error), remedy=f"ferry connect {product} {name}")
    if isinstance(error, Busy):
        return Check(
            about=name,
            level=Level.LOOK,
            text=f"{error.why}, until {error.until:%Y-%m-%d %H:%M}",
            remedy="wait until then",
        )
    if isinstance(error, Refused):
        return Check(about=name, level=Level.WRONG, text=str(error))
    return Check(about=name, level=Level.AWAY, text=str(error), remedy="check the network and the addresses")


def after_trial(name: str, notes: Iterable[str], kept: Iterable[str]) -> Iterator[Check]:
    """What a trial of an account noted, and what of it could not be undone."""
    for note in notes:
        yield Check(about=name, level=Level.LOOK, text=note)
    for left in kept:
        text = f"could not be deleted again: {left}"
        yield Check(about=name, level=Level.LOOK, text=text, remedy="delete it by hand")
