"""Making, changing and matching records: the rules behind insert, update and upsert (F57 to F66)."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ledgerferry_sandbox.crm import layouts, lines, pipelines
from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Field, Record
from ledgerferry_sandbox.crm.values import Reader, moment, number
from ledgerferry_sandbox.exchange import Row

NUMBERED = {"Quotes": "Quote_Number", "Sales_Orders": "SO_Number", "Invoices": "Invoice_Number"}
KEPT_OUT = frozenset({"Full_Name", "Layout", "Record_Image"})


@dataclass(frozen=True, slots=True)
class Writing:
    """How one call writes: by whom, whether workflows run, unless changed since, and its external fields.

    `externals` are the external fields by module that the call's X-EXTERNAL names (F64).
    """

    cabinet: Cabinet
    user: str
    triggered: bool = True
    unless_since: datetime | None = None
    externals: dict[str, str] = field(default_factory=dict)

    def insert(self, module: str, row: Row, path: str) -> Record:
        """Makes a record."""
        return self._made(module, self._defaults(module) | self._read(module, row, path, {}), path)

    def copy(self, record: Record, path: str) -> Record:
        """Makes a record with the values of another; what CRM works out or gives itself is its own."""
        fields = self.cabinet.fields(record.module)
        own = {name for name, known in fields.items() if known.read_only} - {"Tag", "Layout"}
        kept = (set(fields) | {"$line_tax"}) - own
        values = {name: value for name, value in record.values.items() if name in kept}
        for name, value in values.items():
            if name in fields and fields[name].data_type == "subform":
                values[name] = [row | {"id": self.cabinet.new_id()} for row in value]
        return self._made(record.module, values, path)

    def _made(self, module: str, values: Row, path: str) -> Record:
        cabinet = self.cabinet
        self._check_mandatory(module, values, path)
        record = Record.model_construct(id=cabinet.new_id(), module=module, values=values)
        self._check_unique(record, path)
        now = cabinet.now()
        own: Row = {
            "Created_By": self.user,
            "Modified_By": self.user,
            "Created_Time": now,
            "Modified_Time": now,
        }
        if module in NUMBERED:
            own[NUMBERED[module]] = int(record.id)
        values = _worked_out(cabinet, module, {"Owner": self.user, **values, **own})
        made = record.model_copy(update={"values": values})
        return cabinet.insert(made, triggered=self.triggered)

    def update(self, record: Record, row: Row, path: str) -> Record:
        """Changes a record; what is not named stays, what is null is emptied."""
        cabinet = self.cabinet
        changed = moment(str(record.get("Modified_Time")))
        if self.unless_since and changed > self.unless_since:
            raise Refusal("ALREADY_MODIFIED", "the record has been modified since", {"id": record.id}, 412)
        given = self._read(record.module, row, path, record.values)
        check_writable(record, given)
        values = {name: value for name, value in (record.values | given).items() if value is not None}
        self._check_mandatory(record.module, values, path, given)
        kept = record.model_copy(update={"values": values})
        self._check_unique(kept, path)
        stamps = {"Modified_By": self.user, "Modified_Time": cabinet.now()}
        values = _worked_out(cabinet, record.module, values | stamps, given)
        return cabinet.update(kept.model_copy(update={"values": values}), triggered=self.triggered)

    def match(self, module: str, row: Row, checks: list[str]) -> tuple[Record, str] | None:
        """The record that an upsert meets, and the field by which it does (F63)."""
        cabinet, found = self.cabinet, []
        for name in checks:
            value = row.get(name)
            if value not in (None, ""):
                held = sorted(
                    cabinet.find(module, name, _plain(value)), key=lambda kept: (len(kept.id), kept.id)
                )
                found += [(held[0], name)] if held else []
        if not found:
            return None
        if cabinet.switches.at("crm.match_order") == "given":
            return found[0]
        return min(found, key=lambda each: (len(each[0].id), each[0].id))

    def _defaults(self, module: str) -> Row:
        fields = self.cabinet.fields(module).values()
        first = {each.api_name: each.default for each in fields if each.default}
        return {**first, "Currency": self.cabinet.organization.currency} if "Currency" in first else first

    def _read(self, module: str, row: Row, path: str, held: Row) -> Row:
        cabinet, reader, values = self.cabinet, Reader(self.cabinet, path), dict[str, Any]()
        if row.get("What_Id") and "$se_module" not in row and not held.get("What_Id"):
            dependee = {"api_name": "What_Id", "json_path": f"{path}.What_Id"}
            details: Row = {"dependee": dependee, "api_name": "$se_module", "json_path": f"{path}.$se_module"}
            raise Refusal("DEPENDENT_FIELD_MISSING", "dependent field missing", details)
        for name, known in cabinet.fields(module).items():
            if name not in row or name in KEPT_OUT or (known.read_only and name != "Tag"):
                continue
            if name == "Tag":
                values[name] = _tags(row[name])
            elif known.data_type == "subform":
                values[name] = lines.read(cabinet, known, row[name], held.get(name, []), path)
            else:
                values[name] = reader.read(known, self._resolved(known, row[name]))
        if row.get("Layout") and "Layout" in cabinet.fields(module):
            values["Layout"] = self._layout(module, row["Layout"], path)
        if isinstance(row.get("$line_tax"), list) and "Sub_Total" in cabinet.fields(module):
            values["$line_tax"] = row["$line_tax"]
        if not held:
            values = {name: value for name, value in values.items() if value is not None}
        return values

    def _layout(self, module: str, given: object, path: str) -> str | None:
        """The id of an active layout that a body names, nothing for the vendor's."""
        number = given.get("id") if isinstance(given, dict) else given
        held = layouts.held(self.cabinet, module)
        if not any(each.id == number and each.active for each in held):
            known = self.cabinet.fields(module)["Layout"]
            raise Reader(self.cabinet, path).refusal(
                known, "INVALID_DATA", "the id given seems to be invalid"
            )
        return None if number == held[0].id else str(number)

    def _resolved(self, known: Field, given: object) -> object:
        external = self.externals.get(known.lookup) if known.data_type == "lookup" else None
        if external and isinstance(given, dict) and external in given:
            held = self.cabinet.find(known.lookup, external, given[external])
            return {"id": held[0].id if held else "0"}
        return given

    def _check_mandatory(self, module: str, values: Row, path: str, given: Row | None = None) -> None:
        cabinet = self.cabinet
        at = cabinet.switches.at("crm.mandatory")
        layout = layouts.layout(cabinet, module, values.get("Layout"))
        more = set[str]() if at == "system" else set(layouts.required(layout))
        if module == "Deals":
            more |= {"Closing_Date"} if at == "with_closing_date" else set()
            more |= {"Pipeline"} if cabinet.switches.at("crm.pipelines") == "on" else set()
        for name, known in cabinet.fields(module).items():
            needed = known.system_mandatory or name in more
            if needed and values.get(name) in (None, []) and (given is None or name in given):
                raise Reader(cabinet, path).refusal(known, "MANDATORY_NOT_FOUND", "required field not found")
        if module == "Deals":
            self._check_stage(values, path)

    def _check_stage(self, values: Row, path: str) -> None:
        held = next(
            (each for each in pipelines.pipelines(self.cabinet) if each.name == values.get("Pipeline")), None
        )
        if held and values.get("Stage") not in {stage.actual_value for stage in held.stages}:
            known = self.cabinet.fields("Deals")["Stage"]
            names = [stage.display_value for stage in held.stages]
            reader = Reader(self.cabinet, path)
            raise reader.refusal(known, "INVALID_DATA", "invalid data", supported_values=names)

    def _check_unique(self, record: Record, path: str) -> None:
        cabinet = self.cabinet
        for name, known in cabinet.fields(record.module).items():
            if not (known.unique or known.external) or name not in record.values:
                continue
            value = record.values[name]
            for other in cabinet.find(record.module, name, value):
                same = not known.case_sensitive or other.get(name) == value
                if other.id != record.id and same:
                    raise _duplicate(cabinet, known, other, path)


