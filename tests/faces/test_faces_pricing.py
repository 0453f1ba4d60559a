"""Headroom as people write it."""

import pytest
import typer

from ledgerferry.faces.cli.options import percent


@pytest.mark.parametrize(
    ("said", "share"), [("20%", 20), ("20", 20), (" 5 % ", 5), ("0", 0), (0, 0), ("95%", 95)]
)
def test_a_share_is_read_with_and_without_its_sign(said: str | int, share: int) -> None:
    assert percent(said) == share


@pytest.mark.parametrize("said", ["96", "100%", "-1", "20.5%", "", "%", "twenty", "20%%", "²"])
def test_what_is_no_share_is_refused(said: str) -> None:
    with pytest.raises(typer.BadParameter, match="from 0 to 95"):
        percent(said)
