from pathlib import Path

import pytest

from tests.flows.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh home before a fresh sandbox."""
    return Stage(tmp_path)
