"""Asking: a person goes through what is held, one document after the other."""

from collections.abc import Callable, Sequence
from typing import Final

import typer

from ledgerferry.faces.cli import advice, drawing
from ledgerferry.faces.cli.output import Output
from ledgerferry.flows.review import Case, Decided, NotHeld, Review
from ledgerferry.flows.suggest import as_values
from ledgerferry.model.ports import Clock
from ledgerferry.model.suggestion import Suggestion
from ledgerferry.systems.workbook.answers import TYPED, Answer, BadAnswer, answer
from ledgerferry.systems.workbook.mapping import invoice

_CHOICES: Final = "[a]ccept, [c]orrect, [r]eject, [s]kip, [q]uit"


class Asking:
    """The questions about one document after the other. Every answer is kept at once."""

    def __init__(
        self, desk: Review, out: Output, clock: Clock, suggested: Callable[[Case], list[Suggestion]]
    ) -> None:
        self._desk = desk
        self._out = out
        self._clock = clock
        self._suggested = suggested

    def through(self, cases: Sequence[Case]) -> int:
        """Ask about each case; how many are left undecided."""
        left = len(cases)
        for number, case in enumerate(cases, 1):
            self._out.line(f"{number} of {len(cases)}", "dim")
            began = self._clock.monotonic()
            drawing.show(self._out, case, self._desk.look(case))
            advice.table(self._out, self._suggested(case))
            choice = self._chosen()
            if choice == "q":
                break
            if choice != "s" and self._decided(case, choice, began):
                left -= 1
        if not cases:
            self._out.line("Nothing waits for review.", "green")
        elif left:
            self._out.line(f"{left} documents still wait.")
        return left

    def _chosen(self) -> str:
        while True:
            given = str(typer.prompt(_CHOICES, default="s", err=True)).strip().lower()[:1]
            if given in tuple("acrsq"):
                return given

    def _decided(self, case: Case, choice: str, began: float) -> bool:
        """Whether the document was decided about."""
        try:
            found = self._put(case, choice, began)
        except NotHeld as error:
            self._out.say(str(error), "red")
            return False
        for text in drawing.sentences(found) if found else ():
            self._out.line(text)
        return found is not None

    def _put(self, case: Case, choice: str, began: float) -> Decided | None:
        if choice == "r":
            note = str(typer.prompt("Why", default="", show_default=False, err=True))
            return self._desk.reject(case, note, self._clock.monotonic() - began)
        if choice == "c":
            given = self._corrected(case)
            return (
                None
                if given is None
                else self._desk.correct(case, given, "", self._clock.monotonic() - began)
            )
        return self._desk.accept(case, "", self._clock.monotonic() - began)

    def _corrected(self, case: Case) -> Answer | None:
        """The values that a person types, field by field; None where there are none."""
        read = invoice(case.document)
        self._out.line("FIELD=VALUE, or FIELD= where the sheet does not say; an empty line ends. Fields:")
        self._out.line("  " + ", ".join(TYPED))
        self._out.line(
            "  line 1 amount=VALUE (or description, quantity, unit_price, tax_rate, treatment); line 1= drops"
        )
        values: dict[str, object] = {}
        offered = as_values(self._suggested(case))
        if offered:
            self._out.line("  take  (what is suggested: " + ", ".join(offered) + ")")
        while True:
            text = str(typer.prompt("", default="", show_default=False, prompt_suffix="> ", err=True)).strip()
            if not text:
                break
            try:
                changed = {**values, **(offered if text == "take" else _typed(text, read, values))}
                answer(changed)
                values = changed
            except BadAnswer as error:
                self._out.say(str(error), "red")
        return answer(values) if values else None


def _typed(text: str, read: dict[str, object], before: dict[str, object]) -> dict[str, object]:
    """What a typed line changes; ``BadAnswer`` where it names no field."""
    name, sign, value = (part.strip() for part in text.partition("="))
    if not sign:
        raise BadAnswer("write FIELD=VALUE")
    if name.startswith("line "):
        lines = before.get("line_items", read["line_items"])
        return {"line_items": _lines(list(lines) if isinstance(lines, list) else [], name, value)}
    if name not in TYPED:
        raise BadAnswer(f"there is no field {name!r}")
    return {name: value or None}


def _lines(lines: list[dict[str, object]], name: str, value: str) -> list[dict[str, object]]:
    """The lines with one of them changed, added after the last, or taken out."""
    _, number, *field = [*name.split(), ""][:3]
    if not number.isdigit() or not 1 <= int(number) <= len(lines) + 1:
        raise BadAnswer(f"there is no line {number}: there are {len(lines)}")
    at = int(number) - 1
    if not field[0]:
        return [x for n, x in enumerate(lines) if n != at]
    line = {**(lines[at] if at < len(lines) else {}), field[0]: value or None}
    return [*lines[:at], line, *lines[at + 1 :]]
