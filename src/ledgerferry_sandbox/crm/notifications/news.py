"""The callbacks of channels: what changed in one call, told once to each channel that minds it (F82)."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from ledgerferry_sandbox.crm import showing
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Change, Operation
from ledgerferry_sandbox.crm.notifications.channels import SHELF, Channel, living, resource
from ledgerferry_sandbox.desk.outbox import Delivery
from ledgerferry_sandbox.exchange import Row

SERVICE = "crm"
KIND = "notification"
PAUSE = 60.0
LINKS = ("Parent_Id", "What_Id", "Who_Id")
ACTIVE = frozenset({"Notes", "Tasks", "Events", "Calls"})


@dataclass(slots=True)
class Batch:
    """The records of one module that one call inserted, updated or deleted, and which fields became what."""

    module: str
    operation: Operation
    fields: dict[str, set[str]] = field(default_factory=dict)
    related: set[str] = field(default_factory=set)


class News:
    """Listens to a cabinet's changes, gathers those of one call, and posts the callbacks when it is told."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet
        self._batches: dict[tuple[str, Operation], Batch] = {}
        cabinet.shelf(SHELF, Channel, lambda channel: channel.channel_id)
        cabinet.listeners.append(self._hear)
        cabinet.desk.outbox.listeners[SERVICE] = self._ended

    def tell(self) -> None:
        """Posts what the call that ends now has changed."""
        batches, self._batches = self._batches, {}
        for batch in batches.values():
            for channel in living(self._cabinet):
                if channel.speaks_of(batch.module, batch.operation):
                    self._post(channel, batch)

    def _hear(self, change: Change) -> None:
        if not change.triggered and self._cabinet.switches.at("watch_untriggered") == "silent":
            return
        known = self._cabinet.fields(change.module)
        written = {name for name in change.fields if name in known and not known[name].read_only}
        self._batch(change.module, change.operation).fields[change.id] = written
        if change.module in ACTIVE:
            self._hear_related(change)

    def _hear_related(self, change: Change) -> None:
        """A note or activity is also an action on the records that it hangs on."""
        record = self._cabinet.get(change.module, change.id)
        for link in LINKS:
            before, after = change.fields.get(link, (None, None))
            number = record.get(link) if record else before or after
            parent = self._cabinet.anywhere(number) if isinstance(number, str) else None
            if parent:
                batch = self._batch(parent.module, "update")
                if parent.id not in batch.fields:
                    batch.fields[parent.id] = set()
                    batch.related.add(parent.id)

    def _batch(self, module: str, operation: Operation) -> Batch:
        return self._batches.setdefault((module, operation), Batch(module, operation))

    def _post(self, channel: Channel, batch: Batch) -> None:
        numbers = [number for number in batch.fields if self._minds(channel, batch, number)]
        if numbers:
            body = json.dumps(self._body(channel, batch, numbers), ensure_ascii=False)
            about: Row = {"kind": KIND, "channel_id": channel.channel_id, "attempt": 1}
            self._cabinet.desk.outbox.post(
                SERVICE, channel.notify_url, body, {"content-type": "application/json"}, about=about
            )

    def _minds(self, channel: Channel, batch: Batch, number: str) -> bool:
        if number in batch.related:
            return channel.related and batch.module not in channel.conditions
        return channel.minds(batch.module, batch.operation, batch.fields[number])

    def _body(self, channel: Channel, batch: Batch, numbers: list[str]) -> Row:
        told = [number for number in numbers if batch.fields[number] and batch.operation == "update"]
        row: Row = {
            "server_time": int(self._cabinet.desk.clock.now() * 1000),
            "query_params": dict(parse_qsl(urlsplit(channel.notify_url).query, keep_blank_values=True)),
            "module": batch.module,
            "resource_uri": resource(self._cabinet, batch.module)["resource_uri"],
            "ids": numbers,
            "affected_fields": [{number: sorted(batch.fields[number])} for number in told],
            "operation": batch.operation,
            "channel_id": channel.channel_id,
            "token": channel.token,
        }
        if channel.values:
            row["affected_values"] = [
                {"record_id": number, "values": self._values(batch, number)} for number in told
            ]
        return row

    def _values(self, batch: Batch, number: str) -> Row:
        record = self._cabinet.get(batch.module, number)
        if record is None:
            return {}
        shown = showing.record(self._cabinet, record, sorted(batch.fields[number]))
        return {name: shown.get(name) for name in sorted(batch.fields[number])}

    def _ended(self, delivery: Delivery) -> None:
        attempt = int(delivery.about.get("attempt", 1))
        taken = delivery.state == "sent" and delivery.status is not None and delivery.status < 400
        again = attempt <= self._cabinet.switches.number("watch_retries")
        if taken or not again or delivery.about.get("kind") != KIND:
            return
        self._cabinet.desk.outbox.post(
            SERVICE,
            delivery.url,
            delivery.body,
            delivery.headers,
            about=delivery.about | {"attempt": attempt + 1},
            after=PAUSE,
        )
