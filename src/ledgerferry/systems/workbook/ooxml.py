"""One pass over the parts of an .xlsx or .xlsm: values, formulas, number formats, merges, what is hidden."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO

from lxml import etree

from ledgerferry.systems.workbook.formula import round_15, shifted
from ledgerferry.systems.workbook.grid import Area, Book, Cell, How, Sheet, Value, address
from ledgerferry.systems.workbook.guards import Limits, Refused

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# ECMA-376 part 1, 18.8.30: number formats that files name by id only.
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
}
_DATE_IDS = (*range(27, 37), *range(50, 59))
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def is_date(code: str) -> bool:
    """Whether a number format shows a date (a day, month or year; a mere time of day is none)."""
    bare = _NOT_CODE.sub("", code).casefold().split(";")[0]
    if "general" in bare:
        return False
    return (
        "y" in bare
        or "d" in bare
        or ("m" in bare and "h" not in bare and "s" not in bare and "0" not in bare)
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    archive: zipfile.ZipFile
    strings: list[str]
    formats: list[str]
    epoch: date
    limits: Limits


def read(path: Path, limits: Limits) -> Book:
    """The workbook. Raises ``Refused`` when a part is missing or malformed, or there are too many cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, limits)
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        EOFError,
        ValueError,
        IndexError,
        InvalidOperation,
    ) as error:
        raise Refused(
            "corrupt", "the workbook is damaged: open it in a spreadsheet program and save it again"
        ) from error


def _read(archive: zipfile.ZipFile, limits: Limits) -> Book:
    root = _tree(archive, "xl/workbook.xml")
    properties = root.find("{*}workbookPr")
    old = properties is not None and properties.get("date1904") in ("1", "true")
    epoch = date(1904, 1, 1) if old else date(1899, 12, 30)
    parts = _Parts(archive, _strings(archive), _formats(archive), epoch, limits)
    targets = _targets(archive)
    sheets: list[Sheet] = []
    room = limits.cells
    for entry in root.iterfind("{*}sheets/{*}sheet"):
        target = targets.get(entry.get(_RELATION) or entry.get(_STRICT) or "")
        if target is None or "worksheets" not in target:
            continue
        sheet = Sheet(entry.get("name") or "", hidden=entry.get("state") in ("hidden", "veryHidden"))
        room -= _fill(sheet, parts, target, room)
        sheets.append(sheet)
    return Book(sheets)


def _tree(archive: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(
        archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    )


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    root = _tree(archive, "xl/_rels/workbook.xml.rels")
    found = {}
    for relation in root.iterfind("{*}Relationship"):
        target = relation.get("Target") or ""
        found[relation.get("Id") or ""] = (
            target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        )
    return found


def _strings(archive: zipfile.ZipFile) -> list[str]:
    name = next((n for n in archive.namelist() if n.casefold() == "xl/sharedstrings.xml"), None)
    if name is None:
        return []
    with archive.open(name) as stream:
        return [_rich(item) for item in _elements(stream, "{*}si")]


def _elements(stream: IO[bytes], tag: str) -> Iterator[etree._Element]:
    for _, element in etree.iterparse(
        stream, tag=tag, resolve_entities=False, no_network=True, load_dtd=False
    ):
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _rich(element: etree._Element) -> str:
    texts = (t.text or "" for t in element.iterfind(".//{*}t") if not _phonetic(t))
    return "".join(texts).replace("_x000D_", "")


def _phonetic(text: etree._Element) -> bool:
    parent = text.getparent()
    return parent is not None and etree.QName(parent).localname == "rPh"


def _formats(archive: zipfile.ZipFile) -> list[str]:
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = _tree(archive, "xl/styles.xml")
    codes = {
        int(f.get("numFmtId") or 0): f.get("formatCode") or "" for f in root.iterfind("{*}numFmts/{*}numFmt")
    }
    known = {**dict.fromkeys(_DATE_IDS, "yyyy-mm-dd"), **_BUILT_IN, **codes}
    return [known.get(int(x.get("numFmtId") or 0), "") for x in root.iterfind("{*}cellXfs/{*}xf")]


def _fill(sheet: Sheet, parts: _Parts, target: str, room: int) -> int:
    shared: dict[str, tuple[str, int, int]] = {}
    count, line = 0, 0
    tags = ("{*}row", "{*}mergeCell")
    with parts.archive.open(target) as stream:
        for _, element in etree.iterparse(
            stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        ):
            if etree.QName(element).localname == "mergeCell":
                sheet.merges.append(_area(element.get("ref") or ""))
                continue
            line = int(element.get("r") or line + 1)
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_rows.add(line)
            count += _row(sheet, parts, element, line, shared)
            if count > room:
                raise Refused(
                    "too-large", f"the workbook has more than {parts.limits.cells:,} filled cells: split it"
                )
            element.clear()
    return count


def _area(ref: str) -> Area:
    first, _, last = ref.replace("$", "").partition(":")
    return (*address(first), *address(last or first))


def _row(
    sheet: Sheet, parts: _Parts, row: etree._Element, line: int, shared: dict[str, tuple[str, int, int]]
) -> int:
    column = 0
    for element in row.iterfind("{*}c"):
        place = element.get("r")
        column = address(place)[1] if place else column + 1
        cell = _cell(parts, element, line, column, shared)
        if cell is not None:
            sheet.cells[line, column] = cell
    return len(row)


def _cell(
    parts: _Parts, element: etree._Element, row: int, column: int, shared: dict[str, tuple[str, int, int]]
) -> Cell | None:
    node = element.find("{*}f")
    formula = _formula(node, row, column, shared) if node is not None else None
    style = int(element.get("s") or 0)
    code = parts.formats[style] if style < len(parts.formats) else ""
    raw = element.find("{*}v")
    text = raw.text if raw is not None else None
    kind = element.get("t") or "n"
    if kind == "inlineStr":
        return Cell(row, column, _rich(element), formula, code)
    if text is None or (text == "" and kind != "str"):
        return Cell(row, column, None, formula, code, How.MISSING) if formula is not None else None
    how = How.CACHED if formula is not None else How.TYPED
    if kind == "e":
        return Cell(row, column, None, formula, code, How.MISSING if formula is not None else how, error=True)
    return Cell(row, column, _value(parts, kind, text, code), formula, code, how)


def _value(parts: _Parts, kind: str, text: str, code: str) -> Value:
    if kind == "s":
        return parts.strings[int(text)]
    if kind == "str":
        return text
    if kind == "b":
        return text.strip() in ("1", "true")
    if kind == "d":
        return datetime.fromisoformat(text.removesuffix("Z")).date()
    value = round_15(Decimal(text.strip()))
    if code and is_date(code) and 1 <= value < 100_000:
        return parts.epoch + timedelta(days=int(value))
    return value


def _formula(node: etree._Element, row: int, column: int, shared: dict[str, tuple[str, int, int]]) -> str:
    index = node.get("si")
    if node.get("t") == "shared" and index is not None:
        if node.text:
            shared[index] = (node.text, row, column)
        elif index in shared:
            text, first, left = shared[index]
            return shifted(text, row - first, column - left)
    return node.text or ""
