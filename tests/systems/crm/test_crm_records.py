"""Records against the sandbox: a result for each, in order; nothing dropped, nothing guessed."""

import pytest

from ledgerferry.model.outcome import Busy, CallError, InDoubt, LoginNeeded, Outcome, Refused, Stale
from ledgerferry.systems.crm import Keyed, RecordReceipt, Taken
from ledgerferry.systems.crm.errors import refusal
from ledgerferry.systems.crm.records import Result
from ledgerferry_sandbox import seeds
from tests.systems.crm.world import World, contacts

NAMES = ("Last_Name", "Email")


@pytest.fixture
def world() -> World:
    return World()


def receipt(result: Result) -> RecordReceipt:
    assert isinstance(result, RecordReceipt), result
    return result


def kinds(results: list[Result]) -> list[str]:
    return [r.action if isinstance(r, RecordReceipt) else type(r).__name__ for r in results]


def test_f57_any_number_goes_out_in_calls_of_a_hundred(world: World) -> None:
    results = world.crm.records("Contacts").insert(contacts(230), journal=world.journal)
    assert kinds(results) == ["insert"] * 230
    rows = {row["id"]: row["Last_Name"] for row in world.state("Contacts")}
    assert [rows[receipt(r).id] for r in results] == [c["Last_Name"] for c in contacts(230)]
    posts = [row for row in world.log() if row["path"] == "/crm/v8/Contacts"]
    assert [row["credits"] for row in posts] == [10, 10, 3]
    assert [outcome for outcome, _, _ in world.journal.ended] == [Outcome.DONE] * 3


def test_f58_a_207_gives_each_record_its_own_end_in_input_order(world: World) -> None:
    rows = [
        {"Last_Name": "A"},
        {"Email": "none@example.com"},
        {"Last_Name": "B", "Email": "no address"},
        {"Last_Name": "C"},
    ]
    results = world.crm.records("Contacts").insert(rows)
    assert kinds(results) == ["insert", "Refused", "Refused", "insert"]
    assert "$.data[1].Last_Name" in str(results[1])
    assert "no address" not in str(results[2])


@pytest.mark.parametrize("status", ["400", "202"])
def test_f58_all_refused_is_no_error_of_the_call(world: World, status: str) -> None:
    world.switch("crm.all_failed_status", status)
    assert kinds(world.crm.records("Contacts").insert([{"Email": "a@example.com"}])) == ["Refused"]


def test_f59_a_taken_value_names_its_holder(world: World) -> None:
    accounts = world.crm.records("Accounts")
    (first,) = accounts.insert([{"Account_Name": "A", "Ferry_Key": "k"}])
    (again,) = accounts.insert([{"Account_Name": "B", "Ferry_Key": "k"}])
    assert isinstance(again, Taken)
    assert again.record == receipt(first).id
    world.switch("crm.duplicate_key", "duplicate_record")
    (again,) = accounts.insert([{"Account_Name": "B", "Ferry_Key": "k"}])
    assert isinstance(again, Taken)
    assert again.record == receipt(first).id


def test_f57_workflows_stay_quiet_unless_they_are_asked_for(world: World) -> None:
    world.switch("crm.workflow_mail", "on")
    records = world.crm.records("Contacts")
    records.insert(contacts(2))
    assert world.control("GET", "mail") == []
    records.insert([{"Last_Name": "Loud"}], trigger=["workflow"])
    assert len(world.control("GET", "mail")) == 1


def test_f61_a_write_over_a_newer_record_is_stale(world: World) -> None:
    records = world.crm.records("Contacts")
    (made,) = records.insert(contacts(1))
    seen = receipt(made).modified
    assert seen is not None
    world.virtual.advance(60)
    world.person("Contacts", receipt(made).id, Last_Name="Person")
    (result,) = records.update([{"id": receipt(made).id, "Last_Name": "Us"}], unless_since=seen)
    assert isinstance(result, Stale)
    assert world.state("Contacts")[0]["Last_Name"] == "Person"


