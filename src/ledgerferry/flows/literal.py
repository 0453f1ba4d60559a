"""Whether a text that somebody claims to have seen stands in a sheet, and in which cell."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ledgerferry.model.question import CellText, Form

# Shorter pieces of a longer text stand there by chance.
_SHORTEST_PIECE = 3


def found(claimed: str, texts: Iterable[CellText], *forms: Form) -> CellText | None:
    """The cell in which a text stands, letter by letter and not inside a longer word; None for nowhere.

    A cell that holds nothing else goes before one that also holds other text. With ``forms`` only cells
    of these count.
    """
    wanted = _plain(claimed)
    if not any(c.isalnum() for c in wanted):
        return None
    cells = [t for t in texts if not forms or t.form in forms]
    whole = next((t for t in cells if _plain(t.text) == wanted), None)
    if whole is not None or len(wanted) < _SHORTEST_PIECE:
        return whole
    piece = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    return next((t for t in cells if t.form is Form.TEXT and piece.search(_plain(t.text))), None)


def lines(texts: Sequence[CellText]) -> list[tuple[str, CellText]]:
    """The lines of some cells, each with its cell; a cell may hold several."""
    return [(line, text) for text in texts for part in text.text.splitlines() if (line := _plain(part))]


def _plain(text: str) -> str:
    """The text without what cannot be seen: how its letters are composed, and how its gaps are made."""
    return " ".join(unicodedata.normalize("NFC", text).split())
