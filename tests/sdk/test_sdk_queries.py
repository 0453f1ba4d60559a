"""Searches and COQL, with the errors of COQL as the SDK types them."""

from typing import Any

import pytest

from tests.sdk.conftest import Module
from tests.sdk.vendor import asking, built, kind, operations, plain, refusal, told

NAMES = ("Quill", "Quillon", "Rook")


@pytest.fixture(scope="module")
def people(zoho: object) -> list[int]:
    (account,) = Module("Accounts").add({"Account_Name": "Askers Ltd"})
    parent = built("record.Record", id=account)
    rows = [
        {"Last_Name": name, "Email": f"{name.lower()}@ask.example.com", "Account_Name": parent}
        for name in NAMES
    ]
    return Module("Contacts").add(*rows)


def query(text: str) -> tuple[int, Any]:
    return told(operations("coql.Coql").get_records(built("coql.BodyWrapper", select_query=text)))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"criteria": "(Last_Name:starts_with:Quill)"}, {"Quill", "Quillon"}),
        ({"criteria": "((Last_Name:equals:Rook)or(Last_Name:equals:Quillon))"}, {"Rook", "Quillon"}),
        ({"email": "rook@ask.example.com"}, {"Rook"}),
        ({"word": "Quillon"}, {"Quillon"}),
    ],
)
def test_f68_searches_find_records(people: list[int], asked: dict[str, str], names: set[str]) -> None:
    status, answer = told(
        Module("Contacts").operations.search_records(asking("record.SearchRecords", **asked))
    )
    assert status == 200
    assert {record.get_key_value("Last_Name") for record in answer.get_data()} == names


def test_a_search_that_finds_nothing_is_a_204(people: list[int]) -> None:
    asked = asking("record.SearchRecords", email="nobody@ask.example.com")
    assert Module("Contacts").operations.search_records(asked).get_status_code() == 204


def test_f59_a_search_that_cannot_be_read_is_typed(people: list[int]) -> None:
    asked = asking("record.SearchRecords", criteria="(Nothing:equals:1)")
    status, answer = told(Module("Contacts").operations.search_records(asked))
    assert (status, kind(answer)) == (400, "record.APIException")
    assert refusal(answer)[0] == "INVALID_QUERY"


def test_f69_coql_brings_records_with_lookups_and_pages(people: list[int]) -> None:
    text = (
        "select Last_Name, Account_Name.Account_Name from Contacts "
        "where Email like '%ask.example.com' and (Last_Name in ('Quill', 'Quillon') or Last_Name = 'Rook') "
        "order by Last_Name asc limit {}, 2"
    )
    status, answer = query(text.format(0))
    rows = answer.get_data()
    assert (status, kind(rows[0])) == (200, "record.Record")
    assert [row.get_key_value("Last_Name") for row in rows] == ["Quill", "Quillon"]
    assert rows[0].get_key_value("Account_Name.Account_Name") == "Askers Ltd"
    assert (answer.get_info().get_count(), answer.get_info().get_more_records()) == (2, True)
    _, answer = query(text.format(2))
    assert [row.get_id() for row in answer.get_data()] == people[2:]
    assert answer.get_info().get_more_records() is False


def test_coql_counts(people: list[int]) -> None:
    status, answer = query("select COUNT(id) from Contacts where Email like '%ask.example.com'")
    assert (status, answer.get_data()[0].get_key_value("COUNT(id)")) == (200, 3)


def test_coql_without_rows_is_a_204(people: list[int]) -> None:
    asked = built("coql.BodyWrapper", select_query="select id from Contacts where Last_Name = 'Nobody'")
    assert operations("coql.Coql").get_records(asked).get_status_code() == 204


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select Last_Name from Contacts", "SYNTAX_ERROR"),
        ("select Last_Name from Nowhere where id is not null", "INVALID_MODULE"),
        ("select Nothing from Contacts where id is not null", "INVALID_QUERY"),
        ("select Last_Name frm Contacts where id is not null", "SYNTAX_ERROR"),
        ("select id from Contacts where id is not null limit 0, 2001", "LIMIT_EXCEEDED"),
    ],
)
def test_f69_what_coql_refuses_is_typed(people: list[int], text: str, code: str) -> None:
    status, answer = query(text)
    assert (status, kind(answer)) == (400, "coql.APIException")
    told_code, message, details = refusal(answer)
    assert told_code == code
    assert message
    assert isinstance(details, dict)
    assert plain(answer.get_status()) == "error"
