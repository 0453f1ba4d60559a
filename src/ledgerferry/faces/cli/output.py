"""What verbs print: JSON on stdout for programs, or tables on stdout for people; messages on stderr."""

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

WIDTH: Final = 110


class Output:
    """Where one verb's results and messages go. With ``json`` stdout gets one document and nothing else."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self.messages = Console(stderr=True, highlight=False, soft_wrap=True)
        self._people = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)

    def document(self, value: Mapping[str, Any]) -> None:
        """The one JSON document; printed for programs only."""
        if self.json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    def line(self, text: str = "", style: str = "") -> None:
        """A line for people."""
        if not self.json:
            shown = _wrapped(text, self._people.width) if self._people.is_terminal else text
            self._people.print(escape(shown), style=style or None, soft_wrap=True)
            sys.stdout.flush()

    def table(
        self,
        title: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[object]],
        right: Sequence[str] = (),
        whole: Sequence[str] = (),
    ) -> None:
        """A table for people; nothing for no rows.

        The columns named in ``right`` hold amounts, which are never broken into two lines. Nor is the first
        line of a cell in ``whole``, which people copy.
        """
        listed = [[escape(str(cell)) for cell in row] for row in rows]
        if self.json or not listed:
            return
        table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=None,
            pad_edge=False,
            header_style="dim",
        )
        for head in heads:
            justify: Literal["right", "left"] = "right" if head in right else "left"
            table.add_column(head, justify=justify, overflow="fold", no_wrap=head in right)
        for at, head in enumerate(heads):
            if head in whole:
                table.columns[at].min_width = max(len(row[at].partition("\n")[0]) for row in listed)
        for row in listed:
            table.add_row(*row)
        self._people.print(table)
        self._people.print()
        sys.stdout.flush()

    def draw(self, drawn: RenderableType) -> None:
        """Something drawn, for people."""
        if not self.json:
            self._people.print(drawn)
            sys.stdout.flush()

    def say(self, text: str, style: str = "") -> None:
        """A message on stderr."""
        shown = _wrapped(text, self.messages.width) if self.messages.is_terminal else text
        self.messages.print(escape(shown), style=style or None)


def _wrapped(text: str, width: int) -> str:
    """A text broken between words only: a path or a command that is too long stays one to be copied."""
    wrap = partial(textwrap.wrap, width=width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(line for one in text.split("\n") for line in wrap(one) or [""])


def asks() -> bool:
    """Whether a person sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
