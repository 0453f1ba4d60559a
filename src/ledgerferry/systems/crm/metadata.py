"""What CRM is made of: modules, fields, layouts, pipelines, people; asked once and kept in mind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeVar

from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm.calls import V8, Calls, fields
from ledgerferry.systems.crm.declaration import SMALLEST, edition_of
from ledgerferry.systems.zoho.fields import Fields, Row, ident, member, members, text
from ledgerferry.wire.message import Reply

_T = TypeVar("_T")
_PAGE: Final = 200
_TYPES: Final = frozenset(
    {
        "text",
        "textarea",
        "email",
        "phone",
        "website",
        "picklist",
        "multiselectpicklist",
        "integer",
        "bigint",
        "long",
        "double",
        "decimal",
        "currency",
        "percent",
        "boolean",
        "date",
        "datetime",
        "lookup",
        "ownerlookup",
        "userlookup",
        "multiuserlookup",
        "multiselectlookup",
        "multi_module_lookup",
        "subform",
        "autonumber",
        "auto_number",
        "formula",
        "rollup_summary",
        "fileupload",
        "imageupload",
        "profileimage",
        "time",
        "event_reminder",
        "RRULE",
        "ALARM",
        "consent_lookup",
        "line_tax",
        "pick_list",
        "hierarchy",
        "unlimited_text",
    }
)


@dataclass(frozen=True, slots=True)
class Module:
    """A module: ``name`` is its API name; ``writable`` whether records can be made in it through the API."""

    id: str
    name: str
    label: str
    writable: bool
    custom: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``name`` is its API name, ``type`` CRM's word for what it holds.

    ``choices`` are a picklist's values as records hold them; ``lookup`` is the module that it names.
    """

    id: str
    name: str
    label: str
    type: str
    mandatory: bool
    unique: bool
    external: bool
    custom: bool
    length: int | None
    choices: tuple[str, ...]
    lookup: str


