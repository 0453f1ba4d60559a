"""The sheet of what a local model suggested, and what a person made of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ledgerferry.faces.report.cells import Styled, Value
from ledgerferry.faces.report.facts import Facts, Told, moment
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.model.document import Document
from ledgerferry.model.suggestion import Asked, SuggestedField, Suggestion
from ledgerferry.store.decisions import Decision, Verdict

NAME: Final = "LLM results"
_COLUMNS: Final = {
    "model": 22, "number": 17, "customer": 28, "field": 18, "value read": 24, "value suggested": 30,
    "confidence %": 12, "how it was checked": 48, "outcome": 26, "decided by": 12, "decided at": 21,
    "questions": 10, "not true": 9, "seconds": 9, "tokens": 9, "file": 58, "sheet": 14, "cell": 8,
}  # fmt: skip
_F = SuggestedField
_NONE: Final = (
    "No local model suggested anything about the documents of this run. Every value was read from its cell "
    "by rules, or given by a person. (`ferry review --llm URL --model NAME` asks one about what is held.)"
)
_NOTE: Final = (
    "A suggestion is never loaded by itself: a person takes it up or not. It holds only what stands in the "
    "cell beside it, and never an amount. Asking costs no call of Books or CRM."
)


class Advice(Sheet):
    """Every suggestion about a document of this run, and what asking for them took."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        right = {"confidence %", "questions", "not true", "seconds", "tokens"}
        self._page = pages.listing(NAME, _COLUMNS, right)
        self._facts = facts
        self._sheets = self._questions = self._milliseconds = self._tokens = self._suggested = self._taken = 0

    def told(self, told: Told) -> None:
        """The suggestions about a document; one row where it was asked about and nothing came of it."""
        spent = told.asked
        if spent is not None:
            self._sheets += 1
            self._questions += spent.questions
            self._milliseconds += spent.milliseconds
            self._tokens += spent.tokens or 0
        for one in told.suggestions:
            self._row(told, one, spent)
            spent = None
        if spent is not None:
            self._row(told, None, spent)

    def _row(self, told: Told, one: Suggestion | None, spent: Asked | None) -> None:
        document, decision = told.found.document, told.decision
        place = told.place
        said: list[Value] = [None, None, None, None, None, Styled("nothing was suggested", "faint")]
        if one is not None:
            place = replace(one.cell, file=document.file) if document else one.cell
            outcome, style = _outcome(one, decision)
            self._suggested += 1
            self._taken += style == "good"
            read = _value(document, one.field) if document and decision is None else None
            sure, how = int(one.confidence * 100), Styled(one.why, "wrapped")
            said = [one.field.value.replace("_", " "), read, one.value, sure, how, Styled(outcome, style)]
        name = one.model if one else spent.model if spent else None
        customer = document.customer.name if document and document.customer else None
        start: list[Value] = [name, document.number if document else None, customer]
        decided: list[Value] = ["a person", moment(decision.decided_at)] if decision else [None, None]
        took: list[Value] = [None] * 4
        if spent is not None:
            took = [spent.questions, spent.refused, -(-spent.milliseconds // 1000), spent.tokens]
        where: list[Value] = [place.file, place.sheet, self._facts.places.cell(place)]
        self._page.row([*start, *said, *decided, *took, *where])

    def end(self) -> None:
        """Say plainly where nothing was asked, what it took in all, and what a suggestion is."""
        asked = self._sheets or self._suggested
        if not asked:
            self._page.row([Styled(_NONE, "faint")])
        self._page.end_of_list()
        if asked:
            self._page.gap()
            self._page.row([Styled(self._summary(), "strong")])
            self._page.row([Styled(_NOTE, "faint")])

    def _summary(self) -> str:
        tokens = f", {self._tokens:,} tokens" if self._tokens else ", tokens not told by the server"
        return (
            f"Asked about {self._sheets} sheets: {self._questions} questions, "
            f"{-(-self._milliseconds // 1000):,} seconds{tokens}. {self._suggested} suggestions, "
            f"{self._taken} taken up by a person."
        )


def _outcome(one: Suggestion, decision: Decision | None) -> tuple[str, str]:
    """What became of a suggestion, with its style."""
    if decision is None:
        return "waits for a person", "warn"
    if decision.verdict is Verdict.REJECT:
        return "the document was rejected", "faint"
    kept = _value(decision.document, one.field)
    if kept is None or one.field not in _VALUES:
        return "not taken up", "faint"
    return ("taken up", "good") if kept == one.value else (f"not taken up: {kept}", "faint")


def _value(document: Document, field: SuggestedField) -> str | None:
    """What a document holds in a field that can be suggested."""
    found = _VALUES[field](document) if field in _VALUES else None
    return None if found is None else str(found)


def _party(name: str) -> Callable[[Document], object]:
    return lambda d: getattr(d.customer, name, None)


def _address(name: str) -> Callable[[Document], object]:
    return lambda d: getattr(d.customer.address, name, None) if d.customer else None


def _lines(document: Document) -> object:
    address = document.customer.address if document.customer else None
    return ", ".join(address.lines) if address and address.lines else None


_VALUES: Final[Mapping[SuggestedField, Callable[[Document], object]]] = {
    _F.NUMBER: lambda d: d.number,
    _F.ISSUED: lambda d: d.issued,
    _F.DUE: lambda d: d.due,
    _F.CONTACT: _party("contact"),
    _F.EMAIL: _party("email"),
    _F.PHONE: _party("phone"),
    _F.SPONSOR: _party("sponsor"),
    _F.ADDRESS: _lines,
    _F.CITY: _address("city"),
    _F.POSTCODE: _address("postcode"),
    _F.COUNTRY: _address("country"),
}
