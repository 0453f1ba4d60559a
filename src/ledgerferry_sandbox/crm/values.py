"""What a field takes: a given value as it is stored, or the refusal of F59."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal, invalid
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.exchange import Row

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
PHONE = re.compile(r"[\d\s()+.\-/x#*;,]*", re.IGNORECASE)
JSON_TYPES = {
    "boolean": "boolean",
    "integer": "integer",
    "bigint": "long",
    "long": "long",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "date": "date",
    "datetime": "datetime",
    "lookup": "jsonobject",
    "ownerlookup": "jsonobject",
    "userlookup": "jsonobject",
    "multiselectpicklist": "jsonarray",
    "fileupload": "jsonarray",
    "subform": "jsonarray",
}


def json_type(data_type: str) -> str:
    """The type of a field's values as refusals call it."""
    return JSON_TYPES.get(data_type, "text")


class Reader:
    """Reads the values of one call; `path` is where the record stands, as in $.data[0]."""

    def __init__(self, cabinet: Cabinet, path: str) -> None:
        self._cabinet = cabinet
        self._path = path
        self._readers: dict[str, Callable[[Field, Any], Any]] = {
            "boolean": self._boolean,
            "date": self._date,
            "datetime": self._moment,
            "lookup": self._lookup,
            "ownerlookup": self._person,
            "userlookup": self._person,
            "picklist": self._picked,
            "multiselectpicklist": self._several,
            "fileupload": self._files,
            "email": self._email,
            "phone": self._phone,
            "linetax": lambda field, given: given if isinstance(given, list) else None,
        }

    def read(self, field: Field, given: object) -> Any:  # noqa: ANN401 - a value of any type
        """The value as it is stored; null and an empty text are no value."""
        if given is None or given == "":
            return None
        if field.number:
            return self._number(field, given)
        return self._readers.get(field.data_type, self._text)(field, given)

    def refusal(self, field: Field, code: str, message: str, **details: object) -> Refusal:
        """A refusal that names the field and its place in the body."""
        row: Row = {"api_name": field.api_name, "json_path": f"{self._path}.{field.api_name}", **details}
        return Refusal(code, message, row)

    def wrong(self, field: Field) -> Refusal:
        """INVALID_DATA: not a value of the field's type."""
        return self.refusal(
            field, "INVALID_DATA", "invalid data", expected_data_type=json_type(field.data_type)
        )

    def _fitting(self, field: Field, text: str) -> str:
        if len(text) > field.length:
            raise self.refusal(field, "INVALID_DATA", "invalid data", maximum_length=field.length)
        return text

    def _text(self, field: Field, given: object) -> str | None:
        if not isinstance(given, str):
            raise self.wrong(field)
        return self._fitting(field, given.strip()) or None

    def _email(self, field: Field, given: object) -> str | None:
        text = self._text(field, given)
        if text and not EMAIL.fullmatch(text):
            raise self.refusal(field, "INVALID_DATA", "invalid data", expected_data_type="email")
        return text

    def _phone(self, field: Field, given: object) -> str | None:
        text = self._text(field, given)
        if text and not PHONE.fullmatch(text):
            raise self.refusal(field, "INVALID_DATA", "invalid data", expected_data_type="phone")
        return text

    def _boolean(self, field: Field, given: object) -> bool:
        if not isinstance(given, bool):
            raise self.wrong(field)
        return given

    def _number(self, field: Field, given: object) -> int | float:
        whole = field.data_type in ("integer", "bigint", "long")
        try:
            amount = None if isinstance(given, bool) else Decimal(str(given))
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite() or (whole and amount != amount.to_integral_value()):
            raise self.wrong(field)
        if len(str(abs(int(amount)))) > field.length:
            raise self.refusal(field, "INVALID_DATA", "invalid data", maximum_length=field.length)
        if whole:
            return int(amount)
        rounded = round(amount, 2 if field.decimal_place is None else field.decimal_place)
        return number(rounded)

    def _date(self, field: Field, given: object) -> str:
        try:
            held = date.fromisoformat(str(given))
        except ValueError:
            raise self.wrong(field) from None
        if len(str(given)) != 10:
            raise self.wrong(field)
        return held.isoformat()

    def _moment(self, field: Field, given: object) -> str:
        try:
            held = datetime.fromisoformat(str(given))
        except ValueError:
            raise self.wrong(field) from None
        if "T" not in str(given):
            raise self.wrong(field)
        zone = self._cabinet.desk.zone
        return (
            (held if held.tzinfo else held.replace(tzinfo=zone))
            .astimezone(zone)
            .isoformat(timespec="seconds")
        )

    def _identity(self, field: Field, given: object) -> str:
        if isinstance(given, dict) and "id" not in given:
            place = {"api_name": "id", "json_path": f"{self._path}.{field.api_name}.id"}
            details: Row = {"expected_fields": [place]}
            raise Refusal("EXPECTED_FIELD_MISSING", "expected field is missing", details)
        number = given["id"] if isinstance(given, dict) else given
        if isinstance(number, bool) or not isinstance(number, str | int):
            raise self.wrong(field)
        return str(number)

    def _lookup(self, field: Field, given: object) -> str:
        cabinet = self._cabinet
        if isinstance(given, dict) and "id" not in given and isinstance(given.get("name"), str):
            held = self._named(field, given["name"])
        else:
            number = self._identity(field, given)
            held = cabinet.get(field.lookup, number) if field.lookup else cabinet.anywhere(number)
        if held is None:
            raise self.refusal(
                field, "INVALID_DATA", "the id given seems to be invalid", expected_data_type="bigint"
            )
        return held.id

    def _named(self, field: Field, name: str) -> Record | None:
        module = self._cabinet.modules.get(field.lookup)
        if module is None or module.name_field not in self._cabinet.indexed(module.api_name):
            raise self.wrong(field)
        return next(iter(self._cabinet.find(module.api_name, module.name_field, name)), None)

    def _person(self, field: Field, given: object) -> str:
        users = self._cabinet.users
        if isinstance(given, dict) and "id" not in given and isinstance(given.get("email"), str):
            known = users.find("email", given["email"].strip().casefold())
            number = known[0].id if known else ""
        else:
            number = self._identity(field, given)
        if users.get(number) is None:
            raise self.refusal(
                field, "INVALID_DATA", "the id given seems to be invalid", expected_data_type="bigint"
            )
        return number

    def _picked(self, field: Field, given: object) -> str:
        if not isinstance(given, str):
            raise self.wrong(field)
        text = self._fitting(field, given)
        for choice in field.choices:
            if text in (choice.display_value, choice.actual_value):
                return choice.actual_value
        if field.api_name in CLOSED or self._cabinet.switches.at("crm.picklists") == "closed":
            names = [choice.display_value for choice in field.choices]
            raise self.refusal(field, "INVALID_DATA", "invalid data", supported_values=names)
        return text

    def _several(self, field: Field, given: object) -> list[str]:
        if not isinstance(given, list):
            raise self.wrong(field)
        return [self._picked(field, each) for each in given]

    def _files(self, field: Field, given: object) -> list[Row]:
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            raise self.wrong(field)
        rows = []
        for each in given:
            number = str(each.get("File_Id__s") or each.get("file_id") or each.get("id") or "")
            held = self._cabinet.files.get(number)
            if held is None:
                raise self.wrong(field)
            rows.append(
                {
                    "id": held.id,
                    "File_Id__s": held.id,
                    "File_Name__s": held.file_name,
                    "Size__s": str(held.size),
                }
            )
        return rows


CLOSED = frozenset({"Stage", "Pipeline", "Currency", "Call_Type"})
"""Picklists that never take anything but their values."""


def number(amount: Decimal) -> int | float:
    """A number as JSON writes it; exact for all that fifteen digits hold."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def moment(text: str) -> datetime:
    """A moment in a header or a parameter; one without an offset is UTC."""
    try:
        held = datetime.fromisoformat(text.strip().strip('"'))
    except ValueError:
        raise invalid({}, "invalid date and time") from None
    return held if held.tzinfo else held.replace(tzinfo=UTC)
