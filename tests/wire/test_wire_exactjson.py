from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.wire.exactjson import dumps, loads

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_goes_out_comes_back_exactly(value: object) -> None:
    assert loads(dumps(value)) == value


def test_fractions_are_decimals_and_written_plainly() -> None:
    assert loads("0.10") == Decimal("0.10")
    assert dumps({"rate": Decimal("1E+3"), "tax": Decimal("0.10")}) == '{"rate":1000,"tax":0.10}'


@pytest.mark.parametrize("value", [Decimal("NaN"), 0.1, {1, 2}])
def test_what_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dumps(value)


def test_nan_is_no_number() -> None:
    with pytest.raises(ValueError, match="NaN"):
        loads("NaN")
