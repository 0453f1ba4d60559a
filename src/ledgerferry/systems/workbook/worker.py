"""The worker process: reads the files it is told to, one a line, under memory limits."""

import gc
import json
import resource
from pathlib import Path
from typing import TextIO

from ledgerferry.model.document import FileKind, Reading, Rejection
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.guards import Limits, Refused, digest_of
from ledgerferry.systems.workbook.reader import load

TOO_LARGE = "the file needs too much memory to be read: delete what stands far from the rest, or split it"
CHANGED = "the file changed while it was read: close it in other programs, then run again"

READY = "ready"
_OBJECTS = 200_000
"""How many more objects there may be before cycles are looked for: a file's cells and trees hold none."""


def restrict(memory: int) -> None:
    """Takes from this process what a hostile file could use: memory beyond a limit, files, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reading(path: Path, name: str, digest: str, limits: Limits) -> Reading:
    """What the file holds; every fault of the file is a rejection in it.

    So is a file whose content is not, or no longer, that of ``digest`` (where one is given).
    """
    try:
        found = extract(load(path, limits), name, digest)
    except Refused as refusal:
        found = refused(name, digest, refusal)
    except MemoryError:
        found = rejected(name, digest, "too-large", TOO_LARGE)
    if not digest:
        return found
    try:
        same = digest_of(path, limits) == digest
    except Refused:
        same = False
    return found if same else rejected(name, digest, "changed", CHANGED)


def refused(name: str, digest: str, refusal: Refused) -> Reading:
    """The reading of a file that was refused, with the place where that is known."""
    return rejected(name, digest, refusal.code, str(refusal), refusal.sheet, refusal.cell)


def rejected(
    name: str, digest: str, code: str, text: str, sheet: str | None = None, cell: str | None = None
) -> Reading:
    """The reading of a file that was refused as a whole."""
    rejection = Rejection(file=name, sheet=sheet, cell=cell, code=code, text=text)
    return Reading(file=name, digest=digest, kind=FileKind.NOT_AN_INVOICE, rejections=(rejection,))


def serve(requests: TextIO, answers: TextIO) -> None:
    """Says that it is ready, then answers requests until the other side closes."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    answers.write(READY + "\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        result = reading(Path(request["path"]), request["name"], request["digest"], limits)
        answers.write(result.model_dump_json() + "\n")
        answers.flush()
