import json

import pytest

from ledgerferry_bench import cli
from ledgerferry_bench.sandbox.bench import Result, told
from ledgerferry_bench.sandbox.calls import MIX
from ledgerferry_bench.sandbox.servers import filled


def test_the_bench_measures_both_sizes_beside_a_bare_handler(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["sandbox", "--invoices", "3000", "--calls", "400", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == int(not found["kept"])
    assert found["bare_per_second"] > found["per_second"] > 0
    assert found["by_call"]["GET invoice"] > 0
    assert set(found["by_call"]) <= set(MIX)


@pytest.mark.parametrize(
    ("ratio", "share", "kept"), [(1.3, 0.34, True), (1.4, 0.5, False), (1.0, 0.3, False)]
)
def test_the_promises_of_the_bench(ratio: float, share: float, kept: bool) -> None:
    result = Result(100_000, 1.0, ratio, ratio, {"GET invoice": ratio}, 1000, 1000 * share, share)
    assert result.kept is kept
    assert f"{ratio} times" in told(result)


def test_a_filled_sandbox_is_as_one_that_was_used() -> None:
    book = filled(200).books.book
    assert (len(book.invoices), len(book.contacts)) == (200, 10)
    assert sum(book.receivable.values()) == sum(
        each.balance for each in book.invoices if each.status == "sent"
    )
