import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry_sandbox.crm.coql.parser import parse
from ledgerferry_sandbox.crm.coql.syntax import Criterion
from tests.sandbox.crm.asker import Asker


@pytest.fixture
def asker() -> Asker:
    made = Asker()
    made.add("Contacts", {"Last_Name": "Boyle", "First_Name": "Pat"}, {"Last_Name": "O'Brien"})
    return made


@pytest.mark.parametrize(
    "where",
    [
        "Last_Name = 'Boyle'",
        'Last_Name = "Boyle"',
        "Last_Name = Boyle",
        "(Last_Name = 'Boyle')",
        "((Last_Name = 'Boyle') and (First_Name is not null))",
        "Last_Name='Boyle' and First_Name='Pat'",
        "(Last_Name = 'Boyle' and First_Name = 'Pat') and Email is null",
        "Email is null and (Last_Name = 'Boyle' or Last_Name = 'nobody')",
        "'Last_Name' = 'Boyle'",
        "!Contacts.Last_Name = 'Boyle'",
        "Email IS NOT NULL OR Last_Name = 'Boyle'",
    ],
)
def test_f69_criteria_in_every_form_find_the_same(asker: Asker, where: str) -> None:
    assert asker.names(where) == ["Boyle"]


def test_f69_keywords_have_no_case_and_lines_may_break(asker: Asker) -> None:
    assert [
        row["Last_Name"] for row in asker.rows("SELECT Last_Name\n FROM Contacts\nWHERE First_Name = 'Pat'")
    ]


def test_f69_a_quote_in_a_text_is_doubled(asker: Asker) -> None:
    assert asker.names("Last_Name = 'O''Brien'") == ["O'Brien"]
    assert asker.names('Last_Name = "O\'Brien"') == ["O'Brien"]
    assert asker.refused("select id from Contacts where Last_Name = 'O'Brien'")[0] == "SYNTAX_ERROR"


@given(st.text())
def test_f69_any_text_with_its_quotes_doubled_is_read_as_it_is(text: str) -> None:
    for quote in "'\"":
        quoted = quote + text.replace(quote, quote * 2) + quote
        query = parse(f"select id from Contacts where Last_Name = {quoted} limit 7")
        assert query.where == Criterion("Last_Name", "equal", "=", (text,))
        assert query.limit == 7


@pytest.mark.parametrize(("position", "found"), [("literal", []), ("escapes", ["O'Brien"])])
def test_f69_switch_a_backslash_is_itself_or_escapes(asker: Asker, position: str, found: list[str]) -> None:
    asker.switch(coql_backslash=position)
    assert asker.names(r'Last_Name = "O\'Brien"') == found


def test_f69_a_fault_of_syntax_has_its_place(asker: Asker) -> None:
    code, details = asker.refused("select id\nfrom Contacts where Last_Name == 'x'")
    assert code == "SYNTAX_ERROR"
    assert details == {"near": "=", "line": 2, "column": 32}


@pytest.mark.parametrize(
    ("query", "clause"),
    [("select id from Contacts", "where"), ("select id where id is not null", "from")],
)
def test_f69_a_missing_clause_is_named(asker: Asker, query: str, clause: str) -> None:
    assert asker.refused(query) == ("SYNTAX_ERROR", {"clause": clause})


@pytest.mark.parametrize(
    "query",
    [
        "update Contacts set Last_Name = 'x' where id is not null",
        "select External from Contacts where id is not null",
        "select id from Contacts where",
        "select id from Contacts where (id is not null",
        "select id from Contacts where id is not null)",
        "select id from Contacts where id is",
        "select id from Contacts where id in 1",
        "select id from Contacts where Amount between 1 or 2",
        "select id, from Contacts where id is not null",
        "select id from Contacts where id is not null order id",
        "select id from Contacts where id is not null nonsense",
        "select id from Contacts where Last_Name = 'open",
        "select COUNT(id from Contacts where id is not null",
        "",
    ],
)
def test_f69_what_is_no_query_is_a_syntax_error(asker: Asker, query: str) -> None:
    assert asker.refused(query)[0] == "SYNTAX_ERROR"


THREE = "Last_Name = 'Boyle' and First_Name = 'Pat' and Email is null"


@pytest.mark.parametrize("where", [THREE, "Last_Name = 'Boyle' and First_Name = 'Pat' or Email is null"])
def test_f69_switch_criteria_beyond_two_need_their_brackets(asker: Asker, where: str) -> None:
    code, details = asker.refused(f"select id from Contacts where {where}")
    assert (code, details["near"]) == ("SYNTAX_ERROR", "and" if where == THREE else "or")
    asker.switch(coql_pairs="free")
    assert "Boyle" in asker.names(where)


def test_f69_a_body_without_a_query_is_told_so(asker: Asker) -> None:
    assert asker.crm("POST", "v8/coql", {}).body["code"] == "MANDATORY_NOT_FOUND"
    assert asker.crm("POST", "v8/coql", {"select_query": 7}).body["code"] == "INVALID_DATA"


def test_f69_an_alias_renames_a_column(asker: Asker) -> None:
    query = "select 'Last_Name' as 'Family name', First_Name 'Given' from Contacts where First_Name = 'Pat'"
    (row,) = asker.rows(query)
    assert (row["Family name"], row["Given"]) == ("Boyle", "Pat")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ("Last_Name as ' '", "INVALID_ALIAS"),
        ("Last_Name as 'N', First_Name as 'N'", "DUPLICATE_ALIAS"),
        ("Last_Name, First_Name as 'Last_Name'", "INVALID_QUERY"),
        ("Last_Name, Last_Name", "DUPLICATE_DATA"),
        ("MAX(Exchange_Rate), MAX(Exchange_Rate)", "DUPLICATE_DATA"),
        ("median(Exchange_Rate)", "INVALID_DATA"),
        ("count(id)", "INVALID_DATA"),
    ],
)
def test_f69_columns_that_clash_are_refused(asker: Asker, columns: str, code: str) -> None:
    assert asker.refused(f"select {columns} from Contacts where id is not null")[0] == code


def test_f69_the_order_and_the_groups_name_each_column_once(asker: Asker) -> None:
    code, details = asker.refused("select id from Contacts where id is not null order by id, id")
    assert (code, details["column_name"]) == ("DUPLICATE_DATA", "id")
    query = "select COUNT(id), Title from Contacts where id is not null group by Title, Title"
    assert asker.refused(query)[0] == "DUPLICATE_DATA"
