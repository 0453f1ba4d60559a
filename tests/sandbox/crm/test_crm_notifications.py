import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledgerferry_sandbox.desk.outbox import Delivery
from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json

HOOK = "https://ferry.example.com/hook?secret=s3&x=1"


class Watcher(Asker):
    """An asker with a channel, and all that the channel was told."""

    def watch(self, method: str = "POST", **fields: object) -> Said:
        channel = {"channel_id": "1000000068001", "notify_url": HOOK, "events": ["Contacts.all"], **fields}
        kept = {name: value for name, value in channel.items() if value is not None}
        return self.crm(method, "v8/actions/watch", {"watch": [kept]})

    def event(self, said: Said) -> Json:
        assert said.body["watch"][0]["status"] == "success", said.body
        event: Json = said.body["watch"][0]["details"]["events"][0]
        return event

    def told(self, status: int = 200) -> list[Json]:
        heard: list[Json] = []

        def carrier(delivery: Delivery) -> int:
            heard.append(json.loads(delivery.body))
            return status

        self.sandbox.desk.outbox.deliver(carrier)
        return heard

    def time(self, seconds: float = 0.0) -> str:
        return (
            datetime.fromtimestamp(self.sandbox.desk.clock.now(), UTC) + timedelta(seconds=seconds)
        ).isoformat()

    def change(self, module: str, number: str, **fields: object) -> None:
        assert self.crm("PUT", f"v8/{module}/{number}", {"data": [fields]}).status == 200


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


WEEK = 7 * 86_400


def test_f81_a_channel_is_made_with_201_and_shows_its_module(watcher: Watcher) -> None:
    said = watcher.watch(channel_expiry=watcher.time(WEEK))
    assert said.status == 201
    assert said.body["watch"][0]["message"] == "Successfully subscribed for actions-watch of the given module"
    event = watcher.event(said)
    assert event["resource_uri"].endswith("/crm/v2/Contacts")
    assert (event["resource_name"], event["channel_id"]) == ("Contacts", "1000000068001")
    assert event["channel_expiry"] == watcher.time(WEEK)


@pytest.mark.parametrize("asked", [None, WEEK + 1])
@pytest.mark.parametrize(("position", "seconds"), [("hour", 3600), ("day", 86_400)])
def test_f81_switch_a_missing_or_overlong_expiry_silently_becomes_short(
    watcher: Watcher, asked: float | None, position: str, seconds: int
) -> None:
    watcher.switch(watch_fallback=position)
    expiry = None if asked is None else watcher.time(asked)
    assert watcher.event(watcher.watch(channel_expiry=expiry))["channel_expiry"] == watcher.time(seconds)


def test_f81_an_expired_channel_is_gone(watcher: Watcher) -> None:
    watcher.watch()
    watcher.wait(3599)
    watcher.person("In time")
    watcher.wait(1)
    watcher.sign_in()
    watcher.person("Too late")
    assert len(watcher.told()) == 1
    assert watcher.crm("GET", "v8/actions/watch").status == 204
    assert watcher.watch("PUT").body["watch"][0]["code"] == "NOT_SUBSCRIBED"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_f81_a_channel_is_renewed_for_a_week(watcher: Watcher, method: str) -> None:
    watcher.watch()
    watcher.wait(3000)
    said = watcher.watch(method, channel_expiry=watcher.time(WEEK))
    assert said.status == 200
    assert watcher.event(said)["channel_expiry"] == watcher.time(WEEK)
    assert said.body["watch"][0]["message"] == "Successfully updated the subscribe details"


@pytest.mark.parametrize(
    ("fields", "code", "name"),
    [
        ({"channel_id": None}, "MANDATORY_NOT_FOUND", "channel_id"),
        ({"notify_url": None}, "MANDATORY_NOT_FOUND", "notify_url"),
        ({"events": None}, "MANDATORY_NOT_FOUND", "events"),
        ({"channel_id": "abc"}, "INVALID_DATA", "channel_id"),
        ({"notify_url": "ferry"}, "INVALID_DATA", "notify_url"),
        ({"events": ["Contacts.change"]}, "INVALID_DATA", "events"),
        ({"events": ["Nowhere.all"]}, "INVALID_DATA", "events"),
        ({"events": []}, "INVALID_DATA", "events"),
        ({"token": "x" * 51}, "INVALID_DATA", "token"),
        ({"channel_expiry": "soon"}, "INVALID_DATA", "channel_expiry"),
        ({"channel_expiry": "2020-01-01T00:00:00+00:00"}, "INVALID_DATA", "channel_expiry"),
        ({"return_affected_field_values": "yes"}, "INVALID_DATA", "return_affected_field_values"),
    ],
)
def test_f80_what_cannot_be_a_channel_is_told_with_its_place(
    watcher: Watcher, fields: Json, code: str, name: str
) -> None:
    said = watcher.watch(**fields)
    (error,) = said.body["watch"]
    assert (said.status, error["code"], error["details"]["api_name"]) == (202, code, name)
    assert error["details"]["json_path"].startswith(f"$.watch[0].{name}")
    assert watcher.crm("GET", "v8/actions/watch").status == 204


