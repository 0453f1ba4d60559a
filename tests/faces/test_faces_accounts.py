"""Accounts by the real command against a real sandbox: every way to log in, and what can be asked of them."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faces.stage import FERRY, at, clean, ferry, login, sandbox, typed

Told = dict[str, Any]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with sandbox("--seed", "demo") as line:
        yield line


def client(line: Told) -> list[str]:
    return login(line)[:4]


def control(url: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"{url}/_sandbox/{path}", data, method=method)
    ) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def state(url: str, module: str) -> list[Any]:
    rows: list[Any] = control(url, "GET", "state")["crm"][module]
    return rows


def test_several_products_in_one_consent(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as told:
        _several(told, tmp_path)


def _several(told: Told, tmp_path: Path) -> None:
    done = typed(
        tmp_path, "connect", "zoho", "acme", "--products", "books,crm,desk", *login(told), *at(told), "--json"
    )
    assert done.code == 0, done.err
    assert (done.json()["product"], done.json()["products"]) == ("zoho", ["books", "crm", "desk"])
    found = done.json()["rooms"]["crm"]["capabilities"]
    assert found["keyed"] == "Accounts Contacts Deals"
    linked = "Accounts:Books_Customer_Id Contacts:Books_Customer_Id Deals:Books_Invoice_Id"
    assert found["linked"] == linked
    listed = typed(tmp_path, "connections", "--json").json()["connections"]
    assert [row["name"] for row in listed] == ["acme"]
    assert {"acme", "acme/crm", "acme/desk"} == set(typed(tmp_path, "status", "--json").json()["quotas"])
    assert typed(tmp_path, "disconnect", "acme").code in (0, 1)
    assert typed(tmp_path, "status", "--json").json()["quotas"] == {}


def test_a_name_keeps_to_its_product(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        assert typed(tmp_path, "connect", "books", "acme", *login(line), *at(line)).code == 0
        refused = typed(tmp_path, "connect", "crm", "acme", *login(line), *at(line))
        assert (refused.code, "ferry connect zoho acme" in refused.err) == (2, True)
        assert (
            typed(
                tmp_path, "connect", "zoho", "acme", "--products", "books,crm", *login(line), *at(line)
            ).code
            == 0
        )
        assert typed(tmp_path, "connect", "books", "acme", "--mail-checked").code == 0
        assert typed(tmp_path, "connect", "zoho", "acme", "--products", "books,nix").code == 2


def test_f6_client_credentials_of_one_organisation(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        asked = ["connect", "crm", "acme", *client(line), *at(line), "--client-credentials"]
        missing = typed(tmp_path, *asked)
        assert (missing.code, "--soid" in missing.err) == (2, True)
        assert typed(tmp_path, *asked, "--soid", "ZohoCRM.60012345679").code == 0
        control(line["url"], "PUT", "clock", {"advance_seconds": 4000})
        found = typed(
            tmp_path, "crm", "query", "select Last_Name from Contacts where id is not null", "--json"
        )
        assert (found.code, found.json()["rows"]) == (0, [])


def test_f5_a_grant_code(tmp_path: Path) -> None:
    with sandbox("--seed", "demo") as line:
        edit = {
            "service": "accounts",
            "kind": "grants",
            "fields": {
                "client_id": line["client_id"],
                "scope": "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ",
            },
        }
        code = control(line["url"], "POST", "edit", edit)["code"]
        asked = ["connect", "crm", "acme", *client(line), *at(line), "--grant-code", code]
        assert typed(tmp_path, *asked).code == 0
        assert typed(tmp_path, *asked).code == 3


class TestBrowser:
    """The consent in a browser, played by the test: it follows the address that the command shows."""

    @pytest.fixture
    def line(self) -> Iterator[Told]:
        with sandbox("--seed", "demo") as line:
            yield line

    def start(self, tmp_path: Path, line: Told, port: int) -> tuple["subprocess.Popen[str]", str]:
        command = subprocess.Popen(
            [
                *FERRY,
                "connect",
                "crm",
                "acme",
                *client(line),
                *at(line),
                "--browser",
                "--redirect-port",
                str(port),
            ],
            cwd=tmp_path,
            env=clean() | {"BROWSER": "true"},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        assert command.stderr is not None
        return command, next(text.strip() for text in command.stderr if "/oauth/v2/auth?" in text)

    def end(self, command: "subprocess.Popen[str]") -> tuple[int, str]:
        _, err = command.communicate(timeout=60)
        return command.returncode, err

    def test_f1_f2_a_consent_comes_back(self, line: Told, tmp_path: Path) -> None:
        command, address = self.start(tmp_path, line, 18914)
        assert "prompt=consent" in address
        assert b"logged in" in consent(address).read()
        assert self.end(command)[0] == 0

    def test_an_answer_to_another_question_is_refused(self, line: Told, tmp_path: Path) -> None:
        command, _ = self.start(tmp_path, line, 18915)
        urllib.request.urlopen("http://localhost:18915/callback?code=x&state=forged").close()
        code, err = self.end(command)
        assert (code, "another login" in err) == (3, True)

    def test_f2_an_unknown_accounts_server_is_never_sent_the_code(self, line: Told, tmp_path: Path) -> None:
        command, address = self.start(tmp_path, line, 18916)
        state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))["state"]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen("http://localhost:18916/favicon.ico")
        evil = urllib.parse.urlencode(
            {"code": "x", "state": state, "accounts-server": "https://accounts.evil.example"}
        )
        urllib.request.urlopen(f"http://localhost:18916/callback?{evil}").close()
        code, err = self.end(command)
        assert (code, "none of the known" in err) == (3, True)


def consent(address: str) -> Any:
    """A person who says yes: the sandbox's page is sent off as its form says, if it shows one."""
    answer = urllib.request.urlopen(address)
    if "/callback" in answer.url:
        return answer
    form = {**dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query)), "consent": "yes"}
    base = address.partition("?")[0]
    return urllib.request.urlopen(f"{base}?{urllib.parse.urlencode(form)}")


