"""Sheets to ask about, and what every suggestion must keep to whoever made it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from ledgerferry.flows import literal
from ledgerferry.flows.questions import Subject
from ledgerferry.flows.suggest import Advice, Asking
from ledgerferry.model.document import Cell, Document, Origin, Reason
from ledgerferry.model.party import Address, Party
from ledgerferry.model.suggestion import SuggestedField, Suggestion
from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.reader import load
from ledgerferry.systems.workbook.texts import texts
from tests.systems.llm.server import Manners, model_at, serving
from tests.systems.workbook.sheets import plain, write

_F = SuggestedField


def rich(**changes: object) -> dict[str, object]:
    """An invoice with everything that can be suggested, its customer's parts not told by labels."""
    parts: dict[str, object] = {
        "A5": "Attn. Maria Okafor",
        "A6": "2 Quay Street",
        "A7": "Whitby YO21 3PU",
        "A8": None,
        "A17": "Billed on behalf of Harbour Trust",
        "A18": "Questions: orders@quay-street.example or +44 1947 555 019",
    }
    return plain(**(parts | changes))


ORIGINS = {
    "customer_name": "A4", "number": "D3", "issued": "D4", "lines.0.amount": "D10", "lines.0.quantity": "B10",
    "lines.0.unit_price": "C10", "lines.1.amount": "D11", "subtotal": "D13", "tax_total": "D14",
    "total": "D15",
}  # fmt: skip


def document(*lost: str) -> Document:
    """What a plain reader makes of the rich sheet; ``lost`` are fields that it did not find."""
    fields = {
        "number": "HT-0041",
        "issued": date(2024, 3, 5),
        "customer": Party(
            name="Quay Street Bakery",
            address=Address(lines=("Attn. Maria Okafor", "2 Quay Street"), postcode="YO21 3PU"),
        ),
    }
    found = {k: v for k, v in fields.items() if k not in lost}
    origins = {k: v for k, v in ORIGINS.items() if k.removesuffix("_name") not in lost}
    return Document.model_validate(
        found
        | {"kind": "invoice", "file": "book.xlsx", "sheet": "Sheet1", "total": "120.24"}
        | dict.fromkeys(lost)
        | {"reasons": [Reason(code="lost", text="not found")] if lost else []}
        | {"origins": [Origin(field=k, cell=place(v), confidence=Decimal(1)) for k, v in origins.items()]}
    )


def place(cell: str) -> Cell:
    return Cell(file="book.xlsx", sheet="Sheet1", cell=cell)


def subject_of(folder: Path, content: Mapping[str, object], read: Document | None = None) -> Subject:
    """A sheet of this content, and what was read from it."""
    path = write(folder / "book.xlsx", {"Sheet1": content})
    return Subject(tuple(texts(load(path, DEFAULT), path.name)), read)


def advised(manners: Manners, *about: Subject, seconds: float = 5.0) -> tuple[list[Advice], list[str]]:
    """What a server's model advises about subjects, and what was said to the person."""
    said: list[str] = []
    with serving(manners) as host, model_at(host.url, seconds=seconds) as model:
        asking = Asking(model, said.append)
        return [asking.about(subject) for subject in about], said


def keeps_to(subject: Subject, suggestion: Suggestion) -> None:
    """A suggestion says only what stands in the sheet, for a field that nothing was read for."""
    cells = {text.cell: text for text in subject.texts}
    source = cells[suggestion.cell]
    document = subject.document
    origins = document.origins if document else ()
    assert suggestion.cell not in {o.cell for o in origins if "lines" in o.field or "total" in o.field}
    shown = [line for line, _ in literal.lines(subject.texts)]
    value = suggestion.value
    if suggestion.field is _F.CUSTOMER_KIND:
        assert document
        assert suggestion.cell == document.where("customer_name")
        assert value in {"person", "business"}
    elif suggestion.field in {_F.ISSUED, _F.DUE}:
        day = values.day(source.text)
        assert day
        assert day.value.isoformat() == value
    elif suggestion.field is _F.BLOCK:
        assert set(value.splitlines()) <= set(shown)
    elif suggestion.field is _F.ADDRESS:
        rest = value
        for line in sorted(shown, key=len, reverse=True):
            rest = rest.replace(line, "")
        assert not rest.strip(", ")
    else:
        assert value in " ".join(source.text.split())
    customer = document.customer if document else None
    read = {
        _F.NUMBER: document.number if document else None,
        _F.ISSUED: document.issued if document else None,
        _F.EMAIL: customer.email if customer else None,
        _F.POSTCODE: customer.address.postcode if customer and customer.address else None,
    }
    assert read.get(suggestion.field) is None
