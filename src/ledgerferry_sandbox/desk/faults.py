"""Faults on demand: which calls meet one, and which."""

import re
from random import Random
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, field_validator

from ledgerferry_sandbox.exchange import Answer, Fault, Request, Row

CONNECTION = ("lost", "reset", "slow", "truncate")
SERVER = ("http_500", "http_503", "html_403")
FORBIDDEN_PAGE = (
    b"<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body>Forbidden</body></html>"
)

FAILURES: dict[str, Row] = {
    "crm": {
        "code": "INTERNAL_ERROR",
        "details": {},
        "message": "Internal server error occurred.",
        "status": "error",
    },
}
"""What a service that speaks in its own way says when it fails (F59)."""


class Rule(BaseModel):
    """Which calls meet a fault, and which fault.

    `service`, `method` and `path` (a regular expression, searched in the path) narrow it, `rate` is the
    chance from 0 to 1, `times` how often it may still strike (null: always), `seconds` (or `ms`) how late
    `slow` is in real time. With `acts` the modes http_500 and http_503 do the work before they fail.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    mode: str
    service: str | None = None
    method: str | None = None
    path: str | None = None
    rate: float = Field(1.0, ge=0, le=1)
    times: NonNegativeInt | None = None
    seconds: float = Field(2.0, ge=0)
    ms: float | None = Field(None, ge=0)
    acts: bool = False

    @field_validator("path")
    @classmethod
    def _compiles(cls, path: str | None) -> str | None:
        try:
            re.compile(path or "")
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from None
        return path

    def covers(self, service: str, request: Request) -> bool:
        """Whether this call is one that the rule speaks of, and the rule is not used up."""
        return (
            self.times != 0
            and self.service in (None, service)
            and self.method in (None, request.method)
            and (self.path is None or re.search(self.path, request.path) is not None)
        )

    def on_the_wire(self) -> Fault:
        """What the connection suffers."""
        return Fault(self.mode, self.seconds if self.ms is None else self.ms / 1000)


class Faults:
    """The rules in force. The first rule that covers a call and wins its draw strikes."""

    def __init__(self, chance: Random) -> None:
        self.rules: list[Rule] = []
        self._chance = chance

    def strike(self, service: str, request: Request, modes: frozenset[str]) -> Rule | None:
        """The rule that strikes this call with one of these modes, already counted."""
        for rule in self.rules:
            if (
                rule.mode in modes
                and rule.covers(service, request)
                and (rule.rate >= 1 or self._chance.random() < rule.rate)
            ):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


def failed(mode: str, service: str = "") -> Answer:
    """The answer of a service, or of a proxy before it, that did not do its work."""
    if mode == "html_403":
        return Answer(403, {"content-type": "text/html; charset=UTF-8"}, FORBIDDEN_PAGE)
    status = int(mode.removeprefix("http_"))
    return Answer.of(status, FAILURES.get(service, {"code": 1000, "message": "Internal Error"}))
