"""What the engine's tests share."""

from collections.abc import Iterator

import pytest

from tests.engine.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A home in memory."""
    made = Desk()
    yield made
    made.database.close()
