import pytest

from tests.sandbox.crm.asker import Asker

ALL = "from Contacts where id is not null"


@pytest.fixture
def asker() -> Asker:
    return Asker()


def listed(count: int) -> str:
    return ", ".join(f"'{number}'" for number in range(count))


def paired(count: int) -> str:
    where = "id is not null"
    for _ in range(count - 1):
        where = f"({where} and id is not null)"
    return where


def grouped(*names: str) -> str:
    columns = ", ".join(names)
    return f"select COUNT(id), {columns} {ALL} group by {columns}"


def ordered(*names: str) -> str:
    return f"select id {ALL} order by {', '.join(names)}"


def totals(*names: str) -> str:
    return f"select {', '.join(names)} from Deals where id is not null"


TEN = ("First_Name", "Last_Name", "Title", "Phone", "Email", "Fax", "Mobile", "Department", "Twitter", "id")
FIVE = ("MAX(Amount)", "MIN(Amount)", "SUM(Amount)", "AVG(Amount)", "COUNT(Amount)")


@pytest.mark.parametrize(
    ("allowed", "beyond"),
    [
        (f"select id {ALL} limit 2000", f"select id {ALL} limit 2001"),
        (f"select id {ALL} limit 2000 offset 98000", f"select id {ALL} limit 2000 offset 98001"),
        (f"select id from Contacts where {paired(25)}", f"select id from Contacts where {paired(26)}"),
        (grouped(*TEN[:4]), grouped(*TEN[:5])),
        (ordered(*TEN), ordered(*TEN, "Skype_ID")),
        (totals(*FIVE), totals(*FIVE, "COUNT(id)")),
        (
            f"select Account_Name.Parent_Account.Phone {ALL}",
            f"select Account_Name.Parent_Account.Parent_Account.Phone {ALL}",
        ),
    ],
)
def test_f69_a_query_may_have_so_much_and_no_more(asker: Asker, allowed: str, beyond: str) -> None:
    assert asker.coql(allowed).status in (200, 204)
    assert asker.refused(beyond)[0] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(("position", "most"), [("50", 50), ("100", 100)])
def test_f69_switch_an_in_list_takes_so_many_values(asker: Asker, position: str, most: int) -> None:
    asker.switch(coql_in_list=position)
    assert asker.coql(f"select id from Contacts where Last_Name in ({listed(most)})").status == 204
    code, details = asker.refused(f"select id from Contacts where Last_Name not in ({listed(most + 1)})")
    assert (code, details["limit"]) == ("LIMIT_EXCEEDED", most)


@pytest.mark.parametrize(("position", "status"), [("5+15", 204), ("2", 400)])
def test_f69_switch_joins_are_two_or_more(asker: Asker, position: str, status: int) -> None:
    asker.switch(coql_joins=position)
    columns = "Account_Name.Phone, Vendor_Name.Phone, Reporting_To.Phone"
    assert asker.coql(f"select {columns} {ALL}").status == status
    assert asker.coql(f"select Account_Name.Phone {ALL}").status == 204


@pytest.mark.parametrize(
    ("limit", "credits_"),
    [("", 1), (" limit 200", 1), (" limit 201", 2), (" limit 1000", 2), (" limit 1001", 3)],
)
def test_f69_the_price_goes_by_the_limit(asker: Asker, limit: str, credits_: int) -> None:
    asker.coql(f"select id {ALL}{limit}")
    assert asker.control("GET", "log")[-1]["credits"] == credits_


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"select Nonsense {ALL}", "INVALID_QUERY"),
        (f"select Account_Name.Nonsense {ALL}", "INVALID_QUERY"),
        (f"select Last_Name.Phone {ALL}", "INVALID_QUERY"),
        ("select id from Contacts where Nonsense = 1", "INVALID_QUERY"),
        ("select id from Deals where Amount = 'much'", "INVALID_QUERY"),
        ("select id from Deals where Amount < NaN", "INVALID_QUERY"),
        ("select id from Deals where id > Infinity", "INVALID_QUERY"),
        ("select id from Deals where id = 1e999999999", "INVALID_QUERY"),
        ("select id from Deals where Closing_Date = '1/2/2026'", "INVALID_QUERY"),
        ("select id from Deals where Created_Time > '2026-01-05T09:00:00'", "INVALID_QUERY"),
        ("select id from Contacts where Last_Name > 'a'", "INVALID_QUERY"),
        ("select id from Contacts where Last_Name between 'a' and 'b'", "INVALID_QUERY"),
        ("select id from Contacts where Account_Name like 'a%'", "INVALID_QUERY"),
        ("select id from Contacts where Email_Opt_Out != true", "INVALID_QUERY"),
        ("select id from Contacts where Email_Opt_Out is null", "INVALID_QUERY"),
        ("select id from Contacts where Last_Name not like 'a%'", "INVALID_QUERY"),
        ("select id from Contacts where Description = 'a'", "INVALID_QUERY"),
        ("select Invoiced_Items from Invoices where id is not null", "INVALID_QUERY"),
        ("select SUM(Last_Name) from Contacts where id is not null", "INVALID_QUERY"),
        ("select COUNT(Last_Name) from Contacts where id is not null", "INVALID_QUERY"),
        (f"select id {ALL} limit some", "INVALID_QUERY"),
        (f"select id {ALL} limit 0", "INVALID_DATA"),
        ("select id from Nowhere where id is not null", "INVALID_MODULE"),
    ],
)
def test_f69_what_does_not_fit_has_its_code(asker: Asker, query: str, code: str) -> None:
    asker.sandbox.desk.switches.set({"crm.edition": "enterprise"})
    assert asker.refused(query)[0] == code


def test_f69_a_wrong_operator_is_told_with_its_column(asker: Asker) -> None:
    assert asker.refused("select id from Contacts where Last_Name >= 'a'") == (
        "INVALID_QUERY",
        {"column_name": "Last_Name", "operator": ">=", "reason": "invalid operator found"},
    )
