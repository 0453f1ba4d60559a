"""The vendors' OpenAPI files, where they are: read, joined into one document, and searched by address."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator, oas30_format_checker

Json = Mapping[str, Any]
SHARED = Path(os.environ.get("FERRY_SHARED") or Path(__file__).parents[3] / "shared")
FOLDER = SHARED / "specs"
METHODS = ("get", "post", "put", "patch", "delete")
FILES = "x-files"


class _Loader(yaml.CSafeLoader):
    """YAML as OpenAPI means it: a day in an example is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Operation:
    """One method of one path: how the vendor describes it. `file` is where that stands."""

    method: str
    template: str
    file: str
    raw: Json = field(repr=False)
    shared: tuple[Json, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What an address of this operation looks like."""
        pieces = re.split(r"\{(.+?)\}", self.template)
        turned = (f"(?P<p{n}>[^/]+)" if n % 2 else re.escape(text) for n, text in enumerate(pieces))
        return re.compile("".join(turned))

    @property
    def exactness(self) -> tuple[bool, ...]:
        """Which parts of the path are fixed: the first fixed part decides between two that fit."""
        return tuple("{" not in part for part in self.template.split("/"))


class Spec:
    """All the files of one product in one document, in which every reference is a local one."""

    def __init__(self, files: Mapping[str, Json], base: str) -> None:
        self.base = base
        self.files = {name: _local(document, name) for name, document in files.items()}
        self.root: Json = {FILES: self.files}
        self.operations = tuple(operation for name in self.files for operation in self._in(name))
        words = {"oneOf": self._nearest, "anyOf": self._nearest}
        kind: type[Validator] = extend(OAS30Validator, words)  # type: ignore[no-untyped-call]
        self._validator = kind(self.root, format_checker=oas30_format_checker)

    def _in(self, name: str) -> Iterator[Operation]:
        for template, item in self.files[name].get("paths", {}).items():
            for method in METHODS:
                if method in item and (raw := item[method]).get("responses"):
                    yield Operation(method.upper(), template, name, raw, tuple(item.get("parameters", ())))

    def find(self, method: str, path: str) -> list[Operation]:
        """Every description of this address; the most exact paths only."""
        asked = path.removeprefix(self.base)
        fitting = [o for o in self.operations if o.method == method and o.pattern.fullmatch(asked)]
        best = max((o.exactness for o in fitting), default=())
        return [o for o in fitting if o.exactness == best]

    def resolved(self, node: Json) -> Json:
        """What a reference, or a reference to a reference, stands for."""
        while "$ref" in node:
            node = self._at(node["$ref"])
        return node

    def _at(self, pointer: str) -> Json:
        node: Any = self.root
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        found: Json = node
        return found

    def parameters(self, operation: Operation) -> list[Json]:
        """The parameters of an operation, those of its path included."""
        return [self.resolved(each) for each in (*operation.shared, *operation.raw.get("parameters", ()))]

    def body(self, operation: Operation) -> dict[str, Json]:
        """The bodies that an operation takes: schema by media type."""
        return self._content(self.resolved(operation.raw.get("requestBody", {})))

    def demands_body(self, operation: Operation) -> bool:
        """Whether an operation must be given a body."""
        return bool(self.resolved(operation.raw.get("requestBody", {})).get("required"))

    def answer(self, operation: Operation, status: int) -> dict[str, Json] | None:
        """The bodies of an answer with this status: schema by media type. None where it is not described."""
        described = operation.raw["responses"]
        found = described.get(str(status)) or described.get(f"{status // 100}XX") or described.get("default")
        return None if found is None else self._content(self.resolved(found))

    def _content(self, node: Json) -> dict[str, Json]:
        return {media: held.get("schema", {}) for media, held in node.get("content", {}).items()}

    def errors(self, schema: Json, given: Any) -> Iterator[ValidationError]:
        """What is wrong with something under one schema out of this document."""
        return iter(self._validator.evolve(schema=schema).iter_errors(given))

    def declared(self, schema: Json) -> dict[str, list[Json]]:
        """The keys that a schema declares, its branches included, with what each may be."""
        found: dict[str, list[Json]] = {}
        for each in self.branches(schema):
            for name, held in each.get("properties", {}).items():
                found.setdefault(name, []).append(held)
        return found

    def branches(self, schema: Json) -> Iterator[Json]:
        """A schema and everything that it is made of."""
        schema = self.resolved(schema)
        yield schema
        for word in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(word, ()):
                yield from self.branches(each)

    def _nearest(
        self, validator: Validator, schemas: list[Json], given: Any, schema: Json
    ) -> Iterator[ValidationError]:
        """Of alternatives the one is meant that declares most of the keys.

        CRM's files require nothing, so that each alternative would fit everything, and oneOf nothing.
        """
        del schema
        known = [
            len(set(given) & set(self.declared(each))) if isinstance(given, dict) else 0 for each in schemas
        ]
        near = [each for each, keys in zip(schemas, known, strict=True) if keys == max(known)]
        yield from min((list(validator.evolve(schema=each).iter_errors(given)) for each in near), key=len)


def _local(node: Any, file: str) -> Any:
    """The node with its references turned to where the file stands in the joined document."""
    if isinstance(node, dict):
        turned = {str(key): _local(value, file) for key, value in node.items()}
        if isinstance(node.get("$ref"), str):
            other, _, pointer = node["$ref"].partition("#")
            turned["$ref"] = f"#/{FILES}/{other.rpartition('/')[2] or file}{pointer}"
        return turned
    return [_local(each, file) for each in node] if isinstance(node, list) else node


def load(folder: str, base: str = "") -> Spec:
    """The spec in one folder of `shared/specs`."""
    found = sorted((FOLDER / folder).glob("*.*"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in found}
    return Spec({name: yaml.load(text, _Loader) for name, text in texts.items()}, base)
