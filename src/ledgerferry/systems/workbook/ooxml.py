"""One pass over the parts of an .xlsx or .xlsm: values, formulas, number formats, merges, what is hidden."""

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from posixpath import normpath

from lxml import etree

from ledgerferry.systems.workbook.formats import BUILT_IN, DATE_IDS, is_date
from ledgerferry.systems.workbook.formula import shifted
from ledgerferry.systems.workbook.grid import Area, Book, Cell, How, Sheet, Value, address
from ledgerferry.systems.workbook.guards import Limits, Refused
from ledgerferry.systems.workbook.parts import FAULTS, Parts, damaged, number, unescaped

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_YES = ("1", "true", "on")
_DAMAGED = "open it in a spreadsheet program and save it again"
_LAST_DAY = 2_958_466
"""The serial number of the day after 31 December 9999 (ECMA-376 part 1, 18.17.4.1); 1462 less from 1904."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the cells of all sheets point to. ``formats`` is the code of each style and if it is a date."""

    parts: Parts
    strings: list[str]
    formats: list[tuple[str, bool]]
    since_1904: bool
    calculated: bool
    limits: Limits


def read(path: Path, limits: Limits) -> Book:
    """The workbook. Raises ``Refused`` when a part is missing or malformed, or there are too many cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(Parts(archive), limits)
    except FAULTS as error:
        raise damaged(error, f"the workbook is damaged: {_DAMAGED}") from error


def _read(parts: Parts, limits: Limits) -> Book:
    main = _main(parts)
    root = parts.tree(main)
    properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
    shared = _Shared(
        parts,
        _strings(parts),
        _formats(parts),
        properties is not None and properties.get("date1904") in _YES,
        calculation is None or calculation.get("fullCalcOnLoad") not in _YES,
        limits,
    )
    targets = _targets(parts, main)
    sheets, seen = list[Sheet](), set[str]()
    room = limits.cells
    for entry in root.iterfind("{*}sheets/{*}sheet"):
        target = targets.get(entry.get(_RELATION) or entry.get(_STRICT) or "")
        if target is None:
            continue
        if target in seen:
            raise Refused("corrupt", f"two sheets are one part of the file: {_DAMAGED}", entry.get("name"))
        seen.add(target)
        filling = _Filling(
            Sheet(entry.get("name") or "", hidden=entry.get("state") in ("hidden", "veryHidden")),
            shared,
            room,
        )
        room = filling.run(target)
        sheets.append(filling.sheet)
    return Book(sheets)


def _main(parts: Parts) -> str:
    """The name of the workbook part: the package's relations tell it (ECMA-376 part 2, 9.3)."""
    if "xl/workbook.xml" in parts or "_rels/.rels" not in parts:
        return "xl/workbook.xml"
    for relation in parts.tree("_rels/.rels").iterfind("{*}Relationship"):
        if (relation.get("Type") or "").endswith("/officeDocument"):
            return (relation.get("Target") or "").lstrip("/")
    raise KeyError("no workbook")


def _targets(parts: Parts, main: str) -> dict[str, str]:
    """The parts of the worksheets by relation; charts and macro sheets hold no cells to read."""
    folder, _, name = main.rpartition("/")
    found = {}
    for relation in parts.tree(f"{folder}/_rels/{name}.rels").iterfind("{*}Relationship"):
        target = (relation.get("Target") or "").replace("\\", "/")
        if (relation.get("Type") or "").endswith("/worksheet"):
            found[relation.get("Id") or ""] = (
                target if target.startswith("/") else normpath(f"{folder}/{target}")
            )
    return found


def _strings(parts: Parts) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_rich(item) for item in parts.elements("xl/sharedStrings.xml", "{*}si")]


def _rich(element: etree._Element) -> str:
    """The text of runs; phonetic readings are none of it (ECMA-376 part 1, 18.4.6)."""
    found = []
    for child in element:
        tag = child.tag
        if tag.endswith("}t"):
            found.append(child.text or "")
        elif tag.endswith("}r"):
            found += [t.text or "" for t in child.iterchildren("{*}t")]
        elif tag.endswith("}is"):
            found.append(_rich(child))
    return unescaped("".join(found))


def _formats(parts: Parts) -> list[tuple[str, bool]]:
    if "xl/styles.xml" not in parts:
        return []
    codes = {**dict.fromkeys(DATE_IDS, "yyyy-mm-dd"), **BUILT_IN}
    known = {number_: (code, is_date(code)) for number_, code in codes.items()}
    found: list[tuple[str, bool]] = []
    for element in parts.elements("xl/styles.xml", "{*}numFmt", "{*}xf"):
        number_ = int(element.get("numFmtId") or 0)
        if element.tag.endswith("}numFmt"):
            code = element.get("formatCode") or ""
            known[number_] = ("", False) if code.casefold() == "general" else (code, is_date(code))
        elif (parent := element.getparent()) is not None and parent.tag.endswith("}cellXfs"):
            found.append(known.get(number_, ("", False)))
    return found


