"""What a report tells, read back from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ledgerferry.faces import numbering
from ledgerferry.faces.findings import Finding, listed
from ledgerferry.faces.house import House
from ledgerferry.flows.migrate import LINK
from ledgerferry.flows.result import Difference, DocumentCounts, PlanReport, Verified
from ledgerferry.flows.settling import account
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Cell
from ledgerferry.model.record import Figures, InvoiceContent
from ledgerferry.store.bindings import Binding
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.store.decisions import Spent
from ledgerferry.store.runs import Found, Order, Run
from ledgerferry.systems.zoho import CENTRES


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """One loaded document beside its record. ``there`` is what the system's own receipts showed."""

    place: Cell
    shaped: Shaped
    record: str
    link: str | None
    there: Figures
    differences: tuple[Difference, ...]

    @property
    def paid(self) -> Decimal:
        """What the document says was paid."""
        return self.shaped.payment.amount if self.shaped.payment else Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one report shows."""

    run: str
    state: str
    order: Order
    opened_at: datetime
    organization: str
    organization_id: str
    counts: DocumentCounts
    loaded: tuple[LoadedRow, ...]
    findings: tuple[Finding, ...]
    plan: PlanReport | None
    verified: Verified | None
    head: str
    next_number: str | None
    review: Spent

    @property
    def title(self) -> str:
        """What the workbook is called."""
        return f"Migration into {self.organization or self.order.connection}, run {self.run}"


def facts(house: House, run: Run, verified: Verified | None) -> Facts:
    """Everything about a run, by the ledger as it is now."""
    accounted = account(house.shelf, run)
    with house.database.read() as conn:
        bindings = {b.identity: b for b in house.shelf.bindings.live(conn, LINK)}
        head = house.ledger.head(conn)
        spent = house.shelf.memories.decisions.spent(conn)
    known = house.connections.get(run.order.connection)
    loaded = tuple(
        _row(found, shaped, bindings[shaped.identity], known, verified) for found, shaped in accounted.loaded
    )
    series = numbering.series((r.shaped.invoice.number, r.shaped.invoice.issued) for r in loaded)
    return Facts(
        run=run.id,
        state=run.state,
        order=run.order,
        opened_at=run.opened_at,
        organization=known.organization_name if known else "",
        organization_id=known.organization if known else "",
        counts=accounted.counts,
        loaded=loaded,
        findings=tuple(listed([*accounted.held, *accounted.rejected])),
        plan=PlanReport.model_validate_json(run.plan) if run.plan else None,
        verified=verified,
        head=head,
        next_number=numbering.advice(series),
        review=spent,
    )


def _row(
    found: Found,
    shaped: Shaped,
    binding: Binding,
    known: ConnectionSettings | None,
    verified: Verified | None,
) -> LoadedRow:
    there = binding.content.figures if isinstance(binding.content, InvoiceContent) else shaped.invoice.figures
    differences: Sequence[Difference] = verified.differences if verified else ()
    own = tuple(d for d in differences if d.right == binding.ref.id or d.left == shaped.invoice.number)
    return LoadedRow(
        _place(found), shaped, binding.ref.id, web_page(known, binding.ref.id) if known else None, there, own
    )


def web_page(known: ConnectionSettings, invoice: str) -> str | None:
    """Where a person sees an invoice; None where the account is at none of the vendor's data centres."""
    if not any(centre.accounts_url == known.accounts_url for centre in CENTRES):
        return None
    books = known.accounts_url.replace("//accounts.", "//books.")
    return f"{books}/app/{known.organization}#/invoices/{invoice}"


def _place(found: Found) -> Cell:
    document = found.document
    if document is None:
        return Cell(file="", sheet="", cell="")
    anchor = next((o.cell for o in document.origins if o.field in {"number", "invoice_number"}), None)
    return anchor or Cell(file=document.file, sheet=document.sheet, cell="")
