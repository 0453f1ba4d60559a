from typing import Any

import pytest

from tests.sandbox.caller import Said
from tests.sandbox.crm.asker import Asker, Json


def view(crm: Asker, module: str = "Deals") -> Json:
    (row,) = crm.crm("GET", "v8/settings/custom_views", module=module).body["custom_views"]
    held: Json = row
    return held


def sort(crm: Asker, row: Json, module: str = "Deals") -> Said:
    path = f"v8/settings/custom_views/{view(crm, module)['id']}/actions/change_sort"
    return crm.crm("PUT", path, {"custom_views": [row]}, module=module)


def names(crm: Asker, **query: Any) -> list[str]:
    rows = crm.crm("GET", "v8/Deals", fields="Deal_Name", cvid=view(crm)["id"], **query).body["data"]
    return [row["Deal_Name"] for row in rows]


def deals(crm: Asker) -> None:
    for name, amount in (("A", 9), ("B", -5), ("C", 1_200.5), ("D", 100)):
        row: Json = {"Deal_Name": name, "Stage": "Qualification", "Closing_Date": "2026-03-01"}
        crm.add("Deals", row | {"Amount": amount})


def test_a_view_shows_its_records_in_the_order_it_was_given(crm: Asker) -> None:
    deals(crm)
    assert names(crm) == ["D", "C", "B", "A"]
    assert sort(crm, {"sort_by": {"api_name": "Amount"}, "sort_order": "desc"}).status == 200
    assert names(crm) == ["C", "D", "A", "B"]
    assert (view(crm)["sort_by"]["api_name"], view(crm)["sort_order"]) == ("Amount", "desc")
    assert names(crm, sort_by="id", sort_order="asc") == ["A", "B", "C", "D"]
    number = view(crm)["sort_by"]["id"]
    body = {"custom_views": [{"id": view(crm)["id"], "sort_by": {"id": number}}]}
    assert crm.crm("PUT", "v8/settings/custom_views/actions/change_sort", body, module="Deals").status == 200
    assert names(crm) == ["B", "A", "D", "C"]
    assert sort(crm, {"sort_by": None}).status == 200
    assert names(crm) == ["D", "C", "B", "A"]


def test_pages_of_a_sorted_view_follow_one_another(crm: Asker) -> None:
    deals(crm)
    sort(crm, {"sort_by": {"api_name": "Amount"}})
    cvid, found = view(crm)["id"], list[str]()
    query: Json = {}
    for _ in range(2):
        body = crm.crm("GET", "v8/Deals", fields="Deal_Name", cvid=cvid, per_page=2, **query).body
        found += [row["Deal_Name"] for row in body["data"]]
        query = {"page_token": body["info"]["next_page_token"]}
    assert found == ["B", "A", "D", "C"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "MANDATORY_NOT_FOUND"),
        ({"sort_by": {"api_name": "Nothing"}}, "INVALID_DATA"),
        ({"sort_by": {"api_name": "Amount"}, "sort_order": "up"}, "INVALID_DATA"),
    ],
)
def test_sorts_that_cannot_be(crm: Asker, row: Json, code: str) -> None:
    said = sort(crm, row)
    assert (said.status, said.body["custom_views"][0]["code"]) == (400, code)
    assert view(crm)["sort_by"] is None


def test_a_view_belongs_to_its_module(crm: Asker) -> None:
    path = f"v8/settings/custom_views/{view(crm)['id']}/actions/change_sort"
    body = {"custom_views": [{"id": "77", "sort_by": None}, {"sort_by": None}]}
    assert crm.crm("PUT", path, {"custom_views": [{"sort_by": None}]}, module="Leads").status == 400
    said = crm.crm("PUT", "v8/settings/custom_views/actions/change_sort", body, module="Deals")
    codes = [row["code"] for row in said.body["custom_views"]]
    assert (said.status, codes) == (400, ["INVALID_DATA", "MANDATORY_NOT_FOUND"])
