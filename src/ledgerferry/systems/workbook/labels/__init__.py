"""The words of the trade: one TOML file per language, combined by rule instead of listed as phrases."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from rapidfuzz.distance import OSA

from ledgerferry.systems.workbook.labels.concepts import Concept as Concept

LANGUAGES = (
    *("en", "fr", "de", "es", "nl", "it", "pt", "pl", "cs", "sk", "ro", "hu", "tr", "sv", "da", "no", "fi"),
    *("ru", "uk", "el", "ar", "zh", "ja", "ko", "id", "vi"),
)
COMPOUNDING = ("de", "nl", "sv", "da", "no", "fi", "hu")
LONGEST = 90
_SLIP = 7
_SHORT = 5
_ABBREVIATED = 3

_TOKEN = re.compile(r"(?<![^\W\d_])[nN]\s?[°º]|[^\W\d_]+|\d[\d.,]*|[#%€$£№]")
_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?[%％]")
_COLON = re.compile(r"\s*(?::\s*-?|：|\t|\s[-–—]\s|:-)\s*")
_ENUMERATION = re.compile(r"^\s*(?:\d{1,2}|[a-zA-Z])\s?[.)]\s*(?=[^\W\d_]{2})")
# Han, kana and hangul: scripts whose words are written without spaces between them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
}


_KEPT = {
    Concept.DATE: ("issued", "due", "payment", "period"),
    Concept.TOTAL: ("amount",),
    Concept.TAX: ("net", "gross", "rate"),
    Concept.NUMBER: ("invoice", "credit", "quote"),
}


def _currency_words() -> frozenset[str]:
    """Codes and signs of currencies, which say nothing about what a label names."""
    data = tomllib.loads(files(__package__).joinpath("currencies.toml").read_text(encoding="utf-8"))
    return frozenset(word.casefold() for word in (*data["codes"], *data["signs"]))


_NUMBERED = re.compile(r"(?:[-/._]?[^\W\d_]+)*[-/._]?\d")
_CURRENCY_WORDS = _currency_words()


@dataclass(frozen=True, slots=True)
class Label:
    """A text read as a label: what its words mean, and what stands after them in the same cell.

    ``unknown`` counts words that no language knows; a label proper has none.
    """

    concepts: frozenset[Concept]
    unknown: int
    value: str | None = None
    rate: Decimal | None = None
    extra: frozenset[Concept] = field(default=frozenset())

    def has(self, *concepts: Concept) -> bool:
        """Whether all these concepts are among the words."""
        return all(c in self.concepts for c in concepts)

    def any(self, *concepts: Concept) -> bool:
        """Whether at least one of these concepts is among the words."""
        return any(c in self.concepts for c in concepts)

    @property
    def pure(self) -> bool:
        """Whether every word is known and means something."""
        return bool(self.concepts) and self.unknown == 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All languages together: phrases of one to three folded words and what they mean."""

    phrases: dict[tuple[str, ...], frozenset[Concept]]
    ignored: frozenset[str]
    single: dict[str, dict[str, frozenset[Concept]]]
    common: dict[str, frozenset[str]]
    months: dict[str, int]
    whole_months: dict[str, int]
    unspaced: frozenset[str]
    honorifics: tuple[str, ...]


def folded(word: str) -> str:
    """A word without case and accents, so that two spellings of it meet."""
    if word.isascii():
        return word.lower().replace(" ", "")
    plain = unicodedata.normalize("NFKD", word.casefold()).casefold()
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_PLAIN)
    return unicodedata.normalize("NFC", bare.replace("°", "o").replace(" ", ""))


@cache
def told(language: str) -> dict[str, Any]:
    """The file of a language, read once; not to be changed."""
    return tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """The words of every language, read once."""
    gathered = _Gathered()
    for language in LANGUAGES:
        gathered.add(language, told(language))
    return gathered.vocabulary()


