"""What a local model suggested, shown to a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ledgerferry.faces.cli.output import Output
from ledgerferry.model.counting import counted

if TYPE_CHECKING:
    from ledgerferry.faces.advising import Advised, Waiting
    from ledgerferry.faces.house import House
    from ledgerferry.flows.review import Case
    from ledgerferry.model.suggestion import Suggestion


def ask(
    house: "House", out: Output, cases: "Sequence[Case]", llm: str | None, model: str, *, remote: bool
) -> None:
    """Ask a local model about what is held, where one is named; its suggestions are kept for ``show``."""
    if llm is None or not cases:
        return
    from ledgerferry.faces.advising import Wish, advise

    told(out, advise(house, [_waiting(case) for case in cases], Wish(llm, model, remote), out.say))


def of(house: "House", case: "Case") -> "list[Suggestion]":
    """What was suggested about a document, as its file is now."""
    from ledgerferry.faces.advising import suggested

    return suggested(house, _waiting(case))


def plain(suggestions: "Sequence[Suggestion]") -> dict[str, Any]:
    """Suggestions as JSON, with the values that a correction would take up."""
    from ledgerferry.faces.advising import shown

    return shown(suggestions)


def _waiting(case: "Case") -> "Waiting":
    from ledgerferry.faces.advising import Waiting

    return Waiting(case.path, case.document.sheet, f"document {case.id}", case.document)


def table(out: Output, suggestions: "Sequence[Suggestion]") -> None:
    """Suggestions with their confidence and cell; nothing where there are none."""
    out.table(
        "Suggested by a local model, not checked by anybody",
        ["field", "value", "sure", "cell", "model", "why"],
        [
            (s.field, s.value.replace("\n", " / "), f"{s.confidence:.0%}", s.cell.cell, s.model, s.why)
            for s in suggestions
        ],
        right=["sure"],
    )


def told(out: Output, found: "Advised") -> None:
    """What came of asking, as one line."""
    out.say(
        f"The local model was asked {counted(found.questions, 'question')} about "
        f"{counted(found.sheets, 'sheet')}: {counted(found.suggestions, 'suggestion')}, "
        f"{counted(found.refused, 'answer')} that the sheets do not bear out.",
        "dim",
    )
