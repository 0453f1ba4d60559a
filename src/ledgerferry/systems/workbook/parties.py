"""Who sells and who buys: the block of texts beside or under a label, or where a letter names them."""

import re

from ledgerferry.model.party import Party, name_key
from ledgerferry.systems.workbook import contacts, grid
from ledgerferry.systems.workbook.blocks import (
    EMAIL,
    FIELDS,
    TALLEST,
    Block,
    is_label,
    keep,
    take_cell,
    take_lines,
)
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label, vocabulary
from ledgerferry.systems.workbook.titles import labelled

C = Concept
# A word and a colon before a text: a remark, or a label that is not known, but no company's name.
_NOTE = re.compile(r"[^\W\d_]+\s?:\s")
_WIDEST = 6


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
            _beside(sheet, block, cell, limit)
            _namesake(sheet, block, limit, skipped)
            return block
    if addressed := _honoured(sheet, limit):
        return addressed
    shipped = [
        (cell, name)
        for cell, name in labelled(sheet, skipped)
        if name.has(C.SHIP) and not name.any(C.DATE, C.CHARGE, C.NUMBER)
    ]
    blocks = (_block(sheet, cell, name, limit) for cell, name in shipped)
    return next((b for b in blocks if b.parts.get("name")), None) or _named(sheet, limit, skipped)


def _beside(sheet: Sheet, block: Block, owner: Cell, limit: int) -> None:
    """Telephone, e-mail and contact that stand to the right of a block, under no other party's label."""
    last = min(limit, owner.row + TALLEST)
    barrier = min(
        (
            c.column
            for c, n in labelled(sheet, frozenset())
            if owner.row <= c.row <= last and _other(n, c, owner)
        ),
        default=owner.column + _WIDEST + 1,
    )
    for row in range(owner.row, last + 1):
        for cell in sheet.rows.get(row, ()):
            if not owner.column < cell.column < barrier or not cell.text:
                continue
            found = label(cell.text)
            key = next((k for c, k in FIELDS if found.has(c)), None) if found.unknown == 0 else None
            if key in ("phone", "email", "contact") and not found.any(C.SELLER, C.BANK, C.NOTE):
                take_cell(sheet, block, cell)
            elif (match := EMAIL.search(cell.text)) and not found.any(C.SELLER, C.BANK):
                block.put("email", match.group(), cell)
            elif contacts.titled(cell.text) and sheet.at(row, owner.column + 1) is block.cells.get("name"):
                block.put("contact", cell.text, cell)


def _other(name: Label, cell: Cell, owner: Cell) -> bool:
    """Whether a label to the right of a block's own begins another party's."""
    return cell.column > owner.column and name.any(C.SELLER, C.SHIP, C.CUSTOMER) and not name.any(C.NUMBER)


def _namesake(sheet: Sheet, block: Block, limit: int, skipped: frozenset[int]) -> None:
    """What a second block under a plain ``Name`` adds, where it names the same party."""
    other = _named(sheet, limit, skipped)
    if other is None or name_key(other.parts["name"]) != name_key(block.parts.get("name", "")):
        return
    for key, value in other.parts.items():
        block.put(key, value, other.cells[key])
    block.lines += [line for line in other.lines if line not in block.lines]


def _named(sheet: Sheet, limit: int, skipped: frozenset[int]) -> Block | None:
    """A plain ``Name`` with its value, where nothing else says who buys."""
    for cell, name in labelled(sheet, skipped):
        if name.concepts <= {C.NAME} and name.pure and cell.row <= limit:
            block = Block()
            take_cell(sheet, block, cell)
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
            and not _NOTE.match(cell.text)
            and len(cell.text) > 3
            and any(ch.isalpha() for ch in cell.text)
        ):
            block = Block()
            take_lines(block, cell.text, cell)
            return block
    return None


def _owned(sheet: Sheet, cell: Cell) -> bool:
    """Whether the text is the value of a label to its left."""
    left = [c for c in sheet.rows[cell.row] if c.column < cell.column and c.text not in (":", "-")]
    found = label(left[-1].text) if left and left[-1].text else None
    return found is not None and found.pure and not found.value and not found.concepts <= {C.INVOICE}


def _block(sheet: Sheet, cell: Cell, name: Label, limit: int) -> Block:
    block = Block()
    if cell.row < sheet.captions_below:
        return _over(sheet, cell, limit)
    start: Cell | None = None
    if name.value:
        take_lines(block, name.value, cell)
        start = cell
    else:
        beside = next((c for c in sheet.right_of(cell) if c.text not in (":", "-", "：")), None)
        if beside is not None and beside.column - sheet.width(cell)[1] <= 3 and _plain(beside):
            start = beside
            take_lines(block, beside.text, beside)
    below = sheet.below(cell, 2)
    if start is None:
        shifted = _near_below(sheet, cell)
        start = min((c for c in (below, shifted) if c), key=lambda c: (c.row, c.column), default=None)
        if start is None:
            return block
        take_cell(sheet, block, start)
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
        elif key := next((k for c, k in FIELDS if name.has(c) and k != "name"), None):
            keep(block, key, over.text, over)
    return block


def _near_below(sheet: Sheet, cell: Cell) -> Cell | None:
    """A text one or two rows down and one column to the right: a block indented under its label."""
    for row in (cell.row + 1, cell.row + 2):
        for other in sheet.rows.get(row, ()):
            if 0 < other.column - cell.column <= 1 and _plain(other):
                return other
    return None


def _plain(cell: Cell) -> bool:
    return bool(cell.text) and not is_label(label(cell.text)) and grid.day(cell) is None


def _follow(sheet: Sheet, block: Block, start: Cell, owner: Cell, limit: int) -> None:
    """The rows under the first line, in its column or as labels with values, until a gap or another label."""
    gap = 0
    for row in range(start.row + 1, min(limit, start.row + TALLEST) + 1):
        cell = next((c for c in sheet.rows.get(row, ()) if c.column in (start.column, owner.column)), None)
        if cell is None:
            gap += 1
            if gap > 1:
                return
            continue
        gap = 0
        if not take_cell(sheet, block, cell):
            return


def _honoured(sheet: Sheet, limit: int) -> Block | None:
    """A name that ends with the word by which a letter honours whom it is sent to, or has it at its right."""
    endings = vocabulary().honorifics
    for cell in sheet:
        if cell.row > limit:
            return None
        ending = next((e for e in endings if cell.text.endswith(e)), None)
        name, place = cell.text.removesuffix(ending or "").strip(), cell
        left = [c for c in sheet.rows[cell.row] if c.column < cell.column and c.text]
        if ending and not name and left:
            name, place = left[-1].text, left[-1]
        if ending and len(name) > 1 and not label(name).pure:
            block = Block()
            block.put("name", name, place)
            return block
    return None


def same(left: Party | None, right: Party | None) -> bool:
    """Whether two parties bear one name."""
    return left is not None and right is not None and name_key(left.name) == name_key(right.name)
