from pathlib import Path

import pytest

from ledgerferry.flows.policy import Policy
from tests.flows.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh home before a fresh sandbox."""
    return Stage(tmp_path)


@pytest.fixture
def paying_back(tmp_path: Path) -> Stage:
    """The same, where what is paid back leaves a named account."""
    return Stage(tmp_path, policy=Policy(refund_account="Undeposited Funds"))
