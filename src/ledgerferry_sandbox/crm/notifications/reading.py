"""A channel as its body describes it (F80, F81)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal, invalid
from ledgerferry_sandbox.crm.notifications.channels import ACTIONS, Channel, Fields
from ledgerferry_sandbox.exchange import Row

WEEK, DAY, HOUR = 604_800.0, 86_400.0, 3_600.0
LONGEST_TOKEN = 50
MOST_CHOSEN = 10
FLAGS = {"return_affected_field_values": "values", "notify_on_related_action": "related"}


class Reader:
    """Reads one element of `watch`; `path` is where it stands, as in $.watch[0]."""

    def __init__(self, cabinet: Cabinet, given: Row, path: str) -> None:
        self._cabinet = cabinet
        self._given = given
        self._path = path

    def channel(self) -> Channel:
        """The whole channel; a missing or overlong expiry becomes an hour, in silence (F81)."""
        given = tuple(self._conditions())
        return Channel(
            channel_id=self.channel_id(),
            notify_url=self.url(),
            events=self.events(),
            expires=self.expires(),
            token=self.token(),
            values=self._flag("return_affected_field_values", default=False),
            related=self._flag("notify_on_related_action", default=True),
            conditions={each["module"]["api_name"]: self._chosen(each) for each in given},
            given_conditions=given,
        )

    def changed(self, former: Channel) -> Channel:
        """A channel with what the body names put in place of what it was; events are added."""
        fresh: Row = {}
        if "notify_url" in self._given:
            fresh["notify_url"] = self.url()
        if "channel_expiry" in self._given:
            fresh["expires"] = self.expires()
        if "token" in self._given:
            fresh["token"] = self.token()
        if "events" in self._given:
            fresh["events"] = tuple(dict.fromkeys((*former.events, *self.events())))
        for name, key in FLAGS.items():
            if name in self._given:
                fresh[key] = self._flag(name, default=False)
        return former.model_copy(update=fresh)

    def channel_id(self) -> str:
        """The number by which the caller knows the channel."""
        given = self._needed("channel_id")
        text = str(given)
        if isinstance(given, bool) or not text.isdecimal():
            raise self._wrong("channel_id", expected_data_type="long")
        return text

    def url(self) -> str:
        """An http or https address."""
        given = self._needed("notify_url")
        if not isinstance(given, str) or not _is_address(given):
            raise self._wrong("notify_url", expected_data_type="url")
        return given

    def events(self) -> tuple[str, ...]:
        """Events as `Module.action`."""
        given = self._needed("events")
        if not isinstance(given, list) or not given:
            raise self._wrong("events", expected_data_type="jsonarray")
        for place, each in enumerate(given):
            module, _, action = str(each).partition(".")
            known = module.lower() == "users" or self._cabinet.has(module)
            if action not in ACTIONS or not known:
                details: Row = {"api_name": "events", "json_path": f"{self._path}.events[{place}]"}
                raise invalid(details)
        return tuple(given)

    def token(self) -> str | None:
        """What callbacks carry back, at most fifty characters."""
        given = self._given.get("token")
        if given is not None and (not isinstance(given, str) or len(given) > LONGEST_TOKEN):
            raise self._wrong("token", maximum_length=LONGEST_TOKEN)
        return given

    def expires(self) -> float:
        """When the channel ends: as asked up to a week from now, else after the fallback."""
        now = self._cabinet.desk.clock.now()
        fallback = now + (HOUR if self._cabinet.switches.at("watch_fallback") == "hour" else DAY)
        given = self._given.get("channel_expiry")
        if given is None:
            return fallback
        try:
            asked = datetime.fromisoformat(str(given))
        except ValueError:
            raise self._wrong("channel_expiry", expected_data_type="datetime") from None
        until = (asked if asked.tzinfo else asked.replace(tzinfo=self._cabinet.desk.zone)).timestamp()
        if until <= now:
            raise self._wrong("channel_expiry", expected_data_type="datetime")
        return until if until <= now + WEEK else fallback

    def _conditions(self) -> list[Row]:
        given = self._given.get("notification_condition") or []
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise self._wrong("notification_condition", expected_data_type="jsonarray")
        for each in given:
            self._check_condition(each)
        return given

    def _check_condition(self, given: Row) -> None:
        name = "notification_condition"
        if "type" not in given:
            details: Row = {"api_name": "type", "json_path": f"{self._path}.{name}[0].type"}
            code = "DEPENDENT_FIELD_MISSING" if "field_selection" in given else "MANDATORY_NOT_FOUND"
            raise Refusal(code, "required field not found", details)
        module = given.get("module")
        if not isinstance(module, dict) or "api_name" not in module:
            missing: Row = {"expected_fields": [{"json_path": f"{self._path}.{name}[0].module.api_name"}]}
            raise Refusal("EXPECTED_FIELD_MISSING", "expected field missing", missing)
        kept = self._cabinet.modules.get(str(module["api_name"]))
        if given["type"] != "field_selection" or kept is None or not self._cabinet.has(kept.api_name):
            raise self._wrong(name, supported_values=["field_selection"])
        if module.get("id", kept.id) != kept.id:
            at = f"{self._path}.{name}[0].module"
            two: Row = {"ambiguity_due_to": [{"json_path": f"{at}.id"}, {"json_path": f"{at}.api_name"}]}
            raise Refusal("AMBIGUITY_DURING_PROCESSING", "ambiguity while processing the request", two)

    def _chosen(self, given: Row) -> Fields:
        known = self._cabinet.fields(given["module"]["api_name"])
        chosen = self._group(given.get("field_selection"), known)
        if _size(chosen) > MOST_CHOSEN:
            raise self._wrong("group", maximum_length=MOST_CHOSEN)
        return chosen

    def _group(self, given: Any, known: Any) -> Fields:  # noqa: ANN401 - a piece of the body
        group = given.get("group") if isinstance(given, dict) else None
        operator = given.get("group_operator") if isinstance(given, dict) else None
        if isinstance(given, dict) and group is None and "field" in given:
            group, operator = [given], "or"
        if operator not in ("and", "or") or not isinstance(group, list) or not group:
            raise self._wrong("field_selection", supported_values=["and", "or"])
        names, parts = [], []
        for each in group:
            field = each.get("field") if isinstance(each, dict) else None
            if field is None:
                parts.append(self._group(each, known))
            elif not isinstance(field, dict) or field.get("api_name") not in known:
                raise self._wrong("field")
            else:
                names.append(field["api_name"])
        return Fields(group_operator=operator, names=tuple(names), parts=tuple(parts))

    def _flag(self, name: str, *, default: bool) -> bool:
        given = self._given.get(name)
        if given is None:
            return default
        if not isinstance(given, bool):
            raise self._wrong(name, expected_data_type="boolean")
        return given

    def _needed(self, name: str) -> Any:  # noqa: ANN401 - a value of any type
        if self._given.get(name) in (None, ""):
            details: Row = {"api_name": name, "json_path": f"{self._path}.{name}"}
            raise Refusal("MANDATORY_NOT_FOUND", "required field not found", details)
        return self._given[name]

    def _wrong(self, name: str, **details: object) -> Refusal:
        return invalid({"api_name": name, "json_path": f"{self._path}.{name}", **details})


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _size(chosen: Fields) -> int:
    return len(chosen.names) + sum(_size(part) for part in chosen.parts)
