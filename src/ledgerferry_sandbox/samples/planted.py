"""What the samples hold, told to whoever checks what became of them."""

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ledgerferry_sandbox.samples.filing import Workbook
from ledgerferry_sandbox.samples.invoice import NOTHING, Invoice
from ledgerferry_sandbox.samples.page import plain

_PATIENCE = dt.timedelta(days=30)
Expected = Literal["held", "rejected", "once"]


@dataclass(frozen=True)
class Paid:
    """One payment: `told` is "sheet", "file name" or "folder"; `mode` and `reference` as on the sheet."""

    amount: Decimal
    date: dt.date
    mode: str | None
    reference: str | None
    told: str


@dataclass(frozen=True)
class Settling:
    """How what is owed is settled: the day that stages are judged by, and what credit notes take, by number.

    `taken` is by the number of the invoice, `applied` by that of the credit note.
    """

    today: dt.date
    applied: dict[str, Decimal] = field(default_factory=dict)
    taken: dict[str, Decimal] = field(default_factory=dict)

    def stage(self, invoice: Invoice) -> str | None:
        """Paid in full: won; unpaid for more than thirty days over the due date: lost; else open."""
        if invoice.credits:
            return None
        if invoice.paid >= invoice.gross:
            return "Closed Won"
        return "Closed Lost" if self.today > invoice.due + _PATIENCE else "open"


@dataclass(frozen=True)
class Document:
    """One invoice or credit note in the folder: where it lies (paths from the folder) and what it states.

    `net` is after the discount, `tax` is by rate in percent, `customer` is the name on the sheet; amounts of
    a credit note are what it takes off, more than zero. `paid` is what was paid, whatever tells of it.
    `credits` is the invoice that a credit note names, `applied` what it takes of that, `owed` what is left of
    an invoice after payments and credit notes. `treatment` is the kind of no tax that its untaxed lines
    bear. `stage` is that of an invoice's deal on the day of the truth. `pdfs` are all that are its own.
    """

    path: str
    sheet: str
    number: str
    date: dt.date
    due: dt.date
    customer: str
    currency: str
    discount: Decimal
    net: Decimal
    tax: dict[str, Decimal]
    gross: Decimal
    paid: Decimal
    paid_date: dt.date | None
    balance: Decimal
    pdf: str | None
    kind: str = "invoice"
    payments: tuple[Paid, ...] = ()
    credits: str | None = None
    applied: Decimal = NOTHING
    owed: Decimal = NOTHING
    treatment: str | None = None
    stage: str | None = None
    pdfs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """Something planted: its kind, the files that carry it, and what should become of it.

    `documents` are the invoices at fault as their sheets state them, none of which is among the true
    ones; empty for files that hold no invoice and for copies of a true one.
    """

    kind: str
    expected: Expected
    paths: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Planted:
    """The truth about a folder of samples: the documents that should be loaded, and the faults."""

    seller: str
    seed: int
    today: dt.date
    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]

    def json(self) -> str:
        """The same as one JSON document: amounts as decimal strings, dates in ISO form."""
        return json.dumps(self, default=_told, ensure_ascii=False, indent=1) + "\n"


def document(invoice: Invoice, book: Workbook, sheet: str, settling: Settling) -> Document:
    """The record of an invoice that lies in `book` on `sheet`."""
    treatments = {line.treatment for line in invoice.lines if line.treatment}
    alone = invoice.payment if len(invoice.payments) == 1 else None
    return Document(
        path=book.path,
        sheet=sheet,
        number=invoice.number,
        date=invoice.issued,
        due=invoice.due,
        customer=invoice.customer.name,
        currency=invoice.customer.currency,
        discount=invoice.discount,
        net=invoice.net,
        tax={plain(rate): tax for rate, tax in invoice.taxes.items()},
        gross=invoice.gross,
        paid=invoice.paid,
        paid_date=alone.on if alone else None,
        balance=invoice.balance,
        pdf=book.pdf,
        kind="credit_note" if invoice.credits else "invoice",
        payments=tuple(Paid(p.amount, p.on, p.mode, p.reference, p.told.value) for p in invoice.payments),
        credits=invoice.credits,
        applied=settling.applied.get(invoice.number, NOTHING),
        owed=NOTHING if invoice.credits else invoice.balance - settling.taken.get(invoice.number, NOTHING),
        treatment=treatments.pop() if len(treatments) == 1 else None,
        stage=settling.stage(invoice),
        pdfs=tuple(book.pdfs),
    )


CONFIG = """\
# What the samples' owner decided: paste into ferry.toml.
[payments]
without_date = "due"

[[vat]]
match = "Adult"
rate = 20

[[vat]]
match = "Youth"
treatment = "zero-rated"
"""


def config(directory: Path) -> Path:
    """Where the choices that the full samples need are kept: next to the folder, as a ferry.toml."""
    return directory.with_name(f"{directory.name}.ferry.toml")


def beside(directory: Path) -> Path:
    """Where the truth about a folder is kept: next to it, so that nobody reads it as a sample."""
    return directory.with_name(f"{directory.name}.planted.json")


def _told(value: object) -> object:
    if isinstance(value, Planted | Fault | Document | Paid):
        return vars(value)
    if isinstance(value, Decimal | dt.date):
        return str(value)
    message = f"a planted record holds a {type(value).__name__}"
    raise TypeError(message)
