"""The words of the trade: one TOML file per language, combined by rule instead of listed as phrases."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files


class Concept(StrEnum):
    """What a word of a label can mean."""

    INVOICE = "invoice"
    CREDIT = "credit"
    QUOTE = "quote"
    PROFORMA = "proforma"
    DELIVERY_NOTE = "delivery_note"
    STATEMENT = "statement"
    PRICE_LIST = "price_list"
    ORDER = "order"
    RECEIPT = "receipt"
    NUMBER = "number"
    DATE = "date"
    DUE = "due"
    ISSUED = "issued"
    TOTAL = "total"
    SUB = "sub"
    NET = "net"
    GROSS = "gross"
    TAX = "tax"
    RATE = "rate"
    AMOUNT = "amount"
    PAYABLE = "payable"
    PAID = "paid"
    PAYMENT = "payment"
    BALANCE = "balance"
    UNPAID = "unpaid"
    DISCOUNT = "discount"
    CHARGE = "charge"
    ROUNDING = "rounding"
    WORDS = "words"
    QUANTITY = "quantity"
    MEASURE = "measure"
    UNIT = "unit"
    PRICE = "price"
    DESCRIPTION = "description"
    CODE = "code"
    SERIAL = "serial"
    CUSTOMER = "customer"
    SELLER = "seller"
    SHIP = "ship"
    NAME = "name"
    COMPANY = "company"
    CONTACT = "contact"
    ADDRESS = "address"
    CITY = "city"
    COUNTRY = "country"
    POSTCODE = "postcode"
    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    TAXID = "taxid"
    BANK = "bank"
    TERMS = "terms"
    REFERENCE = "reference"
    PERIOD = "period"
    CURRENCY = "currency"
    STATUS = "status"
    PAGE = "page"
    NOTE = "note"
    EXCHANGE = "exchange"


LANGUAGES = ("en", "fr", "de", "es", "nl", "it", "pt")
COMPOUNDING = ("de", "nl")
LONGEST = 90

_TOKEN = re.compile(r"(?<![^\W\d_])[nN]\s?[°º]|[^\W\d_]+|\d[\d.,]*|[#%€$£]")
_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
_COLON = re.compile(r"\s*(?::\s*-?|：|\t|\s[-–—]\s|:-)\s*")
_ENUMERATION = re.compile(r"^\s*(?:\d{1,2}|[a-zA-Z])\s?[.)]\s*(?=[^\W\d_]{2})")


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


def folded(word: str) -> str:
    """A word without case and accents, so that two spellings of it meet."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("°", "o").replace(" ", "")


@cache
def vocabulary() -> Vocabulary:
    """The words of every language, read once."""
    phrases: dict[tuple[str, ...], set[Concept]] = {}
    single: dict[str, dict[str, frozenset[Concept]]] = {}
    ignored: set[str] = set()
    common: dict[str, frozenset[str]] = {}
    months: dict[str, int] = {}
    for language in LANGUAGES:
        data = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
        own: dict[str, set[Concept]] = {}
        for concept, texts in data["words"].items():
            for text in texts:
                key = tuple(words(text))
                phrases.setdefault(key, set()).add(Concept(concept))
                if len(key) == 1:
                    own.setdefault(key[0], set()).add(Concept(concept))
        single[language] = {word: frozenset(found) for word, found in own.items()}
        ignored.update(folded(w) for w in data["ignored"])
        common[language] = frozenset(folded(w) for w in data["common"])
        months.update({folded(name): number for number, name in enumerate(data["months"], 1)})
    return Vocabulary(
        {k: frozenset(v) for k, v in phrases.items()}, frozenset(ignored), single, common, months
    )


def words(text: str) -> list[str]:
    """The folded words of a text, camel case and snake case taken apart."""
    return [word for word, _ in _tokens(text)]


def _tokens(text: str) -> list[tuple[str, int]]:
    found = []
    for match in _TOKEN.finditer(text):
        whole = match.group()
        parts = (
            _HUMP.split(whole)
            if _HUMP.search(whole) and (folded(whole),) not in vocabulary().phrases
            else [whole]
        )
        found += [(folded(part), match.end()) for part in parts]
    return found


def _meaning(vocab: Vocabulary, tokens: list[str], at: int) -> tuple[int, frozenset[Concept]]:
    for length in (3, 2, 1):
        found = vocab.phrases.get(tuple(tokens[at : at + length]))
        if found is not None and at + length <= len(tokens):
            return length, found
    return (1, compound(tokens[at])) if len(tokens[at]) > 4 else (1, frozenset())


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
    bare = _ENUMERATION.sub("", _RATE.sub(" ", text))
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
        if Concept.NUMBER not in found and _NUMBERED.match(text, tokens[at][1]):
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
        for language in LANGUAGES:
            known = vocab.single[language]
            score[language] += sum(1.0 for t in tokens if t in known and len(t) > 2)
            score[language] += sum(0.4 for t in tokens if t in vocab.common[language])
    best = max(score, key=lambda name: score[name])
    return best if score[best] >= 2 else None