def check_writable(record: Record, given: Row | None = None) -> None:
    """Refuses a change (or, without values, a deletion) of a record that is locked, waits or is led (F59)."""
    details: Row = {"id": record.id}
    if record.get("Locked__s"):
        raise Refusal("RECORD_LOCKED", "record is locked", details)
    if record.get("$approval_state") not in (None, "approved"):
        raise Refusal("NOT_APPROVED", "the record is not approved", details)
    if record.get("$process_flow") and "Stage" in (given or {}):
        raise Refusal("RECORD_IN_BLUEPRINT", "The record is in blue print", details)


def _duplicate(cabinet: Cabinet, known: Field, other: Record, path: str) -> Refusal:
    details: Row = {"id": other.id}
    if cabinet.switches.at("crm.duplicate_key") == "duplicate_record":
        details = {"duplicate_record": {"id": other.id, "module": {"api_name": other.module}}}
    return Reader(cabinet, path).refusal(known, "DUPLICATE_DATA", "duplicate data", **details)


def _plain(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value


def _tags(given: object) -> list[str] | None:
    rows = given if isinstance(given, list) else []
    names = [each.get("name") if isinstance(each, dict) else each for each in rows]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name)) or None


def _worked_out(cabinet: Cabinet, module: str, values: Row, given: Row | None = None) -> Row:
    values = {name: value for name, value in values.items() if value is not None}
    if "Last_Name" in values:
        parts = (values.get("First_Name"), values.get("Last_Name"))
        values["Full_Name"] = " ".join(part for part in parts if part)
    if module == "Deals":
        values |= _expected(cabinet, values, given)
    form = lines.subform(cabinet.fields(module))
    if form:
        values |= lines.total(values, values.get(form.api_name, []))
    return values


def _expected(cabinet: Cabinet, values: Row, given: Row | None) -> Row:
    stages = {stage.actual_value: stage.probability for stage in cabinet.fields("Deals")["Stage"].choices}
    chosen = "Probability" in values if given is None else "Probability" in given or "Stage" not in given
    chance = values.get("Probability") if chosen else stages.get(str(values.get("Stage")))
    if chance is None:
        return {}
    revenue = lines.amount(values.get("Amount")) * Decimal(chance) / 100
    return {"Probability": chance, "Expected_Revenue": number(round(revenue, 2))}
