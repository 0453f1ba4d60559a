"""Suggest: what a local model proposes for the fields that a reading left open.

Nothing of it is a reading: a suggestion stands beside the document for a person to take up, and holds only
what stands in the sheet.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from ledgerferry.flows import literal
from ledgerferry.flows.questions import Subject, block_lines, failed, place, questions
from ledgerferry.model.document import Cell, Document
from ledgerferry.model.outcome import CallError
from ledgerferry.model.party import name_key
from ledgerferry.model.question import (
    AddressAnswer,
    Adviser,
    Answer,
    CellText,
    ContactAnswer,
    Form,
    Question,
    ReachAnswer,
    ReadingAnswer,
    SponsorAnswer,
    Unhelpful,
)
from ledgerferry.model.suggestion import SuggestedField, Suggestion
from ledgerferry.systems.workbook import values

_MOST_UNHELPFUL: Final = 3
_MOST_BLOCK_LINES: Final = 9
_F = SuggestedField


@dataclass(frozen=True)
class Advice:
    """What came of asking about one subject: questions answered, what was proposed, and what was not true.

    ``refused`` counts the values that an answer named and that stand nowhere in the sheet, are not of their
    field's shape, or would replace what was read.
    """

    asked: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    refused: int = 0


# The fields of a suggestion that a correction can take up, under the names that it has for them.
TAKEN_UP: Final = frozenset(
    {_F.CONTACT, _F.EMAIL, _F.PHONE, _F.ADDRESS, _F.POSTCODE, _F.NUMBER, _F.ISSUED, _F.DUE}
)


def as_values(suggestions: Iterable[Suggestion]) -> dict[str, str]:
    """What a correction would say that takes these suggestions up; of several for a field the surest."""
    ordered = sorted(suggestions, key=lambda s: s.confidence)
    return {s.field.value: s.value for s in ordered if s.field in TAKEN_UP}


class Asking:
    """A round of questions to one adviser. It ends by itself where the adviser is away or of no use.

    ``say`` is then told once; whatever is asked afterwards comes back empty at once.
    """

    def __init__(self, adviser: Adviser, say: Callable[[str], None]) -> None:
        self._adviser = adviser
        self._say = say
        self._unhelpful = 0
        self.over: str | None = None

    def about(self, subject: Subject) -> Advice:
        """The suggestions for one subject; never raises for what the adviser does or says."""
        advice = Advice()
        for question in questions(subject):
            answer = self._answer(question)
            if self.over:
                break
            advice = replace(advice, asked=advice.asked + 1)
            if answer is not None:
                taken, refused = _checked(subject, answer, self._adviser.name)
                advice = replace(
                    advice,
                    suggestions=(*advice.suggestions, *taken),
                    refused=advice.refused + refused,
                )
        return advice

    def _answer(self, question: Question) -> Answer | None:
        if self.over:
            return None
        try:
            answer = self._adviser.ask(question)
        except Unhelpful as error:
            self._unhelpful += 1
            if self._unhelpful >= _MOST_UNHELPFUL:
                self._end(f"{self._unhelpful} of its answers in a row could not be used ({error})")
            return None
        except CallError as error:
            self._end(error.why)
            return None
        self._unhelpful = 0
        return answer

    def _end(self, why: str) -> None:
        self.over = why
        self._say(f"The local model is not asked any further: {why}. Everything else goes on without it.")


@dataclass(frozen=True)
class _Claim:
    """What an answer claims: a field, the value it would get, and the cell that shows it (None for none)."""

    field: SuggestedField
    value: str
    source: CellText | None
    why: str


def _checked(subject: Subject, answer: Answer, model: str) -> tuple[list[Suggestion], int]:
    """The suggestions that an answer's claims are worth, and how many claims are worth none."""
    made, refused = [], 0
    for claim in _claims(subject, answer):
        suggestion = _suggestion(subject, claim, answer.confidence, model)
        refused += suggestion is None
        made += [suggestion] if suggestion else []
    return made, refused


def _suggestion(subject: Subject, claim: _Claim, percent: int, model: str) -> Suggestion | None:
    if claim.source is None or claim.value in subject.amounts or _was_read(subject.document, claim):
        return None
    try:
        return Suggestion(
            field=claim.field,
            value=claim.value,
            confidence=Decimal(percent) / 100,
            cell=claim.source.cell,
            model=model,
            why=claim.why,
        )
    except ValidationError:
        return None


def _was_read(document: Document | None, claim: _Claim) -> bool:
    """Whether the field has a value, or the claim only repeats a company's name."""
    if document is None:
        return False
    customer = document.customer
    address = customer.address if customer else None
    read: dict[SuggestedField, object] = {
        _F.NUMBER: document.number,
        _F.ISSUED: document.issued,
        _F.DUE: document.due,
        _F.BLOCK: customer,
        _F.CONTACT: customer.contact if customer else None,
        _F.EMAIL: customer.email if customer else None,
        _F.PHONE: customer.phone if customer else None,
        _F.CITY: address.city if address else None,
        _F.POSTCODE: address.postcode if address else None,
        _F.COUNTRY: address.country if address else None,
    }
    names = {name_key(p.name) for p in (customer, document.seller) if p}
    repeats = claim.field in {_F.CONTACT, _F.SPONSOR} and name_key(claim.value) in names
    same = claim.field is _F.ADDRESS and address is not None and claim.value == ", ".join(address.lines)
    return read.get(claim.field) is not None or repeats or same


