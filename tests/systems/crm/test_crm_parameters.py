"""COQL with bound parameters: no value is ever read as query."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.systems.crm.parameters import IN_LIST, Unbindable, bind, literal
from ledgerferry_sandbox.crm.coql.tokens import tokens

CONTACTS = "select id from Contacts where Email = :email"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("O'Brien", "'O''Brien'"),
        ("", "''"),
        (3, "3"),
        (True, "true"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 1, 5), "'2026-01-05'"),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "'2026-01-05T09:00:00+00:00'"),
        (["a", "b'"], "('a', 'b''')"),
    ],
)
def test_values_are_written_as_coql_reads_them(value: object, text: str) -> None:
    assert literal(value) == text  # type: ignore[arg-type]


@given(st.text())
def test_a_text_comes_back_or_is_refused_whatever_a_backslash_means(value: str) -> None:
    try:
        written = literal(value)
    except Unbindable:
        assert "\\" in value or not value.isprintable()
        return
    for backslash in (True, False):
        first, end = tokens(written, backslash=backslash)
        assert (first.kind, first.text, end.kind) == ("text", value, "end")


def test_names_in_quotations_and_after_words_are_left_alone() -> None:
    (statement,) = bind(
        "select id from Contacts where A = ':email' and B = :email and C = 'x'':y'", {"email": "e"}
    )
    assert statement.text == "select id from Contacts where A = ':email' and B = 'e' and C = 'x'':y'"


@pytest.mark.parametrize(
    ("query", "values", "told"),
    [
        (CONTACTS, {}, "no value for :email"),
        (CONTACTS, {"email": "a", "phone": "b"}, "no :phone"),
        (CONTACTS, {"email": []}, "is empty"),
        (CONTACTS, {"email": "a\\' or id is not null or Email = '"}, "backslash"),
        (CONTACTS, {"email": datetime(2026, 1, 5, 9)}, "time zone"),  # noqa: DTZ001
        (CONTACTS, {"email": Decimal("NaN")}, "no number"),
    ],
)
def test_what_does_not_bind_is_named(query: str, values: dict[str, object], told: str) -> None:
    with pytest.raises(Unbindable, match=told):
        bind(query, values)  # type: ignore[arg-type]


def test_f69_a_long_list_is_asked_in_parts_of_fifty() -> None:
    names = [f"n{n}" for n in range(2 * IN_LIST + 1)]
    parts = bind("select id from Contacts where Last_Name in :names", {"names": [*names, "n0"]})
    assert [part.text.count("'n") for part in parts] == [50, 50, 1]


@pytest.mark.parametrize("rest", ["limit 5", "order by id", "group by Last_Name", "and City in :cities"])
def test_a_query_whose_rows_depend_on_each_other_is_not_asked_in_parts(rest: str) -> None:
    values = {"names": [str(n) for n in range(51)]}
    values |= {"cities": [str(n) for n in range(51)]} if ":cities" in rest else {}
    with pytest.raises(Unbindable, match="in parts"):
        bind(f"select id from Contacts where Last_Name in :names {rest}", values)


def test_one_value_after_in_is_a_list_of_one() -> None:
    (statement,) = bind("select id from Contacts where A not in :a and B = :b", {"a": "x", "b": "y"})
    assert statement.text == "select id from Contacts where A not in ('x') and B = 'y'"
