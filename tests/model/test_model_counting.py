"""Counting: one thing is not several."""

import pytest

from ledgerferry.model.counting import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1200, "1,200 files")]
)
def test_a_number_of_things_is_told_as_people_say_it(number: int, said: str) -> None:
    assert counted(number, "file") == said


def test_a_plural_without_an_s_is_given() -> None:
    assert [counted(n, "reply", "replies") for n in (1, 2)] == ["1 reply", "2 replies"]
