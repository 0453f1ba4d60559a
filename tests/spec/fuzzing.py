"""schemathesis before the sandbox: the vendor's spec with seeded ids in it, a fresh sandbox every call."""

import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from ledgerferry_sandbox.exchange import Answer, Request
from tests.sandbox.caller import Caller
from tests.spec.documents import FILES, Json, Operation, Spec
from tests.spec.listener import NOWHERE
from tests.spec.seeding import Before, Named, Seeds

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

MULTIPART = "multipart/form-data"
BINARY = {"type": "string", "format": "binary"}
"""A file, as OpenAPI writes it; CRM's documents write an object."""
SCALARS = ("string", "integer", "number", "boolean")
SETTINGS = settings(
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Gateway:
    """The sandbox as a WSGI application: every call meets it as `fresh` and `before` make it, signed in.

    A call that changed nothing leaves it to the next one.
    """

    fresh: Callable[[], Caller]
    before: Before
    broken: list[str] = field(default_factory=list)
    _kept: Caller | None = None

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        caller = self._kept or self.fresh()
        self.before(caller, environ["PATH_INFO"])
        request = _request(environ, caller.token)
        try:
            answer = caller.sandbox.handle(request)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self.broken.append(
                f"{request.method} {request.path} {error!r} at {frame.filename}:{frame.lineno}"
            )
            answer = Answer.of(500, {})
        changed = answer.status == 500 or (request.method != "GET" and answer.status < 400)
        self._kept = None if changed else caller
        start(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [answer.body]

    def knows(self, operation: Operation, base: str) -> bool:
        """Whether the sandbox has this address and method at all."""
        caller = self.fresh()
        path = base + re.sub(r"\{.+?\}", "1", operation.template)
        signed = {"authorization": f"Zoho-oauthtoken {caller.token}"}
        said = caller.call(operation.method, path, None, **signed)
        return not isinstance(said.body, dict) or said.body.get("code") not in NOWHERE


def _request(environ: "WSGIEnvironment", token: str) -> Request:
    named = {
        name.removeprefix("HTTP_").replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    signed = named | {"AUTHORIZATION": f"Zoho-oauthtoken {token}"}
    path = quote(environ["PATH_INFO"].encode("latin-1"))
    target = f"{path}?{environ['QUERY_STRING']}"
    return Request.to(environ["REQUEST_METHOD"], target, signed.items(), body)


@dataclass
class Tally:
    """What came back: statuses by operation, and how to repeat what ended with a 5xx."""

    answers: dict[str, Counter[int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def count(self, case: Case[Any], status: int) -> None:
        """One more answer."""
        self.answers.setdefault(case.operation.label, Counter())[status] += 1
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.broken.append(case.as_curl_command())

    def served(self) -> set[str]:
        """The operations that said yes at least once."""
        return {label for label, found in self.answers.items() if any(status < 300 for status in found)}


def document(spec: Spec, seeds: Seeds, *, examples: bool) -> dict[str, Any]:
    """A spec as schemathesis takes it: parameters and fields that `seeds` names take only those values.

    With `examples`, those are always given, and everything else that has an example takes only that.
    """
    paths: dict[str, Any] = {}
    for operation in spec.operations:
        named = _named(seeds, operation.template)
        shared = (*operation.shared, *operation.raw.get("parameters", ()))
        whole = {
            **operation.raw,
            "parameters": [spec.resolved(each) for each in shared],
            **_body(spec, operation),
        }
        item = paths.setdefault(operation.template, {})
        item.setdefault(operation.method.lower(), _seeded(whole, named, examples=examples))
    files = _seeded(spec.files, _named(seeds, ""), examples=examples)
    told = {"openapi": "3.0.0", "info": {"title": "spec", "version": "1"}}
    return {**told, "servers": [{"url": spec.base or "/"}], "paths": paths, FILES: files}


def _body(spec: Spec, operation: Operation) -> dict[str, Any]:
    """The body of an operation where it stands, so that it takes the seeds of its path; files are files."""
    content = {
        media: {"schema": _with_files(schema) if media == MULTIPART else schema}
        for media, held in spec.body(operation).items()
        for schema in [spec.resolved(held)]
    }
    if not content:
        return {}
    return {"requestBody": {"content": content, "required": spec.demands_body(operation)}}


def _with_files(schema: Json) -> dict[str, Any]:
    properties = schema.get("properties", {})
    files = {name: BINARY for name, held in properties.items() if held.get("type") == "object"}
    return {**schema, "properties": properties | files, "required": [*files]}


def _named(seeds: Seeds, template: str) -> Named:
    """The seeds for a path: those of the longest beginning decide."""
    found: dict[str, Sequence[object]] = {}
    for beginning in sorted(seeds, key=len):
        if template.startswith(beginning):
            found |= seeds[beginning]
    return found


def _seeded(node: Any, named: Named, *, examples: bool) -> Any:
    if isinstance(node, list):
        return [_seeded(each, named, examples=examples) for each in node]
    if not isinstance(node, dict):
        return node
    turned = {key: _seeded(value, named, examples=examples) for key, value in node.items()}
    if isinstance(node.get("in"), str):
        seeded = node["name"] in named
        values = named.get(node["name"], [node["example"]] if examples and node.get("example") else ())
        always = {"required": True} if examples and seeded else {}
        return turned | always | {"schema": _only(values)} if values else turned
    properties = node.get("properties")
    if isinstance(properties, dict):
        chosen = {name: _only(named[name]) for name in properties if name in named}
        turned["properties"] = turned["properties"] | chosen
        if examples and chosen:
            turned["required"] = sorted({*node.get("required", ()), *chosen})
    if examples and node.get("type") in SCALARS and "enum" not in node and node.get("example", "") != "":
        return _only([node["example"]])
    return turned


def _only(values: Sequence[object]) -> dict[str, Any]:
    return {"enum": list(values)}


def exercise(
    raw: dict[str, Any], gateway: Gateway, tally: Tally, *modes: GenerationMode, often: Callable[[str], int]
) -> None:
    """Calls every operation as `often` as its label says, in each mode, and counts what comes back."""
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = gateway
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        examples = often(operation.label)
        for mode in modes if examples else ():
            _draw(operation.as_strategy(generation_mode=mode), tally, examples)


def _draw(strategy: SearchStrategy[Case[Any]], tally: Tally, examples: int) -> None:
    @settings(SETTINGS, max_examples=examples)
    @given(strategy)
    def called(case: Case[Any]) -> None:
        tally.count(case, case.call().status_code)

    try:
        called()
    except Unsatisfiable:
        return
