import pytest

from tests.sandbox.crm.asker import Asker, Json


def product(crm: Asker, **fields: object) -> str:
    return crm.add("Products", {"Product_Name": "Spade", "Unit_Price": 12.5, **fields})[0]


def invoice(crm: Asker, *lines: Json, **fields: object) -> Json:
    (number,) = crm.add("Invoices", {"Subject": "INV-1", "Invoiced_Items": list(lines), **fields})
    return read(crm, "Invoices", number)


def read(crm: Asker, module: str, number: str) -> Json:
    row: Json = crm.crm("GET", f"v8/{module}/{number}").body["data"][0]
    return row


def test_lines_add_up(crm: Asker) -> None:
    spade = product(crm, Product_Code="SP")
    tax = [{"name": "VAT", "percentage": 20}]
    row = invoice(
        crm,
        {"Product_Name": {"id": spade}, "Quantity": 2, "Line_Tax": tax},
        {"Product_Name": {"id": spade}, "Quantity": 1, "List_Price": 10, "Discount": "10%", "Line_Tax": tax},
        {"Product_Name": spade, "Quantity": 1, "List_Price": 5, "Discount": 2.5},
        Adjustment=-0.1,
    )
    one, two, three = row["Invoiced_Items"]
    assert one["Product_Name"] == {"name": "Spade", "id": spade, "Product_Code": "SP"}
    assert (one["List_Price"], one["Total"], one["Tax"], one["Net_Total"]) == (12.5, 25, 5, 30)
    assert (two["Discount"], two["Total_After_Discount"], two["Tax"], two["Net_Total"]) == (
        "10%",
        9,
        1.8,
        10.8,
    )
    assert three["Net_Total"] == 2.5
    assert (row["Sub_Total"], row["Grand_Total"]) == (43.3, 43.2)


@pytest.mark.parametrize(
    ("module", "form", "more"),
    [
        ("Quotes", "Quoted_Items", {}),
        ("Sales_Orders", "Ordered_Items", {}),
        ("Purchase_Orders", "Purchase_Items", {"Vendor_Name": "Growers"}),
        ("Invoices", "Invoiced_Items", {}),
    ],
)
def test_every_document_has_lines(crm: Asker, module: str, form: str, more: Json) -> None:
    if more:
        more = {"Vendor_Name": crm.add("Vendors", more)[0]}
    body = {"Subject": "D", form: [{"Product_Name": product(crm), "Quantity": 4}], **more}
    (number,) = crm.add(module, body)
    assert read(crm, module, number)["Grand_Total"] == 50
    said = crm.crm("POST", f"v8/{module}", {"data": [{"Subject": "D", **more}]})
    assert said.body["data"][0]["details"]["api_name"] == form


def test_a_line_that_lacks_something_is_named_by_its_place(crm: Asker) -> None:
    line = {"Product_Name": product(crm), "Quantity": 1}
    body = {"data": [{"Subject": "D", "Invoiced_Items": [line, {"Quantity": 1}]}]}
    refused = crm.crm("POST", "v8/Invoices", body).body["data"][0]
    assert refused["code"] == "MANDATORY_NOT_FOUND"
    assert refused["details"]["json_path"] == "$.data[0].Invoiced_Items[1].Product_Name"


@pytest.mark.parametrize(("position", "left"), [("replace", [3]), ("append", [3, 2])])
def test_f57_lines_not_named_in_an_update(crm: Asker, position: str, left: list[int]) -> None:
    crm.switch(crm__subform_update=position)
    spade = product(crm)
    row = invoice(crm, {"Product_Name": spade, "Quantity": 1}, {"Product_Name": spade, "Quantity": 2})
    first = row["Invoiced_Items"][0]["id"]
    body = {"data": [{"Invoiced_Items": [{"id": first, "Quantity": 3}]}]}
    assert crm.crm("PUT", f"v8/Invoices/{row['id']}", body).status == 200
    kept = read(crm, "Invoices", row["id"])
    assert [line["Quantity"] for line in kept["Invoiced_Items"]] == left
    assert kept["Invoiced_Items"][0]["id"] == first
    assert kept["Grand_Total"] == 12.5 * sum(left)


def test_a_line_is_deleted_by_its_mark(crm: Asker) -> None:
    crm.switch(crm__subform_update="append")
    spade = product(crm)
    row = invoice(crm, {"Product_Name": spade, "Quantity": 1}, {"Product_Name": spade, "Quantity": 2})
    body = {"data": [{"Invoiced_Items": [{"id": row["Invoiced_Items"][0]["id"], "_delete": None}]}]}
    crm.crm("PUT", f"v8/Invoices/{row['id']}", body)
    assert [line["Quantity"] for line in read(crm, "Invoices", row["id"])["Invoiced_Items"]] == [2]
    stranger = {"data": [{"Invoiced_Items": [{"id": "77", "Quantity": 1}]}]}
    assert crm.crm("PUT", f"v8/Invoices/{row['id']}", stranger).body["data"][0]["code"] == "INVALID_DATA"
