"""The tags of a module: kept by themselves, and by name in the records that bear them."""

from ledgerferry_sandbox.crm.cabinet import Cabinet, folded
from ledgerferry_sandbox.crm.models import Change, Record, Tag
from ledgerferry_sandbox.exchange import Row


def listen(cabinet: Cabinet) -> None:
    """Lets a name that a record is given become a tag of its module."""
    cabinet.listeners.append(lambda change: _heard(cabinet, change))


def _heard(cabinet: Cabinet, change: Change) -> None:
    names = change.fields.get("Tag", (None, None))[1] if change.operation != "delete" else None
    record = cabinet.get(change.module, change.id) if names else None
    if record:
        _keep_names(cabinet, record)


def gather(cabinet: Cabinet) -> None:
    """Makes tags of all the names that records bear, after records were loaded without their tags."""
    for name in cabinet.modules:
        for record in cabinet.records(name) if cabinet.has_records(name) else ():
            _keep_names(cabinet, record)


def _keep_names(cabinet: Cabinet, record: Record) -> None:
    for name in record.values.get("Tag", []):
        if named(cabinet, record.module, name) is None:
            made(cabinet, record.module, name, str(record.get("Modified_By") or ""))


def named(cabinet: Cabinet, module: str, name: str) -> Tag | None:
    """The tag of this name, if the module has it."""
    return next(iter(cabinet.tags.find("name", f"{module}={folded(name)}")), None)


def made(cabinet: Cabinet, module: str, name: str, user: str, color: str | None = None) -> Tag:
    """A new tag."""
    now = cabinet.now()
    return cabinet.tags.put(
        Tag(
            id=cabinet.new_id(),
            module=module,
            name=name,
            color_code=color,
            created_time=now,
            modified_time=now,
            created_by=user,
            modified_by=user,
        )
    )


def bearers(cabinet: Cabinet, tag: Tag) -> list[Record]:
    """The records that bear a tag."""
    return [record for record in cabinet.records(tag.module) if tag.name in record.values.get("Tag", [])]


def rename(cabinet: Cabinet, tag: Tag, name: str | None) -> None:
    """Lets the records bear another name in a tag's place, or none; they do not count as changed."""
    for record in bearers(cabinet, tag):
        names = [name if held == tag.name else held for held in record.values["Tag"]]
        kept = list(dict.fromkeys(held for held in names if held is not None))
        values = {key: held for key, held in record.values.items() if key != "Tag"}
        values |= {"Tag": kept} if kept else {}
        cabinet.update(record.model_copy(update={"values": values}), triggered=False, silent=True)


def short(cabinet: Cabinet, module: str, name: str) -> Row:
    """A tag as the records that bear it show it."""
    tag = named(cabinet, module, name)
    return {"name": name, "id": tag.id if tag else None, "color_code": tag.color_code if tag else None}
