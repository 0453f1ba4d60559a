"""The log of calls: an entry stands from the moment its call is received."""

from dataclasses import dataclass

from ledgerferry_sandbox.desk.clock import iso
from ledgerferry_sandbox.exchange import Request, Row


@dataclass(slots=True)
class Entry:
    """One call. `status` is null while it is open; `fault` names what was injected.

    `cost` is its price in credits; a `heavy` one also counts among those that few may be open at once (F77).
    """

    number: int
    at: float
    service: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    status: int | None = None
    fault: str | None = None
    refused: str | None = None
    cost: int = 1
    heavy: bool = False

    def row(self) -> Row:
        """The entry as the control plane shows it."""
        return {
            "number": self.number,
            "time": iso(self.at),
            "service": self.service,
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "status": self.status,
            "credits": self.cost,
            "fault": self.fault,
            "refused": self.refused,
        }


class Log:
    """Every call since the last reset, in the order received, numbered from 1."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def open(self, service: str, request: Request, now: float) -> Entry:
        """Enters a call that was just received."""
        number = len(self.entries) + 1
        entry = Entry(number, now, service, request.method, request.path, request.query)
        self.entries.append(entry)
        return entry

    def holds(self, entry: Entry) -> bool:
        """Whether this entry is one of this log, and not of one before a reset."""
        return entry.number <= len(self.entries) and self.entries[entry.number - 1] is entry

    def since(self, number: int) -> list[Row]:
        """The entries after this number."""
        return [entry.row() for entry in self.entries[max(number, 0) :]]
