"""What the samples hold, told to whoever checks what became of them."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ledgerferry_sandbox.samples.invoice import Invoice
from ledgerferry_sandbox.samples.page import plain

Expected = Literal["held", "rejected", "once"]


@dataclass(frozen=True)
class Document:
    """One invoice in the folder: where it lies (paths from the folder) and what it states.

    `net` is after the discount, `tax` is by rate in percent, `customer` is the name on the sheet.
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
    documents: tuple[Document, ...]
    faults: tuple[Fault, ...]

    def json(self) -> str:
        """The same as one JSON document: amounts as decimal strings, dates in ISO form."""
        return json.dumps(self, default=_told, ensure_ascii=False, indent=1) + "\n"


def document(invoice: Invoice, path: str, sheet: str, pdf: str | None) -> Document:
    """The record of an invoice that lies at `path` on `sheet`."""
    return Document(
        path=path,
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
        paid_date=invoice.payment.on if invoice.payment else None,
        balance=invoice.balance,
        pdf=pdf,
    )


def beside(directory: Path) -> Path:
    """Where the truth about a folder is kept: next to it, so that nobody reads it as a sample."""
    return directory.with_name(f"{directory.name}.planted.json")


def _told(value: object) -> object:
    if isinstance(value, Planted | Fault | Document):
        return vars(value)
    if isinstance(value, Decimal | dt.date):
        return str(value)
    message = f"a planted record holds a {type(value).__name__}"
    raise TypeError(message)
