"""What the tests against the vendors' specs share; where there are no specs, they say so and skip."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import SECTIONS
from tests.spec.documents import FOLDER, load
from tests.spec.known_crm import BESIDE
from tests.spec.listener import Listener

needs_specs = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no vendors' specs: they lie in ../shared/specs, or where FERRY_SHARED says"
)
BOOKS_REFUSAL = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer", "not": {"enum": [0]}}, "message": {"type": "string"}},
}
"""An error of Books (F14)."""


def _result(*statuses: str) -> dict[str, Any]:
    kinds = {"code": "string", "message": "string", "details": "object"}
    properties = {name: {"type": kind} for name, kind in kinds.items()}
    told = properties | {"status": {"enum": list(statuses)}}
    return {"type": "object", "required": list(told), "properties": told}


CRM_REFUSAL = {
    "anyOf": [
        _result("error"),
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "array", "items": _result("error", "success")},
        },
    ]
}
"""An error of CRM (F59), by itself or as the results of several records."""


@pytest.fixture(scope="module")
def books(request: pytest.FixtureRequest) -> Iterator[Listener]:
    """An ear on Books."""
    listener = Listener(load("zoho-books-v3", "/books/v3"), "/books/v3", BOOKS_REFUSAL)
    yield listener
    request.config.stash[SECTIONS].append(listener.report())


@pytest.fixture(scope="module")
def crm(request: pytest.FixtureRequest) -> Iterator[Listener]:
    """An ear on CRM."""
    listener = Listener(load("zoho-crm-v8"), "/crm/", CRM_REFUSAL, BESIDE)
    yield listener
    request.config.stash[SECTIONS].append(listener.report())
