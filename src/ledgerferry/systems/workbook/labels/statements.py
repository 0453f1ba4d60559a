"""What a sheet states beside its sums, in whole phrases: treatments, credits, write-offs, ways to pay."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from ledgerferry.systems.workbook.labels import COMPOUNDING, LANGUAGES, Concept, folded, told, vocabulary

_WORD = re.compile(r"[^\W\d_]+|\d+")
# Han, kana and hangul: scripts whose words are written without spaces between them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SENTENCE = re.compile(r"[\n;!•|]|\.\s+(?=[^\W\d_a-zß-ÿ])")
_NOT = frozenset({
    "not", "no", "non", "pas", "nicht", "kein", "keine", "niet", "ikke", "inte", "ej", "nie", "ne", "neni",
    "nao", "не", "ni", "nu", "nem",
})  # fmt: skip
LONGEST = 600


class Statement(StrEnum):
    """What a phrase states."""

    CREDITED = "credited"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
    REVERSE_CHARGE = "reverse_charge"
    WRITTEN_OFF = "written_off"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CASH = "cash"
    CARD = "card"
    DEBIT = "debit"


NO_TAX = (Statement.ZERO_RATED, Statement.EXEMPT, Statement.OUT_OF_SCOPE, Statement.REVERSE_CHARGE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase in a text: what it states, from where to where, of how many words.

    ``doubtful`` where its sentence denies it or makes of it a maybe.
    """

    kind: Statement
    start: int
    end: int
    length: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    kind: Statement
    language: str


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases by first word, those of unspaced scripts; by language words of a maybe and for number."""

    spaced: dict[str, list[_Phrase]]
    unspaced: list[tuple[re.Pattern[str], _Phrase]]
    conditional: dict[str, frozenset[str]]
    numbers: dict[str, frozenset[str]]


@cache
def _phrases() -> _Phrases:
    found = _Phrases({}, [], {}, {})
    for language in LANGUAGES:
        table = told(language)["statements"]
        found.conditional[language] = frozenset(folded(w) for w in table["conditional"])
        single = vocabulary().single[language]
        found.numbers[language] = frozenset(w for w, means in single.items() if Concept.NUMBER in means)
        for kind in (k for k in table if k != "conditional"):
            for text in table[kind]:
                _add(found, text, _Phrase(_words(text), Statement(kind), language))
    for phrases in found.spaced.values():
        phrases.sort(key=lambda phrase: -len(phrase.words))
    found.unspaced.sort(key=lambda pair: -len(pair[0].pattern))
    return found


def _add(found: _Phrases, text: str, phrase: _Phrase) -> None:
    if _UNSPACED.search(text):
        pattern = r"\s*".join(re.escape(sign) for sign in text if not sign.isspace())
        found.unspaced.append((re.compile(pattern), phrase))
    else:
        found.spaced.setdefault(phrase.words[0], []).append(phrase)


def _words(text: str) -> tuple[str, ...]:
    return tuple(folded(match.group()) for match in _WORD.finditer(text))


@lru_cache(maxsize=4096)
def hits(text: str) -> tuple[Hit, ...]:
    """The phrases of a text from left to right, without those that lie within longer ones."""
    if not text or len(text) > LONGEST:
        return ()
    tokens = [(folded(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]
    found: list[Hit] = list(_unspaced(text)) if _UNSPACED.search(text) else []
    at = 0
    while at < len(tokens):
        matched = _at([word for word, _, _ in tokens], at)
        for phrase in matched:
            end = at + len(phrase.words) - 1
            denied = at > 0 and tokens[at - 1][0] in _NOT
            maybe = denied or _maybe(text, tokens[at][1], phrase.language)
            found.append(Hit(phrase.kind, tokens[at][1], tokens[end][2], len(phrase.words), maybe))
        at += 1
    return tuple(hit for hit in dict.fromkeys(found) if not any(_within(hit, other) for other in found))


def _within(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.length > hit.length


def states(text: str, *kinds: Statement) -> bool:
    """Whether a text holds a phrase of one of these kinds and leaves no doubt of it."""
    return any(hit.kind in kinds and not hit.doubtful for hit in hits(text))


def _at(words: list[str], at: int) -> list[_Phrase]:
    """The longest phrases that begin at a word; several where they are spelled alike."""
    begun = _phrases().spaced.get(words[at], [])
    found = [p for p in (*begun, *_compounds(words[at])) if _fits(p, words[at : at + len(p.words)])]
    longest = max((len(p.words) for p in found), default=0)
    return [p for p in found if len(p.words) == longest]


def _compounds(word: str) -> Iterator[_Phrase]:
    """The phrases of one word that a compound begins with."""
    for size in range(len(word) - 1, 5, -1):
        yield from (p for p in _phrases().spaced.get(word[:size], ()) if len(p.words) == 1)


def _fits(phrase: _Phrase, words: list[str]) -> bool:
    """Whether the words are the phrase's; a compound may go on with a word for number, as in Rechnungsnr."""
    *first, last = phrase.words
    if words[:-1] != first or not words[-1].startswith(last):
        return False
    rest = words[-1][len(last) :]
    if not rest:
        return True
    numbered = phrase.kind is Statement.CREDITED and phrase.language in COMPOUNDING
    return numbered and rest.removeprefix("s") in {"", *_phrases().numbers[phrase.language]}


def _maybe(text: str, start: int, language: str) -> bool:
    """Whether the sentence around a place holds a word that makes of it a maybe, or asks."""
    bounds = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    left = max(b for b in bounds if b <= start)
    right = min(b for b in bounds if b > start)
    sentence = text[left:right]
    found = (m.group() for m in _WORD.finditer(sentence))
    plain = {folded(w) for w in found if not (w[0].isupper() and folded(w) in vocabulary().months)}
    return "?" in sentence or bool(_phrases().conditional[language] & plain)


def _unspaced(text: str) -> Iterator[Hit]:
    taken: set[int] = set()
    for pattern, phrase in _phrases().unspaced:
        for match in pattern.finditer(text):
            if taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                doubtful = any(word in text for word in _phrases().conditional[phrase.language])
                yield Hit(phrase.kind, match.start(), match.end(), len(match.group()), doubtful)
