"""Readings of very many workbooks: documents as they are read from a few, again under other numbers."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ledgerferry.model.document import Document, FileKind, Reading
from ledgerferry.model.party import Party
from ledgerferry.systems.workbook import read_many

_DOCUMENTS_A_CUSTOMER: Final = 8


def templates(folder: Path) -> list[str]:
    """The clear invoices of a folder's workbooks, as JSON."""
    files = [(p, p.name) for p in sorted(folder.rglob("*.xlsx"))]
    found = [d for reading in read_many(files) for d in reading.documents]
    return [d.model_dump_json() for d in found if not d.held and d.customer and d.number]


def repeated(models: Sequence[str], many: int) -> Iterator[Reading]:
    """So many readings of one document each; nothing of one is shared with another."""
    for number in range(many):
        document = Document.model_validate_json(models[number % len(models)])
        customer = document.customer or Party(name="")
        name = f"{customer.name} {number // len(models) // _DOCUMENTS_A_CUSTOMER}"
        other = customer.model_copy(update={"name": name, "email": None})
        file = f"{number // 1000}/{number}.xlsx"
        update = {"number": f"G{number}-{document.number}", "file": file, "customer": other,
                  "id": f"g{number:015d}"}  # fmt: skip
        yield Reading(file=file, digest="", kind=FileKind.INVOICE,
                      documents=(document.model_copy(update=update),))  # fmt: skip
