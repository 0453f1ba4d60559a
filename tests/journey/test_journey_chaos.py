"""A migration through a proxy that spoils answers ends as one in calm weather; the proxy keeps its word."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import httpx2
import pytest

from ledgerferry_bench.journey import chaos
from ledgerferry_bench.journey.picture import differences
from ledgerferry_bench.journey.proxy import MODES, Fates, Proxy, proxy, shares
from ledgerferry_bench.journey.stage import sandbox
from ledgerferry_sandbox import samples

SEED = 3
INVOICES = 60


@dataclass(frozen=True)
class Twins:
    """One folder migrated through the proxy, and straight."""

    storm: chaos.Crossing
    calm: chaos.Crossing
    truth: samples.Planted


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    where = tmp_path_factory.mktemp("chaos")
    docs = where / "docs"
    truth = samples.write(docs, 12, INVOICES, 1, everything=True)
    config = ("--config", str(samples.config(docs)))
    for name in ("storm", "calm"):
        (where / name).mkdir()
    with ThreadPoolExecutor(2) as pool:
        storm = pool.submit(chaos.crossed, docs, where / "storm", Fates(SEED), *config)
        calm = pool.submit(chaos.crossed, docs, where / "calm", None, *config)
        return Twins(storm.result(), calm.result(), truth)


@pytest.mark.slow
def test_a_migration_with_spoilt_answers_ends_as_an_undisturbed_one(twins: Twins) -> None:
    storm, calm = twins.storm, twins.calm
    assert set(storm.met) == set(MODES)
    assert 0.08 < shares(storm.met, storm.passed) < 0.25
    assert storm.said.code == calm.said.code, storm.said.told
    assert storm.said.json["documents"] == calm.said.json["documents"]
    assert calm.said.json["documents"]["loaded"] == len(twins.truth.documents) > INVOICES
    assert calm.said.json["verify"]["equal"] is True
    for key in ("equal", "compared", "differences", "by_currency"):
        assert storm.said.json["verify"][key] == calm.said.json["verify"][key]
    assert (storm.said.json["operations"]["dead"], storm.said.json["operations"]["in_doubt"]) == (0, 0)


@pytest.mark.slow
def test_everything_is_there_once_and_nothing_was_sent(twins: Twins) -> None:
    assert differences(twins.calm.holds, twins.storm.holds) == []
    assert (twins.storm.mails, twins.calm.mails) == (0, 0)
    assert twins.storm.calls > twins.calm.calls


@pytest.mark.slow
def test_what_is_there_is_what_was_planted(twins: Twins) -> None:
    holds = {kind: [json.loads(row) for row in rows] for kind, rows in twins.storm.holds.items()}
    invoices = [d for d in twins.truth.documents if d.kind == "invoice"]
    notes = [d for d in twins.truth.documents if d.kind == "credit_note"]
    owed = {row["invoice_number"]: Decimal(str(row["balance"])) for row in holds["invoices"]}
    assert owed == {d.number: d.owed for d in invoices}
    assert {row["creditnote_number"] for row in holds["creditnotes"]} == {d.number for d in notes}
    won = {row["Books_Invoice_Id"] for row in holds["Deals"] if row["Stage"] == "Closed Won"}
    assert won == {f"{d.number}" for d in invoices if d.stage == "Closed Won"}
    assert len(holds["Deals"]) == len(invoices)
    assert len(holds["Attachments"]) == sum(len(d.pdfs) for d in invoices)


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with sandbox("--limits", "off") as box:
        yield box.url


def met(between: Proxy, path: str = "/oauth/serverinfo") -> str:
    """What one call to the proxy meets."""
    try:
        with httpx2.Client(base_url=between.url, timeout=10) as http:
            answer = http.get(path)
    except httpx2.RemoteProtocolError as fault:
        return "cut" if "complete" in str(fault) else "lost"
    except httpx2.ReadError:
        return "reset"
    return "late" if answer.elapsed.total_seconds() > 0.15 else "whole"


def test_each_mode_is_what_its_name_says(upstream: str) -> None:
    fates = Fates(5, share=1.0)
    with proxy(upstream, fates) as between:
        seen = Counter(met(between) for _ in range(60))
    assert seen["whole"] <= fates.met["late"]
    for mode in ("lost", "reset", "cut"):
        assert seen[mode] == fates.met[mode] > 0


def test_a_calm_proxy_passes_everything_on(upstream: str) -> None:
    fates = Fates(1, calm=True)
    with proxy(upstream, fates) as between, httpx2.Client(base_url=between.url, timeout=10) as http:
        through = http.get("/oauth/serverinfo")
        again = http.post("/oauth/v2/token", data={"grant_type": "nothing"})
    assert through.json()["result"] == "success"
    assert upstream not in through.text
    assert again.status_code < 500
    assert fates.met == Counter()
    assert fates.calls == 2


def test_the_account_acts_though_its_answer_is_lost() -> None:
    with sandbox("--limits", "off") as box:
        with proxy(box.url, Fates(0, share=1.0)) as between:
            for _ in range(5):
                met(between)
        received = [call for call in box.log() if call["path"] == "/oauth/serverinfo"]
    assert len(received) == 5
    assert {call["status"] for call in received} == {200}


def test_a_seed_decides_the_fate_of_the_nth_call_of_a_kind() -> None:
    one, other = Fates(7), Fates(7)
    calls = [("POST", f"/books/v3/invoices?organization_id={n}") for n in range(40)]
    first = [one.of(*call) for call in calls]
    for n, call in enumerate(calls):
        other.of("GET", f"/books/v3/contacts/{n + 1_000}")
        assert other.of(*call) == first[n]
    assert {mode for mode, _ in first} > {""}
    assert [Fates(9).of(*call) for call in calls] != first