def _claims(subject: Subject, answer: Answer) -> Iterator[_Claim]:
    if isinstance(answer, ReadingAnswer):
        yield from _reading(subject, answer)
    elif isinstance(answer, AddressAnswer):
        yield from _address(subject, answer)
    elif isinstance(answer, ContactAnswer):
        yield from _contact(subject, answer)
    elif isinstance(answer, ReachAnswer):
        yield from _copied(subject, _F.EMAIL, answer.email, "the customer's e-mail", Form.TEXT)
        yield from _copied(subject, _F.PHONE, answer.phone, "the customer's phone", Form.TEXT, Form.NUMBER)
    elif isinstance(answer, SponsorAnswer):
        yield from _copied(subject, _F.SPONSOR, answer.sponsor, "who has the customer billed", Form.TEXT)


def _copied(
    subject: Subject, field: SuggestedField, claimed: str, what: str, *forms: Form
) -> Iterator[_Claim]:
    """The claim that a text stands somewhere among the cells shown; none for an empty one."""
    text = " ".join(claimed.split())
    if text:
        yield _Claim(field, text, literal.found(text, subject.shown, *forms), _asked(what))


def _asked(what: str) -> str:
    return f"asked for {what}; it stands there letter by letter"


def _reading(subject: Subject, answer: ReadingAnswer) -> Iterator[_Claim]:
    if not failed(subject.document):
        return
    yield from _copied(subject, _F.NUMBER, answer.number, "the document's number", Form.TEXT, Form.NUMBER)
    yield from _dated(subject, _F.ISSUED, answer.issued, "the date of issue")
    yield from _dated(subject, _F.DUE, answer.due, "the due date")
    if answer.customer_first:
        yield _block(subject, answer.customer_first, answer.customer_last or answer.customer_first)


def _dated(subject: Subject, field: SuggestedField, claimed: str, what: str) -> Iterator[_Claim]:
    """A claimed date: as it stands in the sheet, and only where it can be read in one way."""
    for claim in _copied(subject, field, claimed, what, Form.TEXT, Form.DATE):
        day = values.day(claim.value)
        certain = day is not None and not day.ambiguous
        yield replace(claim, value=day.value.isoformat()) if day and certain else replace(claim, source=None)


def _block(subject: Subject, first: str, last: str) -> _Claim:
    """The cells from one to another, in the columns between them, as the block of the customer."""
    why = "asked where the customer stands; these are the lines of those cells"
    nothing = _Claim(_F.BLOCK, "", None, why)
    try:
        (top, left), (bottom, right) = place(first), place(last)
    except ValueError:
        return nothing
    inside = [
        t
        for t in subject.shown
        if t.form is not Form.DATE
        and (at := place(t.cell.cell))
        and top <= at[0] <= bottom
        and left <= at[1] <= right
    ]
    lines = literal.lines(inside)
    if not lines or len(lines) > _MOST_BLOCK_LINES:
        return nothing
    return _Claim(_F.BLOCK, "\n".join(line for line, _ in lines), inside[0], why)


def _address(subject: Subject, answer: AddressAnswer) -> Iterator[_Claim]:
    lines = block_lines(subject.block())
    name = name_key(subject.document.customer.name) if subject.document and subject.document.customer else ""
    numbers = list(dict.fromkeys(answer.address))
    chosen = [lines[n - 1] for n in sorted(numbers) if n <= len(lines) and name_key(lines[n - 1][0]) != name]
    if numbers:
        source = chosen[0][1] if len(chosen) == len(numbers) else None
        yield _Claim(_F.ADDRESS, ", ".join(line for line, _ in chosen), source, _lined("the address"))
    for field, claimed in (
        (_F.CITY, answer.city),
        (_F.POSTCODE, answer.postcode),
        (_F.COUNTRY, answer.country),
    ):
        text = " ".join(claimed.split())
        if text:
            block = subject.block()
            forms = (Form.TEXT, Form.NUMBER) if field is _F.POSTCODE else (Form.TEXT,)
            yield _Claim(field, text, literal.found(text, block, *forms), _lined(f"the {field.name.lower()}"))


def _lined(what: str) -> str:
    return f"asked which part of the customer's block is {what}"


def _contact(subject: Subject, answer: ContactAnswer) -> Iterator[_Claim]:
    where = subject.document.where("customer_name") if subject.document else None
    if answer.customer_is != "unclear" and where is not None:
        read = CellText(cell=Cell(file=where.file, sheet=where.sheet, cell=where.cell), text="")
        why = "asked whether the customer's name is a person's or a business's"
        yield _Claim(_F.CUSTOMER_KIND, answer.customer_is, read, why)
    text = " ".join(answer.contact.split())
    if text:
        source = literal.found(text, subject.block(), Form.TEXT)
        yield _Claim(_F.CONTACT, text, source, "asked for the person to write to at the customer")
