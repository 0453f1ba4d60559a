"""The control plane's addresses."""

import json
from collections.abc import Callable
from typing import Protocol

from pydantic import ValidationError

from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.clock import iso
from ledgerferry_sandbox.desk.desk import RULES
from ledgerferry_sandbox.desk.outbox import Rates
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Edit, EditRefused, Room

SEEDS = ("empty", "demo")


class Controlled(Protocol):
    """What the panel controls."""

    desk: Desk
    rooms: tuple[Room, ...]

    def reset(self, seed: str | None) -> None:
        """Begins anew."""

    def state(self) -> Row:
        """Everything that is remembered."""

    def load(self, row: Row) -> None:
        """Takes up a state."""

    def modes(self) -> set[str]:
        """Every fault mode that some room knows."""


class _Wrong(ValueError):
    """The control plane cannot do what was asked."""


class Panel:
    """Reset, state, log, usage, faults, limits, mail, webhooks, switches, clock and edits."""

    def __init__(self, sandbox: Controlled) -> None:
        self._sandbox = sandbox
        self._routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("POST", "reset"): self._reset,
            ("GET", "state"): lambda _: self._sandbox.state(),
            ("PUT", "state"): self._load,
            ("GET", "log"): lambda request: self._desk.log.since(int(request.parameter("since") or 0)),
            ("GET", "usage"): lambda _: self._desk.usage(),
            ("GET", "faults"): lambda _: RULES.dump_python(self._desk.faults.rules),
            ("PUT", "faults"): self._faults,
            ("GET", "limits"): lambda _: self._desk.limits(),
            ("PUT", "limits"): self._limits,
            ("GET", "mail"): self._mail,
            ("GET", "webhooks"): lambda _: self._webhooks(),
            ("PUT", "webhooks"): self._set_webhooks,
            ("GET", "switches"): self._switches,
            ("PUT", "switches"): self._set_switches,
            ("GET", "clock"): lambda _: self._clock(),
            ("PUT", "clock"): self._advance,
            ("POST", "edit"): self._edit,
        }

    @property
    def _desk(self) -> Desk:
        return self._sandbox.desk

    def answer(self, request: Request) -> Answer:
        """Does what is asked; what cannot be done is a 400 with a reason."""
        route = self._routes.get((request.method, request.path.removeprefix("/_sandbox/").strip("/")))
        if route is None:
            return Answer.of(404, {"error": "the control plane has no such address"})
        try:
            return Answer.of(200, route(request))
        except (ValidationError, ValueError, LookupError, TypeError) as error:
            return Answer.of(400, {"error": str(error)})

    def _reset(self, request: Request) -> Row:
        seed = _object(request).get("seed")
        if seed not in (None, *SEEDS):
            raise _Wrong(f"a seed is one of {', '.join(SEEDS)}")
        self._sandbox.reset(seed)
        return {"reset": True}

    def _load(self, request: Request) -> Row:
        self._sandbox.load(_object(request))
        return {"loaded": True}

    def _faults(self, request: Request) -> object:
        rules = RULES.validate_python(_body(request))
        unknown = {rule.mode for rule in rules} - self._sandbox.modes()
        if unknown:
            raise _Wrong(f"no such fault: {', '.join(sorted(unknown))}")
        self._desk.faults.rules = rules
        return RULES.dump_python(rules)

    def _limits(self, request: Request) -> Row:
        self._desk.limit(_object(request))
        return self._desk.limits()

    def _mail(self, request: Request) -> list[Row]:
        for room in self._sandbox.rooms:
            room.catch_up()
        return self._desk.mail.rows

    def _webhooks(self) -> Row:
        outbox = self._desk.outbox
        return {"rates": outbox.rates.model_dump(), "deliveries": outbox.rows()}

    def _set_webhooks(self, request: Request) -> Row:
        outbox = self._desk.outbox
        outbox.rates = Rates.model_validate(outbox.rates.model_dump() | _object(request))
        return outbox.rates.model_dump()

    def _switches(self, request: Request) -> object:
        switches = self._desk.switches
        return switches.explained() if request.parameter("explain") else switches.row()

    def _set_switches(self, request: Request) -> Row:
        self._desk.switches.set(_object(request))
        return self._desk.switches.row()

    def _clock(self) -> Row:
        now = self._desk.clock.now()
        return {"now": now, "time": iso(now)}

    def _advance(self, request: Request) -> Row:
        self._desk.clock.advance(float(_object(request)["advance_seconds"]))
        return self._clock()

    def _edit(self, request: Request) -> Row:
        change = Edit.model_validate(_object(request))
        room = next((room for room in self._sandbox.rooms if room.service == change.service), None)
        if room is None:
            raise EditRefused(f"there is no service {change.service!r}")
        return room.edit(change)


def _body(request: Request) -> object:
    return json.loads(request.body) if request.body else {}


def _object(request: Request) -> Row:
    body = _body(request)
    if not isinstance(body, dict):
        raise _Wrong("the body must be a JSON object")
    return body
