from typing import Any

import pytest

from tests.sandbox.crm.asker import Asker, Json


@pytest.fixture
def asker() -> Asker:
    made = Asker()
    made.switch(search_lag_seconds=0)
    (account,) = made.add("Accounts", {"Account_Name": "Zylker, Ltd (UK)", "Annual_Revenue": 1500.5})
    made.add(
        "Contacts",
        {
            "Last_Name": "Ames",
            "Account_Name": {"id": account},
            "Email": "ames@example.com",
            "Phone": "+44 20 7946",
        },
        {
            "Last_Name": "Boyle",
            "Secondary_Email": "b@example.com",
            "Mobile": "555-0100",
            "Email_Opt_Out": True,
        },
        {"Last_Name": "Boyleson", "Date_of_Birth": "1990-05-17", "Title": "Head of Ames Street"},
    )
    return made


def found(asker: Asker, module: str = "Contacts", name: str = "Last_Name", **query: Any) -> list[str]:
    said = asker.crm("GET", f"v8/{module}/search", **query)
    if said.status == 204:
        assert said.body == b""
        return []
    assert said.status == 200, said.body
    return sorted(row[name] for row in said.body["data"])


def refused(asker: Asker, **query: Any) -> Json:
    said = asker.crm("GET", "v8/Contacts/search", **query)
    assert said.status == 400, said.body
    body: Json = said.body
    return body


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ("(Last_Name:starts_with:Boyle)", ["Boyle", "Boyleson"]),
        ("((Last_Name:starts_with:Boyle)and(Email_Opt_Out:equals:true))", ["Boyle"]),
        ("((Last_Name:equals:Ames) or (Last_Name:equals:Boyleson))", ["Ames", "Boyleson"]),
        ("(Last_Name:starts_with:A)or(Last_Name:starts_with:Boyles)", ["Ames", "Boyleson"]),
        ("(((Last_Name:starts_with:B)and(Email:equals:x)) or (Phone:starts_with:+44))", ["Ames"]),
        ("(Last_Name:in:Ames,Boyle)", ["Ames", "Boyle"]),
        ("(Last_Name:not_equal:Ames)", ["Boyle", "Boyleson"]),
        ("(Date_of_Birth:between:1990-01-01,1990-12-31)", ["Boyleson"]),
        ("(Date_of_Birth:less_than:1990-05-17)", []),
        ("(Created_Time:greater_equal:2026-01-05T09:00:00+00:00)", ["Ames", "Boyle", "Boyleson"]),
        ("(Created_Time:greater_than:2026-01-06)", []),
        (r"(Account_Name:equals:Zylker\, Ltd \(UK\))", ["Ames"]),
        (r"(Account_Name:not_equal:Zylker\, Ltd \(UK\))", ["Boyle", "Boyleson"]),
    ],
)
def test_f68_criteria_find(asker: Asker, criteria: str, names: list[str]) -> None:
    assert found(asker, criteria=criteria) == names


def test_f68_numbers_are_compared_as_numbers(asker: Asker) -> None:
    names = ["Zylker, Ltd (UK)"]
    assert found(asker, "Accounts", "Account_Name", criteria="(Annual_Revenue:between:1500,1500.50)") == names
    assert found(asker, "Accounts", "Account_Name", criteria="(Annual_Revenue:greater_than:1500.5)") == []


def test_f68_email_phone_and_word_look_into_every_such_field(asker: Asker) -> None:
    assert found(asker, email="B@example.com") == ["Boyle"]
    assert found(asker, phone="5550100") == ["Boyle"]
    assert found(asker, phone="+44-20-7946") == ["Ames"]
    assert found(asker, word="ames") == ["Ames", "Boyleson"]


def test_f68_exactly_one_way_is_given(asker: Asker) -> None:
    assert refused(asker)["code"] == "EXPECTED_PARAM_MISSING"


@pytest.mark.parametrize(("position", "status"), [("refused", 400), ("first", 200)])
def test_f68_switch_two_ways_are_refused_or_the_first_counts(
    asker: Asker, position: str, status: int
) -> None:
    asker.switch(search_ways=position)
    assert asker.crm("GET", "v8/Contacts/search", email="ames@example.com", word="boyle").status == status


@pytest.mark.parametrize(("position", "names"), [("contains", ["Boyle", "Boyleson"]), ("exact", ["Boyle"])])
def test_f68_switch_equals_on_text_is_contains_or_not(asker: Asker, position: str, names: list[str]) -> None:
    asker.switch(search_equals=position)
    assert found(asker, criteria="(Last_Name:equals:boyle)") == names


