"""Sheets whose values are known, and whether a suggestion says the same."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from ledgerferry.model.suggestion import SuggestedField, Suggestion

_F = SuggestedField
# The truth's field by the suggestion's; what is not here is suggested too, but nobody wrote down the truth.
SCORED: Final = {
    _F.NUMBER: "invoice_number", _F.ISSUED: "invoice_date", _F.DUE: "due_date", _F.BLOCK: "customer_name",
    _F.CONTACT: "contact_name", _F.EMAIL: "customer_email", _F.PHONE: "customer_phone",
    _F.ADDRESS: "customer_address", _F.POSTCODE: "customer_postcode",
}  # fmt: skip
_ALIKE: Final = 0.85


@dataclass(frozen=True)
class Known:
    """One sheet with one document, and what is true of it: None where the sheet does not say."""

    file: Path
    sheet: str
    values: dict[SuggestedField, tuple[str, ...] | None]


def known(corpus: Path) -> Iterator[Known]:
    """The sheets of a corpus (``files`` and ``truth`` beside each other) that hold one document each."""
    for path in sorted((corpus / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        sheets = Counter(invoice["sheet"] for invoice in truth["invoices"])
        for invoice in truth["invoices"]:
            if sheets[invoice["sheet"]] == 1 and not truth.get("kind_ambiguous"):
                yield Known(corpus / "files" / truth["file"], invoice["sheet"], _values(invoice))


def _values(invoice: dict[str, Any]) -> dict[SuggestedField, tuple[str, ...] | None]:
    """What is true by field; fields that the truth calls ambiguous are left out."""
    found: dict[SuggestedField, tuple[str, ...] | None] = {}
    for field, name in SCORED.items():
        if name not in invoice.get("ambiguous", ()):
            others = invoice.get("alt", {}).get(name) or []
            accepted = [invoice.get(name), *(others if isinstance(others, list) else [others])]
            found[field] = tuple(str(v) for v in accepted if v is not None) or None
    return found


def right(suggestion: Suggestion, accepted: tuple[str, ...] | None) -> bool:
    """Whether a suggestion says one of the accepted values; what the sheet does not say cannot be right."""
    return any(_same(suggestion.field, suggestion.value, value) for value in accepted or ())


def _same(field: SuggestedField, value: str, truth: str) -> bool:
    if field is _F.ADDRESS:
        return SequenceMatcher(None, _words(value), _words(truth)).ratio() >= _ALIKE
    if field is _F.PHONE:
        return _digits(value) == _digits(truth)
    if field is _F.BLOCK:
        return _folded(truth) in _folded(value)
    return _folded(value) == _folded(truth)


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold()).strip("#.,;:-")


def _words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
