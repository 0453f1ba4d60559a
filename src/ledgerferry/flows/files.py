"""Files: the PDFs that lie beside workbooks, each for the document whose it is."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.shape import Shaped
from ledgerferry.model.document import Rejection
from ledgerferry.model.ids import Identity, digest, normal_number
from ledgerferry.model.record import FileContent
from ledgerferry.store.runs import Found, Standing

# Shorter numbers stand in too many names by chance.
_SHORTEST_NUMBER = 3


@dataclass(frozen=True)
class _Owner:
    """A document that a file may be of, and the workbook that it alone lies in."""

    shaped: Shaped
    workbook: Path
    alone: bool


def attach(pieces: Sequence[Piece], folder: Path) -> tuple[list[Wanted], list[Found]]:
    """The files that documents want attached, and those that cannot be: unreadable, or of several documents.

    A file is a document's when it bears the name of the workbook that holds it alone, or its number as a
    whole word. A name that says two documents' numbers is nobody's.
    """
    wanted: list[Wanted] = []
    rejected: list[Found] = []
    for directory, owners in _by_directory(pieces, folder).items():
        numbers = _by_number(owners)
        for path in sorted(p for p in directory.glob("*") if p.suffix.lower() == ".pdf" and p.is_file()):
            claimed = _owners(path, owners, numbers)
            if len(claimed) > 1:
                said = ", ".join(o.shaped.invoice.number for o in claimed)
                rejected.append(_rejected(path, folder, "file-of-several", f"Its name says {said}."))
                continue
            try:
                wanted += [_file(path, o.shaped, folder) for o in claimed]
            except OSError as error:
                rejected.append(
                    _rejected(path, folder, "file-unreadable", f"It cannot be read: {error.strerror}.")
                )
    return wanted, rejected


def _by_directory(pieces: Sequence[Piece], folder: Path) -> dict[Path, list[_Owner]]:
    shares = Counter(p.found.document.file for p in pieces if p.found.document and p.shaped)
    found: dict[Path, list[_Owner]] = {}
    for piece in pieces:
        if piece.found.document is not None and piece.shaped is not None:
            file = piece.found.document.file
            owner = _Owner(piece.shaped, folder / file, alone=shares[file] == 1)
            found.setdefault(owner.workbook.parent, []).append(owner)
    return found


def _by_number(owners: Sequence[_Owner]) -> dict[str, list[_Owner]]:
    found: dict[str, list[_Owner]] = {}
    for owner in owners:
        number = normal_number(owner.shaped.invoice.number)
        if len(number) >= _SHORTEST_NUMBER:
            found.setdefault(number, []).append(owner)
    return found


def _owners(path: Path, owners: Sequence[_Owner], numbers: Mapping[str, list[_Owner]]) -> list[_Owner]:
    stem = path.stem.casefold()
    named = [o for o in owners if o.alone and o.workbook.stem.casefold() == stem]
    return named or [o for number in _numbers(path.stem, numbers) for o in numbers[number]]


def _numbers(stem: str, known: Collection[str]) -> list[str]:
    """The numbers that stand in a name as whole words; of one inside another, the longer."""
    words = [m.span() for m in re.finditer(r"[^\W_]+", stem)]
    spans = [(a, b) for i, (a, _) in enumerate(words) for _, b in words[i:]]
    found = {(a, b): number for a, b in spans if (number := normal_number(stem[a:b])) in known}
    inner = {x for x in found for y in found if x != y and y[0] <= x[0] and x[1] <= y[1]}
    return sorted({number for span, number in found.items() if span not in inner})


def _file(path: Path, shaped: Shaped, folder: Path) -> Wanted:
    data = path.read_bytes()
    owner = Identity.parse(shaped.identity)
    identity = Identity(owner.seller, "file", f"{owner.name}/{path.name}", owner.year)
    content = FileContent(
        document=shaped.identity,
        name=path.name,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        path=path.relative_to(folder).as_posix(),
    )
    return Wanted(str(identity), content)


def _rejected(path: Path, folder: Path, code: str, text: str) -> Found:
    file = path.relative_to(folder).as_posix()
    rejection = Rejection(file=file, code=code, text=f"{text} It is attached to nothing.")
    return Found(id=digest("rejection", file)[:16], standing=Standing.REJECTED, rejection=rejection)
