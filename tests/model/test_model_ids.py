from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerferry.model.ids import (
    Identity,
    customer_identity,
    digest,
    document_identity,
    normal_number,
    operation_key,
)
from ledgerferry.model.party import name_key

PLAIN = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDENTITIES = st.builds(Identity, PLAIN, PLAIN, NAMES, st.integers(min_value=0, max_value=9999))
INVOICE = Identity("60012345678", "invoice", "INV-1", 2025)


def key(identity: Identity = INVOICE, purpose: str = "create", **more: object) -> str:
    values = {"target": "acme@600", "link": "workbook>books", "generation": 1, "agreement": None} | more
    return operation_key(identity=identity, purpose=purpose, **values)  # type: ignore[arg-type]


@given(IDENTITIES)
def test_an_identity_is_read_back_from_its_text(identity: Identity) -> None:
    assert Identity.parse(str(identity)) == identity


@given(IDENTITIES, IDENTITIES)
def test_two_identities_never_share_a_text_or_a_key(left: Identity, right: Identity) -> None:
    assert (str(left) == str(right)) == (left == right) == (key(left) == key(right))


def test_the_key_of_a_write_stays_what_it_is() -> None:
    assert key() == "lf2n4p7iyupphil6g2yxcl65tnyu"
    assert key(purpose="update", agreement=1) == "lftyc5xumpbn4bt3apqjcime26gv"


@given(IDENTITIES)
def test_a_key_fits_in_a_field_of_the_target(identity: Identity) -> None:
    found = key(identity)
    assert len(found) == 28
    assert found.isascii()
    assert found.isalnum()


def test_there_and_back_again_is_three_updates() -> None:
    """A→B→A→B: each update starts from another agreement, so none is taken for an earlier one."""
    assert len({key(), *(key(purpose="update", agreement=a) for a in (1, 2, 3))}) == 4


def test_a_key_tells_organisations_links_purposes_and_generations_apart() -> None:
    found = [
        key(),
        key(target="acme@601"),
        key(link="shop>books"),
        key(purpose="send"),
        key(generation=2),
        key(agreement=0),
    ]
    assert len(set(found)) == len(found)


def test_parts_cannot_lend_each_other_letters() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", "") != digest("", "a")
    assert digest("a:1", "b") != digest("a", "1:b")


@pytest.mark.parametrize("spelled", ["INV-001", "inv-001", " INV - 001 ", "#INV-001", "ＩＮＶ－００１"])
def test_spellings_of_one_number_are_one(spelled: str) -> None:
    assert normal_number(spelled) == "INV-001"


@pytest.mark.parametrize("other", ["INV-1", "INV001", "INV-0010", "INV-001A", "INV/001"])
def test_numbers_that_differ_stay_apart(other: str) -> None:
    assert normal_number(other) != "INV-001"


def test_a_whole_number_of_a_spreadsheet_has_no_decimals() -> None:
    assert normal_number("1042.0") == normal_number("1042") == "1042"


def test_a_number_is_the_document_of_its_year() -> None:
    first, second = (document_identity("600", "invoice", "001", date(y, 1, 1)) for y in (2024, 2025))
    assert first != second
    assert first == document_identity("600", "invoice", " 001", date(2024, 12, 31))
    assert first != document_identity("600", "credit_note", "001", date(2024, 1, 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Müller", "CAFE  MULLER"),
        ("Smith & Co.", "smith co"),
        ("Straße GmbH", "STRASSE gmbh"),
        ("Љубав й", "љубав и"),
        ("İşbank", "i̇şbank"),
        ("한글", "한글"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert customer_identity("600", one) == customer_identity("600", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("राम", "रोम"), ("がく", "かく"), ("กิ", "กา"), ("Acme", "Acme 2"), ("A.B. Ltd", "AB Ltd"), ("中", "国")],
)
def test_names_that_differ_stay_apart_in_any_script(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(NAMES)
def test_a_folded_name_is_folded_already(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(f"  {name.upper()} ") == name_key(name.upper())


def test_a_name_without_letters_is_nobody() -> None:
    assert name_key("*** —") == ""
