"""The commands of README and docs: each is a verb, with flags and arguments that it takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from ledgerferry.faces.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOTED: Any = typer.main.get_command(app)
# Verbs whose words are another program's.
PASSED_ON = {"sandbox", "bench"}
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`ferry ([^`\n]+)`")


def lines(page: Path) -> Iterator[str]:
    """The command lines that a reader copies, without what continues them."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        joined = block.replace("\\\n", " ").splitlines()
        yield from (line.removeprefix("$ ferry ") for line in joined if line.startswith("$ ferry "))


def resolved(words: list[str]) -> tuple[Any, list[str]]:
    """The verb that the words begin with, and what is left for it."""
    command = ROOTED
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_reader_copies_is_taken_as_it_stands(page: Path) -> None:
    for line in lines(page):
        command, left = resolved(shlex.split(line, comments=True))
        assert command is not ROOTED, line
        if command.name not in PASSED_ON:
            command.make_context("ferry", left).close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_sentence_names_is_there(page: Path) -> None:
    for said in _INLINE.findall(page.read_text(encoding="utf-8")):
        command, left = resolved(said.split())
        assert command is not ROOTED, said
        known = {flag for parameter in command.params for flag in parameter.opts}
        flags = {word.partition("=")[0].rstrip(",.;") for word in left if word.startswith("--")}
        assert command.name in PASSED_ON or flags <= known, said
