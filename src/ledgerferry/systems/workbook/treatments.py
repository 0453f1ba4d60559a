"""Why no tax is borne: zero-rated, exempt, out of scope or reverse charge, where a sheet says so in words."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ledgerferry.model.document import TaxTreatment
from ledgerferry.systems.workbook import grid
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, folded, label
from ledgerferry.systems.workbook.labels.statements import Hit, Statement, hits
from ledgerferry.systems.workbook.lines import CENT, ReadLine
from ledgerferry.systems.workbook.yesno import NO, YES

C = Concept
TREATMENTS: Final = {
    Statement.ZERO_RATED: TaxTreatment.ZERO_RATED,
    Statement.EXEMPT: TaxTreatment.EXEMPT,
    Statement.OUT_OF_SCOPE: TaxTreatment.OUT_OF_SCOPE,
    Statement.REVERSE_CHARGE: TaxTreatment.REVERSE_CHARGE,
}
Legend = dict[str, TaxTreatment]
# So many words may stand beside a phrase before it needs a word for tax to be about tax.
_SHORT = 6
_CELL = 40
_CODE = re.compile(r"\s*[\"'(\[]?([A-Z]{1,2}\d?|\d)[\"')\]]?\s*[=:–—-]\s*(.+)", re.DOTALL)
_ENTRIES = re.compile(r"[,;\n|]|\s/\s|\s{3,}")
_AFTERWARDS = re.compile(r"(?:[(\[]|\s[-–—]\s?|,\s)\s*([^()\[\]]{3,40}?)\s*[)\]]?$")
_ASKS = re.compile(
    r"\b(?:y\s?/\s?n|yes\s?/\s?no|oui\s?/\s?non|o\s?/\s?n|ja\s?/\s?nein|s[ií]\s?/\s?no)\b|[☐□]", re.IGNORECASE
)


def tell(draft: Draft, sheet: Sheet, skipped: frozenset[int]) -> None:
    """Adds the treatments that a sheet states, of single lines and of the whole document, with their cells.

    Of the whole only where it bears no tax. What contradicts a rate, or is two things at once, is a doubt.
    """
    known = legend(sheet)
    if draft.lines_sheet is None:
        draft.lines = tuple(_line(draft, sheet, item, known, skipped) for item in draft.lines)
    if _taxed(draft) or not draft.total:
        return
    told = list(_stated(draft, sheet, skipped))
    kinds = list(dict.fromkeys(kind for kind, _ in told))
    if len(kinds) > 1:
        text = f"it says {kinds[0].value} and {kinds[1].value}: say which of them is meant"
        draft.doubt("treatment", text, told[-1][1])
    elif kinds:
        draft.treatment, draft.cells["treatment"] = told[0]


def _taxed(draft: Draft) -> bool:
    rates = (item.line.tax_rate for item in draft.lines)
    return bool(draft.tax_total or any(amount for _, amount in draft.taxes) or any(rates))


def of_cell(text: str) -> TaxTreatment | None:
    """The treatment that a whole short text names, and nothing else."""
    if not text or len(text) > _CELL:
        return None
    hit = _only(text)
    return TREATMENTS[hit.kind] if hit is not None and _neutral(text, hit) else None


def legend(sheet: Sheet) -> Legend:
    """What the codes of a sheet mean that it explains itself: ``Z = zero-rated``, in one cell or in two."""
    found: Legend = {}
    for cell in sheet:
        for entry in _ENTRIES.split(cell.text) if cell.text else ():
            match = _CODE.fullmatch(entry)
            if match and (kind := of_cell(match.group(2).strip(" ."))):
                found[match.group(1)] = kind
        beside = next(sheet.right_of(cell), None) if _is_code(cell.text) else None
        alone = beside is not None and len(sheet.rows[cell.row]) == 2
        if beside is not None and alone and (kind := of_cell(beside.text)):
            found[cell.text] = kind
    return found


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{1,2}\d?", text))


def of_row(sheet: Sheet, row: int, described: Cell | None, known: Legend) -> tuple[TaxTreatment, Cell] | None:
    """The treatment that a row states in a cell of its own, by a code, or behind its description."""
    for cell in sheet.rows.get(row, ()):
        if not cell.text or (described is not None and cell.column == described.column):
            continue
        kind = of_cell(cell.text) or (known.get(cell.text) if _taxes(sheet, cell) else None)
        if kind is not None:
            return kind, cell
    match = _AFTERWARDS.search(described.text) if described is not None else None
    if described is not None and match and (kind := of_cell(match.group(1))):
        return kind, described
    return None


def _taxes(sheet: Sheet, cell: Cell) -> bool:
    """Whether the nearest text above that is no code speaks of tax: the heading of a column of codes."""
    for row in range(cell.row - 1, 0, -1):
        above = sheet.at(row, cell.column)
        if above is not None and above.text and not _is_code(above.text):
            return label(above.text).any(C.TAX, C.TAXID, C.RATE)
    return False


def _line(draft: Draft, sheet: Sheet, item: ReadLine, known: Legend, skipped: frozenset[int]) -> ReadLine:
    row = next((cell.row for cell in item.cells.values()), 0)
    found = of_row(sheet, row, item.cells.get("description"), known) if row in skipped else None
    if found is None:
        return item
    kind, cell = found
    if item.line.tax_rate:
        text = f"a line of {item.line.tax_rate} % says that it is {kind.value}: correct one of them"
        draft.doubt("treatment", text, cell)
        return item
    line = item.line.model_copy(update={"treatment": kind})
    return ReadLine(line, {**item.cells, "treatment": cell}, item.tax)


def _stated(draft: Draft, sheet: Sheet, skipped: frozenset[int]) -> Iterator[tuple[TaxTreatment, Cell]]:
    """What stands outside the lines, and is no legend, no question and no sum of a part."""
    sums = {abs(s) for s in (draft.total, draft.subtotal) if s}
    for cell in sheet:
        if not cell.text or cell.row in skipped or cell.row in sheet.hidden_rows:
            continue
        hit = _only(cell.text)
        if hit is None or not _about_tax(cell.text, hit) or _explains(sheet, cell):
            continue
        if _answered(sheet, cell, hit) and _of_all(sheet, cell, sums):
            yield TREATMENTS[hit.kind], cell


def _only(text: str) -> Hit | None:
    """The first phrase about a treatment, where the text speaks of one alone and does not doubt it."""
    found = [hit for hit in hits(text) if hit.kind in TREATMENTS]
    if not found or any(hit.doubtful for hit in found) or _ASKS.search(text):
        return None
    return max(found, key=lambda h: h.length) if len({h.kind for h in found}) == 1 else None


def _neutral(text: str, hit: Hit) -> bool:
    """Whether all that stands around a phrase is words of the trade."""
    around = f"{text[: hit.start]} {text[hit.end :]}"
    return not any(ch.isalpha() for ch in around) or label(around.strip(" .:-()")).unknown == 0


def _about_tax(text: str, hit: Hit) -> bool:
    """Whether a phrase outside the lines is about tax: a long one, or one among words of the trade."""
    own = hit.kind is Statement.REVERSE_CHARGE or any(ch.isdigit() for ch in text[hit.start : hit.end])
    words = re.findall(r"[^\W\d_]+", text)
    if own:
        return True
    if len(words) - hit.length > _SHORT:
        return hit.length > 1 and _names_tax(text)
    return hit.length > 1 or _neutral(text, hit)


def _explains(sheet: Sheet, cell: Cell) -> bool:
    """Whether the cell belongs to a legend of codes."""
    left = next((c for c in reversed(sheet.rows[cell.row]) if c.column < cell.column), None)
    entries = _ENTRIES.split(cell.text)
    return any(_CODE.fullmatch(entry) for entry in entries) or (left is not None and _is_code(left.text))


def _answered(sheet: Sheet, cell: Cell, hit: Hit) -> bool:
    """Whether nothing behind the phrase denies it; a phrase that a colon ends needs a yes."""
    behind = cell.text[hit.end :].strip()
    if behind.startswith(":") or behind in (":", ""):
        own = behind.lstrip(": ").strip()
        beside = next(sheet.right_of(cell), None)
        answer = own or (beside.text if beside is not None else "")
        word = folded(answer.strip(" ./").split(" ")[0]).strip(".,/") if answer else ""
        if word in NO or (beside is not None and beside.value is False):
            return False
        if behind.startswith(":"):
            return word in YES or (beside is not None and beside.value is True) or bool(own)
    return True


def _of_all(sheet: Sheet, cell: Cell, sums: set[Decimal]) -> bool:
    """Whether a phrase beside amounts stands beside that of all, or names its tax of nothing."""
    read = [grid.number(other) for other in sheet.right_of(cell)]
    amounts = [abs(n.value) for n in read if n is not None and not n.percent and not n.unit]
    if not any(amounts) and _names_tax(cell.text):
        return True
    return not amounts or any(abs(a - s) <= CENT for a in amounts for s in sums)


def _names_tax(text: str) -> bool:
    return any(C.TAX in label(word).concepts for word in re.findall(r"[^\W\d_]+", text))
