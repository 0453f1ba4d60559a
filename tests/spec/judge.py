"""Whether a request, and its answer, are what the vendor's OpenAPI says: findings, one by one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from jsonschema.exceptions import ValidationError

from ledgerferry_sandbox.exchange import Answer, Request
from tests.spec.documents import Json, Operation, Spec

REQUEST = "request"
SEEN = 160


@dataclass(frozen=True, order=True)
class Finding:
    """One place that is not as described: `side` is `request` or the status of an answer."""

    operation: str
    side: str
    path: str
    rule: str
    seen: str = ""

    def __str__(self) -> str:
        return f"{self.operation} {self.side} {self.path} {self.rule} {self.seen}"


class Judge:
    """Holds requests and answers against one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def request(self, operation: Operation, request: Request) -> list[Finding]:
        """What is wrong with a request: parameters, headers, and body."""
        told = [*self._parameters(operation, request), *self._undeclared(operation, request)]
        bodies = self.spec.body(operation)
        given = request.headers.get("content-type", "").partition(";")[0]
        if not bodies or not (request.body or self.spec.demands_body(operation)):
            return told
        if given not in bodies:
            return [*told, Finding(str(operation), REQUEST, "content-type", "media", given)]
        return [*told, *self._held(operation, REQUEST, bodies[given], content(request))]

    def answer(self, operation: Operation, answer: Answer) -> list[Finding] | None:
        """What is wrong with an answer; None where its status is not described."""
        bodies = self.spec.answer(operation, answer.status)
        if bodies is None:
            return None
        return self.content(operation, answer, bodies)

    def content(self, operation: Operation, answer: Answer, bodies: dict[str, Json]) -> list[Finding]:
        """What is wrong with the body of an answer."""
        side = str(answer.status)
        media = answer.headers.get("content-type", "").partition(";")[0]
        if not answer.body and not bodies:
            return []
        schema = bodies.get(media) or bodies.get("*/*")
        if schema is None:
            return [Finding(str(operation), side, "content-type", "media", media)]
        if media != "application/json":
            return []
        return list(self._held(operation, side, schema, json.loads(answer.body)))

    def _held(self, operation: Operation, side: str, schema: Json, given: object) -> Iterator[Finding]:
        for error in self.spec.errors(schema, given):
            yield Finding(str(operation), side, address(error), str(error.validator), error.message[:SEEN])
        for path in sorted(set(self._beyond([schema], given, "$"))):
            yield Finding(str(operation), side, path, "undeclared")

    def _parameters(self, operation: Operation, request: Request) -> Iterator[Finding]:
        for parameter in self.spec.parameters(operation):
            name, place = parameter["name"], parameter["in"]
            given = request.headers.get(name.lower()) if place == "header" else request.parameter(name)
            if place not in ("query", "header"):
                continue
            if given is None:
                if parameter.get("required"):
                    yield Finding(str(operation), REQUEST, f"{place}.{name}", "required")
                continue
            schema = self.spec.resolved(parameter.get("schema", {}))
            for error in self.spec.errors(schema, read(given, schema)):
                seen = error.message[:SEEN]
                yield Finding(str(operation), REQUEST, f"{place}.{name}", str(error.validator), seen)

    def _undeclared(self, operation: Operation, request: Request) -> Iterator[Finding]:
        known = {each["name"] for each in self.spec.parameters(operation) if each["in"] == "query"}
        for name in sorted({name for name, _ in request.query} - known):
            yield Finding(str(operation), REQUEST, f"query.{name}", "undeclared")

    def _beyond(self, schemas: list[Json], given: object, path: str) -> Iterator[str]:
        """Keys that none of the schemas at this place declares, where any declares some."""
        flat = [each for schema in schemas for each in self.spec.branches(schema)]
        if isinstance(given, list):
            items = [each["items"] for each in flat if "items" in each]
            for each in given:
                yield from self._beyond(items, each, f"{path}[*]")
        elif isinstance(given, dict):
            declared: dict[str, list[Json]] = {}
            for each in flat:
                for name, schema in each.get("properties", {}).items():
                    declared.setdefault(name, []).append(schema)
            free = any(each.get("additionalProperties") for each in flat)
            for name, value in given.items() if declared else ():
                if name in declared:
                    yield from self._beyond(declared[name], value, f"{path}.{name}")
                elif not free:
                    yield f"{path}.{name}"


def address(error: ValidationError) -> str:
    """Where an error is, as a JSON path in which every position of a list is the same."""
    parts = (f"[{'*'}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    missing = f".{error.message.split(chr(39))[1]}" if error.validator == "required" else ""
    return "$" + "".join(parts) + missing


def read(text: str, schema: Json) -> object:
    """A parameter as the type that it is described with."""
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text.split(",") if kind == "array" else text


def content(request: Request) -> object:
    """The body of a request: JSON, or the fields of a form; a file stands as an empty object."""
    kind = request.headers.get("content-type", "")
    if "multipart" not in kind:
        return json.loads(request.body)
    whole = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + request.body)
    parts = {str(part.get_param("name", header="content-disposition")): part for part in whole.iter_parts()}
    return {name: {} if part.get_filename() else "" for name, part in parts.items()}
