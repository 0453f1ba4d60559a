"""What a local model suggested, shown to a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.faces.advising import Advised
    from ledgerferry.model.suggestion import Suggestion


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
        f"The local model was asked {found.questions} questions about {found.sheets} sheets: "
        f"{found.suggestions} suggestions, {found.refused} answers that the sheets do not bear out.",
        "dim",
    )
