"""Books both ways: every request of ours and every answer of the sandbox under the vendor's OpenAPI."""

import pytest

from ledgerferry_sandbox.books.routes import PREFIX, TABLE
from tests.sandbox.caller import Caller
from tests.spec import journeys, walk_books
from tests.spec.conftest import needs_specs
from tests.spec.known import BOOKS, place, places
from tests.spec.listener import Listener, Side, listening

pytestmark = needs_specs
LEAST_REQUESTS = 20


@pytest.fixture(scope="module")
def heard(books: Listener, tmp_path_factory: pytest.TempPathFactory) -> Listener:
    with listening(books, side=Side.OURS):
        journeys.migrate(tmp_path_factory.mktemp("papers"))
    with listening(books, side=Side.TEST):
        walk_books.walk(Caller())
        turned = Caller()
        turned.switch(single_as_list="array", payments_list_key="customerpayments", search_lag_seconds=0)
        walk_books.walk(turned)
    return books


def test_everything_is_as_described(heard: Listener) -> None:
    told = [str(finding) for finding in heard.found if place(finding) not in places(BOOKS)]
    assert not told


def test_every_known_fault_is_still_one(heard: Listener) -> None:
    stale = places(BOOKS) - {place(finding) for finding in heard.found}
    assert not stale


def test_every_address_of_the_sandbox_that_is_described_said_yes(heard: Listener) -> None:
    said = {operation for operation, status in heard.answers if status < 300}
    silent = []
    for method, path, _ in TABLE:
        described = heard.spec.find(method, PREFIX + path.replace("*", "1"))
        if described and not said & {str(operation) for operation in described}:
            silent.append(f"{method} {path}")
    assert not silent


def test_our_requests_were_heard(heard: Listener) -> None:
    assert sum(count > 0 for count in heard.requests.values()) >= LEAST_REQUESTS
    assert not heard.strange
