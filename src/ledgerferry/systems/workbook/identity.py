"""Which document of which file: an id that stays while values change and layouts are learnt."""

import hashlib
from collections import Counter

from ledgerferry.model.document import Document, Reading


def identified(reading: Reading, path: str) -> Reading:
    """The reading with the id, place and digest of each of its documents; ``path`` is where the file lies.

    The place is the whole sheet where it holds one document, else the cell of the number or of the total.
    """
    alone = Counter(d.sheet for d in reading.documents)
    taken: Counter[tuple[str, str]] = Counter()
    documents = []
    for position, document in enumerate(reading.documents):
        place = "" if alone[document.sheet] == 1 else _cell(document, position)
        taken[document.sheet, place] += 1
        if taken[document.sheet, place] > 1:
            place = f"{place}#{position}"
        name = document_id(path, document.sheet, place)
        update = {"id": name, "place": place, "digest": reading.digest}
        documents.append(document.model_copy(update=update))
    return reading.model_copy(update={"documents": tuple(documents)})


def document_id(path: str, sheet: str, place: str = "") -> str:
    """The id of the document at a place of a sheet of a file."""
    return hashlib.sha256(f"{path}\0{sheet}\0{place}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _cell(document: Document, position: int) -> str:
    anchor = document.where("number") or document.where("total")
    return anchor.cell if anchor else f"#{position}"
