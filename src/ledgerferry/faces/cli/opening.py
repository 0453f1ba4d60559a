"""Opening the home that a verb was given."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.faces.settings import Settings


def settings_of(home: Path | None, config: Path | None) -> "Settings":
    """The settings by flags and environment, with the log of this process begun."""
    from ledgerferry.faces import logs, settings

    found = settings.load(os.environ, home=home, config=config)
    logs.start(found)
    return found


@contextmanager
def opened(home: Path | None, config: Path | None) -> Iterator["House"]:
    """The house of that home, closed at the end."""
    from ledgerferry.faces.house import House

    with House.open(settings_of(home, config)) as house:
        yield house
