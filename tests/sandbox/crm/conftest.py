import pytest

from tests.sandbox.crm.asker import Asker


@pytest.fixture
def crm() -> Asker:
    return Asker()
