"""CRM's calls: the one place where an address, a price and an answer meet."""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from ledgerferry.model.outcome import CallError, InDoubt
from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm.errors import refusal, results
from ledgerferry.systems.crm.prices import ONE, Price
from ledgerferry.systems.zoho.fields import Row
from ledgerferry.wire.client import Client
from ledgerferry.wire.journal import NoJournal
from ledgerferry.wire.message import Body, Call, JsonBody, Pairs, Reply

V8: Final = "/crm/v8"
BULK: Final = "/crm/bulk/v8"
# Calls that belong to no operation have nobody else to send them again.
_OWN_TRIES: Final = 3


class Calls:
    """The calls of one organisation. Reads are tried again by the wire; a write is one attempt.

    ``journal`` is where writes are noted that are given no journal of their own.
    """

    def __init__(self, client: Client, unseen: Callable[[str], None], journal: Journal | None = None) -> None:
        self.client = client
        self._unseen = unseen
        self._journal = journal or NoJournal()

    def beside(self, base: str) -> "Calls":
        """The same calls at another of CRM's hosts."""
        return Calls(self.client.beside(base), self._unseen, self._journal)

    def read(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        headers: Pairs = (),
        price: Price = ONE,
        subject: str = "",
        body: Row | None = None,
        sink: BinaryIO | None = None,
    ) -> Reply:
        """The answer to a call that changes nothing: a GET, or with a body a POST."""
        call = Call(
            "GET" if body is None else "POST",
            path,
            tuple((query or {}).items()),
            headers,
            None if body is None else JsonBody(body),
        )
        return self.client.read(call, subject=subject, weight=price.credits, heavy=price.heavy, sink=sink)

    def write(
        self,
        method: str,
        path: str,
        body: Row | Body | None,
        journal: Journal | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Pairs = (),
        price: Price = ONE,
        subject: str = "",
    ) -> Reply:
        """The answer to a call that may change something."""
        sent = JsonBody(body) if isinstance(body, Mapping) else body
        call = Call(method, path, tuple((query or {}).items()), headers, sent)
        return self.client.write(
            call,
            journal or self._journal,
            subject=subject,
            weight=price.credits,
            heavy=price.heavy,
            tries=_OWN_TRIES if journal is None else 1,
        )

    def strange(self, what: str) -> None:
        """Something that CRM showed is not known."""
        self._unseen(what)

    def error(self, row: Row, reply: Reply, subject: str) -> CallError:
        """The error that a record's part of an answer tells of."""
        error = refusal(row, self._unseen)
        error.system, error.subject, error.request = self.client.system, subject, reply.request
        return error

    def only(self, reply: Reply, subject: str) -> Row:
        """The one result of a write of one thing; raises its error, ``InDoubt`` where there is none."""
        found = results(fields(reply))
        if len(found) != 1:
            raise InDoubt(
                f"the answer tells of {len(found)} results instead of one",
                system=self.client.system,
                subject=subject,
                request=reply.request,
            )
        if found[0].get("status") != "success":
            raise self.error(found[0], reply, subject)
        return found[0]


def fields(reply: Reply) -> Row:
    """The body of an answer; empty where it has none (204, 304)."""
    value = reply.json() if reply.content else {}
    return value if isinstance(value, dict) else {}
