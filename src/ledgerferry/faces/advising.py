"""Advising: a local model is asked about sheets that wait for a person, and what it suggests is kept."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.flows.questions import Subject
from ledgerferry.flows.suggest import Asking, as_values
from ledgerferry.model.document import Document
from ledgerferry.model.outcome import CallError
from ledgerferry.model.suggestion import Asked, Suggestion
from ledgerferry.systems.llm import DEFAULT_MODEL, Forbidden, LocalModel
from ledgerferry.systems.workbook.api import Worker
from ledgerferry.systems.workbook.guards import DEFAULT

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """Which model is to be asked, and whether texts may leave this machine and its private network."""

    url: str
    model: str = DEFAULT_MODEL
    remote: bool = False


@dataclass(frozen=True)
class Waiting:
    """A sheet that waits for a person: its file, and the one document on it, where one was read.

    ``subject`` is whom the suggestions about it are erased with, as the store's payloads know them.
    """

    path: Path
    sheet: str
    subject: str
    document: Document | None = None


@dataclass(frozen=True)
class Advised:
    """What came of a round: sheets asked about, questions, suggestions kept, and what was not true."""

    sheets: int = 0
    questions: int = 0
    suggestions: int = 0
    refused: int = 0
    over: str | None = None


def advise(house: House, waiting: Sequence[Waiting], wish: Wish, say: Say) -> Advised:
    """Ask the model about each sheet and keep what it suggests, in the place of what was suggested before.

    Nothing that was read changes. A sheet that several documents share, such as a list, is not asked about:
    whose a text is could not be told. Raises ``WrongUsage`` where the address is not one that may be asked;
    a model that is away, slow or of no use is said once and ends the round.
    """
    model = _opened(house, wish, say)
    if model is None or not waiting:
        return Advised(over=None if model else "not there")
    say(f"Asking {model.name} about {len(waiting)} sheets; what it says are suggestions only")
    asking = Asking(model, say)
    sheets = questions = kept = refused = 0
    with Worker(DEFAULT) as worker:
        for one in waiting:
            subject = _subject(worker, one)
            if subject is None:
                continue
            before, since = model.tokens, house.clock.monotonic()
            advice = asking.about(subject)
            spent = Asked(
                model=model.name,
                questions=advice.asked,
                refused=advice.refused,
                milliseconds=round((house.clock.monotonic() - since) * 1000),
                tokens=None if model.tokens is None else model.tokens - (before or 0),
            )
            if advice.suggestions or not asking.over:
                _keep(house, one, advice.suggestions, spent)
            sheets, questions = sheets + 1, questions + advice.asked
            kept, refused = kept + len(advice.suggestions), refused + advice.refused
            if asking.over:
                break
    return Advised(sheets, questions, kept, refused, asking.over)


def _subject(worker: Worker, one: Waiting) -> Subject | None:
    """What is asked about a sheet; None where it holds nothing, or several documents."""
    cells = worker.texts(one.path, one.path.name).cells
    texts = tuple(t for t in cells if t.cell.sheet == one.sheet)
    if not texts:
        return None
    shared = Counter(d.sheet for d in worker.read(one.path, one.path.name).documents)
    return Subject(texts, one.document) if shared[one.sheet] <= 1 else None


def suggested(house: House, one: Waiting) -> list[Suggestion]:
    """What was suggested about a sheet as its file is now."""
    digest = _digest(one.path)
    with house.database.read() as conn:
        return house.suggestions.of(conn, digest, one.sheet) if digest else []


def row(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as JSON."""
    return suggestion.model_dump(mode="json") | {"cell": suggestion.cell.cell, "sheet": suggestion.cell.sheet}


def shown(suggestions: Sequence[Suggestion]) -> dict[str, Any]:
    """Suggestions as JSON, with what `ferry review correct ID --with` would take up of them."""
    return {"suggestions": [row(s) for s in suggestions], "values": as_values(suggestions)}


def _opened(house: House, wish: Wish, say: Say) -> LocalModel | None:
    try:
        return house.adviser(wish.url, wish.model, remote=wish.remote)
    except Forbidden as error:
        raise WrongUsage(str(error)) from None
    except CallError as error:
        say(f"The local model is not asked: {error.why}. Everything else goes on without it.")
        return None


def _keep(house: House, one: Waiting, made: Sequence[Suggestion], spent: Asked) -> None:
    digest = _digest(one.path)
    if digest:
        with house.database.transaction("suggestions") as tx:
            house.suggestions.put(tx, digest, one.sheet, one.subject, made)
            house.suggestions.note(tx, digest, one.sheet, spent)


def _digest(path: Path) -> str:
    """The SHA-256 of a file in hex; empty where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
