"""Modules that people make: their names, who sees them, and the fields that they begin with."""

import re

from ledgerferry_sandbox.crm import profiles
from ledgerferry_sandbox.crm.answers import each, success
from ledgerferry_sandbox.crm.cabinet import RANKS, Cabinet, folded
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid_module, missing, wrong
from ledgerferry_sandbox.crm.models import Module, RelatedList
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.standard import FIELDS
from ledgerferry_sandbox.exchange import Row

SCOPE = "ZohoCRM.settings.modules"
EDITION = "enterprise"
CREDITS = 500
LABEL = re.compile(r"[^\W_][^\W_ ]*(?: [^\W_]+)*")
API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST = 25
MODEL = "Subscriptions"
OWN = frozenset({"Account", "Fee", "Started", "Papers"})
"""The fields of the model that a new module does not begin with."""


def post(cabinet: Cabinet, call: Call) -> Reply:
    """POST /settings/modules: a custom module, from the edition Enterprise on, for 500 credits (F76)."""
    _check_edition(cabinet)

    def act(row: Row, path: str) -> Row:
        for name in ("plural_label", "singular_label", "api_name", "profiles"):
            if row.get(name) in (None, "", []):
                raise missing(name, path)
        api_name = row["api_name"]
        named = isinstance(api_name, str) and len(api_name) <= 50 and API_NAME.fullmatch(api_name)
        if not named or folded(api_name) in map(folded, cabinet.modules):
            raise wrong("api_name", path)
        made = _made(cabinet, call, {**_change(cabinet, row, path, ""), "api_name": api_name}, row, path)
        return success("module created", {"id": made.id})

    return each("modules", call.rows("modules", most=1), act)


def _check_edition(cabinet: Cabinet) -> None:
    if RANKS.index(cabinet.switches.at("crm.edition")) < RANKS.index(EDITION):
        raise Refusal("NOT_SUPPORTED", "custom modules are not supported in this edition")


def _made(cabinet: Cabinet, call: Call, change: Row, row: Row, path: str) -> Module:
    label = _display_label(row, path)
    related = tuple(
        RelatedList(id=cabinet.new_id(), api_name=name, name=name, module=name, field="Parent_Id")
        for name in ("Notes", "Attachments")
    )
    module = Module(
        id=cabinet.new_id(),
        name_field="Name",
        generated_type="custom",
        edition=EDITION,
        related=related,
        sequence_number=len(cabinet.modules) + 1,
        layout_id=cabinet.new_id(),
        view_id=cabinet.new_id(),
        modified_time=cabinet.now(),
        modified_by=call.user,
        **change,
    )
    cabinet.kept_modules.put(module)
    for name, field in FIELDS[MODEL].items():
        if name not in OWN:
            own: Row = {"id": cabinet.new_id(), "module": module.api_name, "created_time": cabinet.now()}
            own |= {"field_label": label} if name == "Name" else {}
            cabinet.custom_fields.put(field.model_copy(update=own))
    return module


def _display_label(row: Row, path: str) -> str:
    """The label of the field that names the records: texts only, no running numbers."""
    given = row.get("display_field") or {}
    if not isinstance(given, dict) or given.get("data_type", "text") != "text":
        raise wrong("data_type", f"{path}.display_field", supported_values=["text"])
    label = given.get("field_label") or given.get("display_label") or f"{row['singular_label']} Name"
    if not isinstance(label, str) or len(label) > 50:
        raise wrong("field_label", f"{path}.display_field", maximum_length=50)
    return label


def _change(cabinet: Cabinet, row: Row, path: str, own: str) -> Row:
    """What a body says of a module's labels, description and profiles."""
    change: Row = {}
    for key, name in (("singular_label", "singular"), ("plural_label", "plural")):
        if key in row:
            change[name] = _label(cabinet, row, key, path, own)
    if "description" in row:
        if not isinstance(row["description"], str | None) or len(row["description"] or "") > 255:
            raise wrong("description", path, maximum_length=255)
        change["description"] = row["description"]
    if "profiles" in row:
        change["profiles"] = _profiles(cabinet, row, path)
    return change


def _label(cabinet: Cabinet, row: Row, key: str, path: str, own: str) -> str:
    label = row[key]
    if not isinstance(label, str) or not LABEL.fullmatch(label) or len(label) > LONGEST:
        raise wrong(key, path, maximum_length=LONGEST)
    for other in cabinet.modules.values():
        held = other.plural if key == "plural_label" else other.singular
        if folded(held) == folded(label) and other.id != own:
            raise wrong(key, path)
    return label


def _profiles(cabinet: Cabinet, row: Row, path: str) -> tuple[str, ...]:
    given = row["profiles"]
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise wrong("profiles", path, expected_data_type="jsonarray")
    known = {held.id for held in profiles.held(cabinet)}
    for place, part in enumerate(given):
        if str(part.get("id")) not in known:
            raise wrong("id", f"{path}.profiles[{place}]")
    left = tuple(str(part["id"]) for part in given if not part.get("_delete"))
    if not left:
        raise wrong("profiles", path)
    return left


def put(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/modules: a custom module that carries its id or API name."""
    _check_edition(cabinet)

    def act(row: Row, path: str) -> Row:
        if not (row.get("id") or row.get("api_name")):
            raise missing("id", path)
        held = _found(cabinet, row.get("id") or row["api_name"])
        if held is None or held.generated_type != "custom":
            raise wrong("id" if row.get("id") else "api_name", path)
        return _kept(cabinet, call, held, row, path)

    return each("modules", call.rows("modules"), act)


def put_one(cabinet: Cabinet, call: Call) -> Reply:
    """PUT /settings/modules/{api name or id}: labels, description and profiles of a custom module."""
    _check_edition(cabinet)
    held, rows = _found(cabinet, call.ids[0]), call.rows("modules", most=1)
    if held is None:
        raise invalid_module(call.ids[0])
    if held.generated_type != "custom":
        raise Refusal("NOT_SUPPORTED", "only custom modules can be updated", {"resource_path_index": 2})
    return each("modules", rows, lambda row, path: _kept(cabinet, call, held, row, path))


def _found(cabinet: Cabinet, key: object) -> Module | None:
    return next((held for held in cabinet.modules.values() if key in (held.id, held.api_name)), None)


def _kept(cabinet: Cabinet, call: Call, held: Module, row: Row, path: str) -> Row:
    if row.get("api_name") not in (None, held.api_name):
        raise wrong("api_name", path)
    stamps = {"modified_time": cabinet.now(), "modified_by": call.user}
    cabinet.kept_modules.put(held.model_copy(update=_change(cabinet, row, path, held.id) | stamps))
    return success("module updated", {"id": held.id})


ROUTES = (
    Route("POST", "v8/settings/modules", post, f"{SCOPE}.CREATE", CREDITS),
    Route("PUT", "v8/settings/modules", put, f"{SCOPE}.UPDATE"),
    Route("PUT", "v8/settings/modules/*", put_one, f"{SCOPE}.UPDATE"),
)
