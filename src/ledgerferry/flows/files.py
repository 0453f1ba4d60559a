"""Files: the PDFs that lie beside workbooks, each for the document whose it is."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.evidence import Evidence
from ledgerferry.flows.filenames import SHORTEST_NUMBER, number_mark, numbers_in, plain
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Document, Rejection
from ledgerferry.model.ids import Identity, digest
from ledgerferry.model.paths import located, spelled
from ledgerferry.model.record import FileContent
from ledgerferry.store.runs import Found, Standing


@dataclass(frozen=True)
class _Owner:
    """A document that a file may be of, and the workbook that it alone lies in. Held ones get no file yet."""

    document: Document
    shaped: Shaped | None
    workbook: Path
    alone: bool


def attach(pieces: Sequence[Piece], folder: Path, policy: Policy) -> tuple[list[Wanted], list[Found]]:
    """The files that documents want attached, and those that cannot be: unreadable, or of several documents.

    A file is a document's when it bears the name of the workbook that holds it alone, or its number as a
    whole word. A name that says two documents' numbers is nobody's, unless it says that they were paid.
    """
    wanted: list[Wanted] = []
    rejected: list[Found] = []
    evidence = Evidence(policy)
    for directory, owners in _by_directory(pieces, folder).items():
        numbers = _by_number(owners)
        for path in sorted(p for p in directory.glob("*") if p.suffix.lower() == ".pdf" and p.is_file()):
            claimed = _owners(path, owners, numbers)
            if len(claimed) > 1 and not _proves(path, claimed, evidence):
                said = ", ".join(o.document.number or "" for o in claimed)
                rejected.append(_rejected(path, folder, "file-of-several", f"Its name says {said}."))
                continue
            try:
                wanted += [_file(path, o.shaped, folder) for o in claimed if o.shaped]
            except OSError as error:
                rejected.append(
                    _rejected(path, folder, "file-unreadable", f"It cannot be read: {error.strerror}.")
                )
    return wanted, rejected


def _by_directory(pieces: Sequence[Piece], folder: Path) -> dict[Path, list[_Owner]]:
    documents = [(p.found.document, p.shaped) for p in pieces if p.found.standing is not Standing.TWIN]
    shares = Counter(document.file for document, _ in documents if document)
    found: dict[Path, list[_Owner]] = {}
    for document, shaped in documents:
        if document is not None:
            owner = _Owner(document, shaped, located(folder, document.file), alone=shares[document.file] == 1)
            found.setdefault(owner.workbook.parent, []).append(owner)
    return {directory: owners for directory, owners in found.items() if any(o.shaped for o in owners)}


def _by_number(owners: Sequence[_Owner]) -> dict[str, list[_Owner]]:
    found: dict[str, list[_Owner]] = {}
    for owner in owners:
        number = number_mark(owner.document.number or "")
        if len(number) >= SHORTEST_NUMBER:
            found.setdefault(number, []).append(owner)
    return found


def _owners(path: Path, owners: Sequence[_Owner], numbers: Mapping[str, list[_Owner]]) -> list[_Owner]:
    stem = plain(path.stem)
    named = [o for o in owners if o.alone and plain(o.workbook.stem) == stem]
    return named or [o for number in numbers_in(path.stem, numbers) for o in numbers[number]]


def _proves(path: Path, claimed: Sequence[_Owner], evidence: Evidence) -> bool:
    """Whether a file is the receipt of several invoices, each of a number of its own."""
    numbers = {number_mark(o.document.number or "") for o in claimed}
    return len(numbers) == len(claimed) and evidence.speaks(path.stem)


def _file(path: Path, shaped: Shaped, folder: Path) -> Wanted:
    data = path.read_bytes()
    owner = Identity.parse(shaped.identity)
    identity = Identity(owner.seller, "file", f"{owner.name}/{spelled(path.name)}", owner.year)
    content = FileContent(
        document=shaped.identity,
        name=spelled(path.name),
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        path=spelled(path.relative_to(folder).as_posix()),
    )
    return Wanted(str(identity), content)


def _rejected(path: Path, folder: Path, code: str, text: str) -> Found:
    file = spelled(path.relative_to(folder).as_posix())
    rejection = Rejection(file=file, code=code, text=f"{text} It is attached to nothing.")
    return Found(id=digest("rejection", file)[:16], standing=Standing.REJECTED, rejection=rejection)