@dataclass(slots=True)
class _Gathered:
    """The vocabulary while its files are read one after the other."""

    phrases: dict[tuple[str, ...], set[Concept]] = field(default_factory=dict)
    single: dict[str, dict[str, frozenset[Concept]]] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    common: dict[str, frozenset[str]] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    whole_months: dict[str, int] = field(default_factory=dict)
    honorifics: list[str] = field(default_factory=list)

    def add(self, language: str, data: dict[str, Any]) -> None:
        """Takes in the file of one language."""
        own: dict[str, set[Concept]] = {}
        for concept, texts in data["words"].items():
            for text in texts:
                key = tuple(folded(whole) for whole, _ in _wholes(text))
                self.phrases.setdefault(key, set()).add(Concept(concept))
                if len(key) == 1:
                    own.setdefault(key[0], set()).add(Concept(concept))
        self._complete(data["words"], own)
        self.single[language] = {word: frozenset(found) for word, found in own.items()}
        self.ignored.update(folded(w) for w in data["ignored"])
        self.common[language] = frozenset(folded(w) for w in data["common"])
        self.honorifics += data.get("honorifics", [])
        months = self.months if data.get("months_abbreviated", True) else self.whole_months
        for names in (data["months"], data.get("months_also", [])):
            months.update({folded(name): number for number, name in enumerate(names, 1)})

    def _complete(self, listed: dict[str, list[str]], own: dict[str, set[Concept]]) -> None:
        """A phrase for a date that holds the word date, or for an amount that holds total, means that too."""
        for concept, kinds in _KEPT.items():
            bearing = {word for word, found in own.items() if concept in found}
            for text in (text for kind in kinds for text in listed.get(kind, ())):
                key = tuple(folded(whole) for whole, _ in _wholes(text))
                if len(key) > 1 and bearing & set(key):
                    self.phrases[key].add(concept)

    def vocabulary(self) -> Vocabulary:
        """What was gathered."""
        known = {key[0] for key in self.phrases if len(key) == 1} | self.ignored
        return Vocabulary(
            {k: frozenset(v) for k, v in self.phrases.items()},
            frozenset(self.ignored),
            self.single,
            self.common,
            self.months,
            self.whole_months,
            frozenset(word for word in known if _UNSPACED.search(word)),
            tuple(self.honorifics),
        )


def unspaced(text: str) -> bool:
    """Whether a text is in a script whose words are written without spaces between them."""
    return _UNSPACED.search(text) is not None


def words(text: str) -> list[str]:
    """The folded words of a text, camel case and snake case taken apart."""
    return [word for word, _ in _tokens(text)]


def _wholes(text: str) -> list[tuple[str, int]]:
    return [(match.group(), match.end()) for match in _TOKEN.finditer(text)]


def _tokens(text: str) -> list[tuple[str, int]]:
    found = []
    for whole, end in _wholes(text):
        if _UNSPACED.search(whole):
            found += _segments(whole, end)
            continue
        parts = (
            _HUMP.split(whole)
            if _HUMP.search(whole) and (folded(whole),) not in vocabulary().phrases
            else [whole]
        )
        found += [(folded(part), end) for part in parts]
    return found


def _segments(whole: str, end: int) -> list[tuple[str, int]]:
    """The known words that a text without spaces is made of, the longest first, and what is between."""
    known = vocabulary().unspaced
    plain = unicodedata.normalize("NFKC", whole)
    start = end - len(whole) if len(plain) == len(whole) else end
    found: list[tuple[str, int]] = []
    at = rest = 0
    while at < len(plain):
        longest = next(
            (n for n in range(min(16, len(plain) - at), 0, -1) if folded(plain[at : at + n]) in known), 0
        )
        if longest:
            if rest < at:
                found.append((folded(plain[rest:at]), start + at))
            found.append((folded(plain[at : at + longest]), start + at + longest))
            rest = at + longest
        at += longest or 1
    if rest < len(plain):
        found.append((folded(plain[rest:]), end))
    return found


def _meaning(vocab: Vocabulary, tokens: list[str], at: int) -> tuple[int, frozenset[Concept]]:
    for length in (3, 2, 1):
        found = vocab.phrases.get(tuple(tokens[at : at + length]))
        if found is not None and at + length <= len(tokens):
            return length, found
    word = tokens[at]
    if len(word) <= 4 or word in vocab.ignored:
        return 1, frozenset()
    return 1, _without_article(word) or compound(word) or misspelt(word)


def _without_article(word: str) -> frozenset[Concept]:
    """What an Arabic word means that begins with its article."""
    bare = next((word.removeprefix(a) for a in ("ال", "لل", "وال", "بال") if word.startswith(a)), "")
    return vocabulary().phrases.get((bare,), frozenset())


