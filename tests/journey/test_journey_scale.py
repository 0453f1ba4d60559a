"""How a plan grows: `ferry bench plan` in small, through the real plan in processes of their own."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledgerferry_bench.plan.bench import MOST_BYTES, Result, measured, told

FEW, MANY = 100, 700
# Before evidence was let go, amounts were shared and texts forgotten it was 36 kB.
MOST_EACH = 26_000


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return measured(Path(tmp_path_factory.mktemp("plans")), [FEW, MANY])


def test_all_are_planned_in_little_memory(result: Result) -> None:
    assert [(p.documents, p.planned) for p in result.plans] == [(FEW, FEW), (MANY, MANY)]
    assert all(p.calls["books"] > p.documents and p.idle < p.peak < MOST_BYTES for p in result.plans)
    assert result.bytes_each < MOST_EACH


def test_the_verdict_is_told(result: Result) -> None:
    largest = replace(result.plans[-1], peak=MOST_BYTES + 1)
    assert "700 documents planned and priced" in told(result)
    assert "at most 500 MB: NOT KEPT" in told(replace(result, plans=(result.plans[0], largest)))