@lru_cache(maxsize=16_384)
def _column(name: str) -> int:
    return address(f"{name}1")[1]


@dataclass(slots=True)
class _Filling:
    """One sheet while its part is read; ``room`` is how many more cells and merges there may be."""

    sheet: Sheet
    shared: _Shared
    room: int
    formulas: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def run(self, target: str) -> int:
        """Reads every row; the room that is left. Raises ``Refused``, which names sheet and cell."""
        line = 0
        try:
            for element in self.shared.parts.elements(target, "{*}row", "{*}mergeCell"):
                if element.tag.endswith("}mergeCell"):
                    self._merge(element)
                    continue
                line = int(element.get("r") or line + 1)
                if element.get("hidden") in _YES:
                    self.sheet.hidden_rows.add(line)
                self._row(element, line)
        except Refused as refusal:
            raise refusal.at(self.sheet.name) from refusal
        except FAULTS as error:
            text = f"the sheet is damaged or missing: {_DAMAGED}"
            raise damaged(error, text, self.sheet.name) from error
        return self.room

    def _spend(self) -> None:
        self.room -= 1
        if self.room < 0:
            raise Refused(
                "too-large",
                f"there are more than {self.shared.limits.cells:,} filled cells and merges: split the file",
            )

    def _merge(self, element: etree._Element) -> None:
        self._spend()
        self.sheet.merges.append(_area(element.get("ref") or ""))

    def _row(self, row: etree._Element, line: int) -> None:
        column, text = 0, str(line)
        cells = self.sheet.cells
        for element in row.iterchildren("{*}c"):
            place = element.get("r")
            try:
                at = line
                if place is None:
                    column += 1
                else:
                    name = place.rstrip("0123456789")
                    column = _column(name)
                    if place[len(name) :] != text:
                        at, column = address(place)
                if len(element) and (cell := self._cell(element, at, column)) is not None:
                    self._spend()
                    cells[at, column] = cell
            except FAULTS as error:
                text = f"the cell is damaged: correct it, or {_DAMAGED}"
                raise damaged(error, text, self.sheet.name, place or f"row {line}") from error

    def _cell(self, element: etree._Element, row: int, column: int) -> Cell | None:
        style = int(element.get("s") or 0)
        formats = self.shared.formats
        code, dated = formats[style] if style < len(formats) else ("", False)
        formula, raw = None, None
        for child in element:
            tag = child.tag
            if tag.endswith("}v"):
                raw = child.text or ""
            elif tag.endswith("}f"):
                formula = self._formula(child, row, column)
        kind = element.get("t") or "n"
        if kind == "inlineStr":
            return Cell(row, column, _rich(element), formula, code)
        if not raw and (kind != "str" or raw is None or not self.shared.calculated):
            return Cell(row, column, None, formula, code, How.MISSING) if formula is not None else None
        if formula is None:
            how = How.TYPED
        elif raw == "0" and not self.shared.calculated:
            return Cell(row, column, None, formula, code, How.MISSING)
        else:
            how = How.CACHED
        value = self._value(kind, raw or "", dated=dated) if kind != "e" else None
        if value is None:
            how = how if formula is None else How.MISSING
            return Cell(row, column, None, formula, code, how, (raw if kind == "e" else None) or "#NUM!")
        return Cell(row, column, value, formula, code, how)

    def _value(self, kind: str, text: str, *, dated: bool) -> Value | None:
        if kind == "s":
            index = int(text)
            if index < 0:
                raise IndexError(index)
            return self.shared.strings[index]
        if kind == "str":
            return unescaped(text)
        if kind == "b":
            return text.strip() in _YES
        if kind == "d":
            return datetime.fromisoformat(text.strip().removesuffix("Z")).date()
        value = number(text)
        if dated and value is not None and 1 <= value < _LAST_DAY - 1462 * self.shared.since_1904:
            return _day(int(value), since_1904=self.shared.since_1904)
        return value

    def _formula(self, node: etree._Element, row: int, column: int) -> str:
        index = node.get("si")
        if node.get("t") == "shared" and index is not None:
            if node.text:
                self.formulas[index] = (node.text, row, column)
            elif index in self.formulas:
                text, first, left = self.formulas[index]
                return shifted(text, row - first, column - left)
        return unescaped(node.text or "")


def _day(serial: int, *, since_1904: bool) -> date:
    """The day of a serial number; those of 1900 count a 29 February that was none (18.17.4.1)."""
    if since_1904:
        return date(1904, 1, 1) + timedelta(days=serial)
    return date(1899, 12, 30) + timedelta(days=serial + (serial < 60))


def _area(ref: str) -> Area:
    first, _, last = ref.replace("$", "").partition(":")
    return (*address(first), *address(last or first))
