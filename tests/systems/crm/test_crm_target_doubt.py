"""The Target of CRM where answers are lost: each record once, found again by queries of fifty keys."""

from pathlib import Path

import pytest

from ledgerferry.model.outcome import Busy, InDoubt, Unsent
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import Kind, Ref
from tests.systems.crm.stage import NAME, Stage, account, again, contact, deal, identity, operation, trio
from tests.systems.crm.test_crm_target import attached, paper

LOST = ("lost", "truncate", "http_500", "http_503 done", "reset")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def fault(stage: Stage, mode: str, path: str, times: int = 1, **more: object) -> None:
    """A fault of some calls; ``done``: after the work was done."""
    stage.fault(mode.split(maxsplit=1)[0], path, times, acts=mode.endswith("done"), **more)


def kinds(results: list[object]) -> set[str]:
    return {type(r).__name__ for r in results}


def batch(count: int = 120) -> list[Operation]:
    return [operation(account(f"a{n}"), f"a{n}") for n in range(count)]


def until_done(stage: Stage, operations: list[Operation]) -> int:
    """Perform, probe what is in doubt and perform again what is absent, as the engine does; the rounds."""
    rounds, left = 0, operations
    while left:
        rounds += 1
        assert rounds < 9
        results = [stage.perform(*left[n : n + 100]) for n in range(0, len(left), 100)]
        flat = [result for part in results for result in part]
        doubtful = [o for o, r in zip(left, flat, strict=True) if isinstance(r, InDoubt)]
        answers = stage.probe(*doubtful) if doubtful else []
        left = [o for o, answer in zip(doubtful, answers, strict=True) if answer != "found"]
    return rounds


@pytest.mark.parametrize("mode", LOST)
def test_a_lost_batch_is_found_or_sent_again_and_never_twice(stage: Stage, mode: str) -> None:
    made = batch()
    fault(stage, mode, "/crm/v8/Accounts/upsert", times=2, method="POST")
    until_done(stage, made)
    assert sorted(row["Account_Name"] for row in stage.state("Accounts")) == sorted(
        f"A{n} & Co" for n in range(120)
    )
    keys = {row["Ferry_Key"]: row["id"] for row in stage.state("Accounts")}
    assert {o.key: stage.bindings.bound[o.identity][1] for o in made} == keys


def test_a_doubled_batch_makes_nothing_twice(stage: Stage) -> None:
    once = stage.sandbox.handle
    stage.sandbox.handle = lambda request: (once(request), once(request))[1]  # type: ignore[method-assign]
    until_done(stage, batch(30))
    assert len(stage.state("Accounts")) == 30


def test_doubts_are_asked_fifty_a_call(stage: Stage) -> None:
    made = batch(100)
    stage.fault("lost", "/crm/v8/Accounts/upsert", times=1, method="POST")
    assert kinds(list(stage.perform(*made))) == {"InDoubt"}
    stage.begin()
    assert set(stage.probe(*made)) == {"found"}
    assert stage.calls == ["POST /crm/v8/coql"] * 2


def test_the_same_write_again_finds_its_own_record(stage: Stage) -> None:
    made = trio(stage)
    before = dict(stage.bindings.bound)
    for each in made:
        stage.do(each)
    assert stage.bindings.bound == before
    assert [len(stage.state(m)) for m in ("Accounts", "Contacts", "Deals")] == [1, 1, 1]


def test_a_probe_tells_what_stands_otherwise_there(stage: Stage) -> None:
    made = trio(stage)
    stage.person("Deals", stage.bindings.bound[made[2].identity][1], Amount=7)
    stage.virtual.advance(40)
    found = stage.target.probe(made, stage.work)
    receipts = [found[o.key].receipt for o in made]
    assert [r.dropped for r in receipts if r] == [(), (), ("amount",)]
    assert receipts[2] is not None
    assert getattr(receipts[2].content, "amount", None) == 7


@pytest.mark.parametrize("mode", LOST)
@pytest.mark.parametrize("purpose", [Purpose.UPDATE, Purpose.LINK, Purpose.DELETE])
def test_a_change_in_doubt_is_done_once(stage: Stage, purpose: Purpose, mode: str) -> None:
    made = trio(stage)
    stage.books.bound[identity(Kind.CUSTOMER, "bowman")] = (Kind.CUSTOMER, "9001")
    target = Ref(connection=NAME, kind=Kind.CONTACT, id=stage.bindings.bound[made[1].identity][1])
    more = {"target": target, "changed": ("phone",), "content": contact(phone="020 7946 0001")}
    change = again(made[1:2], purpose, **more)
    fault(stage, mode, "/crm/v8/Contacts", times=1)
    until_done(stage, change)
    if purpose is Purpose.DELETE:
        assert stage.state("Contacts") == []
    else:
        (row,) = stage.state("Contacts")
        assert row["Books_Customer_Id" if purpose is Purpose.LINK else "Phone"] in {"9001", "020 7946 0001"}


def test_a_change_that_did_not_happen_is_absent(stage: Stage) -> None:
    made = trio(stage)
    update = again(made[1:2], Purpose.UPDATE, changed=("phone",), content=contact(phone="020 7946 0001"))
    target = Ref(connection=NAME, kind=Kind.DEAL, id=stage.bindings.bound[made[2].identity][1])
    gone = again(made[2:], Purpose.DELETE, target=target)
    assert stage.probe(*update, *gone, operation(deal("INV-9"), "INV-9")) == ["absent"] * 3


@pytest.mark.parametrize("mode", LOST)
def test_a_file_in_doubt_hangs_there_once(stage: Stage, mode: str, tmp_path: Path) -> None:
    trio(stage)
    file = paper(stage, tmp_path)
    fault(stage, mode, "/crm/v8/Deals/.*/Attachments", times=1, method="POST")
    until_done(stage, [file])
    assert len(attached(stage)) == 1
    stage.begin()
    (receipt,) = stage.do(file)
    gone = again([file], Purpose.DELETE, target=receipt.ref)
    fault(stage, mode, "/crm/v8/Deals/.*/Attachments/", times=1, method="DELETE")
    until_done(stage, gone)
    assert attached(stage) == []


def test_too_much_at_once_waits_and_does_nothing(stage: Stage) -> None:
    made = batch(3)
    stage.fault("crm_429", "/crm/v8/Accounts/upsert", times=1, method="POST")
    with pytest.raises(Busy):
        stage.perform(*made)
    assert stage.state("Accounts") == []
    assert kinds(list(stage.perform(*made))) == {"Receipt"}


def test_a_token_that_ends_in_mid_run_is_renewed(stage: Stage) -> None:
    stage.fault("token_expired", "/crm/v8/Accounts/upsert", times=1, method="POST")
    with pytest.raises(Unsent):
        stage.perform(*batch(20))
    assert kinds(list(stage.perform(*batch(20)))) == {"Receipt"}
    assert len(stage.state("Accounts")) == 20
