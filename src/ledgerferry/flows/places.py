"""Places: the country of a customer, and where that stands for VAT."""

import re
from functools import lru_cache
from typing import Final

from stdnum import get_cc_module
from stdnum.eu import vat

from ledgerferry.model.party import Party, VatPlace
from ledgerferry.systems.workbook.contacts import country

# The country whose organisations place their customers for VAT (F43).
HOME: Final = "GB"
# The Isle of Man is one area with the United Kingdom for VAT: which of the two Books means is not known.
_NEITHER: Final = frozenset({"IM"})
_NORTHERN: Final = re.compile(r"\bBT\d{1,2} ?\d[A-Z]{2}\b")
_LETTERS: Final = {"EL": "GR", "XI": "GB"}
_UNION: Final = frozenset(state.upper() for state in vat.MEMBER_STATES) - {"GB", "XI"} | {"GR"}


def country_of(party: Party) -> str | None:
    """The ISO code of the country that a party's address names, else of its VAT number; None in doubt."""
    return _by_address(party) or _by_number(party)


def vat_place(party: Party, home: str | None, *, northern_ireland: bool) -> VatPlace | None:
    """Where a customer stands for VAT, of one in the United Kingdom; None where nothing proves it.

    Address and VAT number must not speak of two countries. ``northern_ireland``: the organisation trades
    under the protocol, where customers registered in the Union are a third kind (F43).
    """
    if home != HOME:
        return None
    address, number = _by_address(party), _by_number(party)
    where = address or number
    if where is None or where in _NEITHER or (address and number and address != number):
        return None
    if where == HOME:
        return VatPlace.HOME
    return VatPlace.EU_REGISTERED if northern_ireland and in_union(party) else VatPlace.OVERSEAS


def in_union(party: Party) -> bool:
    """Whether a valid VAT number of the Union proves a customer registered there."""
    return _by_number(party) in _UNION


def is_northern(seller: Party | None) -> bool:
    """Whether a seller's letterhead speaks of Northern Ireland: its VAT number or its postcode."""
    if seller is None:
        return False
    number = re.sub(r"[^A-Z0-9]", "", (seller.vat_number or "").upper())
    place = seller.address.text if seller.address else ""
    return number.startswith("XI") or _NORTHERN.search(place) is not None


def _by_address(party: Party) -> str | None:
    address = party.address
    if address is None:
        return None
    named = country([address.country]) if address.country else None
    if address.country and named is None and re.fullmatch("[A-Z]{2}", address.country):
        named = address.country
    return named or country(list(address.lines))


def _by_number(party: Party) -> str | None:
    return _state(re.sub(r"[^A-Z0-9]", "", (party.vat_number or "").upper()))


@lru_cache(maxsize=4096)
def _state(number: str) -> str | None:
    """The country of a European VAT number whose letters and check digits are right."""
    code = _LETTERS.get(number[:2], number[:2])
    if code not in _UNION | {HOME}:
        return None
    module = get_cc_module(code.lower(), "vat")
    valid = module.is_valid(number if code != "GB" else f"GB{number[2:]}") if module else False
    return code if valid else None
