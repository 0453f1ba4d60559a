"""Doctor: how few calls a trial takes, that nothing of it is left, and that what is strange is listed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ledgerferry.faces import accounts
from ledgerferry.faces.checks import Check
from ledgerferry.faces.doctor import examine
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import load
from ledgerferry.faces.surroundings import Surroundings
from ledgerferry.model.outcome import Refused
from tests.faces.stage import at, login, sandbox, typed
from tests.faces.test_faces_accounts import control

MOST = 30
CONNECTIONS = (
    *(("demo", products) for products in ("books", "crm", "books,crm", "books,crm,desk")),
    ("empty", "books,crm"),
)
# What is not a record: the organisation counts its calls, and CRM lists what was deleted.
_NOT_RECORDS = {"organizations", "deleted", "bin"}


def connected(home: Path, line: dict[str, Any], products: str) -> None:
    several = ["zoho", "acme", "--products", products] if "," in products else [products, "acme"]
    done = typed(home, "connect", *several, *login(line), *at(line))
    assert done.code == 0, done.err


def records(url: str) -> dict[str, Any]:
    state = control(url, "GET", "state")
    return {
        f"{product}/{kind}": rows
        for product in ("books", "crm", "desk")
        for kind, rows in state[product].items()
        if kind not in _NOT_RECORDS
    }


@pytest.mark.parametrize(("seed", "products"), CONNECTIONS)
def test_a_trial_takes_thirty_calls_at_most_and_leaves_nothing(
    tmp_path: Path, seed: str, products: str
) -> None:
    with sandbox("--seed", seed) as line:
        connected(tmp_path, line, products)
        before, begun = records(line["url"]), len(control(line["url"], "GET", "log"))
        done = typed(tmp_path, "doctor", "--probe", "--json")
        calls = Counter(row["service"] for row in control(line["url"], "GET", f"log?since={begun}"))
        assert calls.total() - calls["accounts"] <= MOST, calls
        assert calls["accounts"] <= 2, "the time is asked for once by each product"
        tried = [check for check in done.json()["checks"] if "tried out" in check["text"]]
        assert len(tried) == len({"books", "crm"} & set(products.split(",")))
        assert records(line["url"]) == before
        assert control(line["url"], "GET", "mail") == []


def test_lists_that_lag_cost_few_calls_more(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        connected(tmp_path, line, "books,crm")
        control(line["url"], "PUT", "switches", {"search_lag_seconds": "60"})
        before, begun = records(line["url"]), len(control(line["url"], "GET", "log"))
        done = typed(tmp_path, "doctor", "--probe", "--json")
        calls = Counter(row["service"] for row in control(line["url"], "GET", f"log?since={begun}"))
        assert max(calls.values()) <= MOST
        assert any("did not show a new invoice" in check["text"] for check in done.json()["checks"])
        assert records(line["url"]) == before


def test_a_trial_that_fails_in_between_leaves_nothing_either(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        connected(tmp_path, line, "books,crm")
        before = records(line["url"])
        faults = [
            {"service": "books", "mode": "http_500", "method": "DELETE", "path": "/invoices$", "times": 1},
            {"service": "books", "mode": "http_500", "path": "status/sent", "times": 1},
            {"service": "crm", "mode": "http_500", "path": "/coql", "times": 5},
        ]
        control(line["url"], "PUT", "faults", faults)
        done = typed(tmp_path, "doctor", "--probe", "--json")
        told = [check["text"] for check in done.json()["checks"]]
        assert len([text for text in told if "ended early" in text]) == 2, told
        assert not [text for text in told if "could not be deleted" in text]
        assert records(line["url"]) == before


class Strange(httpx2.BaseTransport):
    """The network, on which words of the sandbox are replaced by words that nobody knows."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words
        self._real = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._real.handle_request(request)
        text = answer.read().decode()
        for known, strange in self._words.items():
            text = text.replace(known, strange)
        kept = {k: v for k, v in answer.headers.items() if k.lower() != "content-length"}
        answer.close()
        return httpx2.Response(answer.status_code, headers=kept, content=text.encode())

    def close(self) -> None:
        self._real.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with sandbox("--seed", "demo") as line:
        connected(tmp_path, line, "books,crm")
        yield tmp_path / ".ferry"


def opened(home: Path, words: dict[str, str]) -> House:
    settings = load({}, home=home)
    house = House.open(settings)
    return House(settings, house.database, house.seal, Surroundings(transport=Strange(words)))


def listed(checks: list[Check], name: str) -> str:
    return " ".join(check.text for check in checks if check.about == name and "does not know" in check.text)


def test_codes_and_fields_of_crm_that_were_never_seen_are_counted_and_listed(home: Path) -> None:
    words = {
        "MANDATORY_NOT_FOUND": "BRAND_NEW_CODE",
        '"message":"record added"': '"message":"record added","charm":1',
        '"data_type":"phone"': '"data_type":"hologram"',
        '"more_records"': '"moon":"full","more_records"',
        '"paid_type":"enterprise"': '"paid_type":"galactic"',
    }
    with opened(home, words) as house:
        crm = accounts.crm(house, "acme")
        results = crm.records("Contacts").insert([{"Last_Name": "A"}, {"Email": "a@example.com"}])
        assert isinstance(results[1], Refused)
        assert len(list(crm.records("Contacts").list(["Last_Name"]))) == 1
        told = listed(list(examine(house, probe=False)), "acme/crm")
        for strange in (
            "error code BRAND_NEW_CODE (1 times)",
            "field charm of a record's result (1 times)",
            "field moon of a list's info (1 times)",
            "field type hologram",
            "edition galactic",
        ):
            assert strange in told, told
        assert "BRAND_NEW_CODE" not in listed(list(examine(house, probe=False)), "acme")


def test_a_code_of_books_is_listed_under_books(home: Path) -> None:
    with opened(home, {'"code":3062': '"code":777003'}) as house:
        books = accounts.books(house, "acme")
        books.contacts.create({"contact_name": "Twice"})
        with pytest.raises(Refused):
            books.contacts.create({"contact_name": "Twice"})
        assert "error code 777003 (1 times)" in listed(list(examine(house, probe=False)), "acme")


def test_what_the_sandbox_answers_is_all_known(home: Path) -> None:
    with opened(home, {}) as house:
        found = list(examine(house, probe=True))
    assert not [check for check in found if "does not know" in check.text]
    assert {check.about for check in found} >= {"acme", "acme/crm"}
