"""Remembering: workbooks read by the layouts that a home has learnt and the decisions made in it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledgerferry.flows.deciding import decided
from ledgerferry.model.document import Reading
from ledgerferry.store.database import Database
from ledgerferry.store.decisions import Decisions
from ledgerferry.store.extracts import Extracts
from ledgerferry.store.layouts import KeptLayout, Layouts
from ledgerferry.systems.workbook.layouts.model import Layout

Files = Sequence[tuple[Path, str]]
Read = Callable[[Files, Sequence[Layout]], Iterator[Reading]]
"""Turns workbooks into readings by layouts."""


@dataclass(frozen=True)
class Memories:
    """The rooms of the store that remember what a person confirmed."""

    database: Database
    layouts: Layouts
    decisions: Decisions
    extracts: Extracts


def layouts_of(kept: Sequence[KeptLayout]) -> list[Layout]:
    """The layouts that are kept, the newest first: of two that fit alike the newer one goes before."""
    return [Layout.model_validate_json(one.text) for one in reversed(kept)]


class Remembering:
    """Reads workbooks with all that the home remembers."""

    def __init__(self, memories: Memories, read: Read) -> None:
        self._memories = memories
        self._read = read

    def __call__(self, files: Files) -> Iterator[Reading]:
        """What each file holds, in the order given; layouts that were of use are counted at the end."""
        with self._memories.database.read() as conn:
            layouts = layouts_of(self._memories.layouts.all(conn))
            known = self._memories.decisions.known(conn)
        used: Counter[str] = Counter()
        for reading in self._read(files, layouts):
            found = self._decided(reading, known)
            used.update(d.layout for d in found.documents if d.layout)
            yield found
        with self._memories.database.transaction("layouts-used") as tx:
            self._memories.layouts.note_used(tx, used)

    def _decided(self, reading: Reading, known: set[str]) -> Reading:
        decisions = self._memories.decisions
        if not reading.digest or decisions.file(reading.digest) not in known:
            return reading
        with self._memories.database.read() as conn:
            return decided(reading, decisions.of_file(conn, reading.digest))
