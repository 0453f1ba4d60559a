"""Whatever is asked, in whatever words, is answered with a documented status."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.crm.asker import Asker

WORDS = [
    *(
        "select",
        "from",
        "where",
        "Contacts",
        "Last_Name",
        "id",
        "Email_Opt_Out",
        "Date_of_Birth",
        "Created_Time",
    ),
    *(
        "and",
        "or",
        "not",
        "in",
        "like",
        "between",
        "is",
        "null",
        "order",
        "group",
        "by",
        "limit",
        "offset",
        "as",
    ),
    *(
        "(",
        ")",
        ",",
        "=",
        "!=",
        "<",
        ">=",
        "'x'",
        "'2026-01-05'",
        "'1e999'",
        "5",
        "0",
        "NaN",
        "COUNT",
        "%",
        "'",
        '"',
    ),
    *("Account_Name.Phone", "Owner.email", "What_Id->Leads.Email", "#7", "!", "'true'", "Infinity"),
]
PARTS = [
    "(",
    ")",
    ":",
    ",",
    "\\",
    "and",
    "or",
    "Last_Name",
    "Account_Name",
    "Date_of_Birth",
    "equals",
    "in",
    "x",
]

KEYS = ["group", "group_operator", "field", "api_name", "comparator", "value", "url", "method", "module"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(st.sampled_from(KEYS), deeper, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def asker() -> Asker:
    made = Asker()
    made.person("Boyle", Email="b@example.com")
    return made


@settings(deadline=None)
@given(where=st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_f69_a_query_of_any_words_is_answered(asker: Asker, where: str) -> None:
    for query in (
        where,
        f"select id from Contacts where {where}",
        f"select {where} from Contacts where id > 0",
    ):
        assert asker.coql(query).status in (200, 204, 400, 401)


@settings(deadline=None)
@given(
    criteria=st.lists(st.sampled_from([*PARTS, "greater_than", "between", "2026-01-05", "NaN"]), max_size=14)
)
def test_f68_criteria_of_any_parts_are_answered(asker: Asker, criteria: list[str]) -> None:
    for text in ("".join(criteria), f"({''.join(criteria)})", f"(Date_of_Birth:{':'.join(criteria)})"):
        assert asker.crm("GET", "v8/Contacts/search", criteria=text).status in (200, 204, 400)


@settings(deadline=None)
@given(value=VALUES)
def test_f73_f80_bodies_of_any_form_are_answered(asker: Asker, value: object) -> None:
    module = {"api_name": "Contacts"}
    bodies = (
        ("bulk/v8/read", {"query": value}),
        ("bulk/v8/read", {"query": {"module": module, "criteria": value}}),
        ("bulk/v8/read", {"query": {"module": module, "fields": value, "page": value}, "callback": value}),
        ("bulk/v8/write", {"operation": "insert", "resource": [{"module": module, "file_id": value}]}),
        ("bulk/v8/write", {"operation": value, "resource": value}),
        ("v8/actions/watch", {"watch": value}),
        ("v8/actions/watch", {"watch": [{"channel_id": value, "events": value, "notify_url": value}]}),
        (
            "v8/actions/watch",
            {
                "watch": [
                    {
                        "channel_id": "1",
                        "events": ["Contacts.all"],
                        "notify_url": "http://localhost/",
                        "channel_expiry": value,
                        "notification_condition": [
                            {"type": "field_selection", "module": module, "field_selection": value}
                        ],
                    }
                ]
            },
        ),
    )
    for path, body in bodies:
        assert asker.crm("POST", path, body).status in (201, 202, 400, 401)
