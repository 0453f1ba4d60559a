import pytest

from tests.sandbox.crm.asker import Asker, Json


@pytest.fixture
def asker() -> Asker:
    made = Asker()
    parent, child = made.add(
        "Accounts", {"Account_Name": "Zylker Group", "Phone": "111"}, {"Account_Name": "Zylker"}
    )
    made.crm("PUT", f"v8/Accounts/{child}", {"data": [{"Parent_Account": {"id": parent}}]})
    made.add(
        "Contacts",
        {
            "Last_Name": "Ames",
            "Account_Name": {"id": child},
            "Email": "ames@example.com",
            "Lead_Source": "Chat",
        },
        {"Last_Name": "Boyle", "Account_Name": {"id": parent}, "Lead_Source": "Chat"},
        {"Last_Name": "Crane", "Email_Opt_Out": True, "Date_of_Birth": "1990-05-17"},
    )
    return made


def deal(name: str, amount: float, stage: str) -> Json:
    return {"Deal_Name": name, "Amount": amount, "Stage": stage, "Closing_Date": "2026-03-01"}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Last_Name != 'Ames'", ["Boyle", "Crane"]),
        ("Last_Name in ('Ames', 'Crane')", ["Ames", "Crane"]),
        ("Last_Name not in ('Ames', 'Crane')", ["Boyle"]),
        ("Last_Name like 'B%'", ["Boyle"]),
        ("Last_Name like '%es'", ["Ames"]),
        ("Last_Name like '%ran%'", ["Crane"]),
        ("Last_Name like 'Crane'", ["Crane"]),
        ("Last_Name not like '%ran%'", ["Ames", "Boyle"]),
        ("Email is null", ["Boyle", "Crane"]),
        ("Email is not null", ["Ames"]),
        ("Email_Opt_Out = true", ["Crane"]),
        ("Email_Opt_Out = 'false'", ["Ames", "Boyle"]),
        ("Date_of_Birth = '1990-05-17'", ["Crane"]),
        ("Date_of_Birth between '1990-01-01' and '1990-12-31'", ["Crane"]),
        ("Date_of_Birth not between '1990-01-01' and '1990-12-31'", []),
        ("Date_of_Birth > '1990-05-17'", []),
        ("Created_Time >= '2026-01-05T10:00:00+01:00'", ["Ames", "Boyle", "Crane"]),
        ("Created_Time < '2026-01-05T10:00:00+01:00'", []),
        ("Account_Name.Account_Name = 'Zylker'", ["Ames"]),
        ("Account_Name.Parent_Account.Phone = '111'", ["Ames"]),
        ("Account_Name is null", ["Crane"]),
        ("Owner.email like '%@%'", ["Ames", "Boyle", "Crane"]),
        ("(Last_Name = 'Ames' or Last_Name = 'Boyle') and Email is null", ["Boyle"]),
    ],
)
def test_f69_every_operator_finds_its_records_in_order_of_ids(
    asker: Asker, where: str, found: list[str]
) -> None:
    assert asker.names(where) == found


def test_f69_nothing_found_is_204_without_a_body(asker: Asker) -> None:
    said = asker.coql("select id from Contacts where Last_Name = 'nobody'")
    assert (said.status, said.body) == (204, b"")


def test_f69_lookups_come_with_id_and_name_and_through_dots(asker: Asker) -> None:
    columns = "Account_Name, Account_Name.Account_Name, Account_Name.Parent_Account.Account_Name, Owner"
    (row,) = asker.rows(f"select {columns} from Contacts where Last_Name = 'Ames'")
    assert set(row["Account_Name"]) == {"id", "name"}
    assert row["Account_Name"]["name"] == row["Account_Name.Account_Name"] == "Zylker"
    assert row["Account_Name.Parent_Account.Account_Name"] == "Zylker Group"
    assert set(row["Owner"]) == {"id", "name"}
    assert row["id"]


def test_f69_a_lookup_compares_by_id(asker: Asker) -> None:
    (account,) = asker.rows("select id from Accounts where Account_Name = 'Zylker'")
    assert asker.names(f"Account_Name = '{account['id']}'") == ["Ames"]
    assert asker.names(f"Account_Name not in ('{account['id']}', '5')") == ["Boyle"]


def test_f69_a_lookup_to_any_module_names_the_module(asker: Asker) -> None:
    number = asker.rows("select id from Accounts where Account_Name = 'Zylker'")[0]["id"]
    asker.add("Tasks", {"Subject": "Call", "What_Id": {"id": number}, "$se_module": "Accounts"})
    (row,) = asker.rows("select 'What_Id->Accounts.Account_Name' from Tasks where id is not null")
    assert row["What_Id->Accounts.Account_Name"] == "Zylker"


