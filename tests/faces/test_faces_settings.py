"""Settings: where they come from, and what a wrong one says."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.faces.settings import Settings, WrongUsage, load
from ledgerferry.flows.policy import DatedRate, UndatedPayment
from ledgerferry.model.document import TaxTreatment

POLICY = """\
[sellers]
names = ["Acme", "Acme Ltd"]

[payments]
without_date = "due"
mode = "banktransfer"

[[rates]]
currency = "EUR"
since = 2024-01-01
rate = 0.8600

[periods]
filed_until = 2023-12-31
opening_balances = 2024-04-01
"""


def test_a_home_lies_below_the_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert load({}, folder=tmp_path).home == tmp_path / ".ferry"
    assert load({"FERRY_HOME": "/elsewhere"}, folder=tmp_path).home == Path("/elsewhere")
    assert load({"FERRY_HOME": "/elsewhere"}, home=tmp_path / "x", folder=tmp_path).home == tmp_path / "x"


def test_the_database_is_the_homes_file_unless_told_otherwise(tmp_path: Path) -> None:
    assert load({}, folder=tmp_path).url == f"sqlite:///{tmp_path}/.ferry/ferry.db"
    assert load({"FERRY_DATABASE_URL": "postgresql://h/d"}, folder=tmp_path).url == "postgresql://h/d"


def test_secrets_do_not_show(tmp_path: Path) -> None:
    shown = repr(
        load({"FERRY_KEY": "S3CRET", "FERRY_DATABASE_URL": "postgresql://u:PASSWORD@h/d"}, folder=tmp_path)
    )
    assert "S3CRET" not in shown
    assert "PASSWORD" not in shown


def test_a_policy_is_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "ferry.toml").write_text(POLICY)
    policy = load({}, folder=tmp_path).policy
    assert policy.sellers == ("Acme", "Acme Ltd")
    assert policy.undated_payment is UndatedPayment.DUE
    assert policy.payment_mode == "banktransfer"
    assert policy.rates == (DatedRate(currency="EUR", since=date(2024, 1, 1), rate=Decimal("0.8600")),)
    assert str(policy.rates[0].rate) == "0.8600"
    assert (policy.filed_until, policy.opening_balances) == (date(2023, 12, 31), date(2024, 4, 1))


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        ("[sellers]\nnames = []\nname = 'x'\n", 3, "sellers.name", "Known are names"),
        ("[payment]\nmode = 'x'\n", 1, "payment", "Known are sellers, payments, rates"),
        ("\n[payments]\nwithout_date = 'today'\n", 3, "payments.without_date", "'hold', 'due' or 'issued'"),
        ("[[rates]]\ncurrency = 'euro'\nsince = 2024-01-01\nrate = 1\n", 2, "rates.0.currency", "pattern"),
        ("[[rates]]\ncurrency = 'EUR'\nsince = 2024-01-01\nrate = -1\n", 4, "rates.0.rate", "greater than 0"),
    ],
)
def test_a_wrong_key_is_named_with_its_line_and_remedy(
    tmp_path: Path, text: str, line: int, key: str, remedy: str
) -> None:
    file = tmp_path / "ferry.toml"
    file.write_text(text)
    with pytest.raises(WrongUsage) as caught:
        load({}, folder=tmp_path)
    assert str(caught.value).startswith(f"{file}, line {line}: {key}")
    assert remedy in str(caught.value)


def test_vat_rules_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "ferry.toml").write_text(
        "[organization]\nnorthern_ireland = true\n"
        '[[vat]]\nmatch = "Adult"\nrate = 20\ntax = "Standard Rate"\naccount = "Sales"\n'
        'from = 2024-01-01\nuntil = 2024-12-31\n'
        '[[vat]]\nmatch = "Youth"\ncountry = "GB"\ncustomer = "/club$/"\ntreatment = "zero-rated"\n'
    )
    policy = load({}, folder=tmp_path).policy
    adult, youth = policy.vat
    assert (adult.match, adult.rate) == ("Adult", Decimal(20))
    assert (adult.tax, adult.account) == ("Standard Rate", "Sales")
    assert (adult.since, adult.until) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (youth.treatment, youth.bears) == (TaxTreatment.ZERO_RATED, Decimal(0))
    assert (youth.match, youth.country, youth.customer) == ("Youth", "GB", "/club$/")
    assert policy.northern_ireland


def rules(*said: str) -> str:
    return "".join(f"[[vat]]\n{one}\n" for one in said)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (rules("rate = 20"), "matches nothing"),
        (rules('match = "a"'), "says nothing"),
        (rules('match = "a"\nrate = 20\ntreatment = "exempt"'), "bears no rate"),
        (rules('match = "a"\nrate = 20\nfrom = 2024-02-01\nuntil = 2024-01-01'), "from is after until"),
        (rules('match = "/(/"\nrate = 20'), "no regular expression"),
        (rules('match = "?"\nrate = 20'), "neither a letter nor a digit"),
        (rules('match = "a"\nrate = 20', 'match = "A"\nrate = 5'), "rules 1 and 2"),
        (rules('match = "*"\nrate = 20\ncountry = "FR"', 'rate = 5\ncountry = "FR"'), "rules 1 and 2"),
        (rules('match = "a"\nrate = 20\nsince = 2024-01-01'), "match, customer, country, from, until, rate"),
    ],
)
def test_a_vat_rule_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, remedy: str) -> None:
    (tmp_path / "ferry.toml").write_text(text)
    with pytest.raises(WrongUsage) as caught:
        load({}, folder=tmp_path)
    assert remedy in str(caught.value)
    assert "vat" in str(caught.value)


def test_one_match_may_change_with_the_day_and_be_said_twice(tmp_path: Path) -> None:
    before, after = "rate = 20\nuntil = 2024-12-31", "rate = 17.5\nfrom = 2025-01-01"
    (tmp_path / "ferry.toml").write_text(rules(*(f'match = "a"\n{r}' for r in (before, after, after))))
    assert [r.rate for r in load({}, folder=tmp_path).policy.vat] == [20, Decimal("17.5"), Decimal("17.5")]


def test_an_unknown_table_is_answered_with_all_keys(tmp_path: Path) -> None:
    (tmp_path / "ferry.toml").write_text("[nothing]\n")
    with pytest.raises(WrongUsage) as caught:
        load({}, folder=tmp_path)
    assert "[periods] filed_until, filed, opening_balances" in str(caught.value)
    assert "[[vat]] match, customer, country, from, until, rate, treatment, tax, account" in str(caught.value)


@pytest.mark.parametrize("content", [b"[sellers\n", b"\xff\xfe", b"names = Acme\n"])
def test_a_file_that_is_no_toml_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.toml").write_bytes(content)
    with pytest.raises(WrongUsage, match=r"other\.toml"):
        load({}, config=tmp_path / "other.toml", folder=tmp_path)


def test_a_config_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot be read"):
        load({"FERRY_CONFIG": str(tmp_path / "none.toml")}, folder=tmp_path)


def test_the_home_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "client")
    settings.prepare()
    assert {path.stat().st_mode & 0o777 for path in (settings.home, settings.reports, settings.logs)} == {
        0o700
    }


def test_a_home_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongUsage, match="--home"):
        Settings(home=tmp_path / "file" / "home").prepare()


def test_a_table_of_data_centres_replaces_the_vendors(tmp_path: Path) -> None:
    table = tmp_path / "dc.json"
    table.write_text('{"eu": "http://127.0.0.1:1"}')
    assert [c.dc for c in load({"FERRY_DC_TABLE": str(table)}, folder=tmp_path).centres()] == ["eu"]
    table.write_text("[]")
    with pytest.raises(WrongUsage, match="FERRY_DC_TABLE"):
        Settings(home=tmp_path, dc_table=table).centres()
    with pytest.raises(WrongUsage, match="cannot be read"):
        Settings(home=tmp_path, dc_table=tmp_path / "none.json").centres()
    assert len(Settings(home=tmp_path).centres()) == 9


def test_the_fields_of_a_crm_have_names_of_ones_own(tmp_path: Path) -> None:
    assert load({}, home=tmp_path).crm_fields.deal == "Books_Invoice_Id"
    file = tmp_path / "ferry.toml"
    file.write_text('[crm.fields]\ndeal = "Invoice_No"\nvat = "VAT_Number"\n', encoding="utf-8")
    found = load({}, home=tmp_path, config=file).crm_fields
    assert (found.account, found.deal, found.vat) == ("Books_Customer_Id", "Invoice_No", "VAT_Number")
    file.write_text('[crm.fields]\ndeal = "no; select"\n', encoding="utf-8")
    with pytest.raises(WrongUsage, match=r"line 2: crm\.fields\.deal"):
        load({}, home=tmp_path, config=file)