def test_f61_an_unchanged_record_is_not_read_again(world: World) -> None:
    records = world.crm.records("Contacts")
    (made,) = records.insert(contacts(1))
    world.virtual.advance(60)
    now = world.vendor.now()
    assert records.get_if_modified(receipt(made).id, now) is None
    world.virtual.advance(60)
    world.person("Contacts", receipt(made).id, Last_Name="Person")
    changed = records.get_if_modified(receipt(made).id, now)
    assert changed is not None
    assert changed.text("Last_Name") == "Person"


def test_f67_lists_go_on_beyond_two_thousand_by_page_token(world: World) -> None:
    records = world.crm.records("Contacts")
    records.insert(contacts(2300))
    found = [row.text("Email") for row in records.list(NAMES)]
    assert len(found) == len(set(found)) == 2300
    lists = [row for row in world.log() if row["method"] == "GET" and row["path"] == "/crm/v8/Contacts"]
    assert len(lists) == 12
    assert all("page" not in row["query"] for row in lists if "page_token" in row["query"])


def test_f67_nothing_there_is_an_empty_list(world: World) -> None:
    assert list(world.crm.records("Deals").list(["Deal_Name"])) == []


def test_a_list_of_what_changed(world: World) -> None:
    records = world.crm.records("Contacts")
    records.insert(contacts(3))
    world.virtual.advance(60)
    since = world.vendor.now()
    assert list(records.list(NAMES, modified_since=since)) == []
    world.virtual.advance(60)
    records.insert(contacts(1, "Late"))
    assert [row.text("Last_Name") for row in records.list(NAMES, modified_since=since)] == ["Late 0000"]


def test_f62_f70_what_is_deleted_is_listed(world: World) -> None:
    records = world.crm.records("Contacts")
    made = [receipt(r).id for r in records.insert(contacts(3))]
    results = records.delete([made[1], "1234567890123456789", made[0]])
    assert kinds(results) == ["delete", "Stale", "delete"]
    assert {row.id for row in records.deleted()} == {made[0], made[1]}
    assert records.get(made[2]) is not None


def test_f68_search_takes_exactly_one_question(world: World) -> None:
    records = world.crm.records("Contacts")
    records.insert(contacts(3))
    world.virtual.advance(600)
    assert [row.text("Last_Name") for row in records.search(email="bowman1@example.com")] == ["Bowman 0001"]
    with pytest.raises(Refused, match="exactly one"):
        list(records.search(email="a@example.com", word="b"))


@pytest.mark.parametrize("mode", ["lost", "truncate", "http_500"])
def test_a_lost_answer_leaves_every_record_of_its_call_in_doubt(world: World, mode: str) -> None:
    world.fault(mode, "/crm/v8/Contacts", times=1, method="POST")
    results = world.crm.records("Contacts").insert(contacts(120))
    assert kinds(results) == ["InDoubt"] * 100 + ["insert"] * 20


def test_busy_before_anything_was_done_is_raised(world: World) -> None:
    world.fault("crm_429", "/crm/v8/Contacts")
    with pytest.raises(Busy):
        world.crm.records("Contacts").insert(contacts(130))
    assert world.state("Contacts") == []


def test_busy_later_is_told_for_the_rest(world: World) -> None:
    world.crm.metadata.company()
    world.control("PUT", "limits", {"crm": {"day": 20}})
    results = world.crm.records("Contacts").insert(contacts(230))
    assert kinds(results) == ["insert"] * 100 + ["Busy"] * 130
    assert len(world.state("Contacts")) == 100


def test_f12_a_dead_token_is_renewed(world: World) -> None:
    world.fault("token_expired", "/crm/v8/Contacts")
    world.crm.records("Contacts").insert(contacts(1))
    assert len(world.state("Contacts")) == 1