@dataclass(frozen=True, slots=True)
class Company:
    """The organisation: ``id`` is its number in Zoho (zgid), ``edition`` one of ``declaration.EDITIONS``."""

    id: str
    name: str
    currency: str
    edition: str
    users: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of deals, by its value in records; ``forecast`` is CRM's word for open, won or lost."""

    id: str
    name: str
    forecast: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline and its stages in order (F66)."""

    id: str
    name: str
    default: bool
    stages: tuple[Stage, ...]


class Metadata:
    """Each question goes to CRM once; ``forget`` makes it go again. Thread-safe."""

    def __init__(self, calls: Calls, unseen: Callable[[str], None]) -> None:
        self._calls = calls
        self._unseen = unseen
        self._lock = Lock()
        self._kept: dict[str, object] = {}

    def forget(self) -> None:
        """Something was changed: the next question goes to CRM again."""
        with self._lock:
            self._kept.clear()

    def company(self) -> Company:
        """The organisation."""

        def ask() -> Company:
            row = _first(self._get("/org"), "org")
            told = ident(member(row, "license_details"), "paid_type")
            if told and edition_of(told) is None:
                self._unseen(f"edition {told}")
            return _company(row)

        return self._once("org", ask)

    def modules(self) -> Mapping[str, Module]:
        """Every module that the login sees, by API name."""

        def ask() -> Mapping[str, Module]:
            return {
                found.name: found
                for found in map(_module, members(self._get("/settings/modules"), "modules"))
            }

        return self._once("modules", ask)

    def fields(self, module: str) -> Mapping[str, Field]:
        """The fields of a module, by API name."""

        def ask() -> Mapping[str, Field]:
            rows = members(self._get("/settings/fields", module=module, type="all"), "fields")
            found = {field.name: field for field in map(_field, rows)}
            for kind in sorted({field.type for field in found.values()} - _TYPES):
                self._unseen(f"field type {kind}")
            return found

        return self._once(f"fields/{module}", ask)

    def layouts(self, module: str) -> list[Fields]:
        """The layouts of a module."""
        return self._rows(f"layouts/{module}", "/settings/layouts", "layouts", module=module)

    def related_lists(self, module: str) -> list[Fields]:
        """The related lists of a module (F71)."""
        return self._rows(f"related/{module}", "/settings/related_lists", "related_lists", module=module)

    def pipelines(self, layout: str) -> tuple[Pipeline, ...]:
        """The pipelines of a layout of deals (F66)."""

        def ask() -> tuple[Pipeline, ...]:
            return tuple(
                map(_pipeline, members(self._get("/settings/pipeline", layout_id=layout), "pipeline"))
            )

        return self._once(f"pipelines/{layout}", ask)

    def users(self, kind: str = "ActiveUsers") -> list[Fields]:
        """The people of a kind."""

        def ask() -> list[Fields]:
            found: list[Fields] = []
            page = 1
            while True:
                body = self._get("/users", type=kind, page=str(page), per_page=str(_PAGE))
                found += [Fields(row) for row in members(body, "users")]
                if member(body, "info").get("more_records") is not True:
                    return found
                page += 1

        return self._once(f"users/{kind}", ask)

    def create_field(
        self,
        module: str,
        label: str,
        *,
        length: int = 100,
        external: bool = False,
        unique: bool = True,
        journal: Journal | None = None,
    ) -> str:
        """A new single-line field, one that takes no value twice unless told, or an external one; its id.

        An external field of type org is what ``X-EXTERNAL`` names records by (F64).
        """
        about: dict[str, object] = {"field_label": label, "data_type": "text", "length": length}
        kind: dict[str, object] = {"external": {"type": "org", "show": False}} if external else {}
        once = unique and not external
        kind |= {"unique": {"casesensitive": "true"}} if once else {}
        body = {"fields": [about | kind]}
        try:
            reply = self._calls.write(
                "POST",
                f"{V8}/settings/fields",
                body,
                journal,
                query={"module": module},
                subject=f"field {label} of {module}",
            )
        finally:
            self.forget()
        return ident(member(self._calls.only(reply, f"field {label}"), "details"), "id")

    def _get(self, path: str, **query: str) -> Row:
        reply: Reply = self._calls.read(f"{V8}{path}", query, subject=path.rsplit("/", 1)[-1])
        return fields(reply)

    def _rows(self, key: str, path: str, name: str, **query: str) -> list[Fields]:
        return self._once(key, lambda: [Fields(row) for row in members(self._get(path, **query), name)])

    def _once(self, key: str, ask: Callable[[], _T]) -> _T:
        with self._lock:
            held = self._kept.get(key)
        if held is None:
            held = ask()
            with self._lock:
                self._kept[key] = held
        return held  # type: ignore[return-value]  # what this key's question was answered with


def _first(body: Row, name: str) -> Row:
    found = members(body, name)
    return found[0] if found else {}


def _company(row: Row) -> Company:
    licence = member(row, "license_details")
    bought = licence.get("users_license_purchased")
    return Company(
        id=ident(row, "zgid") or ident(row, "id"),
        name=ident(row, "company_name"),
        currency=ident(row, "iso_code") or ident(row, "currency"),
        edition=edition_of(ident(licence, "paid_type")) or SMALLEST,
        users=bought if isinstance(bought, int) else 1,
        time_zone=ident(row, "time_zone"),
    )


def _module(row: Row) -> Module:
    return Module(
        ident(row, "id"),
        ident(row, "api_name"),
        ident(row, "plural_label"),
        row.get("creatable") is True and row.get("api_supported") is True,
        ident(row, "generated_type") == "custom",
    )


def _field(row: Row) -> Field:
    length = row.get("length")
    choices = (
        text(each, "actual_value") or text(each, "display_value") for each in members(row, "pick_list_values")
    )
    return Field(
        id=ident(row, "id"),
        name=ident(row, "api_name"),
        label=ident(row, "field_label"),
        type=ident(row, "data_type"),
        mandatory=row.get("system_mandatory") is True,
        unique=bool(member(row, "unique")),
        external=bool(member(row, "external")),
        custom=row.get("custom_field") is True,
        length=length if isinstance(length, int) else None,
        choices=tuple(c for c in choices if c),
        lookup=ident(member(member(row, "lookup"), "module"), "api_name"),
    )


def _pipeline(row: Row) -> Pipeline:
    stages = (
        Stage(
            ident(s, "id"),
            ident(s, "actual_value") or ident(s, "display_value"),
            ident(s, "forecast_type") or ident(member(s, "forecast_category"), "name"),
        )
        for s in members(row, "maps")
    )
    return Pipeline(
        ident(row, "id"),
        ident(row, "actual_value") or ident(row, "display_value"),
        row.get("default") is True,
        tuple(stages),
    )
