"""Notifications: channels by which CRM says that records of some modules changed (F80 to F82)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ledgerferry.model.outcome import InDoubt, Refused
from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm.calls import V8, Calls, fields
from ledgerferry.systems.crm.errors import results
from ledgerferry.systems.zoho.fields import Row, ident, member, members, moment
from ledgerferry.wire.message import Reply

_PATH: Final = f"{V8}/actions/watch"
_PAGE: Final = 200
_LONGEST_TOKEN: Final = 50
# A longer life silently becomes one hour (F81); a little less than a week stays one by every clock.
LONGEST: Final = timedelta(days=7) - timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: callbacks of it carry its id and the token that was given for it.

    ``expires`` is what CRM granted (the system's time), which may be less than was asked for.
    """

    id: str
    module: str
    expires: datetime | None
    url: str = ""


class Watching:
    """Channels of one organisation. A callback is news only: read the records that it names (F82)."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def enable(
        self,
        channel: str,
        events: Sequence[str],
        url: str,
        token: str,
        *,
        expires: datetime | None = None,
        values: bool = False,
        journal: Journal | None = None,
    ) -> list[Channel]:
        """A new channel for events such as ``Deals.all`` or ``Contacts.create``; one entry for each event.

        ``channel`` is a number of our choice. Without ``expires`` it lives a week, the longest there is.
        """
        return self._put("POST", self._watch(channel, events, url, token, expires, values=values), journal)

    def renew(
        self,
        channel: str,
        events: Sequence[str],
        url: str,
        token: str,
        *,
        expires: datetime | None = None,
        values: bool = False,
        journal: Journal | None = None,
    ) -> list[Channel]:
        """A channel's details anew, and with them a new life (F80: PUT replaces)."""
        return self._put("PUT", self._watch(channel, events, url, token, expires, values=values), journal)

    def drop_events(self, channel: str, events: Sequence[str], *, journal: Journal | None = None) -> None:
        """Some events of a channel ended; the others go on."""
        watch = {"channel_id": channel, "events": list(events), "_delete_events": True}
        self._checked(
            self._calls.write("PATCH", _PATH, {"watch": [watch]}, journal, subject=f"channel {channel}")
        )

    def disable(self, channels: Sequence[str], *, journal: Journal | None = None) -> None:
        """Channels ended; ``Stale`` where one is not there."""
        self._checked(
            self._calls.write(
                "DELETE",
                _PATH,
                None,
                journal,
                query={"channel_ids": ",".join(channels)},
                subject=f"channel {','.join(channels)}",
            )
        )

    def channels(self, channel: str | None = None) -> Iterator[Channel]:
        """The channels that live."""
        page = 1
        while True:
            query = {"page": str(page), "per_page": str(_PAGE)} | ({"channel_id": channel} if channel else {})
            body = fields(self._calls.read(_PATH, query, subject="channels"))
            yield from (_channel(row) for row in members(body, "watch"))
            if member(body, "info").get("more_records") is not True:
                return
            page += 1

    def _watch(
        self,
        channel: str,
        events: Sequence[str],
        url: str,
        token: str,
        expires: datetime | None,
        *,
        values: bool,
    ) -> Row:
        now = self._calls.client.now()
        ends = expires or now + LONGEST
        if ends > now + timedelta(days=7):
            raise Refused(
                "a channel lives a week at most; asked for more, CRM gives an hour",
                subject=f"channel {channel}",
            )
        if len(token) > _LONGEST_TOKEN:
            raise Refused(
                f"a channel's token has at most {_LONGEST_TOKEN} characters", subject=f"channel {channel}"
            )
        return {
            "channel_id": channel,
            "events": list(events),
            "notify_url": url,
            "token": token,
            "channel_expiry": ends.astimezone(UTC).isoformat(timespec="seconds"),
            "return_affected_field_values": values,
        }

    def _put(self, method: str, watch: Row, journal: Journal | None) -> list[Channel]:
        reply = self._calls.write(
            method, _PATH, {"watch": [watch]}, journal, subject=f"channel {watch['channel_id']}"
        )
        found = [
            _channel(row)
            for result in self._checked(reply)
            for row in members(member(result, "details"), "events")
        ]
        if not found:
            raise InDoubt(
                "the answer shows no channel", system=self._calls.client.system, request=reply.request
            )
        return found

    def _checked(self, reply: Reply) -> list[Row]:
        found = results(fields(reply))
        for row in found:
            if row.get("status") != "success":
                raise self._calls.error(row, reply, "channel")
        return found


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback says. ``operation`` is insert, update or delete; ``changed`` the fields by record."""

    channel: str
    module: str
    operation: str
    ids: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    token: str


def read_callback(row: Row) -> Callback:
    """The callback that a body is (F82); ``ValueError`` where it is none. Its token is not checked."""
    ids = row.get("ids")
    if not isinstance(ids, list) or not ident(row, "module") or not ident(row, "channel_id"):
        raise ValueError("not a callback of CRM")
    changed = {
        record: tuple(map(str, names))
        for entry in members(row, "affected_fields")
        for record, names in entry.items()
        if isinstance(names, list)
    }
    return Callback(
        ident(row, "channel_id"),
        ident(row, "module"),
        ident(row, "operation"),
        tuple(map(str, ids)),
        changed,
        ident(row, "token"),
    )


def _channel(row: Row) -> Channel:
    return Channel(
        ident(row, "channel_id"),
        ident(row, "resource_name") or ident(row, "module"),
        moment(row, "channel_expiry"),
        ident(row, "notify_url"),
    )