@pytest.mark.parametrize(("position", "wrapped"), [("202", True), ("400", False)])
def test_f81_switch_errors_come_wrapped_with_202_or_bare_with_400(
    watcher: Watcher, position: str, wrapped: bool
) -> None:
    watcher.switch(watch_error_status=position)
    said = watcher.watch(token="x" * 51)
    assert said.status == int(position)
    assert ("watch" in said.body) is wrapped
    assert watcher.watch(token="x" * 50).status == 201


def test_f80_channels_are_listed_module_by_module(watcher: Watcher) -> None:
    watcher.watch(events=["Contacts.create", "Deals.all"], token="t")
    watcher.watch(channel_id=2, events=["Deals.edit"])
    said = watcher.crm("GET", "v8/actions/watch")
    assert [(row["channel_id"], row["resource_name"]) for row in said.body["watch"]] == [
        ("1000000068001", "Contacts"),
        ("1000000068001", "Deals"),
        ("2", "Deals"),
    ]
    assert said.body["info"] == {"per_page": 200, "count": 3, "page": 1, "more_records": False}
    assert said.body["watch"][0]["token"] == "t"
    only = watcher.crm("GET", "v8/actions/watch", module="Deals", channel_id=2).body["watch"]
    assert [row["events"] for row in only] == [["Deals.edit"]]
    paged = watcher.crm("GET", "v8/actions/watch", page=2, per_page=2).body
    assert (len(paged["watch"]), paged["info"]["more_records"]) == (1, False)


def test_f80_put_replaces_everything(watcher: Watcher) -> None:
    watcher.watch(events=["Contacts.all", "Deals.all"], token="t", channel_expiry=watcher.time(WEEK))
    event = watcher.event(watcher.watch("PUT", events=["Leads.all"]))
    (row,) = watcher.crm("GET", "v8/actions/watch").body["watch"]
    assert (row["events"], row["token"]) == (["Leads.all"], None)
    assert event["channel_expiry"] == watcher.time(3600)


def test_f80_patch_adds_events_and_takes_them_away(watcher: Watcher) -> None:
    watcher.watch(events=["Contacts.create"], token="t")
    watcher.watch("PATCH", events=["Contacts.edit", "Deals.all"], notify_url=None)
    listed = watcher.crm("GET", "v8/actions/watch").body["watch"]
    assert [row["events"] for row in listed] == [["Contacts.create", "Contacts.edit"], ["Deals.all"]]
    assert {row["token"] for row in listed} == {"t"}
    said = watcher.watch("PATCH", events=["Contacts.create", "Deals.all"], _delete_events=True)
    assert said.body["watch"][0]["message"] == "Successfully removed the subscribe details"
    (row,) = watcher.crm("GET", "v8/actions/watch").body["watch"]
    assert row["events"] == ["Contacts.edit"]
    watcher.watch("PATCH", events=["Contacts.edit"], _delete_events=True)
    assert watcher.crm("GET", "v8/actions/watch").status == 204


def test_f80_delete_ends_channels_and_knows_no_others(watcher: Watcher) -> None:
    watcher.watch()
    said = watcher.crm("DELETE", "v8/actions/watch", channel_ids="1000000068001")
    assert (said.status, said.body["watch"][0]["details"]["channel_id"]) == (200, "1000000068001")
    again = watcher.crm("DELETE", "v8/actions/watch", channel_ids="1000000068001,9")
    assert (again.status, [row["code"] for row in again.body["watch"]]) == (202, ["NOT_SUBSCRIBED"] * 2)
    watcher.person("Quiet")
    assert watcher.told() == []


