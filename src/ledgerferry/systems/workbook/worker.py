"""The worker process: reads the files it is told to, one a line, under memory limits."""

import json
import resource
from pathlib import Path
from typing import TextIO

from ledgerferry.model.document import FileKind, Reading, Rejection
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.guards import Limits, Refused
from ledgerferry.systems.workbook.reader import load
from ledgerferry.systems.workbook.texts import Texts, texts

TOO_LARGE = "the file needs too much memory to be read: delete what stands far from the rest, or split it"


READY = "ready"


def restrict(memory: int) -> None:
    """Takes from this process what a hostile file could use: memory beyond a limit, files, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def reading(path: Path, name: str, digest: str, limits: Limits) -> Reading:
    """What the file holds; every fault of the file is a rejection in it."""
    try:
        return extract(load(path, limits), name, digest)
    except Refused as refusal:
        return rejected(name, digest, refusal.code, str(refusal))
    except MemoryError:
        return rejected(name, digest, "too-large", TOO_LARGE)


def rejected(name: str, digest: str, code: str, text: str) -> Reading:
    """The reading of a file that was refused as a whole."""
    rejection = Rejection(file=name, code=code, text=text)
    return Reading(file=name, digest=digest, kind=FileKind.NOT_AN_INVOICE, rejections=(rejection,))


def shown(path: Path, name: str, limits: Limits) -> Texts:
    """The texts of a file's cells; every fault of the file is a fault of them."""
    try:
        return Texts(cells=tuple(texts(load(path, limits), name)))
    except Refused as refusal:
        return Texts(fault=str(refusal))
    except MemoryError:
        return Texts(fault=TOO_LARGE)


def serve(requests: TextIO, answers: TextIO) -> None:
    """Says that it is ready, then answers requests until the other side closes."""
    answers.write(READY + "\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        path, name = Path(request["path"]), request["name"]
        if "texts" in request:
            result: Reading | Texts = shown(path, name, limits)
        else:
            result = reading(path, name, request["digest"], limits)
        answers.write(result.model_dump_json() + "\n")
        answers.flush()
