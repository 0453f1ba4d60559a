"""Page tokens: where a list goes on after its first two thousand records (F67)."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.errors import Refusal
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.values import moment

SHIFT = Decimal(10) ** 20
LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a module's list as one user reads it: the last record read, and how many came before."""

    module: str
    user: str
    sort_by: str
    sort_order: str
    last: str = ""
    last_id: str = ""
    passed: int = 0

    def key(self, record: Record) -> tuple[str, int, str]:
        """Where a record stands in this order."""
        text = "" if self.sort_by == "id" else _text(record.get(self.sort_by))
        return (text, len(record.id), record.id)

    def beyond(self, record: Record) -> bool:
        """Whether a record comes after this place."""
        if not self.last_id:
            return True
        here = (self.last, len(self.last_id), self.last_id)
        return self.key(record) < here if self.sort_order == "desc" else self.key(record) > here

    def behind(self, record: Record, passed: int) -> "Place":
        """The place after this record."""
        return replace(self, last=self.key(record)[0], last_id=record.id, passed=passed)


def _text(value: object) -> str:
    """A value so that texts stand in the order of the values; numbers of either sign have one length."""
    if isinstance(value, int | float):
        return f"{Decimal(str(value)) + SHIFT:040.9f}"
    return str(value or "")


def give(cabinet: Cabinet, place: Place) -> tuple[str, str]:
    """A token for a place, and when it expires."""
    expiry = (cabinet.desk.now() + LIFE).isoformat()
    text = json.dumps([expiry, asdict(place)])
    return urlsafe_b64encode(f"{_seal(text)}{text}".encode()).decode(), expiry


def take(cabinet: Cabinet, module: str, user: str, token: str) -> Place:
    """The place of a token; one that is old, foreign, or of another module is refused."""
    details = {"param_name": "page_token", "param": "page_token"}
    wrong = Refusal("INVALID_DATA", "invalid page token", details)
    try:
        text = urlsafe_b64decode(token).decode()
    except ValueError:
        raise wrong from None
    if text[:16] != _seal(text[16:]):
        raise wrong
    expiry, row = json.loads(text[16:])
    place = Place(**row)
    if place.module != module or place.user != user:
        raise wrong
    if moment(expiry) <= cabinet.desk.now():
        raise Refusal("EXPIRED_TOKEN", "page token expired", details)
    return place


def _seal(text: str) -> str:
    return hashlib.sha256(f"page/{text}".encode()).hexdigest()[:16]
