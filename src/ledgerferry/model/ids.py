"""Identities of business records, and the keys that make a write recognisable at the target."""

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledgerferry.model.party import name_key


def normal_number(number: str) -> str:
    """A document number without the differences that people introduce: case, spaces, leading ``#``."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"\s+", "", folded).lstrip("#").removesuffix(".0")


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What makes a business record itself, wherever its evidence lies: seller, kind, name and year.

    Documents carry their normalised number and issue year; customers their folded name; a payment
    its customer, date, mode and reference; a file the identity of its document and its own digest.
    """

    seller: str
    kind: str
    name: str
    year: int = 0

    def __str__(self) -> str:
        return "|".join((self.seller, self.kind, self.name, str(self.year or "")))

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """The identity that ``str`` gave this text."""
        seller, kind, rest = text.split("|", 2)
        name, year = rest.rsplit("|", 1)
        return cls(seller, kind, name, int(year or 0))


def document_identity(seller: str, kind: str, number: str, issued: date) -> Identity:
    """The identity of an invoice or credit note."""
    return Identity(seller, kind, normal_number(number), issued.year)


def customer_identity(seller: str, name: str) -> Identity:
    """The identity of a customer, by the name the documents give."""
    return Identity(seller, "customer", name_key(name))


# What records of the books are in a CRM, by kind.
IN_CRM: Final = {"customer": "account", "invoice": "deal"}


def counterpart(identity: str, kind: str) -> str:
    """The identity of what a record of one system is in another, of this kind there."""
    return str(replace(Identity.parse(identity), kind=kind))


def digest(*parts: str) -> str:
    """SHA-256 over the parts, each with its length before it, in hex."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode()
        sha.update(str(len(data)).encode() + b":" + data)
    return sha.hexdigest()


def operation_key(
    target: str, link: str, identity: Identity, purpose: str, generation: int, agreement: int | None = None
) -> str:
    """The key of one intended write: 28 characters that a field of the target can carry.

    ``target`` names connection and organisation. A create has no ``agreement``; an update carries
    the number of the agreement it starts from, so that A→B→A→B is three updates.
    """
    base = "" if agreement is None else str(agreement)
    sha = hashlib.sha256(digest(target, link, str(identity), purpose, str(generation), base).encode())
    return "lf" + base64.b32encode(sha.digest()).decode().lower()[:26]
