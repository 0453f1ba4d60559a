"""Documents made by hand, and a shaper for them: what the pure tests of the flows share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ledgerferry.flows.policy import Policy
from ledgerferry.flows.shape import Shaper
from ledgerferry.model.document import (
    Cell,
    Document,
    DocumentKind,
    FileKind,
    Line,
    Origin,
    Reading,
    Reason,
    Rejection,
    TaxTotal,
)
from ledgerferry.model.party import Party
from ledgerferry.model.record import Figures, SalesContent
from ledgerferry.systems.books import figures
from ledgerferry.systems.protocol import Profile, TaxRounding

SELLER = "60012345678"
ISSUED, PAID_ON = date(2025, 3, 3), date(2025, 3, 20)
PROFILE = Profile(
    organization=SELLER,
    name="Ashdown Orchards & Gardens Ltd",
    currency="GBP",
    currencies=("EUR", "GBP", "JPY", "KWD", "USD"),
    tax_rates=(Decimal(0), Decimal(5), Decimal(20)),
    rates=(("EUR", date(2025, 1, 1), Decimal("0.86")),),
)


def amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def line(
    value: str = "100.00", rate: str | None = "20", text: str = "Work", *, of: str | None = None
) -> Line:
    """A line; ``of`` is quantity times price, such as ``3x33.33``."""
    quantity, _, price = (of or "").partition("x")
    return Line(
        description=text,
        quantity=Decimal(quantity) if of else None,
        unit_price=Decimal(price) if of else None,
        tax_rate=amount(rate),
        amount=Decimal(value),
    )


def document(number: str | None = "INV-1", **more: Any) -> Document:
    """One line of 100.00 at 20 %, which comes to 120.00, unless ``more`` says otherwise; amounts as text."""
    money = ("subtotal", "discount", "charges", "tax_total", "total", "paid", "balance", "exchange_rate")
    values: dict[str, Any] = {
        "kind": DocumentKind.INVOICE,
        "file": "one.xlsx",
        "sheet": "Invoice",
        "number": number,
        "issued": ISSUED,
        "currency": "GBP",
        "customer": "Bowman & Co",
        "lines": (line(),),
        "tax_total": "20.00",
        "total": "120.00",
    } | more
    values |= {name: amount(values[name]) for name in money if isinstance(values.get(name), str)}
    if isinstance(values["customer"], str):
        values["customer"] = Party(name=values["customer"])
    at = values.pop("at", "B7")
    origins = tuple(
        Origin(field=f, cell=Cell(file=values["file"], sheet=values["sheet"], cell=c), confidence=Decimal(1))
        for f, c in (("number", at), ("total", "F20"), ("paid", "F21"), ("customer_name", "B3"))
        if f != "number" or number is not None
    )
    return Document.model_validate({"origins": origins} | values)


def paid(number: str = "INV-1", of: str = "120.00", **more: Any) -> Document:
    return document(number, **{"paid": of, "paid_on": PAID_ON} | more)


def credit(number: str = "CN-1", of: str | None = "INV-1", **more: Any) -> Document:
    """A credit note of 120.00 on an invoice, by a sheet that writes it negative."""
    negative: dict[str, Any] = {"lines": (line("-100.00"),), "tax_total": "-20.00", "total": "-120.00"}
    return document(number, **{"kind": DocumentKind.CREDIT_NOTE, "credits": of} | negative | more)


def held(number: str | None = "INV-1", **more: Any) -> Document:
    return document(number, **{"reasons": (Reason(code="date-order", text="Confirm the date."),)} | more)


def spread(*documents: Document) -> list[Document]:
    """The documents, each in a file of its own, by their order."""
    return [moved(d, f"{n}.xlsx") for n, d in enumerate(documents)]


def moved(found: Document, file: str) -> Document:
    """The document, in another file."""
    origins = [replace(o, cell=replace(o.cell, file=file)) for o in found.origins]
    return found.model_copy(update={"file": file, "origins": tuple(origins)})


def taxes(**by_rate: str) -> tuple[TaxTotal, ...]:
    """Tax totals: ``taxes(r20="20.00")``."""
    return tuple(
        TaxTotal(rate=Decimal(r[1:].replace("_", ".")), amount=Decimal(a)) for r, a in by_rate.items()
    )


def shaper(profile: Profile = PROFILE, **policy: Any) -> Shaper:
    return Shaper(profile, Policy(**policy), predict)


def predict(invoice: SalesContent) -> Figures:
    precision = {"JPY": 0, "KWD": 3}.get(invoice.currency, 2)
    return figures.predict(invoice, TaxRounding.DOCUMENT, precision)


def readings(*documents: Document, rejected: Sequence[Rejection] = ()) -> list[Reading]:
    """One reading for each file that the documents name."""
    files = dict.fromkeys([d.file for d in documents] + [r.file for r in rejected])
    return [
        Reading(
            file=f,
            digest="",
            kind=FileKind.MULTI_INVOICE,
            documents=tuple(d for d in documents if d.file == f),
            rejections=tuple(r for r in rejected if r.file == f),
        )
        for f in files
    ]
