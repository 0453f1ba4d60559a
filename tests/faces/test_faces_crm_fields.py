"""Connecting a CRM: the fields for the books' ids are made where missing, and told where they cannot be."""

from pathlib import Path

import pytest

from ledgerferry.faces import connecting
from ledgerferry.faces.productsettings import crm_settings
from ledgerferry.faces.settings import CrmFields
from ledgerferry.model.record import Kind
from ledgerferry.systems.crm import CrmSettings, CrmTarget
from ledgerferry_sandbox import seeds
from tests.flows.both import CRM, HOST, Both
from tests.flows.stage import NAME


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """A fresh home before a fresh sandbox, connected to both."""
    return Both(tmp_path)


def kept(both: Both) -> CrmSettings:
    """The CRM's settings as the home keeps them."""
    known = both.house.connections.get(CRM)
    assert known is not None
    return crm_settings(known)


def connected_again(both: Both, **fields: str) -> list[str]:
    """Connect anew with fields of other names; what a person is told."""
    told: list[str] = []
    login = connecting.Login(
        seeds.CLIENT_ID, seeds.CLIENT_SECRET, seeds.REFRESH_TOKEN, accounts_url=HOST, api_url=HOST
    )
    house = both.house
    house.settings = house.settings.model_copy(update={"crm_fields": CrmFields.model_validate(fields)})
    connecting.connect(house, CRM, login, connecting.Wishes(products=("crm",)), told.append)
    return told


def test_missing_fields_are_made_once(both: Both) -> None:
    names = {"Accounts": "Books_Customer_Id", "Contacts": "Books_Customer_Id", "Deals": "Books_Invoice_Id"}
    assert kept(both).linked == names
    target = both.crm.target
    assert isinstance(target, CrmTarget)
    for module, name in names.items():
        field = target.crm.metadata.fields(module)[name]
        assert (field.type, field.unique) == ("text", False)
    assert target.profile().linked == (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)
    assert connected_again(both) == []
    assert kept(both).linked == names


def test_a_field_that_cannot_hold_an_id_is_told_and_left_alone(both: Both) -> None:
    told = connected_again(both, deal="Stage", vat="VAT_Number")
    assert [line for line in told if "Stage" in line] == [
        "Deals: the field Stage is no single line; ids of the books are not written there."
    ]
    assert any("no field VAT_Number" in line for line in told)
    assert "Deals" not in kept(both).linked
    assert kept(both).vat_field is None


def test_a_field_of_ones_own_holds_the_vat_number(both: Both) -> None:
    connected_again(both, vat="Account_Site")
    assert kept(both).vat_field == "Account_Site"


def test_a_connection_to_both_has_two_sides_and_one_login(both: Both) -> None:
    connections = both.house.connections
    assert both.house.crm_of(CRM) == CRM
    assert both.house.crm_of("nobody") is None
    books, crm = connections.get(NAME), connections.get(CRM)
    assert books is not None
    assert crm is not None
    assert both.house.crm_of(NAME) is None
    connections.save(NAME, books.model_copy(update={"product": "zoho", "products": ("books", "crm")}))
    connections.save(f"{NAME}/crm", crm)
    connections.remove(CRM)
    both.another_process()
    beside = both.house.crm_of(NAME)
    assert beside == f"{NAME}/crm"
    side = both.house.side(beside, elsewhere=NAME)
    assert side.target.profile().organization == crm.organization
    assert both.house.side(NAME).target.profile().organization == seeds.ORGANIZATION_ID
    assert side.elsewhere is not None
