"""Yes and no, where a sheet asks something and a cell answers it."""

from typing import Final

from ledgerferry.systems.workbook.grid import Cell
from ledgerferry.systems.workbook.labels import folded

NO: Final = frozenset({
    "no", "non", "nein", "n", "nee", "nao", "nie", "ne", "nej", "nei", "ei", "hayir", "нет", "ні", "οχι",
    "لا", "na", "none", "nil", "tidak", "khong", "nu", "nem",
})  # fmt: skip
YES: Final = frozenset({
    "yes", "y", "oui", "ja", "si", "sim", "tak", "ano", "kylla", "evet", "да", "так", "ναι", "نعم", "ya",
    "co", "da", "igen",
})  # fmt: skip


def answer(text: str, beside: Cell | None = None) -> bool | None:
    """What the first word of a text answers, or else the cell beside it; ``None`` is neither yes nor no."""
    if not text and beside is not None and isinstance(beside.value, bool):
        return beside.value
    said = text or (beside.text if beside is not None else "")
    word = folded(said.strip(" ./").split(" ")[0]).strip(".,/") if said.strip() else ""
    return True if word in YES else False if word in NO else None