def test_f82_a_callback_says_what_happened_in_its_own_words(watcher: Watcher) -> None:
    watcher.watch(token="my token")
    number = watcher.person("Boyle")
    watcher.change("Contacts", number, Last_Name="Ames", Title="CFO")
    watcher.crm("DELETE", f"v8/Contacts/{number}")
    made, changed, deleted = watcher.told()
    assert made == {
        "server_time": int(watcher.sandbox.desk.clock.now() * 1000),
        "query_params": {"secret": "s3", "x": "1"},
        "module": "Contacts",
        "resource_uri": "https://www.zohoapis.com/crm/v2/Contacts",
        "ids": [number],
        "affected_fields": [],
        "operation": "insert",
        "channel_id": "1000000068001",
        "token": "my token",
    }
    assert changed["operation"] == "update"
    assert changed["affected_fields"] == [{number: ["Last_Name", "Title"]}]
    assert (deleted["operation"], deleted["ids"], deleted["affected_fields"]) == ("delete", [number], [])


def test_f82_values_are_told_to_those_who_asked(watcher: Watcher) -> None:
    watcher.watch(return_affected_field_values=True)
    (account,) = watcher.add("Accounts", {"Account_Name": "Zylker"})
    number = watcher.person("Boyle")
    watcher.change("Contacts", number, Account_Name={"id": account}, Title="CFO")
    _, changed = watcher.told()
    (values,) = changed["affected_values"]
    assert values["record_id"] == number
    assert values["values"] == {"Account_Name": {"name": "Zylker", "id": account}, "Title": "CFO"}


def test_f82_several_ids_of_one_call_share_a_callback(watcher: Watcher) -> None:
    watcher.watch()
    first, second = watcher.add("Contacts", {"Last_Name": "A"}, {"Last_Name": "B"})
    rows = [{"id": first, "Title": "x"}, {"id": second, "Phone": "1"}]
    watcher.crm("PUT", "v8/Contacts", {"data": rows})
    made, changed = watcher.told()
    assert made["ids"] == [first, second]
    assert changed["affected_fields"] == [{first: ["Title"]}, {second: ["Phone"]}]


def test_f82_a_write_that_changes_nothing_but_its_time_names_no_field(watcher: Watcher) -> None:
    number = watcher.person("Boyle")
    watcher.watch()
    watcher.wait(5)
    watcher.change("Contacts", number, Last_Name="Boyle")
    assert [told["affected_fields"] for told in watcher.told()] == [[]]


@pytest.mark.parametrize(
    ("events", "operations"),
    [
        (["Contacts.create"], ["insert"]),
        (["Contacts.edit"], ["update"]),
        (["Contacts.delete"], ["delete"]),
        (["Contacts.create", "Contacts.delete"], ["insert", "delete"]),
        (["Deals.all"], []),
    ],
)
def test_f80_only_the_events_asked_for_are_told(
    watcher: Watcher, events: list[str], operations: list[str]
) -> None:
    watcher.watch(events=events)
    number = watcher.person("Boyle")
    watcher.change("Contacts", number, Title="CFO")
    watcher.crm("DELETE", f"v8/Contacts/{number}")
    assert [told["operation"] for told in watcher.told()] == operations


def test_f82_a_person_at_the_desk_is_told_of_too(watcher: Watcher) -> None:
    number = watcher.person("Boyle")
    watcher.watch()
    edit = {"service": "crm", "kind": "Contacts", "id": number, "fields": {"Title": "CEO"}}
    watcher.control("POST", "edit", edit)
    assert [told["affected_fields"] for told in watcher.told()] == [[{number: ["Title"]}]]


@pytest.mark.parametrize(("position", "times"), [("told", 1), ("silent", 0)])
def test_f82_switch_changes_with_an_empty_trigger_are_told_or_not(
    watcher: Watcher, position: str, times: int
) -> None:
    watcher.switch(watch_untriggered=position)
    watcher.watch()
    watcher.add("Contacts", {"Last_Name": "Boyle"}, trigger=[])
    assert len(watcher.told()) == times


@pytest.mark.parametrize(("retries", "times"), [(0, 1), (2, 3)])
def test_f82_switch_a_callback_nobody_took_is_repeated_so_often(
    watcher: Watcher, retries: int, times: int
) -> None:
    watcher.switch(watch_retries=retries)
    watcher.watch()
    watcher.person("Boyle")
    heard = []
    for _ in range(4):
        heard += watcher.told(500)
        watcher.wait(60)
    assert len(heard) == times
    assert all(told == heard[0] for told in heard)


