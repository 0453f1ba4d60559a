"""The lines of quotes, orders and invoices, and what they add up to."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Field
from ledgerferry_sandbox.crm.values import Reader, number
from ledgerferry_sandbox.exchange import Row

CENT = Decimal("0.01")


def subform(module_fields: dict[str, Field]) -> Field | None:
    """The field of a module that holds its lines."""
    return next((field for field in module_fields.values() if field.data_type == "subform"), None)


def read(cabinet: Cabinet, field: Field, given: object, held: Iterable[Row], path: str) -> list[Row]:
    """The lines of a body as they are stored; a line with an `id` changes the one that is held.

    One with `_delete` takes it away, and lines that are not named go or stay as a switch says.
    """
    reader = Reader(cabinet, path)
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise reader.wrong(field)
    former = {row["id"]: row for row in held}
    keep = cabinet.switches.at("crm.subform_update") == "append"
    lines: dict[str, Row] = dict(former) if keep else {}
    for place, row in enumerate(given):
        name = str(row.get("id") or cabinet.new_id())
        if "id" in row and name not in former:
            raise reader.refusal(field, "INVALID_DATA", "the id given seems to be invalid")
        if "_delete" in row:
            lines.pop(name, None)
            continue
        where = f"{path}.{field.api_name}[{place}]"
        lines[name] = _line(cabinet, field, row, former.get(name, {}), where) | {"id": name}
    return list(lines.values())


def _line(cabinet: Cabinet, field: Field, row: Row, former: Row, path: str) -> Row:
    reader = Reader(cabinet, path)
    line = dict(former)
    for name, part in cabinet.fields(field.subform).items():
        if name not in row or part.read_only:
            continue
        given = row[name]
        if name == "Discount":
            line[name] = given if _percent(given) is not None else reader.read(part, given)
        else:
            line[name] = reader.read(part, given)
    for name, part in cabinet.fields(field.subform).items():
        if part.system_mandatory and line.get(name) is None:
            raise reader.refusal(part, "MANDATORY_NOT_FOUND", "required field not found")
    return _counted(cabinet, {name: value for name, value in line.items() if value is not None})


def _percent(given: object) -> Decimal | None:
    if not isinstance(given, str) or not given.strip().endswith("%"):
        return None
    try:
        return Decimal(given.strip()[:-1])
    except InvalidOperation:
        return None


def amount(held: object) -> Decimal:
    """A stored number; nothing counts as nought."""
    return Decimal(str(held)) if isinstance(held, int | float) else Decimal(0)


def _counted(cabinet: Cabinet, line: Row) -> Row:
    if "List_Price" not in line:
        product = cabinet.get("Products", str(line.get("Product_Name", "")))
        line["List_Price"] = product.get("Unit_Price") if product and product.get("Unit_Price") else 0
    total = (amount(line.get("Quantity")) * amount(line["List_Price"])).quantize(CENT)
    percent = _percent(line.get("Discount"))
    discount = amount(line.get("Discount")) if percent is None else (total * percent / 100).quantize(CENT)
    after = total - discount
    taxes = line.get("Line_Tax") or []
    rates = sum((amount(tax.get("percentage")) for tax in taxes if isinstance(tax, dict)), Decimal(0))
    tax = (after * rates / 100).quantize(CENT)
    sums = {"Total": total, "Total_After_Discount": after, "Tax": tax, "Net_Total": after + tax}
    return line | {"Discount": line.get("Discount", 0)} | {name: number(part) for name, part in sums.items()}


def total(values: Row, lines: list[Row]) -> Row:
    """Sub-total, tax and grand total of a document with these lines."""
    net = sum((amount(line.get("Net_Total")) for line in lines), Decimal(0))
    rest = amount(values.get("Adjustment")) - amount(values.get("Discount"))
    taxes = sum((amount(tax.get("value")) for tax in values.get("$line_tax", [])), Decimal(0))
    return {"Sub_Total": number(net), "Tax": number(taxes), "Grand_Total": number(net + taxes + rest)}
