"""The state file: a snapshot and, line by line, what changed since.

Every line is one JSON document and is written before the answer of its call is sent, so a kill loses nothing
that was acknowledged. The file is compacted to its first line at every start and every clean stop.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic_core import from_json

from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.rooms import Room
from ledgerferry_sandbox.sandbox import Sandbox

FULL_EVERY = 100


def read(path: Path) -> list[Row]:
    """The snapshot and the changes in a file; a last line that was cut off is left out."""
    rows: list[Row] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n") and rows:
                break
            rows.append(from_json(line))
    return rows


def _snapshot(row: Row, rooms: Iterable[Room]) -> Iterator[str]:
    """One line of JSON, piece by piece: as a whole it would take several times the room of the records."""
    yield json.dumps(row, ensure_ascii=False).removesuffix("}")
    for room in rooms:
        yield f', "{room.service}": {{'
        for place, table in enumerate(room.tables()):
            yield f'{", " if place else ""}"{table.name}": ['
            for count, record in enumerate(table):
                text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
                yield f", {text}" if count else text
            yield "]"
        yield "}"
    yield "}\n"


class Journal:
    """Keeps one sandbox in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = 0
        self._mailed = 0

    def saved(self) -> list[Row]:
        """What the file holds; nothing if there is no file yet."""
        return read(self._path) if self._path.exists() else []

    @staticmethod
    def restore(sandbox: Sandbox, rows: list[Row]) -> None:
        """Brings a sandbox to the end of these lines."""
        sandbox.load(rows[0])
        for change in rows[1:]:
            for room in sandbox.rooms:
                for table in room.tables():
                    table.absorb(change.get(room.service, {}).get(table.name, {}))
            sandbox.desk.outbox.deliveries.absorb(change.get("webhooks", {}))
            sandbox.desk.load(change["sandbox"])
            sandbox.desk.mail.rows.extend(change["mail"])
        sandbox.desk.outbox.resume()
        sandbox.books.settle()

    def snapshot(self, sandbox: Sandbox) -> None:
        """Writes everything anew, in one step."""
        row: Row = {"time": sandbox.desk.clock.now(), "sandbox": sandbox.desk.state()}
        row["sandbox"]["mail"] = sandbox.desk.mail.rows
        deliveries = sandbox.desk.outbox.deliveries
        row["webhooks"] = deliveries.dump()
        deliveries.dirty.clear()
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(_snapshot(row, sandbox.rooms))
        draft.replace(self._path)
        for room in sandbox.rooms:
            for table in room.tables():
                table.dirty.clear()
        self._lines, self._mailed = 0, len(sandbox.desk.mail.rows)

    def note(self, sandbox: Sandbox, *, whole_desk: bool) -> None:
        """Adds what changed since the last line, if anything did."""
        changed = {
            room.service: {table.name: table.changes() for table in room.tables() if table.dirty}
            for room in sandbox.rooms
        }
        mail = sandbox.desk.mail.rows[self._mailed :]
        webhooks = sandbox.desk.outbox.deliveries.changes()
        if not (whole_desk or mail or webhooks or any(changed.values())):
            return
        self._lines += 1
        whole = whole_desk or self._lines % FULL_EVERY == 0
        desk = sandbox.desk.state() if whole else {"ids": sandbox.desk.ids.used}
        row = {"time": sandbox.desk.clock.now(), "sandbox": desk, "mail": mail, "webhooks": webhooks}
        row |= changed
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._mailed += len(mail)
