"""Who sells and who buys: the block of texts beside or under a label, taken apart into its parts."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ledgerferry.model.party import Address, Party, name_key
from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label
from ledgerferry.systems.workbook.titles import labelled

C = Concept
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"^[+(]?[\d][\d\s().\-/]{5,20}\d$")
_POSTCODES = (
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),  # United Kingdom
    re.compile(r"\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"),  # Canada
    re.compile(r"\b\d{4} ?[A-Z]{2}\b(?!\w)"),  # Netherlands
    re.compile(r"(?<![\d/.-])\d{6}(?![\d/])"),  # India
    re.compile(r"(?<![\d/.-])\d{5}(?:-\d{4})?(?![\d/])"),
    re.compile(r"(?<![\d/.-])\d{4}(?![\d/.-])(?= [^\W\d])"),
)
_FIELDS = (
    (C.EMAIL, "email"),
    (C.PHONE, "phone"),
    (C.FAX, "fax"),
    (C.TAXID, "vat_number"),
    (C.CONTACT, "contact"),
    (C.POSTCODE, "postcode"),
    (C.ADDRESS, "address"),
    (C.CITY, "city"),
    (C.COUNTRY, "country"),
    (C.COMPANY, "name"),
    (C.NAME, "name"),
    (C.CUSTOMER, "name"),
)
_TALLEST = 9


@dataclass(slots=True)
class Block:
    """The parts of one party as they are gathered, and the cell of its name; whether a label says who."""

    parts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    labelled: bool = False

    def party(self) -> Party | None:
        """The party, when at least a name was found."""
        name = self.parts.get("name") or self.parts.get("contact")
        if not name:
            return None
        lines = [self.parts[k] for k in ("address",) if k in self.parts] + self.lines
        lines += [self.parts[k] for k in ("city", "postcode") if k in self.parts and k not in lines]
        postcode = self.parts.get("postcode") or _postcode(lines)
        contact = self.parts.get("contact")
        address = Address(
            lines=tuple(lines),
            city=self.parts.get("city"),
            postcode=postcode,
            country=self.parts.get("country"),
        )
        return Party(
            name=name,
            contact=contact if contact != name else None,
            email=self.parts.get("email"),
            phone=self.parts.get("phone"),
            vat_number=self.parts.get("vat_number"),
            address=address if lines or postcode else None,
        )

    def put(self, key: str, value: str, cell: Cell) -> None:
        """Keeps the first value of each part."""
        if value and key not in self.parts:
            self.parts[key] = value
            self.cells[key] = cell


def _postcode(lines: list[str]) -> str | None:
    for line in reversed(lines):
        for pattern in _POSTCODES:
            if found := pattern.search(line):
                return found.group()
    return None


def _customer_strength(name: Label) -> int:
    barred = (
        C.NUMBER,
        C.CODE,
        C.TAXID,
        C.PHONE,
        C.EMAIL,
        C.AMOUNT,
        C.TOTAL,
        C.DATE,
        C.NOTE,
        C.ORDER,
        C.REFERENCE,
        C.DESCRIPTION,
    )
    if not name.has(C.CUSTOMER) or name.any(
        *barred, C.PAYMENT, C.QUANTITY, C.PRICE, C.CHARGE, C.BANK, C.TERMS
    ):
        return 0
    if name.any(C.NAME, C.COMPANY) or name.has(C.INVOICE):
        return 4
    return 3 if name.unknown == 0 and not name.any(C.SHIP, C.ADDRESS, C.SELLER) else 1


def customer(sheet: Sheet, limit: int, skipped: frozenset[int]) -> Block | None:
    """The buyer, from the most telling label above a row."""
    ranked = [(_customer_strength(name), cell, name) for cell, name in labelled(sheet, skipped)]
    for _, cell, name in sorted((r for r in ranked if r[0]), key=lambda r: (-r[0], r[1].row)):
        block = _block(sheet, cell, name, max(limit, cell.row))
        if block.parts.get("name") or block.parts.get("contact"):
            return block
    shipped = [
        (cell, name)
        for cell, name in labelled(sheet, skipped)
        if name.has(C.SHIP) and not name.any(C.DATE, C.CHARGE, C.NUMBER)
    ]
    blocks = (_block(sheet, cell, name, limit) for cell, name in shipped)
    return next((b for b in blocks if b.parts.get("name")), None) or _named(sheet, limit, skipped)


def _named(sheet: Sheet, limit: int, skipped: frozenset[int]) -> Block | None:
    """A plain ``Name`` with its value, where nothing else says who buys."""
    for cell, name in labelled(sheet, skipped):
        if name.concepts <= {C.NAME} and name.pure and cell.row <= limit:
            block = Block()
            _take_cell(sheet, block, cell)
            _follow(sheet, block, cell, cell, limit)
            return block if block.parts.get("name") else None
    return None


def seller(sheet: Sheet, limit: int, skipped: frozenset[int], buyer: Block | None) -> Block | None:
    """The seller: from a label, else the first text at the top that is no label and not the buyer."""
    for cell, name in labelled(sheet, skipped):
        if (
            name.has(C.SELLER)
            and not name.any(C.NUMBER, C.CUSTOMER, C.DATE, C.TAXID, C.ORDER)
            and name.unknown == 0
            and cell.row <= limit
        ):
            block = _block(sheet, cell, name, limit)
            if block.parts.get("name"):
                block.labelled = True
                return block
    taken = buyer.cells.get("name") if buyer else None
    for cell in sheet:
        if cell.row > min(limit, 12) or cell is taken:
            return None
        if (
            _plain(cell)
            and not _owned(sheet, cell)
            and len(cell.text) > 3
            and any(ch.isalpha() for ch in cell.text)
        ):
            block = Block()
            _take_lines(block, cell.text, cell)
            return block
    return None


def _owned(sheet: Sheet, cell: Cell) -> bool:
    """Whether the text is the value of a label to its left."""
    left = [c for c in sheet.rows[cell.row] if c.column < cell.column and c.text not in (":", "-")]
    found = label(left[-1].text) if left and left[-1].text else None
    return found is not None and found.pure and not found.value and not found.concepts <= {C.INVOICE}


def _is_label(found: Label) -> bool:
    return (
        found.pure
        or bool(found.concepts and found.value)
        or (bool(found.concepts & {C.INVOICE, C.TAXID}) and found.unknown <= 1)
    )


def _block(sheet: Sheet, cell: Cell, name: Label, limit: int) -> Block:
    block = Block()
    if cell.row < sheet.captions_below:
        return _over(sheet, cell, limit)
    start: Cell | None = None
    if name.value:
        _take_lines(block, name.value, cell)
        start = cell
    else:
        beside = next((c for c in sheet.right_of(cell) if c.text not in (":", "-", "：")), None)
        if beside is not None and beside.column - sheet.width(cell)[1] <= 3 and _plain(beside):
            start = beside
            _take_lines(block, beside.text, beside)
    below = sheet.below(cell, 2)
    if start is None:
        shifted = _near_below(sheet, cell)
        start = min((c for c in (below, shifted) if c), key=lambda c: (c.row, c.column), default=None)
        if start is None:
            return block
        _take_cell(sheet, block, start)
    _follow(sheet, block, start, cell, limit)
    return block


def _over(sheet: Sheet, owner: Cell, limit: int) -> Block:
    """The block of a form whose captions stand under their values."""
    block = Block()
    for cell, name in labelled(sheet, frozenset()):
        over = sheet.at(cell.row - 1, cell.column)
        if cell.row > limit or cell.column != owner.column or over is None or name.value or not over.text:
            continue
        if cell is owner:
            block.put("name", over.text, over)
        elif key := next((k for c, k in _FIELDS if name.has(c) and k != "name"), None):
            _keep(block, key, over.text, over)
    return block


def _near_below(sheet: Sheet, cell: Cell) -> Cell | None:
    """A text one or two rows down and one column to the right: a block indented under its label."""
    for row in (cell.row + 1, cell.row + 2):
        for other in sheet.rows.get(row, ()):
            if 0 < other.column - cell.column <= 1 and _plain(other):
                return other
    return None


def _plain(cell: Cell) -> bool:
    return bool(cell.text) and not _is_label(label(cell.text)) and grid.day(cell) is None


def _follow(sheet: Sheet, block: Block, start: Cell, owner: Cell, limit: int) -> None:
    """The rows under the first line, in its column or as labels with values, until a gap or another label."""
    gap = 0
    for row in range(start.row + 1, min(limit, start.row + _TALLEST) + 1):
        cell = next((c for c in sheet.rows.get(row, ()) if c.column in (start.column, owner.column)), None)
        if cell is None:
            gap += 1
            if gap > 1:
                return
            continue
        gap = 0
        if not _take_cell(sheet, block, cell):
            return


def _take_cell(sheet: Sheet, block: Block, cell: Cell) -> bool:
    if not cell.text:
        if isinstance(cell.value, Decimal):
            _take_lines(block, f"{cell.value:f}", cell)
            return True
        return False
    found = label(cell.text)
    key = (
        next((k for c, k in _FIELDS if found.has(c)), None) if found.concepts and found.unknown <= 1 else None
    )
    if key is None or (found.unknown and not found.value):
        if found.pure and not found.value:
            return False
        _take_lines(block, cell.text, cell)
        return True
    if found.any(C.SHIP, C.SELLER, C.INVOICE, C.DATE) and key == "name" and not found.has(C.CUSTOMER):
        return False
    value = found.value
    source = cell
    if not value:
        beside = next((c for c in sheet.right_of(cell) if c.text not in (":", "-")), None)
        if beside is None or (beside.text and _is_label(label(beside.text))):
            return True
        value, source = (beside.text or f"{beside.value}"), beside
    _keep(block, key, value, source)
    return True


def _keep(block: Block, key: str, value: str, cell: Cell) -> None:
    if key == "email":
        match = _EMAIL.search(value)
        value = match.group() if match else value
    if key == "name" and "name" in block.parts:
        return
    block.put(key, re.sub(r"\s*\n\s*", ", ", value.strip()), cell)


def _take_lines(block: Block, text: str, cell: Cell) -> None:
    for line in (part.strip(" ,;\t") for part in text.splitlines()):
        if not line:
            continue
        if match := _EMAIL.search(line):
            block.put("email", match.group(), cell)
        elif _PHONE.match(line) and "name" in block.parts and sum(ch.isdigit() for ch in line) >= 7:
            block.put("phone", line, cell)
        elif "name" not in block.parts:
            block.put("name", line, cell)
        else:
            _labelled_line(block, line, cell)


def _labelled_line(block: Block, line: str, cell: Cell) -> None:
    found = label(line)
    key = next((k for c, k in _FIELDS if found.has(c)), None) if found.value and found.unknown == 0 else None
    if key and key != "name" and found.value:
        _keep(block, key, found.value, cell)
    else:
        block.lines.append(line)


def same(left: Party | None, right: Party | None) -> bool:
    """Whether two parties bear one name."""
    return left is not None and right is not None and name_key(left.name) == name_key(right.name)
