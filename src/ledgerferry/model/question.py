"""What a local model may be asked about a document, and all that it can answer.

An answer has no place for an amount, a quantity, a tax or a company's name: what has no place cannot be
said, and an answer with anything more in it is refused whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry.model.document import Cell

Percent = Literal[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
"""How sure the model is. The only number of an answer that is not the number of a line."""

LineNumber = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
"""The number of a line that was shown."""

Copied = Annotated[str, Field(max_length=120)]
"""Text that the model says stands in the sheet; empty for none. It counts only where it does stand there."""

Address = Annotated[str, Field(max_length=10)]
"""The address of a cell such as ``B7``; empty for none."""


class Form(StrEnum):
    """What kind of value a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class CellText(BaseModel):
    """What one cell holds, as text: dates in ISO form, numbers digit by digit."""

    model_config = ConfigDict(frozen=True)

    cell: Cell
    text: str
    form: Form = Form.TEXT


class Topic(StrEnum):
    """The only things that are asked about."""

    ADDRESS = "address"  # which lines of the customer's block are its address, city, postcode and country
    CONTACT = "contact"  # whether the customer is a person or a business, and who its contact is
    REACH = "reach"  # the customer's e-mail and phone, where none were read
    SPONSOR = "sponsor"  # on whose behalf the customer is billed
    READING = "reading"  # number, dates and place of the customer, where the reading failed


class Answer(BaseModel):
    """An answer of a local model; subclasses say what may be in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    topic: ClassVar[Topic]

    confidence: Percent


class AddressAnswer(Answer):
    """The numbers of the lines that are the address, and what of them is city, postcode and country."""

    topic = Topic.ADDRESS

    address: Annotated[list[LineNumber], Field(max_length=8)]
    city: Copied
    postcode: Copied
    country: Copied


class ContactAnswer(Answer):
    """What the customer is, and the person to write to there."""

    topic = Topic.CONTACT

    customer_is: Literal["person", "business", "unclear"]
    contact: Copied


class ReachAnswer(Answer):
    """How the customer is reached."""

    topic = Topic.REACH

    email: Copied
    phone: Copied


class SponsorAnswer(Answer):
    """Who has the customer billed."""

    topic = Topic.SPONSOR

    sponsor: Copied


class ReadingAnswer(Answer):
    """The document's number and dates, and the cells between which its customer stands."""

    topic = Topic.READING

    number: Copied
    issued: Copied
    due: Copied
    customer_first: Address
    customer_last: Address


ANSWERS: Final[Mapping[Topic, type[Answer]]] = {
    kind.topic: kind for kind in (AddressAnswer, ContactAnswer, ReachAnswer, SponsorAnswer, ReadingAnswer)
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what is wanted, and the cells it is about (as JSON), bounded in size."""

    topic: Topic
    wanted: str
    cells: str

    @property
    def answer(self) -> type[Answer]:
        """The type of its answer, which the topic alone decides."""
        return ANSWERS[self.topic]


class Unhelpful(Exception):
    """An answer that cannot be used: no JSON, not of the schema, cut off. The message quotes none of it."""


class Adviser(Protocol):
    """Who answers questions: a local model."""

    @property
    def name(self) -> str:
        """The name of the model."""
        ...

    def ask(self, question: Question) -> Answer:
        """The answer, of the type that the question's topic asks for.

        Raises ``Unhelpful`` where this answer cannot be used, ``CallError`` where no further one will come.
        """
        ...
