"""What a record's refusal means and what a person does about it, in words for a dead letter (F59)."""

import re
from collections.abc import Mapping
from copy import copy
from typing import Final

from ledgerferry.model.outcome import CallError, InDoubt, Refused, Stale
from ledgerferry.model.plan import Operation
from ledgerferry.systems.crm.declaration import MODULES
from ledgerferry.systems.crm.errors import Taken

# The place within the batch says nothing to a person; the field does.
_PLACE: Final = re.compile(r"\$\.data\[\d+\]\.?")
_AGAIN: Final = "then `ferry dead retry` it"
_REMEDIES: Final[Mapping[str, str]] = {
    "MANDATORY_NOT_FOUND": "a layout asks for this field: give it a default, or make it optional under "
    "Setup, Modules and Fields, {module}, Layouts, {again}",
    "INVALID_DATA": "correct it in the workbook and migrate again; a value that a picklist lacks is added "
    "under Setup, Modules and Fields, {module}, {again}",
    "DEPENDENT_FIELD_MISSING": "take the dependency out of the layout of {module}, {again}",
    "EXPECTED_FIELD_MISSING": "take the rule out of the layout of {module}, {again}",
    "RECORD_LOCKED": "unlock it in CRM, {again}",
    "RECORD_IN_BLUEPRINT": "a blueprint sets this field: take the record out of it or finish it, {again}",
    "NOT_APPROVED": "approve or reject it in CRM, {again}",
    "NO_PERMISSION": "allow {module} in the user's profile, {again}",
    "LIMIT_EXCEEDED": "CRM's own limit of records or of storage is reached: free some, {again}",
}


def explained(error: CallError, operation: Operation) -> CallError:
    """The same error about one operation, with what to do; another's unique value is a plain refusal.

    Our own key is never refused as taken: an upsert by it meets its own record.
    """
    module = MODULES.get(operation.kind, "Deals")
    why = _PLACE.sub("", error.why)
    if isinstance(error, Taken):
        why = _taken(error, module, why)
        return Refused(
            why, system=error.system, subject=operation.key, request=error.request, code=error.code
        )
    if not isinstance(error, Refused | Stale | InDoubt):
        return error
    told = copy(error)
    told.subject = operation.key
    remedy = _REMEDIES.get(error.code) if isinstance(error, Refused) else None
    told.why = f"{why}: {remedy.format(module=module, again=_AGAIN)}" if remedy else why
    return told


def _taken(error: Taken, module: str, why: str) -> str:
    holder = f"the record {error.record} of {module}" if error.record else f"another record of {module}"
    return (
        f"{why}, by {holder}: if it is the same one, give both the same name and e-mail and migrate again, "
        f"which adopts it; else change or empty that field in one of them, {_AGAIN}"
    )