def test_f59_a_missing_scope_needs_a_login_and_no_new_token(world: World) -> None:
    refresh = "1000.narrow.token"
    world.control(
        "POST",
        "edit",
        {
            "service": "accounts",
            "kind": "refreshes",
            "fields": {
                "client_id": seeds.CLIENT_ID,
                "scope": "ZohoCRM.modules.Accounts.READ",
                "token": refresh,
            },
        },
    )
    crm = world.connect(world.crm.settings, refresh)
    with pytest.raises(LoginNeeded, match="scope"):
        crm.records("Contacts").get("1")
    log = world.control("GET", "log")
    assert sum(row["path"] == "/oauth/v2/token" for row in log) == 2


def test_f60_a_profile_without_the_api_is_named(world: World) -> None:
    world.switch("crm.api_access", "no")
    with pytest.raises(Refused, match="Crm_Implied_Api_Access"):
        list(world.crm.records("Contacts").list(NAMES))


def test_codes_that_are_not_known_are_counted(world: World) -> None:
    assert isinstance(refusal({"code": "BRAND_NEW", "message": "x"}, world.unseen.append), Refused)
    assert world.unseen == ["error code BRAND_NEW"]


class TestKeyed:
    def test_a_repeat_finds_its_own_record(self, world: World) -> None:
        wanted = [Keyed("a", {"Account_Name": "Same"}), Keyed("b", {"Account_Name": "Same"})]
        keyed = world.crm.keyed("Accounts")
        first = [receipt(r) for r in keyed.upsert(wanted)]
        again = [receipt(r) for r in keyed.upsert(wanted)]
        assert [r.action for r in first + again] == ["insert", "insert", "update", "update"]
        assert [r.id for r in first] == [r.id for r in again]
        assert len(world.state("Accounts")) == 2

    @pytest.mark.parametrize("mode", ["lost", "reset"])
    def test_a_lost_answer_is_settled_by_a_query(self, world: World, mode: str) -> None:
        keyed = world.crm.keyed("Accounts")
        wanted = [Keyed(f"k{n}", {"Account_Name": f"Account {n}"}) for n in range(70)]
        world.fault(mode, "/upsert")
        results = keyed.upsert(wanted)
        assert all(isinstance(r, InDoubt) for r in results)
        world.virtual.advance(60)
        settled = keyed.settle(wanted, results)
        assert {p.probe for p in settled.values()} == {"found" if mode == "lost" else "absent"}
        keyed.upsert(wanted)
        assert len(world.state("Accounts")) == 70

    def test_a_probe_names_what_differs(self, world: World) -> None:
        keyed = world.crm.keyed("Accounts")
        (made,) = keyed.upsert([Keyed("k", {"Account_Name": "A", "Annual_Revenue": 5})])
        world.person("Accounts", receipt(made).id, Account_Name="B")
        probe = keyed.probe([Keyed("k", {"Account_Name": "A", "Annual_Revenue": 5})])["k"]
        assert (probe.probe, probe.id, probe.differs) == ("found", receipt(made).id, ("Account_Name",))

    def test_without_the_field_nothing_is_written(self) -> None:
        bare = World(keyed=())
        with pytest.raises(Refused, match="ferry connect crm"):
            bare.crm.keyed("Accounts").upsert([Keyed("k", {"Account_Name": "A"})])
        assert bare.state("Accounts") == []

    def test_one_key_twice_is_refused(self, world: World) -> None:
        with pytest.raises(Refused, match="twice"):
            world.crm.keyed("Accounts").upsert([Keyed("k", {}), Keyed("k", {})])


def test_errors_of_a_batch_carry_what_they_are_about(world: World) -> None:
    (result,) = world.crm.records("Contacts").insert([{}])
    assert isinstance(result, CallError)
    assert (result.system, result.subject, result.code) == ("crm", "Contacts", "MANDATORY_NOT_FOUND")
