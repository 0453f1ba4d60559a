"""The worker process: does with files what it is asked, one request a line, under memory limits."""

import gc
import json
import resource
from pathlib import Path
from typing import Any, TextIO

from ledgerferry.model.document import Document, FileKind, Reading, Rejection
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.guards import Limits, Refused, digest_of
from ledgerferry.systems.workbook.layouts.learn import Lesson
from ledgerferry.systems.workbook.layouts.memory import NOTHING, Memory
from ledgerferry.systems.workbook.layouts.model import Layout
from ledgerferry.systems.workbook.picture import Picture, picture
from ledgerferry.systems.workbook.reader import load
from ledgerferry.systems.workbook.teaching import teach
from ledgerferry.systems.workbook.texts import Texts, texts

TOO_LARGE = "the file needs too much memory to be read: delete what stands far from the rest, or split it"
CHANGED = "the file changed while it was read: close it in other programs, then run again"

READY = "ready"
Answered = Reading | Lesson | Picture | Texts
_OBJECTS = 200_000
"""How many more objects there may be before cycles are looked for: a file's cells and trees hold none."""


def restrict(memory: int) -> None:
    """Takes from this process what a hostile file could use: memory beyond a limit, files, core dumps.

    A lower limit that the process was started under stays.
    """
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    least = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (least, least))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reading(path: Path, name: str, digest: str, limits: Limits, memory: Memory = NOTHING) -> Reading:
    """What the file holds; every fault of the file is a rejection in it.

    So is a file whose content is not, or no longer, that of ``digest`` (where one is given).
    """
    try:
        found = extract(load(path, limits), name, digest, memory, str(path))
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


def lesson(path: Path, document: Document, limits: Limits) -> Lesson:
    """What a confirmed document of the file teaches; every fault of the file is a reason why nothing."""
    try:
        return teach(load(path, limits), document)
    except Refused as refusal:
        return Lesson(untaught={"layout": str(refusal)})
    except MemoryError:
        return Lesson(untaught={"layout": TOO_LARGE})


def look(path: Path, sheet: str, limits: Limits) -> Picture:
    """The picture of one of the file's sheets; every fault of the file is the picture's."""
    try:
        return picture(load(path, limits), sheet)
    except Refused as refusal:
        return Picture(sheet=sheet, fault=str(refusal))
    except MemoryError:
        return Picture(sheet=sheet, fault=TOO_LARGE)


def shown(path: Path, name: str, limits: Limits) -> Texts:
    """The texts of a file's cells; every fault of the file is a fault of them."""
    try:
        return Texts(cells=tuple(texts(load(path, limits), name)))
    except Refused as refusal:
        return Texts(fault=str(refusal))
    except MemoryError:
        return Texts(fault=TOO_LARGE)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Says that it is ready, takes the layouts from the first line, answers until the other side ends."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    _say(answers, READY)
    memory = Memory(tuple(Layout.model_validate(one) for one in json.loads(requests.readline() or "[]")))
    for line in requests:
        _say(answers, _answer(json.loads(line), memory).model_dump_json())


def _answer(request: dict[str, Any], memory: Memory) -> Answered:
    limits, path = Limits(**request["limits"]), Path(request["path"])
    if "teach" in request:
        return lesson(path, Document.model_validate(request["teach"]), limits)
    if "look" in request:
        return look(path, request["look"], limits)
    if "texts" in request:
        return shown(path, request["name"], limits)
    return reading(path, request["name"], request["digest"], limits, memory)


def _say(answers: TextIO, text: str) -> None:
    answers.write(text + "\n")
    answers.flush()