@pytest.fixture(scope="module")
def home(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose home is connected to Books and CRM."""
    folder = tmp_path_factory.mktemp("accounts")
    assert (
        typed(folder, "connect", "zoho", "acme", "--products", "books,crm", *login(told), *at(told)).code == 0
    )
    return folder


def test_any_call_of_any_product(home: Path, told: Told) -> None:
    done = typed(home, "zoho", "books", "GET", "/contacts?contact_name=Nobody", "--json")
    assert (done.code, done.json()["status"], done.json()["body"]["contacts"]) == (0, 200, [])
    whole = typed(home, "zoho", "books", "get", "/books/v3/organizations")
    assert json.loads(whole.out)["organizations"]
    data = json.dumps({"data": [{"Account_Name": "Raw"}], "trigger": []})
    done = typed(home, "zoho", "crm", "POST", "/Accounts", "--data", data, "--json")
    (made,) = done.json()["body"]["data"]
    (home / "scan.pdf").write_bytes(b"%PDF-1.4 raw")
    path = f"/Accounts/{made['details']['id']}/Attachments"
    done = typed(home, "zoho", "crm", "POST", path, "--file", "scan.pdf", "--json")
    file = done.json()["body"]["data"][0]["details"]["id"]
    assert typed(home, "zoho", "crm", "GET", f"{path}/{file}", "--save", "back.pdf").code == 0
    assert (home / "back.pdf").read_bytes() == b"%PDF-1.4 raw"
    assert typed(home, "zoho", "crm", "GET", "/Nonsense?fields=id").code in (1, 2)
    assert typed(home, "zoho", "desk", "GET", "/tickets").code == 2


def test_queries_with_parameters(home: Path, told: Told) -> None:
    rows = [
        {"Last_Name": name, "Email": f"{n}@ask.example.com"}
        for n, name in enumerate(["O'Hara", "' or id is not null"])
    ]
    assert (
        typed(
            home, "zoho", "crm", "POST", "/Contacts", "--data", json.dumps({"data": rows, "trigger": []})
        ).code
        == 0
    )
    query = "select Last_Name, Email from Contacts where Last_Name in :names"
    both = ["--param", "names=O'Hara", "--param", "names=' or id is not null"]
    found = typed(home, "crm", "query", query, *both, "--json").json()
    assert {row["Email"] for row in found["rows"]} == {"0@ask.example.com", "1@ask.example.com"}
    lines = typed(home, "crm", "query", query, *both, "--page-all").out.splitlines()
    assert [json.loads(line)["Last_Name"] for line in lines]
    assert "0@ask.example.com" in typed(home, "crm", "query", query, "--param", "names=O'Hara").out
    assert typed(home, "crm", "query", query).code == 2


def test_doctor_tries_crm_with_few_calls_and_lists_the_unknown(home: Path, told: Told) -> None:
    before = len([row for row in control(told["url"], "GET", "log") if row["service"] == "crm"])
    found = typed(home, "doctor", "--probe", "--json").json()["checks"]
    calls = len([row for row in control(told["url"], "GET", "log") if row["service"] == "crm"]) - before
    assert calls <= 30
    assert any(c["about"] == "acme/crm" and "finds its record" in c["text"] for c in found)
    assert not [
        row for row in state(told["url"], "Accounts") if row["Account_Name"].startswith("Ferry probe")
    ]


def test_f79_credits_that_others_spend_are_told_and_kept_to(tmp_path: Path) -> None:
    with sandbox("--seed", "demo", "--quota", "crm.day=5000", "--crm-edition", "free") as line:
        assert typed(tmp_path, "connect", "crm", "acme", *login(line), *at(line)).code == 0
        connecting = _credits(line["url"])
        get = ("zoho", "crm", "GET", "/settings/modules")
        assert typed(tmp_path, *get).code == 0
        _spend_fifty(line, 90)
        assert typed(tmp_path, *get).code == 0
        told = typed(tmp_path, "doctor", "--json").json()["checks"]
        (check,) = [check for check in told if "by others" in check["text"]]
        others = int(check["text"].rpartition(", ")[2].split()[0])
        assert (check["level"], others) == ("look", 4500 + connecting)
        _spend_fifty(line, 7)
        assert typed(tmp_path, *get).code == 0
        before = _credits(line["url"])
        refused = typed(tmp_path, *get)
        assert (refused.code, "Others use up" in refused.err) == (4, True)
        assert _credits(line["url"]) == before


def _spend_fifty(line: Told, times: int) -> None:
    """Somebody else counts the records of a module, for fifty credits each time."""
    form = {name: line[name] for name in ("client_id", "client_secret", "refresh_token")}
    query = urllib.parse.urlencode({"grant_type": "refresh_token", **form})
    with urllib.request.urlopen(f"{line['url']}/oauth/v2/token?{query}", b"") as answer:
        signed = {"authorization": f"Zoho-oauthtoken {json.loads(answer.read())['access_token']}"}
    for _ in range(times):
        url = f"{line['url']}/crm/v8/Contacts/actions/count"
        urllib.request.urlopen(urllib.request.Request(url, headers=signed)).close()


REGIONS = ("us", "eu", "in")


def test_two_processes_three_regions_and_no_cross_talk(tmp_path: Path) -> None:
    with sandbox("--seed", "demo", "--dc", ",".join(REGIONS)) as line:
        centres: dict[str, str] = line["centres"]
        table = tmp_path / "centres.json"
        table.write_text(json.dumps(centres))
        homes = _homes(tmp_path, line, centres, table)
        before = {dc: _credits(url) for dc, url in centres.items()}
        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(lambda number: _work(homes, table, number), range(2)))
        assert ended == [0, 0]
        for dc, url in centres.items():
            names = {row["Last_Name"] for row in state(url, "Contacts")}
            assert names == {f"{dc} {process} {n}" for process in range(2) for n in range(5)}
            tokens = {row["token"] for row in control(url, "GET", "state")["accounts"]["accesses"]}
            assert len(tokens) <= 3
        used = ferry(homes, "status", "--json", FERRY_DC_TABLE=str(table)).json()["quotas"]
        spent = {dc: _credits(url) - before[dc] for dc, url in centres.items()}
        assert {dc: used[dc]["day"]["used"] for dc in REGIONS} == spent == dict.fromkeys(REGIONS, 10)


def _credits(url: str) -> int:
    return sum(row["credits"] for row in control(url, "GET", "log") if row["service"] == "crm")


def _homes(folder: Path, line: Told, centres: dict[str, str], table: Path) -> Path:
    """One home, three connections, each in the region that its login is of."""
    for dc, url in centres.items():
        token = f"1000.{dc}{'0' * 28}.{'1' * 32}"
        own = {"client_id": line["client_id"], "client_secret": line["client_secret"]}
        login_there = {"token": token, "client_id": line["client_id"], "scope": SCOPE}
        control(url, "PUT", "state", {"accounts": {"clients": [own], "refreshes": [login_there]}})
        secrets = [
            "--client-id",
            line["client_id"],
            "--client-secret",
            line["client_secret"],
            "--refresh-token",
            token,
        ]
        done = ferry(folder, "connect", "crm", dc, *secrets, "--json", FERRY_DC_TABLE=str(table))
        assert (done.code, done.json()["dc"]) == (0, dc), done.err
    return folder


SCOPE = "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.coql.READ"
WORK = """
import sys
from ledgerferry import connect
process = sys.argv[1]
for n in range(5):
    for dc in ("us", "eu", "in"):
        with connect(dc) as account:
            (result,) = account.crm.records("Contacts").insert([{"Last_Name": f"{dc} {process} {n}"}])
            assert result.action == "insert", result
"""


def _work(folder: Path, table: Path, number: int) -> int:
    return subprocess.run(
        [FERRY[0], "-c", WORK, str(number)],
        cwd=folder,
        check=False,
        env=clean() | {"FERRY_DC_TABLE": str(table)},
    ).returncode
