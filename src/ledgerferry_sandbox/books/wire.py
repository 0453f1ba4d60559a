"""How Books writes money, moments and texts."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from ledgerferry_sandbox.exchange import Row

M = TypeVar("M", bound=BaseModel)
ZERO = Decimal(0)
ONE = Decimal(1)


class Wire(BaseModel):
    """An object of Books. What it does not know is dropped without a word (F23)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


def number(amount: Decimal) -> float | int:
    """A number as JSON writes it; exact for all that fifteen digits hold."""
    if not amount:
        return 0
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def stamp(moment: datetime) -> str:
    """A moment with its offset without a colon, as in 2013-11-18T02:02:51-0800 (F16)."""
    text = moment.replace(microsecond=0).isoformat() if moment.microsecond else moment.isoformat()
    return f"{text[:-3]}{text[-2:]}"


def _amount(value: object) -> object:
    return str(value) if isinstance(value, float) else (ZERO if value in ("", None) else value)


def _day(value: object) -> object:
    return None if value == "" else value


Amount = Annotated[
    Decimal, BeforeValidator(_amount), PlainSerializer(number, return_type=float | int, when_used="json")
]
Moment = Annotated[datetime, PlainSerializer(stamp, return_type=str, when_used="json")]
Day = Annotated[
    date | None,
    BeforeValidator(_day),
    PlainSerializer(lambda day: day.isoformat() if day else "", return_type=str, when_used="json"),
]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Text100 = Annotated[Text, StringConstraints(max_length=100)]
Text200 = Annotated[Text, StringConstraints(max_length=200)]


def derived(record: M, values: Row) -> M:
    """A copy of a record with other values, which need no check; it does not say which fields were given."""
    made = record.model_copy()
    made.__dict__.update(values)
    return made


PLAIN: dict[type, Callable[[Any], object]] = {
    Decimal: number,
    datetime: stamp,
    date: date.isoformat,
    type(None): lambda _: "",
}


def picked(record: BaseModel, names: Iterable[str]) -> Row:
    """Some simple fields of a record as JSON has them; many times as fast as dumping the record."""
    held = record.__dict__
    row = {}
    for name in names:
        value = held[name]
        change = PLAIN.get(type(value))
        row[name] = change(value) if change else value
    return row


class Rows:
    """Parts of list rows that were worked out before. A record that changed is another object."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._held: dict[str, tuple[BaseModel, Row]] = {}

    def of(self, number: str, record: M, make: Callable[[M], Row]) -> Row:
        """The row of this record, made now or before; it must not be changed."""
        held = self._held.get(number)
        if held is not None and held[0] is record:
            return held[1]
        if len(self._held) >= self._most:
            self._held.clear()
        row = make(record)
        self._held[number] = (record, row)
        return row


def folded(text: str) -> str:
    """A text as uniqueness and search compare it: no outer spaces, one case."""
    return text.strip().casefold()
