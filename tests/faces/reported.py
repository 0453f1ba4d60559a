"""What the tests of the report share: facts made by hand, and how a written report is read."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell as XlsxCell

from ledgerferry.faces.report import Facts, draw
from ledgerferry.faces.report.facts import Became, Told
from ledgerferry.faces.report.places import Places
from ledgerferry.flows.creditnote import counted
from ledgerferry.flows.result import Difference, Notice, PlanReport, Verified
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Cell, Document, DocumentKind, Line, Reason, Rejection, TaxTotal
from ledgerferry.model.party import Party
from ledgerferry.model.plan import Price
from ledgerferry.model.record import (
    CreditNoteContent,
    CustomerContent,
    Figures,
    InvoiceContent,
    Kind,
    LineContent,
    Ref,
)
from ledgerferry.store.connections import Settings
from ledgerferry.store.ledger import Entry
from ledgerferry.store.runhistory import Step
from ledgerferry.store.runs import Found, Order, Run, RunState, Standing

MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ISSUED = date(2024, 5, 1)
EU = Settings(
    product="books",
    dc="eu",
    accounts_url="https://accounts.zoho.eu",
    api_url="https://www.zohoapis.eu",
    organization="60",
    organization_name="Acme",
)


def figures(net: str, tax: str, gross: str, rate: str = "20") -> Figures:
    taxes = (TaxTotal(rate=Decimal(rate), amount=Decimal(tax)),)
    return Figures(net=Decimal(net), tax=Decimal(tax), gross=Decimal(gross), taxes=taxes)


def read(number: str, of: Figures, *, customer: str = "Alpha", credit: bool = False, **more: Any) -> Document:
    """A document as a sheet states it: one line, its tax and total."""
    kind = DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE
    stated: dict[str, Any] = {
        "kind": kind, "file": "a.xlsx", "sheet": "S", "number": number, "issued": ISSUED,
        "currency": "EUR", "customer": Party(name=customer), "taxes": of.taxes, "tax_total": of.tax,
        "lines": (Line(description="x", amount=of.net),), "subtotal": of.net, "total": of.gross,
    }  # fmt: skip
    return Document(**(stated | more))


def loaded(
    document: Document,
    of: Figures,
    there: Figures | None = None,
    *differences: Difference,
    became: Became = Became.LOADED,
    place: Cell | None = None,
) -> Told:
    """A document that was loaded; ``there`` is what Books holds of it."""
    make = CreditNoteContent if document.kind is DocumentKind.CREDIT_NOTE else InvoiceContent
    rate = of.taxes[0].rate if of.taxes else None
    content = make(
        number=document.number or "",
        customer="c",
        issued=ISSUED,
        currency=document.currency or "EUR",
        lines=(LineContent(description="x", quantity=Decimal(1), price=of.net, tax_rate=rate),),
        figures=of,
    )
    name = document.customer.name if document.customer else ""
    shaped = Shaped(
        identity=f"i {document.number}",
        customer_identity="c",
        customer=CustomerContent(name=name),
        document=content,
    )
    held = content.model_copy(update={"figures": there or of})
    found = Found(
        id=document.number or "", standing=Standing.PLANNED, currency=content.currency,
        amount=counted(document), document=document, identity=shaped.identity,
    )  # fmt: skip
    ref = Ref(connection="acme", kind=Kind(content.kind), id="1234567890123456789")
    return Told(
        found=found,
        became=became,
        place=place or Cell(file=document.file, sheet=document.sheet, cell="B7"),
        shaped=shaped,
        ref=ref if became is Became.LOADED else None,
        there=held if became is Became.LOADED else None,
        differences=differences,
    )


def held(document: Document, reason: str, cell: str = "A1") -> Told:
    where = Cell(file=document.file, sheet=document.sheet, cell=cell)
    told = document.model_copy(update={"reasons": (Reason(code="code", text=reason, cell=where),)})
    found = Found(
        id=document.number or "", standing=Standing.HELD, currency=document.currency,
        amount=counted(document), document=told,
    )  # fmt: skip
    return Told(found=found, became=Became.HELD, place=where)


def rejected(file: str) -> Told:
    rejection = Rejection(file=file, sheet="S", cell="C3", code="not-an-invoice", text="It is a price list.")
    found = Found(id=file, standing=Standing.REJECTED, rejection=rejection)
    return Told(found=found, became=Became.REJECTED, place=Cell(file=file, sheet="S", cell="C3"))


def facts(
    *told: Told,
    verified: Verified | None = None,
    state: RunState = RunState.DONE,
    source: str = "/in",
    steps: Iterable[Step] = (),
    minutes: int = 5,
    connections: dict[str, Settings] | None = None,
) -> Facts:
    order = Order(flow="migrate", connection="acme", source=source, today=date(2026, 1, 2), version="0.1.0")
    known = tuple(steps)
    notice = Notice(kind="number-gap", text="Missing between 1 and 3: 2.", places=["a.xlsx [S] B7"])
    return Facts(
        run=Run(id="run-1", order=order, state=state, opened_at=MOMENT, closed_at=MOMENT),
        organization="Acme",
        organization_id="60",
        plan=PlanReport(
            price=Price(calls={"books": 12}, minutes=Decimal("0.3"), days=1), changes={}, guards={},
            notices=[notice],
        ),
        verified=verified,
        rolled=None,
        calls={"books": 14},
        by_minute=[("2026-01-02T03:04", 5), ("2026-01-03T03:04", 7)],
        tally=[],
        entry=Entry(9, MOMENT, "run-1", "run-done", "run-1", None, None, "0" * 64, "ab" * 32),
        places=Places(source, connections or {}),
        credited={},
        minutes_by_hand=minutes,
        told=lambda: iter(told),
        steps=lambda: iter(known),
    )  # fmt: skip


def drawn(folder: Path, told: Facts) -> Any:
    """The workbook of facts, as openpyxl reads it: with the values that were kept of its formulas."""
    path = folder / "r.xlsx"
    draw(path, told)
    return load_workbook(path, data_only=True)


def table(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet that is one list, by the names of its head row, without what stands below it."""
    head, *rows = sheet.iter_rows()
    names = [c.value for c in head]
    listed = itertools.takewhile(lambda row: any(c.value is not None for c in row), rows)
    return [dict(zip(names, row, strict=True)) for row in listed]


def totals(sheet: Any) -> list[dict[str, Any]]:
    """The rows that stand below a list and its title, by the names of its head row."""
    head, *rows = sheet.iter_rows(values_only=True)
    below = itertools.dropwhile(lambda row: any(v is not None for v in row), rows)
    return [dict(zip(head, row, strict=True)) for row in below][2:]


def values(sheet: Any) -> list[dict[str, Any]]:
    return [{name: cell.value for name, cell in row.items()} for row in table(sheet)]


def pairs(sheet: Any) -> dict[Any, Any]:
    """What stands beside what in the first two columns."""
    return {row[0]: row[1] for row in sheet.iter_rows(values_only=True, max_col=2) if row[0] is not None}


def every(book: Any) -> Iterator[XlsxCell]:
    for sheet in book:
        for row in sheet.iter_rows():
            yield from (c for c in row if c.value is not None)
