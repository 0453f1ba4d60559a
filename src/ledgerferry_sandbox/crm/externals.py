"""Records addressed by the values of external fields (F64)."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call
from ledgerferry_sandbox.crm.errors import Refusal, invalid_id
from ledgerferry_sandbox.crm.models import Record


def named(cabinet: Cabinet, call: Call, module: str) -> dict[str, str]:
    """The external fields by module that the call's X-EXTERNAL names; a field that is none is refused."""
    found: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in call.header("x-external").split(","))):
        first, _, name = part.rpartition(".")
        bare = cabinet.switches.at("crm.external_header") == "bare"
        owner = module if bare else first.partition(".")[0]
        field = cabinet.fields(owner).get(name) if owner in cabinet.modules and bare == (not first) else None
        if field is None or not field.external:
            details = {"header": "X-EXTERNAL", "value": part}
            raise Refusal("INVALID_DATA", "the external field given seems to be invalid", details)
        found[owner] = name
    return found


def record(cabinet: Cabinet, call: Call, module: str, key: str) -> Record:
    """The record that a path names, by its id or by its value of the external field."""
    name = named(cabinet, call, module).get(module)
    if name is None:
        return cabinet.there(module, key)
    held = cabinet.find(module, name, key)
    if not held:
        raise invalid_id()
    return held[0]
