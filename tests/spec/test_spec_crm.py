"""CRM both ways: every request of ours and every answer of the sandbox under the vendor's OpenAPI."""

import re

import pytest

from ledgerferry_sandbox.crm.routes import PREFIX, ROUTES
from tests.sandbox.caller import Caller
from tests.spec import walk_crm, walk_crm_settings
from tests.spec.conftest import needs_specs
from tests.spec.known import place, places
from tests.spec.known_crm import BESIDE, CRM
from tests.spec.listener import Listener, Side, listening

pytestmark = needs_specs


@pytest.fixture(scope="module")
def heard(crm: Listener) -> Listener:
    with listening(crm, side=Side.TEST):
        caller = Caller()
        walk_crm.walk(caller)
        walk_crm_settings.walk(caller)
    return crm


def test_everything_is_as_described(heard: Listener) -> None:
    told = [str(finding) for finding in heard.found if place(finding) not in places(CRM)]
    assert not told


def test_every_known_fault_is_still_one(heard: Listener) -> None:
    stale = places(CRM) - {place(finding) for finding in heard.found}
    assert not stale


def test_nothing_else_is_outside_the_files(heard: Listener) -> None:
    assert set(heard.strange) == set(BESIDE)


def test_every_address_of_the_sandbox_that_is_described_said_yes(heard: Listener) -> None:
    said = {operation for operation, status in heard.answers if status < 300}
    silent = []
    for route in ROUTES:
        path = PREFIX + route.path.replace("*", "1")
        described = heard.spec.find(route.method, path)
        beside = any(re.fullmatch(each, f"{route.method} {path}") for each in BESIDE)
        if described and not beside and not said & {str(operation) for operation in described}:
            silent.append(f"{route.method} {route.path}")
    assert not silent
