"""Reading files in worker processes, so that no file can end, stall or swell the process that asks."""

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from ledgerferry.model.document import Document, Reading
from ledgerferry.model.paths import spelled
from ledgerferry.systems.workbook.guards import DEFAULT, Limits, Refused, digest_of
from ledgerferry.systems.workbook.layouts.learn import Lesson
from ledgerferry.systems.workbook.layouts.model import Layout
from ledgerferry.systems.workbook.picture import Picture
from ledgerferry.systems.workbook.texts import Texts
from ledgerferry.systems.workbook.worker import READY, TOO_LARGE, refused, rejected

_WORTH_A_PROCESS = 200_000
"""The bytes of workbooks that take about as long to read as one more process takes to start."""
FAULTY = 1
"""The exit code of a Python program that an exception ended."""


class Worker:
    """One worker process; started when first needed and again after it died. For one thread at a time."""

    def __init__(self, limits: Limits, layouts: Sequence[Layout] = ()) -> None:
        self.limits = limits
        self._layouts = "[" + ",".join(x.model_dump_json(exclude_defaults=True) for x in layouts) + "]\n"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def read(self, path: Path, name: str) -> Reading:
        """What one file holds. Never raises for a fault of the file: that is a rejection."""
        name = spelled(name)
        try:
            digest = digest_of(path, self.limits)
        except Refused as refusal:
            return refused(name, "", refusal)
        answer, late = self._ask(self._request(path, name=name, digest=digest))
        if answer:
            return Reading.model_validate_json(answer)
        return self._lost(name, digest, late=late)

    def teach(self, path: Path, document: Document) -> Lesson:
        """What a confirmed document of a file teaches. Never raises for a fault of the file."""
        answer, late = self._ask(self._request(path, teach=document.model_dump(mode="json")))
        if answer:
            return Lesson.model_validate_json(answer)
        return Lesson(untaught={"layout": self._lost("", "", late=late).rejections[0].text})

    def look(self, path: Path, sheet: str) -> Picture:
        """The picture of a sheet of a file. Never raises for a fault of the file."""
        answer, late = self._ask(self._request(path, look=sheet))
        if answer:
            return Picture.model_validate_json(answer)
        return Picture(sheet=sheet, fault=self._lost("", "", late=late).rejections[0].text)

    def texts(self, path: Path, name: str) -> Texts:
        """The texts of a file's cells. Never raises for a fault of the file."""
        answer, late = self._ask(self._request(path, name=name, texts=True))
        if answer:
            return Texts.model_validate_json(answer)
        return Texts(fault=self._lost(name, "", late=late).rejections[0].text)

    def _request(self, path: Path, **asked: object) -> str:
        return json.dumps({"path": str(path.resolve()), "limits": asdict(self.limits), **asked}) + "\n"

    def _lost(self, name: str, digest: str, *, late: bool) -> Reading:
        """The rejection of a file that the process did not survive."""
        process, self._process = self._process, None
        code = None
        if process is not None:
            process.communicate()
            code = process.returncode
        if late:
            text = f"reading took longer than {self.limits.seconds:g} s: split the file or raise the limit"
            return rejected(name, digest, "timed-out", text)
        if code == FAULTY:
            text = "reading this file failed: report it, and enter its documents by hand"
            return rejected(name, digest, "reader-failed", text)
        return rejected(name, digest, "too-large", TOO_LARGE)

    def _ask(self, request: str) -> tuple[str, bool]:
        """The answer, empty when the process died; and whether it was ended for taking too long."""
        process = self._process = self._process or self._start()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.limits.seconds, end)
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                return "", False
            process.stdin.write(request)
            process.stdin.flush()
            answer = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            answer = ""
        finally:
            timer.cancel()
        return (answer if answer.endswith("\n") else ""), late.is_set()

    def _start(self) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-P",
            "-m",
            __package__,
            str(self.limits.memory_bytes),
        ]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        if process.stdout is None or process.stdout.readline().strip() != READY:
            process.kill()
            process.communicate()
            raise MemoryError("the process that reads workbooks does not start")
        if process.stdin is not None:
            process.stdin.write(self._layouts)
        return process


def content_digest(path: Path, limits: Limits = DEFAULT) -> str | None:
    """The SHA-256 of a file's bytes, in hex; None where it cannot be read."""
    try:
        return digest_of(path, limits)
    except Refused:
        return None


def read(path: Path, name: str, limits: Limits = DEFAULT) -> Reading:
    """What one file holds, read in a process of its own. ``name`` is the path relative to the folder given.

    Never raises for a fault of the file: it comes back as a rejection with a code and what to do.
    """
    with Worker(limits) as worker:
        return worker.read(path, name)


def read_many(
    paths: Sequence[tuple[Path, str]],
    workers: int = 2,
    limits: Limits = DEFAULT,
    layouts: Sequence[Layout] = (),
) -> Iterator[Reading]:
    """What each file holds, in the order given, read by a few processes that are used again and again.

    Each process is told the ``layouts`` once, when it starts.

    ``workers`` is how many processes at most: what one has soon read starts no second. At most a few files
    per worker are read ahead of the caller. A worker that dies is replaced and its file rejected.
    """
    idle: SimpleQueue[Worker] = SimpleQueue()
    crew = [Worker(limits, layouts) for _ in range(_worth(paths, workers))]
    for worker in crew:
        idle.put(worker)

    def one(path: Path, name: str) -> Reading:
        worker = idle.get()
        try:
            return worker.read(path, name)
        finally:
            idle.put(worker)

    ahead: deque[Future[Reading]] = deque()
    pool = ThreadPoolExecutor(len(crew))
    try:
        for path, name in paths:
            ahead.append(pool.submit(one, path, name))
            if len(ahead) >= 4 * len(crew):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for worker in crew:
            worker.close()


def _worth(paths: Sequence[tuple[Path, str]], most: int) -> int:
    """How many processes it is worth starting for these files."""
    size = 0
    for path, _ in paths:
        with suppress(OSError, ValueError):
            size += path.stat().st_size
        if size >= most * _WORTH_A_PROCESS:
            break
    return max(1, min(most, -(-size // _WORTH_A_PROCESS)))


def read_known(paths: Sequence[tuple[Path, str]], layouts: Sequence[Layout]) -> Iterator[Reading]:
    """What each file holds, in the order given, by the layouts that a home has learnt."""
    return read_many(paths, layouts=layouts)


def teach(path: Path, document: Document, limits: Limits = DEFAULT) -> Lesson:
    """What a confirmed document of a file teaches, learnt in a process of its own."""
    with Worker(limits) as worker:
        return worker.teach(path, document)


def look(path: Path, sheet: str, limits: Limits = DEFAULT) -> Picture:
    """The picture of a sheet of a file, taken in a process of its own."""
    with Worker(limits) as worker:
        return worker.look(path, sheet)
