"""The full samples, made without knowing the reader: what they state is what is read, and unheld."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook.api import read_many
from ledgerferry_sandbox import samples


@pytest.mark.parametrize("seed", [1, 7])
def test_every_document_of_the_full_samples_is_read_as_it_stands(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "docs"
    truth = samples.write(folder, 30, 66, seed, everything=True)
    books = [p for p in sorted(folder.rglob("*")) if p.suffix in (".xlsx", ".ods")]
    read = {
        (document.file, document.sheet): document
        for reading in read_many([(path, str(path.relative_to(folder))) for path in books])
        for document in reading.documents
    }
    for stated in truth.documents:
        document = read[stated.path, stated.sheet]
        sure = document.total or Decimal(0)
        assert not document.held, (stated.path, document.reasons)
        assert (document.kind.value, document.number, document.credits, document.currency) == (
            stated.kind,
            stated.number,
            stated.credits,
            stated.currency,
        )
        assert (document.customer.name if document.customer else None, abs(sure)) == (
            stated.customer,
            stated.gross,
        )
        told = [(p.amount, p.date) for p in stated.payments if p.told == "sheet"]
        assert _paid(document) == told, stated.path
        if stated.number.startswith("EXP-"):
            assert document.treatment is not None
            assert document.treatment.value == stated.treatment


def _paid(document: Document) -> list[tuple[Decimal, object]]:
    if document.payments:
        return [(p.amount, p.paid_on) for p in document.payments]
    return [(document.paid, document.paid_on)] if document.paid else []