@pytest.mark.parametrize(("wanted", "times"), [(True, 1), (False, 0)])
def test_f80_a_note_is_an_action_on_its_record_for_those_who_want_it(
    watcher: Watcher, wanted: bool, times: int
) -> None:
    number = watcher.person("Boyle")
    watcher.watch(events=["Contacts.edit"], notify_on_related_action=wanted)
    watcher.add(
        "Notes", {"Note_Content": "called", "Parent_Id": {"module": {"api_name": "Contacts"}, "id": number}}
    )
    told = watcher.told()
    assert [(each["ids"], each["operation"]) for each in told] == [([number], "update")] * times


def chosen(*names: str, joint: str = "or", **more: object) -> list[Json]:
    group: list[Any] = [{"field": {"api_name": name}} for name in names]
    selection = {"group_operator": joint, "group": group}
    return [
        {"type": "field_selection", "module": {"api_name": "Contacts"}, "field_selection": selection, **more}
    ]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (chosen("Title", "Phone"), ["Title", "Phone", "both"]),
        (chosen("Title", "Phone", joint="and"), ["both"]),
        (chosen("Email"), []),
    ],
)
def test_f80_a_field_selection_narrows_what_is_told(
    watcher: Watcher, condition: list[Json], told: list[str]
) -> None:
    number = watcher.person("Boyle")
    watcher.watch(events=["Contacts.edit"], notification_condition=condition)
    changes: dict[str, Callable[[], None]] = {
        "Title": lambda: watcher.change("Contacts", number, Title="a"),
        "Phone": lambda: watcher.change("Contacts", number, Phone="1"),
        "both": lambda: watcher.change("Contacts", number, Title="b", Phone="2"),
        "Fax": lambda: watcher.change("Contacts", number, Fax="3"),
    }
    heard = []
    for name, change in changes.items():
        change()
        heard += [name] * len(watcher.told())
    assert heard == told


TEN = (
    "Title",
    "Phone",
    "Fax",
    "Mobile",
    "Email",
    "Department",
    "Twitter",
    "Skype_ID",
    "Assistant",
    "Home_Phone",
)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (chosen(*TEN, "Other_Phone"), "INVALID_DATA"),
        (chosen("Nonsense"), "INVALID_DATA"),
        (chosen("Title", joint="xor"), "INVALID_DATA"),
        (chosen("Title", type="everything"), "INVALID_DATA"),
        (chosen("Title", module={"api_name": "Contacts", "id": "7"}), "AMBIGUITY_DURING_PROCESSING"),
        (chosen("Title", module={}), "EXPECTED_FIELD_MISSING"),
        ([{"module": {"api_name": "Contacts"}, "field_selection": {}}], "DEPENDENT_FIELD_MISSING"),
        ([{"module": {"api_name": "Contacts"}}], "MANDATORY_NOT_FOUND"),
    ],
)
def test_f80_a_field_selection_that_cannot_be_is_refused(
    watcher: Watcher, condition: list[Json], code: str
) -> None:
    said = watcher.watch(notification_condition=condition)
    assert said.body["watch"][0]["code"] == code


def test_f80_ten_fields_and_nested_groups_are_taken(watcher: Watcher) -> None:
    assert watcher.watch(notification_condition=chosen(*TEN)).status == 201
    nested = chosen("Title")
    nested[0]["field_selection"]["group"].append(
        {"group_operator": "and", "group": [{"field": {"api_name": name}} for name in ("Phone", "Fax")]}
    )
    event = watcher.event(watcher.watch(notification_condition=nested))
    assert event["notification_condition"] == nested
    number = watcher.person("Boyle", Phone="1", Fax="2")
    watcher.change("Contacts", number, Phone="3")
    assert [told["operation"] for told in watcher.told()] == ["insert"]


def test_f80_channels_survive_a_saved_state(watcher: Watcher) -> None:
    watcher.watch(notification_condition=chosen("Title"), token="t")
    state = watcher.control("GET", "state")
    watcher.control("POST", "reset")
    watcher.token = ""
    watcher.control("PUT", "state", state)
    number = watcher.person("Boyle", Title="CFO")
    assert [told["ids"] for told in watcher.told()] == [[number]]


def test_f80_watching_needs_its_own_scope(watcher: Watcher) -> None:
    watcher.sign_in("ZohoCRM.modules.ALL")
    assert (watcher.watch().status, watcher.watch().body["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
