"""What a channel is, and for which changes it speaks."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Kept, Operation
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row

Action = Literal["create", "edit", "delete", "all"]
ACTIONS: tuple[Action, ...] = ("create", "edit", "delete", "all")
SAID: dict[Operation, Action] = {"insert": "create", "update": "edit", "delete": "delete"}
RESOURCES = "https://www.zohoapis.com/crm/v2/"
SHELF = "watch"


class Fields(Kept):
    """The choice of a `field_selection`: names and smaller choices, all of which or any of which changed."""

    group_operator: Literal["and", "or"]
    names: tuple[str, ...] = ()
    parts: tuple["Fields", ...] = ()

    def touched(self, changed: set[str]) -> bool:
        """Whether the choice is met by these changed fields."""
        held = [name in changed for name in self.names] + [part.touched(changed) for part in self.parts]
        return all(held) if self.group_operator == "and" else any(held)


class Channel(Kept):
    """One channel: whom it tells of which events (`Deals.edit`), until when, and with which token."""

    channel_id: str
    notify_url: str
    events: tuple[str, ...]
    expires: float
    token: str | None = None
    values: bool = False
    related: bool = True
    conditions: dict[str, Fields] = Field(default_factory=dict)
    given_conditions: tuple[Row, ...] = ()

    @property
    def modules(self) -> list[str]:
        """The modules it speaks of, in the order given."""
        return list(dict.fromkeys(event.partition(".")[0] for event in self.events))

    def speaks_of(self, module: str, operation: Operation) -> bool:
        """Whether this kind of change in this module is one of its events."""
        return not {f"{module}.{SAID[operation]}", f"{module}.all"}.isdisjoint(self.events)

    def minds(self, module: str, operation: Operation, changed: set[str]) -> bool:
        """Whether a change of these fields is one to tell; a deletion always is."""
        chosen = self.conditions.get(module)
        return chosen is None or operation == "delete" or chosen.touched(changed)


def shelf(cabinet: Cabinet) -> Table[Channel]:
    """The channels of the organisation."""
    table: Table[Channel] = cabinet.named(SHELF)
    return table


def living(cabinet: Cabinet) -> list[Channel]:
    """The channels that have not expired."""
    now = cabinet.desk.clock.now()
    return [channel for channel in shelf(cabinet) if channel.expires > now]


def expiry(cabinet: Cabinet, channel: Channel) -> str:
    """When a channel expires, as CRM writes it."""
    return datetime.fromtimestamp(int(channel.expires), cabinet.desk.zone).isoformat()


def resource(cabinet: Cabinet, module: str) -> Row:
    """A module as channels speak of it; its address still says v2 (F82)."""
    kept = cabinet.modules.get(module)
    number: Any = kept.id if kept else None
    return {"resource_uri": RESOURCES + module, "resource_id": number, "resource_name": module}


def event(cabinet: Cabinet, channel: Channel, module: str) -> Row:
    """One module of a channel, as the answers to POST, PUT and PATCH show it."""
    return {
        "channel_expiry": expiry(cabinet, channel),
        **resource(cabinet, module),
        "channel_id": channel.channel_id,
        "notification_condition": [
            given for given in channel.given_conditions if given["module"].get("api_name") == module
        ],
    }


def row(cabinet: Cabinet, channel: Channel, module: str) -> Row:
    """One module of a channel, as GET shows it."""
    return {
        **event(cabinet, channel, module),
        "notify_url": channel.notify_url,
        "events": [each for each in channel.events if each.partition(".")[0] == module],
        "token": channel.token,
        "fields": None,
        "notify_on_related_action": channel.related,
        "return_affected_field_values": channel.values,
    }
