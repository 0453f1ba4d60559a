"""Ears on the sandbox: every exchange of every sandbox in this process, judged by the vendor's spec."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

import pytest

from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.sandbox import Exchange, Sandbox
from tests.conftest import Section
from tests.spec.documents import Json, Operation, Spec
from tests.spec.judge import REQUEST, Finding, Judge

NOWHERE = (5, 37, "INVALID_URL_PATTERN", "INVALID_REQUEST_METHOD")
"""The codes of an unknown address and of a method that it does not take (F59, table 2.3)."""


class Side(Enum):
    """Whose requests are heard: ours are judged, a test's own may be wrong on purpose."""

    OURS = "ours"
    TEST = "test"


@dataclass
class Listener:
    """What was heard of one product: validated calls by operation and status, and what was found.

    `prefix` is where its addresses begin; `refusal` the form of an error, which the spec leaves out, and
    `beside` are calls (patterns of METHOD and path) that it leaves out too. `strange` counts those, and
    whatever else is outside the spec. `beyond` are keys of answers that it does not declare, which OpenAPI
    allows and a vendor's answers are full of; in our requests they are findings.
    """

    spec: Spec
    prefix: str
    refusal: Json
    beside: tuple[str, ...] = ()
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    strange: Counter[str] = field(default_factory=Counter)
    found: Counter[Finding] = field(default_factory=Counter)
    beyond: Counter[Finding] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._judge = Judge(self.spec)

    def hear(self, request: Request, answer: Answer, side: Side) -> None:
        """Judges one exchange, unless its address is another product's."""
        if not request.path.startswith(self.prefix):
            return
        called = f"{request.method} {request.path}"
        beside = next((each for each in self.beside if re.fullmatch(each, called)), None)
        candidates = [] if beside else self._candidates(request)
        if not candidates:
            self.strange[beside or called] += 1
            return
        judged = []
        for operation in candidates:
            told = self._judge.request(operation, request) if side is Side.OURS else []
            answered = None if _nowhere(answer) else self._judge.answer(operation, answer)
            judged.append((operation, told, answered))
        operation, told, answered = min(judged, key=_strangeness)
        self.requests[str(operation)] += side is Side.OURS
        self.answers[str(operation), answer.status] += 1
        if answered is None:
            answered = self._undescribed(operation, answer)
        for finding in (*told, *answered):
            more = finding.rule == "undeclared" and finding.side != REQUEST
            (self.beyond if more else self.found)[finding] += 1

    def _candidates(self, request: Request) -> list[Operation]:
        """The descriptions of an address; CRM has one for its own ids and one for X-EXTERNAL (F64)."""
        found = self.spec.find(request.method, request.path)
        external = [each for each in found if "{external" in each.template]
        own = [each for each in found if each not in external]
        return (external if "x-external" in request.headers else own) or found

    def _undescribed(self, operation: Operation, answer: Answer) -> list[Finding]:
        """A status that the spec does not describe.

        A refusal must have the documented form of one, another yes the content of the yes that is described.
        """
        label, side = str(operation), str(answer.status)
        if answer.status >= 400:
            errors = self.spec.errors(self.refusal, json.loads(answer.body or b"null"))
            return [Finding(label, side, "$", "refusal", error.message) for error in errors]
        told = [Finding(label, side, "status", "undescribed")]
        yes = next((int(each) for each in operation.raw["responses"] if each.startswith("2")), 200)
        bodies = self.spec.answer(operation, yes) if answer.body else None
        return [*told, *(self._judge.content(operation, answer, bodies) if bodies else ())]

    def report(self) -> Section:
        """How many answers and how many requests of ours were validated, by operation."""
        answers, requests = sum(self.answers.values()), sum(self.requests.values())
        operations = sorted({operation for operation, _ in self.answers})
        lines = list(self.notes)
        for operation in operations if not self.notes else ():
            by_status = {status: n for (each, status), n in self.answers.items() if each == operation}
            counts = " ".join(f"{status}:{n}" for status, n in sorted(by_status.items()))
            lines.append(f"{self.requests[operation]:6} requests  {operation}  {counts}")
        return f"{answers} answers and {requests} requests validated, {len(operations)} operations", lines


def _nowhere(answer: Answer) -> bool:
    """Whether the sandbox does not have the operation: the answer is not the operation's then."""
    if answer.status < 400 or "json" not in answer.headers.get("content-type", ""):
        return False
    told = json.loads(answer.body)
    return isinstance(told, dict) and told.get("code") in NOWHERE


def _strangeness(judged: tuple[Operation, list[Finding], list[Finding] | None]) -> tuple[bool, int]:
    """Of several descriptions of one address, the one that fits best counts."""
    _, told, answered = judged
    return answered is None, len(told) + len(answered or ())


@contextmanager
def listening(*listeners: Listener, side: Side) -> Iterator[None]:
    """For a while, every call of every sandbox is heard."""
    begin = Sandbox.begin

    def heard(self: Sandbox, request: Request) -> Exchange:
        exchange = begin(self, request)
        injected = exchange.entry is not None and exchange.entry.fault is not None
        for listener in listeners if not injected else ():
            listener.hear(request, exchange.answer, side)
        return exchange

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sandbox, "begin", heard)
        yield