@pytest.mark.parametrize(("position", "status"), [("works", 200), ("refused", 400)])
def test_f68_switch_system_times_can_be_searched_or_not(asker: Asker, position: str, status: int) -> None:
    asker.switch(search_times=position)
    criteria = "(Modified_Time:greater_equal:2026-01-05T00:00:00+00:00)"
    assert asker.crm("GET", "v8/Contacts/search", criteria=criteria).status == status


def test_f68_the_index_lags_behind_makes_changes_and_deletions(asker: Asker) -> None:
    asker.switch(search_lag_seconds=30)
    number = asker.person("Fresh")
    assert found(asker, criteria="(Last_Name:equals:Fresh)") == []
    asker.wait(30)
    assert found(asker, criteria="(Last_Name:equals:Fresh)") == ["Fresh"]
    asker.crm("PUT", f"v8/Contacts/{number}", {"data": [{"Last_Name": "Renamed"}]})
    assert found(asker, criteria="(Last_Name:equals:Fresh)") == ["Fresh"]
    asker.wait(30)
    assert found(asker, criteria="(Last_Name:equals:Fresh)") == []
    asker.crm("DELETE", f"v8/Contacts/{number}")
    assert found(asker, criteria="(Last_Name:equals:Renamed)") == ["Renamed"]
    asker.wait(30)
    assert found(asker, criteria="(Last_Name:equals:Renamed)") == []


def test_f68_pages_and_fields(asker: Asker) -> None:
    said = asker.crm("GET", "v8/Contacts/search", word="boyle", per_page=1, page=2, fields="Last_Name")
    assert said.body["info"] == {"per_page": 1, "count": 1, "page": 2, "more_records": False}
    assert set(said.body["data"][0]) == {"Last_Name", "id"}
    assert (
        asker.crm("GET", "v8/Contacts/search", word="boyle", per_page=1).body["info"]["more_records"] is True
    )
    assert refused(asker, word="boyle", per_page=201)["code"] == "INVALID_DATA"
    assert refused(asker, word="boyle", page=11)["code"] == "LIMIT_REACHED"
    assert asker.crm("GET", "v8/Contacts/search", word="boyle", page=10).status == 204


def test_f68_ten_criteria_and_no_more(asker: Asker) -> None:
    one = "(Last_Name:equals:Ames)"
    assert found(asker, criteria="or".join([one] * 10)) == ["Ames"]
    assert refused(asker, criteria="or".join([one] * 11))["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ("Last_Name:equals:Ames", "Invalid query formed"),
        ("(Last_Name:equals)", "Invalid query formed"),
        ("(Last_Name:equals:Ames", "Invalid query formed"),
        ("(Last_Name:equals:Ames)(Email:equals:x)", "Invalid query formed"),
        ("(Nonsense:equals:x)", "Invalid query formed"),
        ("(Account_Name.Phone:equals:x)", "Invalid query formed"),
        ("(Last_Name:resembles:x)", "invalid operator found"),
        ("(Last_Name:greater_than:x)", "invalid operator found"),
        ("(Account_Name:starts_with:x)", "invalid operator found"),
        ("(Date_of_Birth:starts_with:1990)", "invalid operator found"),
        ("(Date_of_Birth:equals:May)", "invalid value for search"),
    ],
)
def test_f68_criteria_that_cannot_be_are_an_invalid_query(asker: Asker, criteria: str, message: str) -> None:
    body = refused(asker, criteria=criteria)
    assert (body["code"], body["message"]) == ("INVALID_QUERY", message)


def test_f68_a_module_without_such_fields_says_so(asker: Asker) -> None:
    said = asker.crm("GET", "v8/Deals/search", email="ames@example.com")
    assert (said.status, said.body["code"]) == (400, "FIELD_TYPE_UNAVAILABLE")


def test_f68_converted_leads_are_found_only_when_asked_for(asker: Asker) -> None:
    number = asker.add("Leads", {"Last_Name": "Lead", "Company": "Zylker"})[0]
    fields = {"Converted__s": True}
    asker.control(
        "POST", "edit", {"service": "crm", "kind": "Leads", "id": number, "fields": fields, "force": True}
    )
    assert found(asker, "Leads", word="lead") == []
    assert found(asker, "Leads", word="lead", converted="true") == ["Lead"]
    assert found(asker, "Leads", word="lead", converted="both") == ["Lead"]


def test_f68_searching_needs_a_scope_of_its_own(asker: Asker) -> None:
    asker.sign_in("ZohoCRM.modules.ALL")
    said = asker.crm("GET", "v8/Contacts/search", word="ames")
    assert (said.status, said.body["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
    asker.sign_in("ZohoCRM.modules.ALL,ZohoSearch.securesearch.READ")
    assert found(asker, email="ames@example.com") == ["Ames"]