@lru_cache(maxsize=8192)
def misspelt(word: str) -> frozenset[Concept]:
    """What a long word means that is one slip of the keyboard away from known ones that all mean the same."""
    if len(word) < _SLIP or not word.isalpha() or _UNSPACED.search(word):
        return frozenset()
    near = {
        meaning
        for known, meaning in long_words()
        if abs(len(known) - len(word)) <= 1
        and max(len(known), len(word)) > _SLIP
        and OSA.distance(word, known, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else frozenset()


def near_concept(word: str, concept: Concept) -> bool:
    """Whether a word is at most one slip away from one that means the concept: for where more proves it."""
    key = folded(word)
    known = (k[0] for k, found in vocabulary().phrases.items() if len(k) == 1 and concept in found)
    return any(len(k) >= _SHORT and OSA.distance(key, k, score_cutoff=1) <= 1 for k in known)


def abbreviates(word: str, concept: Concept) -> bool:
    """Whether letters begin a word that means the concept: ``FACT`` an invoice."""
    key = folded(word)
    known = (k[0] for k, found in vocabulary().phrases.items() if len(k) == 1 and concept in found)
    return len(key) >= _ABBREVIATED and any(k.startswith(key) for k in known)


@cache
def long_words() -> tuple[tuple[str, frozenset[Concept]], ...]:
    """The known words that are long enough to be told from others with a slip in them."""
    phrases = vocabulary().phrases
    return tuple(
        (key[0], meaning) for key, meaning in phrases.items() if len(key) == 1 and len(key[0]) >= _SLIP
    )


@lru_cache(maxsize=8192)
def compound(word: str) -> frozenset[Concept]:
    """What a German or Dutch compound means: the meanings of its two known parts together."""
    for language in COMPOUNDING:
        known = vocabulary().single[language]
        for cut in range(len(word) - 2, 1, -1):
            head, tail = word[:cut], word[cut:]
            for left in (head, head.removesuffix("s"), head.removesuffix("en")):
                if left in known and tail in known and len(left) > 1:
                    return known[left] | known[tail]
    return frozenset()


@lru_cache(maxsize=8192)
def label(text: str) -> Label:
    """The text read as a label; one with no known words has no concepts."""
    if len(text) > LONGEST and ":" not in text[:LONGEST]:
        return Label(frozenset(), len(text))
    rate = _RATE.search(text)
    percent = Decimal(rate.group(1).replace(",", ".")) if rate else None
    bare = _RATE.sub(" ", text)
    if _ENUMERATION.match(bare) and (not bare.strip()[0].isalpha() or _read(bare).unknown):
        bare = _ENUMERATION.sub("", bare)
    colon = _COLON.search(bare)
    if colon and colon.start() > 0:
        head = _read(bare[: colon.start()])
        if head.concepts and head.value is None:
            rest = bare[colon.end() :].strip(" \t:-–")
            return Label(head.concepts, head.unknown, rest or None, percent)
    found = _read(bare)
    return Label(found.concepts, found.unknown, found.value, percent)


def _read(text: str) -> Label:
    tokens = _tokens(text)
    names = [name for name, _ in tokens]
    vocab = vocabulary()
    concepts: set[Concept] = set()
    unknown, at, end = 0, 0, 0
    while at < len(names):
        if names[at][0].isdigit():
            break
        length, found = _meaning(vocab, names, at)
        inside = _UNSPACED.search(names[at])
        if Concept.NUMBER not in found and not inside and _NUMBERED.match(text, tokens[at][1]):
            break
        if not found and names[at] not in vocab.ignored and names[at] not in _CURRENCY_WORDS:
            unknown += 1
        concepts |= found
        at += length
        end = tokens[at - 1][1]
    rest = text[end:].strip(" \t\n.:-–—=#(") if at < len(names) else ""
    return Label(frozenset(concepts), unknown, rest or None)


def language_of(texts: list[str]) -> str | None:
    """The language most of these texts are in, by their small words and labels; ``None`` when unclear."""
    vocab = vocabulary()
    score = dict.fromkeys(LANGUAGES, 0.0)
    for text in texts:
        tokens = words(text)
        script = next((name for name, signs in _SCRIPTS.items() if signs.search(text)), None)
        if script is not None:
            score[script] += 1.5
        for language in LANGUAGES:
            known = vocab.single[language]
            score[language] += sum(1.0 for t in tokens if t in known and len(t) > 2)
            score[language] += sum(0.4 for t in tokens if t in vocab.common[language])
    if score["ja"] > score["zh"] / 4:
        score["zh"] = 0
    best = max(score, key=lambda name: score[name])
    return best if score[best] >= 2 else None
