"""Changes that a person makes in CRM: by its screens, or by force (INTERFACE, `POST edit`)."""

from ledgerferry_sandbox.crm import showing, state
from ledgerferry_sandbox.crm.bulk import jobs, read_calls
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Layout, Record, User
from ledgerferry_sandbox.crm.settings import field_calls
from ledgerferry_sandbox.crm.writing import Writing
from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.rooms import Edit, EditRefused


def edit(cabinet: Cabinet, change: Edit) -> Row:
    """Makes the change and returns the record, or of a deleted one its id."""
    if change.kind == jobs.READS and change.fields.get("state") == "FAILURE":
        return _failed(cabinet, change)
    if change.kind == "users":
        return _user(cabinet, change)
    if change.kind == "fields" and change.id is None:
        return _field(cabinet, change)
    if change.kind == "layouts":
        return _layout(cabinet, change)
    if change.kind not in state.record_modules(cabinet):
        raise EditRefused(f"crm has no kind {change.kind!r}")
    held = cabinet.get(change.kind, change.id or "")
    if change.id is not None and held is None:
        raise EditRefused("there is no such record")
    user = next(iter(cabinet.users)).id
    if change.delete:
        if held is None:
            raise EditRefused("there is no such record")
        cabinet.delete(held, user, permanent=change.force)
        return {"id": held.id, "deleted": True}
    try:
        record = _forced(cabinet, held, change) if change.force else _made(cabinet, user, held, change)
    except Refusal as refusal:
        raise EditRefused(f"{refusal.code}: {refusal.message} {refusal.details}") from None
    return showing.record(cabinet, record)


def _failed(cabinet: Cabinet, change: Edit) -> Row:
    """A bulk reading that comes to nothing (F73)."""
    try:
        return read_calls.fail(cabinet, change.id or "")
    except Refusal as refusal:
        raise EditRefused(refusal.message) from None


def _made(cabinet: Cabinet, user: str, held: Record | None, change: Edit) -> Record:
    how = Writing(cabinet, user)
    if held is None:
        return how.insert(change.kind, change.fields, "$")
    return how.update(held, change.fields, "$")


def _forced(cabinet: Cabinet, held: Record | None, change: Edit) -> Record:
    if held is None:
        raise EditRefused("only a record that exists can be forced")
    values = state.stored(cabinet, held.module, {"id": held.id, **change.fields})["values"]
    stamp = {} if change.silent else {"Modified_Time": cabinet.now()}
    kept = held.model_copy(update={"values": {**held.values, **values, **stamp}})
    return cabinet.update(kept, silent=change.silent)


def _field(cabinet: Cabinet, change: Edit) -> Row:
    module = str(change.fields.get("module", ""))
    if not cabinet.has(module):
        raise EditRefused("a field has a module, a field_label and a data_type")
    try:
        kept = cabinet.custom_fields.put(field_calls.made(cabinet, module, change.fields, "$"))
    except Refusal as refusal:
        raise EditRefused(f"{refusal.code}: {refusal.details}") from None
    return kept.model_dump(mode="json")


def _user(cabinet: Cabinet, change: Edit) -> Row:
    held = cabinet.users.get(change.id or "")
    if change.delete and held:
        cabinet.users.put(held.model_copy(update={"status": "deleted"}))
        return {"id": held.id, "deleted": True}
    former = held.model_dump() if held else {"id": cabinet.new_id(), "first_name": ""}
    return cabinet.users.put(User.model_validate(former | change.fields)).model_dump()


def _layout(cabinet: Cabinet, change: Edit) -> Row:
    """A layout made or renamed: CRM's API has no call that makes one."""
    held = cabinet.layouts.get(change.id or "")
    if change.delete:
        raise EditRefused("a layout is deleted by its own call, which says where its records go")
    module, name = (change.fields.get(key, getattr(held, key, None)) for key in ("module", "name"))
    if not isinstance(name, str) or not name or not cabinet.has(str(module)):
        raise EditRefused("a layout has a module and a name")
    former = held.model_dump() if held else {"id": cabinet.new_id(), "created_time": cabinet.now()}
    kept = Layout.model_validate(former | {"module": str(module), "name": name})
    return cabinet.layouts.put(kept).model_dump()
