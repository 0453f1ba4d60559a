"""Any of Books' registers: its records listed, read, written and removed, in Books' own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from ledgerferry.model.outcome import InDoubt, Stale
from ledgerferry.model.ports import Journal
from ledgerferry.systems.zoho.envelope import has_more, row_of, rows_of
from ledgerferry.systems.zoho.fields import Fields, Row, ident
from ledgerferry.wire.client import Client
from ledgerferry.wire.journal import NoJournal
from ledgerferry.wire.message import Call, JsonBody, Reply

_PAGE: Final = 200  # F17
# Calls that belong to no operation have nobody else to send them again.
_OWN_TRIES: Final = 3


class BooksCalls:
    """Signed and paced calls of one organisation (F13); ``journal`` notes writes that are given none."""

    def __init__(self, client: Client, organization: str, journal: Journal | None = None) -> None:
        self.client = client
        self._organization = organization
        self._journal = journal or NoJournal()

    def read(
        self, path: str, query: Mapping[str, str] | None = None, *, sink: BinaryIO | None = None
    ) -> Reply:
        """The answer to a GET."""
        return self.client.read(self._call("GET", path, query or {}, None), sink=sink)

    def write(
        self,
        method: str,
        path: str,
        body: Row | None,
        journal: Journal | None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer to a call that may change something: one attempt."""
        call = self._call(method, path, query or {}, body)
        return self.client.write(call, journal or self._journal, tries=_OWN_TRIES if journal is None else 1)

    def listed(self, path: str, names: tuple[str, ...], filters: Mapping[str, str]) -> Iterator[Fields]:
        """Every row of a list, 200 a call, as far as the iterator is drawn."""
        page = 1
        while True:
            body = fields(self.read(path, {**filters, "page": str(page), "per_page": str(_PAGE)}))
            yield from map(Fields, rows_of(body, *names))
            if not has_more(body):
                return
            page += 1

    def _call(self, method: str, path: str, query: Mapping[str, str], body: Row | None) -> Call:
        pairs = (("organization_id", self._organization), *query.items())
        return Call(method, path, pairs, body=None if body is None else JsonBody(body))


@dataclass(frozen=True, slots=True)
class Naming:
    """A register's path, and the names of its records in envelopes."""

    path: str
    one: str
    many: tuple[str, ...]
    id: str


class Register:
    """One register of an organisation. Rows are shown as Books has them; amounts are exact."""

    def __init__(self, calls: BooksCalls, naming: Naming) -> None:
        self._calls = calls
        self._naming = naming

    def list(self, **filters: str) -> Iterator[Fields]:
        """Every row that Books' own filters leave (F24 to F28), such as ``status="unpaid"``."""
        return self._calls.listed(self._naming.path, self._naming.many, filters)

    def get(self, record: str) -> Fields | None:
        """One record in full; None where it is gone."""
        try:
            return self._one(self._calls.read(f"{self._naming.path}/{record}"))
        except Stale:
            return None

    def create(self, body: Row, *, journal: Journal | None = None, **query: str) -> Fields:
        """A new record; ``query`` holds Books' switches, such as ``ignore_auto_number_generation="true"``."""
        return self._one(self._calls.write("POST", self._naming.path, body, journal, query))

    def update(self, record: str, body: Row, *, journal: Journal | None = None, **query: str) -> Fields:
        """A record with some of its fields changed."""
        return self._one(self._calls.write("PUT", f"{self._naming.path}/{record}", body, journal, query))

    def delete(self, record: str, *, journal: Journal | None = None) -> None:
        """A record removed."""
        self._calls.write("DELETE", f"{self._naming.path}/{record}", None, journal)

    def move(self, record: str, way: str, body: Row | None = None, *, journal: Journal | None = None) -> None:
        """A record moved by one of Books' verbs, such as ``status/void`` or ``active``."""
        self._calls.write("POST", f"{self._naming.path}/{record}/{way}", body, journal)

    def within(self, record: str, part: str, *names: str, **filters: str) -> Iterator[Fields]:
        """The rows of a list that belongs to a record, such as an invoice's ``payments``."""
        return self._calls.listed(f"{self._naming.path}/{record}/{part}", names or (part,), filters)

    def put_within(
        self, record: str, part: str, body: Row, *names: str, journal: Journal | None = None
    ) -> Fields:
        """A new row of such a list."""
        reply = self._calls.write("POST", f"{self._naming.path}/{record}/{part}", body, journal)
        return Fields(row_of(fields(reply), *(names or (part,))))

    def drop_within(self, record: str, part: str, row: str, *, journal: Journal | None = None) -> None:
        """A row of such a list removed."""
        self._calls.write("DELETE", f"{self._naming.path}/{record}/{part}/{row}", None, journal)

    def _together(
        self,
        method: str,
        way: str,
        name: str,
        records: Sequence[str],
        most: int,
        journal: Journal | None,
        **query: str,
    ) -> None:
        """One call for several records, as many calls as there are parts of ``most``."""
        path = self._naming.path + (f"/{way}" if way else "")
        for start in range(0, len(records), most):
            ids = {name: ",".join(records[start : start + most])}
            self._calls.write(method, path, None, journal, ids | query)

    def _one(self, reply: Reply) -> Fields:
        row = row_of(fields(reply), self._naming.one, *self._naming.many)
        if not ident(row, self._naming.id):
            raise InDoubt(
                f"the answer shows no {self._naming.one}",
                system=self._calls.client.system,
                request=reply.request,
            )
        return Fields(row)


def fields(reply: Reply) -> Row:
    """The body of an answer; empty where it is none."""
    value = reply.json() if reply.content else {}
    return value if isinstance(value, dict) else {}
