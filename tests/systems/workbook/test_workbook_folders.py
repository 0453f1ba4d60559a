"""Folders of the plain kind, with no help: nearly all right, nothing wrong in silence, every trap held."""

from pathlib import Path

from ledgerferry.model.document import Document, FileKind
from ledgerferry.systems.workbook import read_many
from tests.systems.workbook.folders import Paper, folder


def right(paper: Paper, document: Document) -> bool:
    """Number, day, net, tax, total and the lines as the paper has them."""
    amounts = [line.amount for line in document.lines]
    whole = amounts == [paper.net] or amounts == [item.amount for item in paper.items]
    return (
        (document.number, document.issued, document.total) == (paper.number, paper.day, paper.total)
        and (document.tax_total or 0) == paper.tax
        and document.subtotal in (None, paper.net, paper.net - paper.off)
        and whole
        and document.customer is not None
        and document.customer.name == paper.buyer[0]
    )


def test_three_hundred_invoices_of_ten_layouts(tmp_path: Path) -> None:
    truth, strays = folder(tmp_path)
    readings = {r.file: r for r in read_many([(p, p.name) for p in sorted(tmp_path.iterdir())])}
    pairs = [(paper, d) for name, own in truth.items() for paper, d in _paired(own, readings[name].documents)]
    assert len(pairs) == 300
    plain = [(paper, d) for paper, d in pairs if not paper.trap]
    good = [paper for paper, d in plain if d is not None and right(paper, d)]
    assert len(good) >= 0.9 * len(plain)
    silent = [(p.number, d) for p, d in pairs if d is not None and not d.held and not right(p, d)]
    assert silent == []
    assert all(d is not None and d.held for paper, d in pairs if paper.trap)
    alone = [paper for paper, d in plain if d is not None and right(paper, d) and not d.held]
    assert len(alone) >= 0.9 * len(plain)
    for name in strays:
        assert readings[name].documents == (), name
        assert readings[name].kind in (FileKind.NOT_AN_INVOICE, FileKind.BLANK_TEMPLATE)


def _paired(own: tuple[Paper, ...], documents: tuple[Document, ...]) -> list[tuple[Paper, Document | None]]:
    if len(own) == len(documents):
        return list(zip(own, documents, strict=True))
    known = {d.number: d for d in documents}
    return [(paper, known.get(paper.number)) for paper in own]
