"""CRM as the engine meets it: the ``Target`` of ``systems.protocol``, in batches of a hundred."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from ledgerferry.model.outcome import Busy, CallError, LoginNeeded, Probed, Receipt, Refused, Stale, Unsent
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.ports import Bindings
from ledgerferry.model.record import AnyContent, Figures, Kind, Record, Ref, SalesContent, Summary
from ledgerferry.systems.crm import mapping
from ledgerferry.systems.crm.board import board, currencies, pipelines
from ledgerferry.systems.crm.crm import Crm
from ledgerferry.systems.crm.declaration import MODULES, declare
from ledgerferry.systems.crm.layouts import asked_for
from ledgerferry.systems.crm.mapping import files
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.crm.meter import CrmMeter, calls
from ledgerferry.systems.crm.perform import Performer
from ledgerferry.systems.crm.probe import Prober
from ledgerferry.systems.protocol import (
    CrmProfile,
    Declaration,
    Pipeline,
    Profile,
    Stage,
    TaxRounding,
    Work,
)


class CrmTarget:
    """One organisation of Zoho CRM: its accounts, contacts and deals, and the files of deals. Thread-safe."""

    def __init__(self, crm: Crm, connection: str) -> None:
        self.crm = crm
        self._connection = connection
        self._performer = Performer(crm, connection)
        self._prober = Prober(crm, connection)

    @property
    def declaration(self) -> Declaration:
        """Kinds, batches, prices and guards; a day's allowance is in credits (F75)."""
        return declare(self.crm.settings, self.crm.timeout_seconds)

    def hear(self) -> None:
        """Ask CRM's accounts server for the time; costs no credits."""
        self.crm.hear()

    def predict(self, document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
        """CRM computes no documents: it keeps the amount that it is given."""
        raise Refused(f"CRM computes no documents such as {document.number}", system=self._connection)

    def profile(self) -> CrmProfile:
        """The organisation, its currencies, stages and pipelines: four calls, kept in mind.

        Raises ``Refused`` where the login belongs to another organisation than the connection.
        """
        settings, metadata = self.crm.settings, self.crm.metadata
        company, own = metadata.company(), currencies(metadata)
        if settings.organization not in ("", company.id):
            raise Refused(
                f"the login sees the CRM {company.id} ({company.name}), and the connection belongs to "
                f"{settings.organization}: connect it again",
                system=self._connection,
                code="organization",
            )
        found = board(metadata)
        return CrmProfile(
            organization=company.id,
            name=company.name,
            currency=company.currency,
            currencies=tuple(sorted(own)) or (company.currency,),
            tax_rates=(),
            keyed=tuple(kind for kind, module in MODULES.items() if module in settings.keyed),
            linked=tuple(kind for kind, module in MODULES.items() if module in settings.linked),
            stages=found.stages,
            pipelines=tuple(
                Pipeline(
                    name=p.name,
                    default=p.default,
                    stages=tuple(Stage(name=s.name, forecast=s.forecast) for s in p.stages),
                )
                for p in pipelines(metadata)
            ),
            mandatory={Kind.DEAL: asked_for(metadata, MODULES[Kind.DEAL])},
        )

    def accounts(self) -> tuple[str, ...]:
        """None: no money is booked in a CRM."""
        return ()

    def registers(self, profile: Profile) -> Profile:
        """The same: a CRM has neither income accounts nor exemptions."""
        return profile

    def rows(self, kind: Kind, since: datetime | None = None) -> Iterator[Summary]:
        """Every account, contact or deal as list rows, 2,000 a call of three credits; no other kinds."""
        if kind not in MODULES:
            return
        settings = self.crm.settings
        columns = mapping.listed(kind, settings, own_currency=self._own_currency(kind))
        select = f"select {', '.join(columns)} from {MODULES[kind]}"  # noqa: S608 our own names
        if since is None:
            found = self.crm.query(f"{select} where id is not null")
        else:
            found = self.crm.query(f"{select} where Modified_Time >= :since", since=since)
        for row in found:
            yield mapping.summary(kind, row, self._connection, settings)

    def get(self, ref: Ref, bindings: Bindings) -> Record | None:
        """One record in full; None where it is gone.

        CRM does not know whose customer or document in the books a record is: what stands there instead is
        made of the record's own identity, and ``moved`` leaves it aside.
        """
        if ref.kind is Kind.FILE:
            return self._file(ref, bindings)
        own = self._own_currency(ref.kind)
        columns = mapping.columns(ref.kind, self.crm.settings, own_currency=own)
        row = self.crm.records(MODULES[ref.kind]).get(ref.id, fields_wanted=columns)
        if row is None:
            return None
        names = Names(bindings, ref.kind, ref.id)
        home = self.crm.metadata.company().currency if ref.kind is Kind.DEAL and not own else ""
        return mapping.record(ref.kind, row, self._connection, names, self.crm.settings, home)

    def perform(self, operations: Sequence[Operation], work: Work) -> list[Receipt | CallError]:
        """Do the operations; see ``systems.protocol``. One call for a hundred of one kind and purpose."""
        results: list[Receipt | CallError] = []
        for _, group in groupby(operations, lambda o: (o.kind, o.purpose)):
            try:
                results += self._performer.batch(list(group), work)
            except (Busy, LoginNeeded, Unsent) as error:
                if not results:
                    raise
                return results + [error] * (len(operations) - len(results))
        return results

    def probe(self, operations: Sequence[Operation], work: Work) -> dict[str, Probed]:
        """For each operation in doubt, by key: found with its receipt, or absent and why."""
        return self._prober.probe(operations, work)

    def moved(self, agreed: AnyContent, held: AnyContent) -> tuple[str, ...]:
        """The fields in which a record says something else than was agreed, as CRM keeps them."""
        left, right = (mapping.kept(each, self.crm.settings) for each in (agreed, held))
        return tuple(name for name in left if left[name] != right.get(name))

    def elsewhere(self, kind: Kind, ids: Sequence[str]) -> Mapping[str, Mapping[Kind, str]]:
        """Nothing: CRM itself keeps no ids of the books that its interface shows."""
        return {}

    def calls(self, kind: Kind, purpose: Purpose, count: int) -> int:
        """How many calls that many operations cost."""
        return calls(kind, count)

    def meter(self) -> CrmMeter:
        """What adds up a plan's calls and credits."""
        return CrmMeter()

    def warm(self) -> None:
        """Ask for stages, pipelines and currencies, where they are not known yet."""
        board(self.crm.metadata)

    def _own_currency(self, kind: Kind) -> bool:
        return kind is Kind.DEAL and bool(currencies(self.crm.metadata))

    def _file(self, ref: Ref, bindings: Bindings) -> Record | None:
        deal, attachment = files.parts(ref.id)
        document = Names(bindings, Kind.DEAL, deal).identity(Kind.DEAL, deal)
        try:
            listed = list(self.crm.related(MODULES[Kind.DEAL]).attachments(deal))
        except Stale:  # the deal is gone, and its files with it
            return None
        content = files.found(listed, attachment, document)
        return Record(ref=ref, content=content) if content else None
