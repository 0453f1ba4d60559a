"""A document in the making, with its cells and what is doubtful; and the document it becomes."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ledgerferry.model.document import Cell as Place
from ledgerferry.model.document import (
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    Origin,
    Reason,
    StatedPayment,
    TaxTotal,
    TaxTreatment,
)
from ledgerferry.model.money import exponent
from ledgerferry.model.party import Party
from ledgerferry.systems.workbook.grid import Cell, How
from ledgerferry.systems.workbook.lines import Doubt, ReadLine

# A name at the top of a sheet is the seller's more often than not.
_LETTERHEAD = Decimal("0.6")
_SURE = {How.TYPED: "0.98", How.CACHED: "0.97", How.COMPUTED: "0.93", How.STALE: "0.5", How.MISSING: "0.1"}


@dataclass(slots=True)
class Draft:
    """All that was read of one document, in the exact amounts of the sheet."""

    kind: DocumentKind = DocumentKind.INVOICE
    number: str | None = None
    issued: date | None = None
    due: date | None = None
    currency: str | None = None
    currency_confidence: Decimal = Decimal(0)
    seller: Party | None = None
    seller_labelled: bool = True
    customer: Party | None = None
    lines: tuple[ReadLine, ...] = ()
    subtotal: Decimal | None = None
    discount: Decimal | None = None
    charges: Decimal | None = None
    taxes: tuple[tuple[Decimal | None, Decimal], ...] = ()
    tax_total: Decimal | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    paid_on: date | None = None
    balance: Decimal | None = None
    payments: tuple[StatedPayment, ...] = ()
    credits: str | None = None
    treatment: TaxTreatment | None = None
    written_off: Decimal | None = None
    status: DocumentStatus | None = None
    exchange_rate: Decimal | None = None
    exchange_base: str | None = None
    lines_sheet: str | None = None
    cells: dict[str, Cell] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    layout: str | None = None
    rounding_settled: bool = False

    def doubt(self, code: str, text: str, cell: Cell | None = None) -> None:
        """Adds something a person must look at, once for each code."""
        if all(d.code != code for d in self.doubts):
            self.doubts.append(Doubt(code, text, cell))


def document(draft: Draft, file: str, sheet: str, language: str | None) -> Document:
    """The document of a draft, its amounts in whole minor units."""
    unit = Decimal(1).scaleb(-exponent(draft.currency or "USD"))
    round_ = _Rounder(unit)
    _check_rounding(draft, round_)
    return Document(
        kind=draft.kind,
        file=file,
        sheet=sheet,
        number=draft.number,
        issued=draft.issued,
        due=draft.due,
        currency=draft.currency,
        seller=draft.seller,
        customer=draft.customer,
        lines=tuple(_line(item.line, round_) for item in draft.lines),
        subtotal=round_(draft.subtotal),
        discount=round_(draft.discount),
        charges=round_(draft.charges),
        taxes=_taxes(draft, round_),
        tax_total=round_(draft.tax_total),
        total=round_(draft.total),
        paid=round_(draft.paid),
        paid_on=draft.paid_on,
        balance=round_(draft.balance),
        payments=tuple(p.model_copy(update={"amount": round_.exact(p.amount)}) for p in draft.payments),
        credits=draft.credits,
        treatment=draft.treatment,
        written_off=round_(draft.written_off),
        status=draft.status,
        exchange_rate=draft.exchange_rate,
        exchange_base=draft.exchange_base,
        language=language,
        origins=tuple(_origins(draft, file, sheet)),
        reasons=tuple(
            Reason(code=d.code, text=d.text, cell=_place(d.cell, file, sheet)) for d in draft.doubts
        ),
        layout=draft.layout,
    )


@dataclass(frozen=True, slots=True)
class _Rounder:
    unit: Decimal

    def __call__(self, amount: Decimal | None) -> Decimal | None:
        return None if amount is None else self.exact(amount)

    def exact(self, amount: Decimal) -> Decimal:
        """The amount in whole minor units."""
        return amount.quantize(self.unit, rounding=ROUND_HALF_UP)


def _check_rounding(draft: Draft, round_: _Rounder) -> None:
    """Lines that agree as the sheet computes them may differ by a cent once each is rounded."""
    if draft.doubts or draft.rounding_settled or draft.total is None or not draft.lines:
        return
    raw = sum((item.line.amount for item in draft.lines), Decimal(0))
    each = sum((round_.exact(item.line.amount) for item in draft.lines), Decimal(0))
    if abs(round_.exact(raw) - each) >= round_.unit:
        draft.doubt(
            "rounding",
            "the lines rounded one by one differ from the total: confirm the rounding",
            draft.cells.get("total"),
        )


def _line(line: Line, round_: _Rounder) -> Line:
    return line.model_copy(update={"amount": round_.exact(line.amount)})


def _taxes(draft: Draft, round_: _Rounder) -> tuple[TaxTotal, ...]:
    if any(rate is None for rate, _ in draft.taxes):
        return ()
    return tuple(
        TaxTotal(rate=rate, amount=round_.exact(amount)) for rate, amount in draft.taxes if rate is not None
    )


def _place(cell: Cell | None, file: str, sheet: str) -> Place | None:
    return None if cell is None else Place(file=file, sheet=sheet, cell=cell.name)


def _origins(draft: Draft, file: str, sheet: str) -> list[Origin]:
    doubted = {d.cell.name for d in draft.doubts if d.cell}
    named = dict(draft.cells)
    for index, item in enumerate(draft.lines):
        named |= {f"lines.{index}.{name}": cell for name, cell in item.cells.items()}
    found = []
    for name, cell in named.items():
        sure = Decimal("0.5") if cell.name in doubted else Decimal(_SURE[cell.how])
        if name == "currency":
            sure = draft.currency_confidence
        if name == "seller_name" and not draft.seller_labelled:
            sure = _LETTERHEAD
        place = (draft.lines_sheet or sheet) if name.startswith("lines.") else sheet
        found.append(Origin(field=name, cell=Place(file=file, sheet=place, cell=cell.name), confidence=sure))
    return found
