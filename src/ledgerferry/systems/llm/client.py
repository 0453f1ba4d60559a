"""A local model, asked over HTTP: which kind of server it is, is found out by asking."""

from typing import Final

import httpx2
from pydantic import ValidationError

from ledgerferry.model.outcome import InDoubt, Refused, Unreachable, Unsent
from ledgerferry.model.ports import Clock, Watch
from ledgerferry.model.question import Answer, Question, Unhelpful
from ledgerferry.systems.llm.address import Address
from ledgerferry.systems.llm.dialects import Dialect, Models, Ollama, OpenAI, Tags
from ledgerferry.wire.exchange import Exchange, Timeouts
from ledgerferry.wire.message import Call, Reply
from ledgerferry.wire.pace import PacedClock
from ledgerferry.wire.pinned import Pinned

DEFAULT_MODEL: Final = "qwen2.5:14b"
# Home seconds for one answer: a model of that size needs that long on a plain processor.
_PATIENCE: Final = 120.0
_GLANCE: Final = 10.0
_LARGEST_ANSWER: Final = 1024 * 1024


def exchange(address: Address, clock: Clock, watch: Watch, *, seconds: float = _PATIENCE,
             transport: httpx2.BaseTransport | None = None) -> Exchange:
    """The way out to a model: to its one IP only, by no proxy, with a limit on time and size of answers."""
    return Exchange(
        clock, PacedClock(clock), watch, system="llm", largest=_LARGEST_ANSWER,
        transport=transport or Pinned(address.host, address.ip, seconds),
        timeouts=Timeouts(connect=min(5.0, seconds), read=seconds, total=seconds))


class LocalModel:
    """One model of one server; an ``Adviser``. Writes down nothing of what it sends or gets."""

    def __init__(self, out: Exchange, base: str, name: str, dialects: tuple[Dialect, ...]) -> None:
        self._out = out
        self._base = base
        self._dialects = dialects
        self.name = name
        self.tokens: int | None = None
        """What the server says that all questions and answers took; None where it does not say."""

    def ask(self, question: Question) -> Answer:
        """The answer to a question, validated again here.

        Raises ``Unhelpful`` where this answer cannot be used; ``Unreachable`` where the server is away or
        too slow and ``Refused`` where it has no such model or sends us elsewhere: then it is of no use to
        ask on.
        """
        dialect = self._dialects[0]
        reply = _sent(self._out, self._base, dialect.call(question, self.name))
        if not reply.ok and reply.status in {400, 422, 500} and len(self._dialects) > 1:
            self._dialects = self._dialects[1:]
            return self.ask(question)
        if reply.status == 404:
            raise Refused(f"the server has no model {self.name}")
        if not reply.ok:
            raise Unhelpful(f"HTTP {reply.status}")
        self._count(dialect.tokens(reply))
        try:
            return question.answer.model_validate_json(dialect.content(reply))
        except ValidationError:
            raise Unhelpful("not of the form that was asked for") from None

    def _count(self, tokens: int | None) -> None:
        if tokens is not None and tokens >= 0:
            self.tokens = (self.tokens or 0) + tokens


def open_model(out: Exchange, address: Address, name: str = DEFAULT_MODEL) -> LocalModel:
    """The model of that name at an address: Ollama where ``/api/tags`` answers, else OpenAI's manner.

    Raises ``Unreachable`` where nobody answers, ``Refused`` where it is neither or lacks the model.
    """
    tags = _sent(out, address.base, Call("GET", "/api/tags"), _GLANCE)
    try:
        has = [tag.name for tag in Tags.model_validate_json(tags.content).models] if tags.ok else None
    except ValidationError:
        has = None
    if has is not None:
        if name not in has and f"{name}:latest" not in has:
            known = "".join(c for c in ", ".join(has[:5])[:200] if c.isprintable()) or "none"
            raise Refused(f"the server has no model {name} (it has: {known}); `ollama pull {name}`")
        return LocalModel(out, address.base, name, (Ollama(),))
    models = _sent(out, address.base, Call("GET", "/v1/models"), _GLANCE)
    try:
        if not models.ok:
            raise Refused(f"no model answers there (HTTP {models.status} to /api/tags and /v1/models)")
        Models.model_validate_json(models.content)
    except ValidationError:
        raise Refused("what answers there is neither Ollama nor a server of OpenAI's manner") from None
    return LocalModel(out, address.base, name, (OpenAI(wrapped=True), OpenAI(wrapped=False)))


def _sent(out: Exchange, base: str, call: Call, seconds: float | None = None) -> Reply:
    limit = out.timeouts.total if seconds is None else min(seconds, out.timeouts.total)
    try:
        reply = out.send(base, call, out.deadline(limit))
    except (Unsent, InDoubt) as error:
        raise Unreachable(f"it does not answer within {limit:g} s: {error.why}", system="llm") from None
    if 300 <= reply.status < 400:
        raise Refused("it sends us elsewhere, which is not followed", system="llm")
    return reply
