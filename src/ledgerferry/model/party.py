"""A company or person on a document, as the source states it."""

import unicodedata
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

# Unicode's combining diacritical marks: the accents of Latin, Greek and Cyrillic letters.
_ACCENTS = ("\u0300", "\u036f")


class Address(BaseModel):
    """A postal address: the lines as read, and the parts that could be told apart."""

    model_config = ConfigDict(frozen=True)

    lines: tuple[str, ...] = ()
    city: str | None = None
    postcode: str | None = None
    country: str | None = None

    @property
    def text(self) -> str:
        """The lines joined by line breaks."""
        return "\n".join(self.lines)


class VatPlace(StrEnum):
    """Where a customer stands for the VAT of the organisation; the third is of Northern Ireland alone."""

    HOME = "home"
    OVERSEAS = "overseas"
    EU_REGISTERED = "eu-registered"


class Party(BaseModel):
    """Who sells or buys. ``name`` is the name on the document; ``contact`` a person there.

    ``person`` is how likely the name is a person's, not a business's (0 to 1), ``phone_e164`` the telephone
    in its international form, ``vat_valid`` whether the number's check digits are right, ``sponsor`` on
    whose behalf the party stands (``c/o``). ``None`` where it is not known.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    vat_number: str | None = None
    person: Decimal | None = None
    phone_e164: str | None = None
    vat_valid: bool | None = None
    sponsor: str | None = None
    address: Address | None = None


def name_key(name: str) -> str:
    """What two spellings of one name share: case, accents, punctuation and spacing folded.

    Empty where a name has neither letter nor digit. Vowel signs and voicing marks of other scripts
    are part of their letters and stay.
    """
    plain = unicodedata.normalize("NFKD", name)
    folded = unicodedata.normalize("NFKD", plain.casefold())
    bare = "".join(c for c in folded if not _ACCENTS[0] <= c <= _ACCENTS[1])
    return " ".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in bare).split())
