"""Marks: the labels of a sheet as a layout remembers them, readable where all their words are the trade's."""

import hashlib
import re
from functools import lru_cache

from ledgerferry.systems.workbook.labels import label, words

_LONGEST = 60
_HIDDEN = "~"
_APART = re.compile(r"\s*[:：]\s*|\s+[-–—]\s+")
_SIGNS = frozenset("#%€$£")


@lru_cache(maxsize=8192)
def mark(text: str) -> str:
    """The mark of the label that a text is or begins with; empty where it has no words.

    A label of known words is its words; any other text is a short digest, since it could name somebody.
    """
    plain = text.strip()
    if not plain or len(plain.partition(":")[0]) > _LONGEST:
        return ""
    found = label(plain)
    told = plain[: -len(found.value)] if found.value and plain.endswith(found.value) else plain
    if not found.pure and (apart := _APART.search(plain)):
        told = plain[: apart.start()]
    names = [w for w in words(told) if not w[0].isdigit() and w not in _SIGNS]
    if not names:
        return ""
    key = " ".join(names)
    return key if found.pure else _HIDDEN + hashlib.sha256(key.encode()).hexdigest()[:10]


def readable(sign: str) -> bool:
    """Whether a mark is made of known words."""
    return bool(sign) and not sign.startswith(_HIDDEN)


def inner(text: str) -> str:
    """What stands after the label in the same cell; empty where there is nothing."""
    found = label(text)
    if found.concepts and found.value:
        return found.value.strip()
    apart = _APART.search(text)
    return text[apart.end() :].strip() if apart else ""
