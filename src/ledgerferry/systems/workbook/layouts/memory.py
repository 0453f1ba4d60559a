"""The memory that a reader asks: which confirmed layout a sheet follows, if any."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledgerferry.systems.workbook import values
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.layouts import fingerprint
from ledgerferry.systems.workbook.layouts.facts import differs, value_of
from ledgerferry.systems.workbook.layouts.fingerprint import Likeness
from ledgerferry.systems.workbook.layouts.follow import Miss, follow, missed, unfollowed
from ledgerferry.systems.workbook.layouts.model import Layout

ALIKE = 0.6
ANCHORED = 0.8
_TRIED = 3
_LONGEST = 60


Alike = Sequence[tuple[Layout, Likeness]]
"""The layouts that a sheet resembles, the likest first, and how it is shifted against each."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The confirmed layouts of a home."""

    layouts: tuple[Layout, ...] = ()

    def alike(self, form: Shape) -> Alike:
        """The layouts that a sheet resembles, the likest first."""
        if not self.layouts:
            return []
        own = fingerprint.of(form.sheet, fingerprint.rows_of(form))
        found = [(layout, fingerprint.likeness(layout.fingerprint, own)) for layout in self.layouts]
        close = [(layout, like) for layout, like in found if like.share >= ALIKE]
        if not close:
            marks = fingerprint.marks_of(form.sheet)
            found = [(layout, fingerprint.anchored(layout, marks)) for layout in self.layouts]
            close = [(layout, like) for layout, like in found if like.share >= ANCHORED]
        return sorted(close, key=lambda f: -f[1].share)[:_TRIED]


def read(
    form: Shape, found: Draft | Refusal | None, alike: Alike, orders: frozenset[str], file: str
) -> Draft | Refusal | None:
    """What a sheet holds: by one of the layouts it resembles, else as the reader by itself ``found`` it.

    Where a layout that the reader is known to read wrongly cannot be followed, or the reader doubts too, the
    reason is added. Two layouts that give different documents leave a doubt.
    """
    tried = [(layout, follow(form, found, layout, like, orders, file)) for layout, like in alike]
    clear = [(layout, d) for layout, d in tried if isinstance(d, Draft) and not d.doubts]
    if clear:
        return _agreed(clear, found)
    held = _doubtful(found, tried)
    if isinstance(held, Draft) or (isinstance(held, Refusal) and held.code != "not-an-invoice"):
        return held
    first = next((result for _, result in tried if isinstance(result, Miss)), None)
    return held if first is None else unfollowed(form, *alike[0], first, file) or held


def _doubtful(
    found: Draft | Refusal | None, tried: Sequence[tuple[Layout, Draft | Miss]]
) -> Draft | Refusal | None:
    """What to show where no layout reads a sheet without doubt."""
    drafts = [d for _, d in tried if isinstance(d, Draft)]
    if isinstance(found, Draft) and not found.doubts:
        for layout, result in tried:
            if layout.corrected:
                return result if isinstance(result, Draft) else missed(found, result)
        return found
    if drafts:
        return min([*drafts, found] if isinstance(found, Draft) else drafts, key=lambda d: len(d.doubts))
    misses = [m for _, m in tried if isinstance(m, Miss)]
    return missed(found, misses[0]) if isinstance(found, Draft) and misses else found


def _agreed(clear: Sequence[tuple[Layout, Draft]], found: Draft | Refusal | None) -> Draft:
    """The draft of the likest layout; doubted where another, or a reader without doubt, has it otherwise."""
    layout, first = clear[0]
    if any(differing(first, other, ()) for _, other in clear[1:]):
        text = "two confirmed layouts read this sheet differently: confirm it"
        first.doubt("layouts-differ", text)
    elif isinstance(found, Draft) and not found.doubts:
        other = differing(first, found, layout.corrected)
        if other is not None:
            text = f"the confirmed layout and the labels give another {other.replace('_', ' ')}: confirm it"
            first.doubt("layouts-differ", text, first.cells.get(other))
    return first


def differing(one: Draft, other: Draft, apart_from: Sequence[str]) -> str | None:
    """The first field of money or identity, apart from some, that two drafts have differently."""
    for name in (n for n in _COMPARED if n not in apart_from):
        if differs(name, value_of(one, name), value_of(other, name)):
            return name
    amounts = [[i.line.amount for i in d.lines] for d in (one, other)]
    return "lines" if "lines" not in apart_from and amounts[0] != amounts[1] else None


_COMPARED = ("number", "issued", "total", "subtotal", "tax_total")


def orders_of(book: Book) -> frozenset[str]:
    """The orders of day and month that the dates of a whole file prove: none, one, or in conflict both."""
    texts = (cell.text for sheet in book.sheets for cell in sheet if cell.text and len(cell.text) <= _LONGEST)
    return frozenset(found.order for text in texts if (found := values.day(text)) and found.order)


NOTHING = Memory()
