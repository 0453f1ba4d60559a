"""Notifications: channels made, read, renewed and ended, and callbacks that come."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.test_sandbox_callbacks import Inbox, inbox
from tests.sdk.conftest import Module, Stage
from tests.sdk.vendor import asking, built, kind, operations, plain, refusal, told

CHANNEL = "1000000068001"


@pytest.fixture
def ear() -> Iterator[Inbox]:
    with inbox() as made:
        yield made


def channel(ear: Inbox, **values: Any) -> Any:
    given = {"channel_id": CHANNEL, "notify_url": f"{ear.url}/hook", "events": ["Contacts.all"], **values}
    return built("notifications.BodyWrapper", watch=[built("notifications.Notification", **given)])


def area() -> Any:
    return operations("notifications.Notifications")


def later(zoho: Stage, days: int) -> datetime:
    now = datetime.fromisoformat(zoho.control("GET", "clock")["time"])
    return (now + timedelta(days=days)).replace(microsecond=0)


@pytest.fixture
def watched(zoho: Stage, ear: Inbox) -> Iterator[Any]:
    body = channel(ear, channel_expiry=later(zoho, 6), token="ferry", return_affected_field_values=True)
    yield told(area().enable_notifications(body))
    area().delete_notification(asking("notifications.DeleteNotification", channel_ids=CHANNEL))


def heard(ear: Inbox) -> list[Any]:
    for _ in range(200):
        if ear.heard:
            break
        time.sleep(0.02)  # noqa: TID251 - another process is waited for
    return ear.heard


def test_f81_a_channel_is_made_and_read(zoho: Stage, watched: Any) -> None:
    status, answer = watched
    (result,) = answer.get_watch()
    assert (status, kind(result), plain(result.get_code())) == (
        201,
        "notifications.SuccessResponse",
        "SUCCESS",
    )
    (event,) = result.get_details()["events"]
    assert kind(event) == "notifications.Event"
    assert (event.get_resource_name(), event.get_channel_id()) == ("Contacts", CHANNEL)
    asked = asking("notifications.GetNotifications", channel_id=int(CHANNEL))
    status, answer = told(area().get_notifications(asked))
    (row,) = answer.get_watch()
    assert (status, row.get_channel_id(), row.get_token()) == (200, CHANNEL, "ferry")
    assert row.get_channel_expiry() == event.get_channel_expiry()


def test_f82_a_change_is_told_to_the_callers_address(watched: Any, ear: Inbox, contacts: Module) -> None:
    (number,) = contacts.add({"Last_Name": "Told"})
    (path, body), *_ = heard(ear)
    assert path == "/hook"
    assert (body["module"], body["operation"], body["token"]) == ("Contacts", "insert", "ferry")
    assert body["channel_id"] == CHANNEL
    assert body["ids"] == [str(number)]


def test_f81_a_channel_is_renewed(zoho: Stage, watched: Any, ear: Inbox) -> None:
    moment = later(zoho, 3)
    status, answer = told(area().update_notifications(channel(ear, channel_expiry=moment)))
    (result,) = answer.get_watch()
    assert (status, kind(result)) == (200, "notifications.SuccessResponse")
    assert result.get_details()["events"][0].get_channel_expiry() == moment


def test_a_channel_that_is_ended_is_no_longer_told(zoho: Stage, watched: Any, contacts: Module) -> None:
    asked = asking("notifications.DeleteNotification", channel_ids=CHANNEL)
    status, answer = told(area().delete_notification(asked))
    assert (status, plain(answer.get_watch()[0].get_code())) == (200, "SUCCESS")
    assert area().get_notifications().get_status_code() == 204
    before = zoho.control("GET", "webhooks")["deliveries"]
    contacts.add({"Last_Name": "Unheard"})
    assert zoho.control("GET", "webhooks")["deliveries"] == before


def test_events_of_a_channel_are_ended_one_by_one(watched: Any) -> None:
    row = built(
        "notifications.Notification", channel_id=CHANNEL, delete_events=True, events=["Contacts.create"]
    )
    status, answer = told(area().disable_notification(built("notifications.BodyWrapper", watch=[row])))
    assert (status, kind(answer.get_watch()[0])) == (200, "notifications.SuccessResponse")
    _, answer = told(area().get_notifications())
    assert "Contacts.create" not in answer.get_watch()[0].get_events()


def test_f80_what_cannot_be_watched_is_typed_with_its_place(zoho: Stage, ear: Inbox) -> None:
    status, answer = told(area().enable_notifications(channel(ear, events=["Nowhere.all"])))
    (result,) = answer.get_watch()
    code, _, details = refusal(result)
    assert (status, code, details["api_name"]) == (202, "INVALID_DATA", "events")