@pytest.mark.parametrize(("position", "found"), [("folded", ["Ames"]), ("exact", [])])
def test_f69_switch_texts_compare_with_or_without_case(asker: Asker, position: str, found: list[str]) -> None:
    asker.switch(coql_text_case=position)
    assert asker.names("Last_Name = 'AMES'") == found
    assert asker.names("Last_Name = 'Ames'") == ["Ames"]


@pytest.mark.parametrize(("position", "found"), [("left_out", []), ("included", ["Boyle", "Crane"])])
def test_f69_switch_unequal_finds_what_has_no_value_or_not(
    asker: Asker, position: str, found: list[str]
) -> None:
    asker.switch(coql_not_equal_null=position)
    assert asker.names("Email != 'ames@example.com'") == found


def test_f69_order_and_window(asker: Asker) -> None:
    assert asker.names("id is not null", "order by Last_Name desc") == ["Crane", "Boyle", "Ames"]
    assert asker.names("id is not null", "order by Email desc, Last_Name asc") == ["Ames", "Boyle", "Crane"]
    assert asker.names("id is not null", "limit 1 offset 1") == ["Boyle"]
    assert asker.names("id is not null", "limit 2, 5") == ["Crane"]


def test_f69_a_reader_may_go_on_behind_the_last_id(asker: Asker) -> None:
    first, second, third = (
        row["id"] for row in asker.rows("select id from Contacts where id > 0 order by id")
    )
    behind = asker.rows(
        f"select id from Contacts where id > '{first}' and Last_Name != 'x' order by id limit 5"
    )
    assert [row["id"] for row in behind] == [second, third]
    assert [
        row["id"] for row in asker.rows(f"select id from Contacts where id in ('{third}', '{first}', '7')")
    ] == [
        first,
        third,
    ]
    assert asker.names("id is not null", "order by Account_Name.id") == ["Crane", "Boyle", "Ames"]
    assert asker.names("id is not null", "order by id desc") == ["Crane", "Boyle", "Ames"]


def test_f69_the_info_counts_and_says_whether_there_are_more(asker: Asker) -> None:
    query = "select id from Contacts where id is not null limit"
    assert asker.coql(f"{query} 2").body["info"] == {"count": 2, "more_records": True}
    assert asker.coql(f"{query} 3").body["info"] == {"count": 3, "more_records": False}
    assert asker.coql(f"{query} 3 offset 3").status == 204


def test_f69_aggregates_go_by_group(asker: Asker) -> None:
    stages = ("Qualification", "Qualification", "Closed Won")
    asker.add("Deals", *(deal(f"D{n}", n + 0.5, stage) for n, stage in enumerate(stages)))
    columns = "COUNT(id), SUM(Amount), AVG(Amount), MIN(Amount), MAX(Amount) as 'most', Stage"
    rows = asker.rows(
        f"select {columns} from Deals where id is not null group by Stage order by SUM(Amount) desc"
    )
    assert rows[0] == {
        "COUNT(id)": 1,
        "SUM(Amount)": 2.5,
        "AVG(Amount)": 2.5,
        "MIN(Amount)": 2.5,
        "most": 2.5,
        "Stage": "Closed Won",
    }
    assert (rows[1]["COUNT(id)"], rows[1]["SUM(Amount)"], rows[1]["AVG(Amount)"]) == (2, 2, 1)
    (whole,) = asker.rows("select COUNT(id), MAX(Closing_Date) from Deals where Amount > 100")
    assert whole == {"COUNT(id)": 0, "MAX(Closing_Date)": None}


def test_f69_a_plain_column_beside_aggregates_is_grouped_by(asker: Asker) -> None:
    assert asker.refused("select COUNT(id), Stage from Deals where id is not null")[0] == "INVALID_QUERY"
    query = "select COUNT(id), Stage from Deals where id is not null group by Stage order by Amount"
    assert asker.refused(query)[0] == "INVALID_QUERY"


def test_f69_a_query_sees_every_write_at_once(asker: Asker) -> None:
    asker.switch(search_lag_seconds=60)
    asker.person("Fresh", Email="fresh@example.com")
    assert asker.names("Email = 'fresh@example.com'") == ["Fresh"]


def test_f69_a_custom_view_narrows_to_its_module(asker: Asker) -> None:
    view = asker.sandbox.crm.cabinet.modules["Contacts"].view_id
    assert len(asker.rows(f"select id from Contacts#{view} where id is not null")) == 3
    assert asker.refused("select id from Contacts#123 where id is not null")[0] == "INVALID_QUERY"


def test_f69_the_caller_must_be_allowed_to_read_the_module(asker: Asker) -> None:
    asker.sign_in("ZohoCRM.coql.READ,ZohoCRM.modules.Contacts.READ")
    assert asker.coql("select id from Contacts where id is not null").status == 200
    said = asker.coql("select id from Accounts where id is not null")
    assert (said.status, said.body["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
    asker.sign_in("ZohoCRM.modules.ALL")
    assert asker.coql("select id from Contacts where id is not null").status == 401
