"""Leads with their conversion, tags, and records under a caller's own key."""

from typing import Any

from tests.sdk.conftest import Module, Stage
from tests.sdk.vendor import asking, built, choice, heading, kind, operations, plain, refusal, told


def converted(lead: int) -> tuple[int, Any]:
    deal = Module("Deals").record({"Deal_Name": "Orchard", "Stage": choice("Qualification")})
    converter = built("convert_lead.LeadConverter", overwrite=True, deals=deal)
    body = built("convert_lead.BodyWrapper", data=[converter])
    return told(operations("convert_lead.ConvertLead", lead).convert_lead(body))


def test_a_lead_becomes_an_account_a_contact_and_a_deal(zoho: Stage) -> None:
    (lead,) = Module("Leads").add({"Last_Name": "Pear", "Company": "Pear & Sons"})
    status, answer = converted(lead)
    (result,) = answer.get_data()
    assert (status, kind(result)) == (200, "convert_lead.SuccessResponse")
    made = result.get_details()
    names = {"Accounts": "Account_Name", "Contacts": "Last_Name", "Deals": "Deal_Name"}
    found = {}
    for module, field in names.items():
        _, answer = told(Module(module).operations.get_record(made[module].get_id()))
        found[module] = answer.get_data()[0].get_key_value(field)
    assert found == {"Accounts": "Pear & Sons", "Contacts": "Pear", "Deals": "Orchard"}


def test_f59_a_lead_is_converted_once(zoho: Stage) -> None:
    (lead,) = Module("Leads").add({"Last_Name": "Once", "Company": "Once Ltd"})
    assert converted(lead)[0] == 200
    status, answer = converted(lead)
    assert (status, kind(answer)) == (400, "convert_lead.APIException")
    assert refusal(answer)[0] == "ID_ALREADY_CONVERTED"


def test_a_tag_is_hung_on_a_record_and_read_with_it(accounts: Module) -> None:
    (account,) = accounts.add({"Account_Name": "Tagged"})
    body = built("tags.NewTagRequestWrapper", tags=[built("tags.Tag", name="gold")], over_write=False)
    status, answer = told(operations("tags.Tags").add_tags("Accounts", account, body))
    assert (status, plain(answer.get_data()[0].get_code())) == (200, "SUCCESS")
    _, answer = told(accounts.operations.get_record(account))
    assert [tag.get_name() for tag in answer.get_data()[0].get_tag()] == ["gold"]


def test_f64_a_record_is_written_and_read_under_its_external_key(zoho: Stage) -> None:
    field = built(
        "fields.Fields",
        field_label="Outer Key",
        data_type="text",
        length=80,
        external=built("fields.External", type="user", show=True),
    )
    made = operations("fields.Fields").create_field(
        built("fields.BodyWrapper", fields=[field]), asking("fields.CreateField", module="Vendors")
    )
    assert told(made)[0] == 201
    vendors = Module("Vendors")
    (number,) = vendors.add({"Vendor_Name": "Keyed", "Outer_Key": "K-1"})
    named = {"x_external": "Vendors.Outer_Key"}
    change = vendors.body({"Phone": "7"})
    status, _ = told(
        vendors.operations.update_record_using_external_id(
            "K-1", change, heading("record.UpdateRecordUsingExternalID", **named)
        )
    )
    assert status == 200
    status, answer = told(
        vendors.operations.get_record_using_external_id(
            "K-1", None, heading("record.GetRecordUsingExternalID", **named)
        )
    )
    record = answer.get_data()[0]
    assert (status, record.get_id(), record.get_key_value("Phone")) == (200, number, "7")
