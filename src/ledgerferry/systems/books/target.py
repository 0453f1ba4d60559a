"""Books as the engine meets it: the ``Target`` of ``systems.protocol``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Final

from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.outcome import Busy, CallError, Duplicate, LoginNeeded, Probed, Receipt, Refused
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings, Clock
from ledgerferry.model.record import (
    AnyContent,
    CustomerContent,
    Figures,
    InvoiceContent,
    Kind,
    Record,
    Ref,
    SalesContent,
    Summary,
)
from ledgerferry.systems.books.api import BooksApi, Filters
from ledgerferry.systems.books.calculator import Calculator
from ledgerferry.systems.books.catalogue import INCOME, Catalogue, Tax, country_of
from ledgerferry.systems.books.credits import PARTS, Credits
from ledgerferry.systems.books.declaration import KEYED, BooksSettings, declare
from ledgerferry.systems.books.fields import Row, ident, moment, number, text
from ledgerferry.systems.books.guard import Guard
from ledgerferry.systems.books.mapping import creditnotes, customers, files, invoices, payments
from ledgerferry.systems.books.mapping.names import Names
from ledgerferry.systems.books.meter import BooksMeter
from ledgerferry.systems.books.people import People
from ledgerferry.systems.books.perform import Performer
from ledgerferry.systems.books.probe import Prober
from ledgerferry.systems.books.receipts import Reader
from ledgerferry.systems.books.treatments import told
from ledgerferry.systems.books.trial import Capabilities, Trial
from ledgerferry.systems.books.writeoffs import WriteOffs
from ledgerferry.systems.protocol import (
    AccountTax,
    Declaration,
    Organization,
    Profile,
    Slice,
    Sums,
    TaxRounding,
    Work,
)
from ledgerferry.wire.client import Client

_RFC_OFFSET: Final = "%Y-%m-%dT%H:%M:%S+0000"
# An update first reads the record, so as to leave alone what it does not write.
_READ_AND_WRITE: Final = 2
_READ_FIRST: Final = (
    (Kind.FILE, Purpose.DELETE), (Kind.CREDIT, Purpose.DELETE), (Kind.WRITE_OFF, Purpose.WRITE_OFF),
    (Kind.WRITE_OFF, Purpose.DELETE))
_READ_WRITE_AND_VOID: Final = 3
_READ_AND_WRITE_TWICE: Final = 3
_STATUSES: Final = frozenset({
    "", "active", "approved", "closed", "draft", "inactive", "open", "overdue", "paid", "partially_paid",
    "pending_approval", "rejected", "sent", "success", "unpaid", "viewed", "void",
    "written_off"})


class Books:
    """One organisation of Zoho Books. Thread-safe; keeps its taxes, currencies and contact persons in mind.

    ``unseen`` is told of statuses that the ferry does not know (error codes go to the dialect's own),
    ``learnt`` of where the organisation was seen to round tax.
    """

    def __init__(self, client: Client, connection: str, settings: BooksSettings,
                 unseen: Callable[[str], None],
                 learnt: Callable[[TaxRounding], None] = lambda _: None) -> None:
        self._api = BooksApi(client, settings.organization)
        self._connection = connection
        self._settings = settings
        self._unseen = unseen
        self._catalogue = Catalogue(self._api)
        self._calculator = Calculator(settings, self._catalogue, learnt)
        guard = Guard(self._api, settings)
        self._reader = Reader(connection, settings.key_field, self._catalogue, guard)
        self._credits = Credits(self._api, connection, self._catalogue)
        self._performer = Performer(self._api, connection, settings, self._catalogue, guard, self._reader,
                                    People(self._api), self._credits, self._calculator)
        self._prober = Prober(self._api, connection, settings, self._catalogue, guard, self._reader,
                              self._credits)

    @property
    def declaration(self) -> Declaration:
        """Kinds, batches, prices and guards."""
        return declare(self._settings, self._api.client.timeout_seconds)

    def hear(self) -> None:
        """Ask Books' accounts server for the time; costs no quota."""
        self._api.client.hear()

    def predict(self, document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
        """The net, tax per rate and gross that Books will compute for this document; see ``figures``."""
        return self._calculator.predict(document, rounding)

    def organizations(self) -> list[Organization]:
        """Every organisation that the login sees; one call, and the only one without an organisation."""
        return [_organization(row) for row in self._api.organizations()]

    def profile(self) -> Profile:
        """The organisation, its taxes, currencies and dated rates: three calls, and one for each currency.

        ``Refused`` where the login does not see the organisation.
        """
        return self.overview().model_copy(update={"rates": self._catalogue.rates()})

    def overview(self) -> Profile:
        """The same without the rates: three calls, however many currencies there are."""
        own = next((o for o in self._api.organizations()
                    if ident(o, "organization_id") == self._settings.organization), None)
        if own is None:
            seen = ", ".join(f"{o.id} ({o.name})" for o in self.organizations()) or "none"
            raise Refused(f"the login does not see the organisation {self._settings.organization}; it sees "
                          f"{seen}: give --organization", system=self._connection, code="organization")
        self._catalogue.forget()
        currencies = self._catalogue.currencies()
        return Profile(
            organization=self._settings.organization, name=text(own, "name") or "",
            currency=text(own, "currency_code") or "", currencies=tuple(sorted(currencies)),
            tax_rates=tuple(sorted({tax.rate for tax in self._catalogue.taxes()})),
            price_precision=int(number(own, "price_precision") or self._settings.price_precision),
            taxes=tuple(self._account_tax(t) for t in self._catalogue.taxes()),
            country=country_of(own), tax_rounding=self._calculator.rounding,
            deposit_account=self._settings.deposit_account)

    def accounts(self) -> tuple[str, ...]:
        """The names of the active accounts of the chart of accounts; one call for 200 of them."""
        return tuple(a.name for a in self._catalogue.accounts() if a.active)

    def registers(self, profile: Profile) -> Profile:
        """The same with the income accounts and tax exemptions: two calls."""
        accounts = tuple(a.name for a in self._catalogue.accounts() if a.active and a.type in INCOME)
        return profile.model_copy(update={"income_accounts": accounts,
                                          "exemptions": tuple(self._catalogue.exemptions())})

    def rows(self, kind: Kind, since: datetime | None = None) -> Iterator[Summary]:
        """Every customer, invoice, payment or credit note as list rows; nothing for other kinds.

        ``since`` narrows invoices and credit notes by their filter (F25, F26) and customers by their order
        (F27); payments cannot be narrowed (F28).
        """
        if kind not in KEYED:
            return
        for row in self._api.rows(kind, _listing(kind, since)):
            modified = moment(row, "last_modified_time")
            if since is not None and modified is not None and modified < since:
                if kind is Kind.CUSTOMER:
                    return
                continue
            yield self._summary(kind, row)

    def sums(self, part: Slice) -> Sums | None:
        """What the invoices of a slice come to: one call (``response_option`` of F25)."""
        return self._api.sums(_within(part))

    def part(self, part: Slice) -> Iterator[Summary]:
        """The rows of the invoices of a slice."""
        for row in self._api.rows(Kind.INVOICE, {**_listing(Kind.INVOICE, None), **_within(part)}):
            yield self._summary(Kind.INVOICE, row)

    def get(self, ref: Ref, bindings: Bindings) -> Record | None:
        """One record in full; None where it is gone."""
        if ref.kind is Kind.FILE:
            return self._get_file(ref, bindings)
        if ref.kind is Kind.WRITE_OFF:
            return WriteOffs(self._api, self._connection).record(ref, bindings)
        if ref.kind in PARTS:
            return self._credits.get(ref, bindings)
        seen = self._api.get(ref.kind, ref.id)
        if seen is None:
            return None
        return self._reader.record(ref.kind, seen.row, Names(bindings))

    def perform(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Do the operations; see ``systems.protocol``."""
        if all(o.purpose is Purpose.SEND for o in operations):
            return self._performer.send(operations, work)
        if all(o.purpose is Purpose.DELETE for o in operations):
            return self._performer.delete(operations, work)
        results: list[Receipt | CallError] = []
        for operation in operations:
            try:
                results.append(self._one(operation, work))
            except (Busy, LoginNeeded) as error:
                if not results:
                    raise
                return results + [error] * (len(operations) - len(results))
            except Duplicate as error:
                results.append(self._repeat(operation, error, work))
            except CallError as error:
                results.append(error)
        return results

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """For each operation in doubt, by key: found with its receipt, or absent and why."""
        return self._prober.probe(operations, work)

    def moved(self, agreed: AnyContent, held: AnyContent) -> tuple[str, ...]:
        """The fields in which a record says something else than was agreed, as Books would keep either."""
        fields = (*self._reader.differing(agreed, held), *self._reader.differing(held, agreed))
        filled = {"due"} if isinstance(agreed, InvoiceContent) and agreed.due is None else set()
        if isinstance(agreed, CustomerContent) and agreed.vat_place is None:
            filled.add("vat_place")
        if not all(getattr(one, "account", None) for one in (agreed, held)):
            filled.add("account")
        return tuple(name for name in dict.fromkeys(fields) if name not in filled)

    def elsewhere(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Mapping[Kind, str]]:
        """The CRM's accounts and contacts that the vendor's own sync has made one with customers (F27).

        One list for each 200 customers in that sync, and a call for each of those asked for: rows do not
        tell which record it is.
        """
        wanted = set(ids) if kind is Kind.CUSTOMER else set()
        if not wanted:
            return {}
        rows = self._api.rows(Kind.CUSTOMER, {"filter_by": "Status.Crm", "contact_type": "customer"})
        synced = sorted(wanted & {ident(row, "contact_id") for row in rows})
        seen = {each: self._api.get(Kind.CUSTOMER, each) for each in synced}
        return {each: customers.elsewhere(found.row) for each, found in seen.items() if found is not None}

    def calls(self, kind: Kind, purpose: Purpose, count: int) -> int:
        """How many calls that many operations cost."""
        if (kind, purpose) == (Kind.CREDIT, Purpose.UPDATE):
            return count * _READ_AND_WRITE_TWICE
        if (kind, purpose) == (Kind.WRITE_OFF, Purpose.UPDATE):
            return count * _READ_AND_WRITE_TWICE
        if (kind, purpose) == (Kind.REFUND, Purpose.UPDATE):
            return count
        if purpose is Purpose.UPDATE or (kind, purpose) in _READ_FIRST:
            return count * _READ_AND_WRITE
        if purpose is Purpose.VOID:
            return count * _READ_WRITE_AND_VOID
        return ceil(count / self.declaration.batch_of(kind, purpose))

    def meter(self) -> BooksMeter:
        """What adds up a plan's calls, those included that only read."""
        return BooksMeter(self.calls)

    def warm(self) -> None:
        """Ask for taxes and currencies, where they are not known yet."""
        self._catalogue.warm()

    def probe_capabilities(self, clock: Clock, tag: str) -> Capabilities:
        """Try out on a marked test contact what this organisation can do: at most 30 calls, all undone."""
        return Trial(self._api, self._settings, self._catalogue, clock, tag).run()

    def _account_tax(self, tax: Tax) -> AccountTax:
        """A tax as a plan meets it; of those with a rate, only reverse charge is another kind."""
        treatment = told(tax.name)
        if tax.rate and treatment is not TaxTreatment.REVERSE_CHARGE:
            treatment = None
        return AccountTax(name=tax.name, rate=tax.rate, treatment=treatment,
                          usual=self._catalogue.is_usual(tax))

    def _one(self, operation: Operation, work: Work) -> Receipt | CallError:
        if operation.purpose is Purpose.SEND:
            return self._performer.send([operation], work)[0]
        return self._performer.one(operation, work)

    def _repeat(self, operation: Operation, error: Duplicate, work: Work) -> CallError:
        """A refused repeat: our own record is left to the probe, another's is a person's to look at."""
        try:
            holder = self._prober.holder(operation, work)
        except CallError:
            return error
        if holder is None:
            return error
        return Refused(f"{error.why}: {holder}", system=error.system, subject=error.subject,
                       request=error.request, code=error.code)

    def _summary(self, kind: Kind, row: Row) -> Summary:
        status = text(row, "status") or ""
        if status not in _STATUSES:
            self._unseen(f"status {status} of {kind}")
        if kind is Kind.CUSTOMER:
            return customers.summary(row, self._connection, self._settings.key_field)
        if kind is Kind.INVOICE:
            return invoices.summary(row, self._connection, self._settings.key_field)
        if kind is Kind.CREDIT_NOTE:
            return creditnotes.summary(row, self._connection, self._settings.key_field)
        return payments.summary(row, self._connection, self._settings.key_field)

    def _get_file(self, ref: Ref, bindings: Bindings) -> Record | None:
        kind, owner, tail = files.owner_of(ref.id)
        seen = self._api.get(kind, owner)
        document = Names(bindings).identity(kind, owner)
        content = files.found(seen.row, tail, document) if seen else None
        return Record(ref=ref, content=content) if content else None


def _listing(kind: Kind, since: datetime | None) -> Filters:
    if kind in (Kind.INVOICE, Kind.CREDIT_NOTE):
        changed = {"last_modified_time": since.strftime(_RFC_OFFSET)} if since else {}
        return {"filter_by": "Status.All", "sort_column": "created_time", "sort_order": "A", **changed}
    if kind is Kind.CUSTOMER and since is not None:
        return {"filter_by": "Status.All", "contact_type": "customer", "sort_column": "last_modified_time",
                "sort_order": "D"}
    if kind is Kind.CUSTOMER:
        return {"filter_by": "Status.All", "contact_type": "customer", "sort_column": "created_time",
                "sort_order": "A"}
    return {"sort_column": "created_time", "sort_order": "A"}


def _within(part: Slice) -> Filters:
    """The filters of a slice: days by F24's variants, the status by F25's ``filter_by``."""
    status = "All" if part.status is None else part.status.capitalize()
    return {"filter_by": f"Status.{status}", "date_start": part.first.isoformat(),
            "date_end": part.last.isoformat()}


def _organization(row: Row) -> Organization:
    return Organization(
        id=ident(row, "organization_id"), name=text(row, "name") or "",
        currency=text(row, "currency_code") or "", plan=(text(row, "plan_name") or "").casefold(),
        default=row.get("is_default_org") is True)
