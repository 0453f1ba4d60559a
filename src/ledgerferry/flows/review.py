"""Review: what is held, what a person decides about it, and what that teaches."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from ledgerferry.flows.remembering import Memories
from ledgerferry.model.document import Document, DocumentKind
from ledgerferry.model.paths import located
from ledgerferry.model.ports import Clock
from ledgerferry.store.decisions import Decision, Verdict
from ledgerferry.store.extracts import Extracted
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.runs import Run, Runs, Standing
from ledgerferry.systems.workbook.answers import Answer, answered
from ledgerferry.systems.workbook.identity import document_id
from ledgerferry.systems.workbook.layouts.learn import Lesson
from ledgerferry.systems.workbook.picture import Picture

# What a decision is taken to have cost where nobody saw how long the person looked.
ESTIMATED = {Verdict.ACCEPT: 60, Verdict.CORRECT: 180, Verdict.REJECT: 30}
# A person who left the document open over lunch did not review it for an hour.
LONGEST_SECONDS = 600
CHANGED = "the file has changed since it was read: extract it again"

Teach = Callable[[Path, Document], Lesson]
Look = Callable[[Path, str], Picture]
Digest = Callable[[Path], str | None]


class NotHeld(Exception):
    """There is no such document to decide about; the message says what to do."""


@dataclass(frozen=True)
class Case:
    """One document to decide about: where its file lies, and the run that holds it."""

    path: Path
    document: Document
    run: str | None = None
    decision: Decision | None = None

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id


@dataclass(frozen=True)
class Decided:
    """What was decided, and what it taught; no lesson where nothing can be learnt from it."""

    case: Case
    decision: Decision
    lesson: Lesson | None = None
    new: bool = False


@dataclass(frozen=True)
class Eyes:
    """How files are looked at: in worker processes, since they may be hostile."""

    teach: Teach
    look: Look
    digest: Digest


class Review:
    """The review of one home."""

    def __init__(self, memories: Memories, runs: Runs, ledger: Ledger, clock: Clock, eyes: Eyes) -> None:
        self._memories = memories
        self._runs = runs
        self._ledger = ledger
        self._clock = clock
        self._eyes = eyes

    def held(self, run: Run | None = None) -> list[Case]:
        """What waits for a decision: of a run, or without one of the newest run and of all extracts."""
        with self._memories.database.read() as conn:
            newest = run or next(iter(self._runs.all(conn)), None)
            cases = self._of_run(conn, newest) if newest else []
            if run is None:
                cases += [_of_extract(one) for one in self._memories.extracts.held(conn)]
            decided = {c.id for c in cases if self._memories.decisions.of(conn, c.document)}
        known = {case.id: case for case in reversed(cases) if case.id not in decided}
        return [known[name] for name in dict.fromkeys(c.id for c in cases) if name in known]

    def case(self, name: str) -> Case:
        """The document of an id, or of an unmistakable beginning of one; ``NotHeld`` for none."""
        with self._memories.database.read() as conn:
            found = [_of_extract(one) for one in self._memories.extracts.get(conn, name)] if name else []
            runs = self._runs.all(conn)[:1] if name else []
            held = (c for run in runs for c in self._of_run(conn, run, tuple(Standing)))
            found += [c for c in held if c.id.startswith(name)]
            names = {c.id for c in found}
            if len(names) != 1:
                raise NotHeld(
                    f"There is no document {name}, or several begin so: `ferry review list` lists them."
                )
            case = found[-1]
            decision = self._memories.decisions.of(conn, case.document)
        return Case(case.path, case.document, case.run, decision)

    def place(self, name: str) -> Case | None:
        """The case of ``PATH#SHEET``, where nothing was found; None where that is no file's name."""
        for at in (i for i, sign in enumerate(name) if sign == "#"):
            path, sheet = Path(name[:at]), name[at + 1 :]
            if sheet and path.is_file():
                return self._sheet(path.resolve(), sheet)
        return None

    def _sheet(self, path: Path, sheet: str) -> Case:
        seen = self._eyes.look(path, sheet)
        if seen.fault is not None:
            raise NotHeld(f"{path}: {seen.fault}.")
        name = document_id(str(path), seen.sheet)
        with suppress(NotHeld):
            return self.case(name)
        document = Document(
            kind=DocumentKind.INVOICE,
            file=path.name,
            sheet=seen.sheet,
            number=None,
            issued=None,
            id=name,
            digest=self._eyes.digest(path) or "",
        )
        return Case(path, document)

    def look(self, case: Case) -> Picture:
        """The sheet that the document stands on."""
        return self._eyes.look(case.path, case.document.sheet)

    def accept(self, case: Case, note: str = "", seconds: float | None = None) -> Decided:
        """The document is right as it was read."""
        return self._confirm(case, Verdict.ACCEPT, case.document, note, seconds)

    def correct(self, case: Case, given: Answer, note: str = "", seconds: float | None = None) -> Decided:
        """The document is right with these values in the place of what was read.

        Where they name another sheet of the file, that one holds the document and this one none.
        """
        if given.sheet and given.sheet.casefold() != case.document.sheet.casefold():
            with suppress(NotHeld):
                other = self._sheet(case.path, given.sheet)
                self.reject(case, f"the document stands on the sheet {other.document.sheet}", 0)
                case = other
        return self._confirm(case, Verdict.CORRECT, answered(case.document, given), note, seconds)

    def reject(self, case: Case, note: str = "", seconds: float | None = None) -> Decided:
        """It is no document to be loaded."""
        self._check(case)
        return self._kept(case, Verdict.REJECT, case.document, note, seconds, None)

    def _confirm(
        self, case: Case, verdict: Verdict, document: Document, note: str, seconds: float | None
    ) -> Decided:
        self._check(case)
        lesson = self._eyes.teach(case.path, document)
        return self._kept(case, verdict, document, note, seconds, lesson)

    def _check(self, case: Case) -> None:
        """``NotHeld`` where the file is no longer the one that was read."""
        found = self._eyes.digest(case.path)
        if found is None:
            raise NotHeld(f"{case.path} cannot be read: check that it is there.")
        if found != case.document.digest:
            raise NotHeld(f"{case.path}: {CHANGED}.")

    def _kept(
        self,
        case: Case,
        verdict: Verdict,
        document: Document,
        note: str,
        seconds: float | None,
        lesson: Lesson | None,
    ) -> Decided:
        measured = seconds is not None
        spent = min(LONGEST_SECONDS, round(seconds)) if seconds is not None else ESTIMATED[verdict]
        layout = lesson.layout if lesson else None
        now = self._clock.now()
        decision = Decision(
            verdict=verdict,
            document=document.model_copy(update={"reasons": ()}),
            note=note,
            decided_at=now,
            seconds=spent,
            measured=measured,
            layout=layout.id if layout else None,
        )
        new = False
        with self._memories.database.transaction("decision") as tx:
            self._memories.decisions.put(tx, decision)
            if layout is not None:
                text = layout.model_dump_json(exclude_defaults=True)
                new = self._memories.layouts.put(tx, layout.id, text, now, case.id)
            self._ledger.append(tx, f"review-{verdict}", run=case.run, about=case.id)
        return Decided(case, decision, lesson, new)

    def _of_run(
        self, conn: Connection, run: Run, standings: tuple[Standing, ...] = (Standing.HELD,)
    ) -> list[Case]:
        found = self._runs.found(conn, run.id, standings)
        return [
            Case(located(located(Path(), run.order.source), f.document.file), f.document, run.id)
            for f in found
            if f.document is not None and f.document.id
        ]


def _of_extract(one: Extracted) -> Case:
    return Case(located(Path(), one.path), one.document)
