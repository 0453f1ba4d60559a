"""The words of a COQL query, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ledgerferry_sandbox.crm.coql.errors import unparsable

Kind = Literal["word", "text", "operator", "mark", "end"]
_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"!=|<>|<=|>=|=|<|>")
_WORD = re.compile(r"(?:!(?!=))?[^\s(),=<>!'\"]+")
_DOUBLED = {"'": re.compile(r"'((?:[^']|'')*)'"), '"': re.compile(r'"((?:[^"]|"")*)"')}
_ESCAPED = {
    "'": re.compile(r"'((?:\\.|[^'\\]|'')*)'", re.DOTALL),
    '"': re.compile(r'"((?:\\.|[^"\\]|"")*)"', re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: a name, number or keyword, a quoted text, an operator, a parenthesis or comma, or the end."""

    kind: Kind
    text: str
    line: int
    column: int

    def says(self, *keywords: str) -> bool:
        """Whether this is one of these keywords; case does not matter."""
        return self.kind == "word" and self.text.lower() in keywords

    def marks(self, mark: str) -> bool:
        """Whether this is this parenthesis or comma."""
        return self.kind == "mark" and self.text == mark


def tokens(query: str, *, backslash: bool) -> list[Token]:
    """The tokens of a query and, after the last, its end; SYNTAX_ERROR where a quotation does not close.

    A quote inside a quotation is doubled; with `backslash` a backslash before it does as well.
    """
    return list(_scan(query, backslash=backslash))


def _scan(query: str, *, backslash: bool) -> Iterator[Token]:
    place = _after_space(query, 0)
    while place < len(query):
        line = query.count("\n", 0, place) + 1
        column = place - query.rfind("\n", 0, place)
        kind, text, end = _one(query, place, backslash=backslash) or ("end", "", place)
        if kind == "end":
            raise unparsable(query[place:], line, column)
        yield Token(kind, text, line, column)
        place = _after_space(query, end)
    yield Token("end", "", query.count("\n") + 1, len(query) - query.rfind("\n"))


def _after_space(query: str, place: int) -> int:
    found = _SPACE.match(query, place)
    return found.end() if found else place


def _one(query: str, place: int, *, backslash: bool) -> tuple[Kind, str, int] | None:
    sign = query[place]
    if sign in "(),":
        return "mark", sign, place + 1
    if sign in "'\"":
        return _quotation(query, place, backslash=backslash)
    if found := _OPERATOR.match(query, place):
        return "operator", found.group(), found.end()
    if found := _WORD.match(query, place):
        return "word", found.group(), found.end()
    return None


def _quotation(query: str, place: int, *, backslash: bool) -> tuple[Kind, str, int] | None:
    quote = query[place]
    found = (_ESCAPED if backslash else _DOUBLED)[quote].match(query, place)
    if not found:
        return None
    text = found.group(1).replace(quote * 2, quote)
    if backslash:
        text = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
    return "text", text, found.end()
