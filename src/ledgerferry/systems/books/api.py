"""Books' calls, typed: what is asked, with what, and which part of the answer counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ledgerferry.model.outcome import InDoubt, Stale
from ledgerferry.model.ports import Journal
from ledgerferry.model.record import Kind
from ledgerferry.systems import zoho
from ledgerferry.systems.books.fields import Row, ident
from ledgerferry.systems.books.sums import SUMS_ONLY, sums_of
from ledgerferry.systems.protocol import Sums
from ledgerferry.wire.client import Client
from ledgerferry.wire.message import Call, FileBody, JsonBody, Pairs, Reply

PAGE: Final = 200  # F17
Filters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Module:
    """One of Books' modules: its path, the names of its records in envelopes, and of their id."""

    path: str
    one: str
    many: tuple[str, ...]
    id_field: str


MODULES: Final[Mapping[Kind, Module]] = {
    Kind.CUSTOMER: Module("/contacts", "contact", ("contacts",), "contact_id"),
    Kind.INVOICE: Module("/invoices", "invoice", ("invoices",), "invoice_id"),
    # The key of the list differs between the specification and the wire.
    Kind.PAYMENT: Module("/customerpayments", "payment", ("customerpayments", "customer_payments"),
                         "payment_id"),
    Kind.CREDIT_NOTE: Module("/creditnotes", "creditnote", ("creditnotes",), "creditnote_id"),
    Kind.TAX: Module("/settings/taxes", "tax", ("taxes",), "tax_id"),
}

# What names the records of a bulk delete, and what else it asks for (F36, F42, F46).
_BULK_DELETE: Final[Mapping[Kind, tuple[str, Pairs]]] = {
    Kind.CUSTOMER: ("contact_ids", ()),
    Kind.INVOICE: ("invoice_ids", ()),
    Kind.PAYMENT: ("payment_ids", (("bulk_delete", "true"),)),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as an answer showed it, when (the system's time), and the answer's request id."""

    row: Row
    at: datetime
    request: str


class BooksApi:
    """The calls of one organisation; ``organization_id`` goes with every one of them (F13)."""

    def __init__(self, client: Client, organization: str) -> None:
        self.client = client
        self._organization = organization

    def organizations(self) -> list[Row]:
        """Every organisation that the login sees; the only call without an organisation (F13)."""
        reply = self.client.read(Call("GET", "/organizations"))
        return zoho.rows_of(_fields(reply), "organizations")

    def currencies(self) -> list[Row]:
        """The organisation's currencies (F45)."""
        return list(self._listed("/settings/currencies", ("currencies",), {}))

    def accounts(self) -> list[Row]:
        """The chart of accounts, with its cash and bank accounts."""
        return list(self._listed("/chartofaccounts", ("chartofaccounts",), {}))

    def exchange_rates(self, currency: str) -> list[Row]:
        """The dated rates of one currency (F45)."""
        return list(self._listed(f"/settings/currencies/{currency}/exchangerates", ("exchange_rates",), {}))

    def exemptions(self) -> list[Row]:
        """The organisation's reasons not to tax; only some editions have any (F44)."""
        return list(self._listed("/settings/taxexemptions", ("tax_exemptions",), {}))

    def rows(self, kind: Kind, filters: Filters | None = None) -> Iterator[Row]:
        """Every row of a list, 200 a call, as far as the iterator is drawn."""
        module = MODULES[kind]
        return self._listed(module.path, module.many, filters or {})

    def sums(self, filters: Filters) -> Sums | None:
        """Count and sums of the invoices under some filters; None where the answer shows none (F25)."""
        asked = tuple({**filters, **SUMS_ONLY}.items())
        return sums_of(_fields(self.client.read(self._call("GET", MODULES[Kind.INVOICE].path, asked))))

    def get(self, kind: Kind, record: str) -> Seen | None:
        """One record in full; None where it is gone (F29)."""
        module = MODULES[kind]
        try:
            reply = self.client.read(self._call("GET", f"{module.path}/{record}"), subject=f"{kind} {record}")
        except Stale:
            return None
        return self._seen(reply, module)

    def create(self, kind: Kind, body: Row, journal: Journal, *, subject: str, query: Pairs = ()) -> Seen:
        """A new record by POST."""
        module = MODULES[kind]
        call = self._call("POST", module.path, query, body=body)
        return self._seen(self.client.write(call, journal, subject=subject), module)

    def upsert(self, kind: Kind, body: Row, key: tuple[str, str], journal: Journal, *, subject: str,
               query: Pairs = ()) -> Seen:
        """A new record, or the one whose unique custom field has this value already (F31)."""
        module = MODULES[kind]
        headers = (("X-Unique-Identifier-Key", key[0]), ("X-Unique-Identifier-Value", key[1]),
                   ("X-Upsert", "true"))
        call = self._call("PUT", module.path, query, headers, body)
        return self._seen(self.client.write(call, journal, subject=subject), module)

    def update(self, kind: Kind, record: str, body: Row, journal: Journal, *, subject: str,
               query: Pairs = ()) -> Seen:
        """A record with some of its fields changed."""
        module = MODULES[kind]
        call = self._call("PUT", f"{module.path}/{record}", query, body=body)
        return self._seen(self.client.write(call, journal, subject=subject), module)

    def delete(self, kind: Kind, record: str, journal: Journal) -> Reply:
        """Remove a record."""
        call = self._call("DELETE", f"{MODULES[kind].path}/{record}")
        return self.client.write(call, journal, subject=f"{kind} {record}")

    def delete_several(self, kind: Kind, records: Sequence[str], journal: Journal) -> Reply:
        """Remove records in one call (F36, F42, F46)."""
        name, more = _BULK_DELETE[kind]
        call = self._call("DELETE", MODULES[kind].path, ((name, ",".join(records)), *more))
        return self.client.write(call, journal, subject=f"{len(records)} of {kind}")

    def void(self, kind: Kind, record: str, journal: Journal) -> Reply:
        """An invoice or credit note counts no longer; payments and credits come off it (F36, F48)."""
        call = self._call("POST", f"{MODULES[kind].path}/{record}/status/void")
        return self.client.write(call, journal, subject=f"{kind} {record}")

    def write_off(self, invoice: str, journal: Journal) -> Reply:
        """All that is left to pay of an invoice is given up (F36)."""
        call = self._call("POST", f"/invoices/{invoice}/writeoff")
        return self.client.write(call, journal, subject=f"invoice {invoice}")

    def cancel_write_off(self, invoice: str, journal: Journal) -> Reply:
        """What was given up of an invoice is owed again (F36)."""
        call = self._call("POST", f"/invoices/{invoice}/writeoff/cancel")
        return self.client.write(call, journal, subject=f"invoice {invoice}")

    def parts(self, kind: Kind, record: str, part: str, name: str) -> Iterator[Row]:
        """The rows of a list that belongs to a record, such as a credit note's ``refunds`` (F49, F50)."""
        return self._listed(f"{MODULES[kind].path}/{record}/{part}", (name,), {})

    def put_part(self, kind: Kind, record: str, part: str, body: Row, journal: Journal, *,
                 subject: str, method: str = "POST") -> Reply:
        """A row of such a list, new or changed."""
        call = self._call(method, f"{MODULES[kind].path}/{record}/{part}", body=body)
        return self.client.write(call, journal, subject=subject)

    def drop_part(self, kind: Kind, record: str, part: str, journal: Journal) -> Reply:
        """A row of such a list removed, such as ``refunds/460000000001``."""
        call = self._call("DELETE", f"{MODULES[kind].path}/{record}/{part}")
        return self.client.write(call, journal, subject=f"{kind} {record}")

    def delete_together(self, kind: Kind, records: Sequence[str], journal: Journal) -> None:
        """Remove customers, invoices or payments, all in one call (F36, F42, F46)."""
        name = MODULES[kind].id_field + "s"
        asked: Pairs = ((name, ",".join(records)),)
        if kind is Kind.PAYMENT:
            asked += (("bulk_delete", "true"),)
        call = self._call("DELETE", MODULES[kind].path, asked)
        self.client.write(call, journal, subject=f"{len(records)} {kind}")

    def mark_sent(self, invoices: Sequence[str], journal: Journal) -> Reply:
        """Drafts become sent, in one call and without a message to anybody (F36)."""
        call = self._call("POST", "/invoices/status/sent", (("invoice_ids", ",".join(invoices)),))
        return self.client.write(call, journal, subject=f"{len(invoices)} invoices")

    def mark_one_sent(self, invoice: str, journal: Journal) -> Reply:
        """One draft becomes sent."""
        call = self._call("POST", f"/invoices/{invoice}/status/sent")
        return self.client.write(call, journal, subject=f"invoice {invoice}")

    def attach(self, kind: Kind, record: str, path: Path, name: str, media: str, journal: Journal) -> Reply:
        """A file hung on an invoice or credit note; it is not sent along in mail (F39)."""
        asked = (("can_send_in_mail", "false"),)
        call = self._call("POST", f"{MODULES[kind].path}/{record}/attachment", asked)
        signed = Call(call.method, call.path, call.query, body=FileBody("attachment", name, media, path))
        return self.client.write(signed, journal, subject=f"{kind} {record}")

    def at(self, reply: Reply) -> datetime:
        """The system's time of an answer."""
        return reply.date or self.client.now()

    def _listed(self, path: str, names: tuple[str, ...], filters: Filters) -> Iterator[Row]:
        page = 1
        while True:
            query = (*filters.items(), ("page", str(page)), ("per_page", str(PAGE)))
            fields = _fields(self.client.read(self._call("GET", path, query)))
            yield from zoho.rows_of(fields, *names)
            if not zoho.has_more(fields):
                return
            page += 1

    def _call(self, method: str, path: str, query: Pairs = (), headers: Pairs = (),
              body: Row | None = None) -> Call:
        everywhere = (("organization_id", self._organization), *query)
        return Call(method, path, everywhere, headers, JsonBody(body) if body is not None else None)

    def _seen(self, reply: Reply, module: Module) -> Seen:
        row = zoho.row_of(_fields(reply), module.one, *module.many)
        if not ident(row, module.id_field):
            raise InDoubt(f"the answer shows no {module.one}", system=self.client.system,
                          request=reply.request)
        return Seen(row, self.at(reply), reply.request)


def _fields(reply: Reply) -> Row:
    fields = reply.json()
    return fields if isinstance(fields, dict) else {}
