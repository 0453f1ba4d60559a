import pytest

from tests.sandbox.crm.asker import Asker, Json


def fill(crm: Asker, count: int, module: str = "Contacts") -> list[str]:
    numbers: list[str] = []
    for start in range(0, count, 100):
        rows = [{"Last_Name": f"N{number}"} for number in range(start, min(start + 100, count))]
        numbers += crm.add(module, *rows)
    return numbers


def listed(crm: Asker, **query: object) -> Json:
    said = crm.crm("GET", "v8/Contacts", None, None, **{"fields": "Last_Name", **query})
    assert said.status == 200, said.body
    body: Json = said.body
    return body


def test_f67_fields_are_needed_and_fifty_at_most(crm: Asker) -> None:
    said = crm.crm("GET", "v8/Contacts")
    assert (said.status, said.body["code"]) == (400, "REQUIRED_PARAM_MISSING")
    assert said.body["details"]["param_name"] == "fields"
    fields = ",".join(["Last_Name"] * 51)
    assert crm.crm("GET", "v8/Contacts", fields=fields).body["code"] == "LIMIT_EXCEEDED"


def test_f67_only_the_fields_asked_for_and_the_id(crm: Asker) -> None:
    crm.person("Ames", Phone="1")
    assert set(listed(crm, fields="Last_Name,Nonsense")["data"][0]) == {"Last_Name", "id"}


def test_f67_nothing_is_204_without_a_body(crm: Asker) -> None:
    said = crm.crm("GET", "v8/Contacts", fields="Last_Name")
    assert (said.status, said.body) == (204, b"")
    assert crm.crm("GET", "v8/Contacts/123456").status == 204


def test_f67_pages_and_what_info_says(crm: Asker) -> None:
    numbers = fill(crm, 5)
    body = listed(crm, per_page=2, page=2)
    assert [row["id"] for row in body["data"]] == [numbers[2], numbers[1]]
    info = body["info"]
    assert (info["per_page"], info["count"], info["page"], info["more_records"]) == (2, 2, 2, True)
    assert (info["sort_by"], info["sort_order"]) == ("id", "desc")
    assert listed(crm, per_page=2, page=3)["info"]["more_records"] is False
    assert crm.crm("GET", "v8/Contacts", fields="id", per_page=2, page=4).status == 204
    assert crm.crm("GET", "v8/Contacts", fields="id", per_page=201).status == 400


def test_f67_pages_end_at_two_thousand_and_tokens_go_on(crm: Asker) -> None:
    numbers = fill(crm, 2_201)
    refused = crm.crm("GET", "v8/Contacts", fields="Last_Name", page=11)
    assert (refused.status, refused.body["code"]) == (400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED")
    token = listed(crm, page=10)["info"]["next_page_token"]
    body = listed(crm, page_token=token)
    assert [row["id"] for row in body["data"]] == numbers[200::-1][:200]
    last = listed(crm, page_token=body["info"]["next_page_token"])
    assert ([row["id"] for row in last["data"]], last["info"]["next_page_token"]) == ([numbers[0]], None)


def test_f59_f67_a_token_lives_a_day_and_stands_alone(crm: Asker) -> None:
    fill(crm, 3)
    info = listed(crm, per_page=1)["info"]
    assert info["page_token_expiry"] == "2026-01-06T09:00:00+00:00"
    token = info["next_page_token"]
    both = crm.crm("GET", "v8/Contacts", fields="id", page=2, page_token=token)
    assert both.body["code"] == "AMBIGUITY_DURING_PROCESSING"
    assert [each["param_name"] for each in both.body["details"]["ambiguity_due_to"]] == ["page", "page_token"]
    assert crm.crm("GET", "v8/Leads", fields="id", page_token=token).body["code"] == "INVALID_DATA"
    assert crm.crm("GET", "v8/Contacts", fields="id", page_token="AAAA").body["code"] == "INVALID_DATA"
    crm.wait(86_400)
    crm.sign_in()
    assert crm.crm("GET", "v8/Contacts", fields="id", page_token=token).body["code"] == "EXPIRED_TOKEN"


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["id", "Created_Time", "Modified_Time"])
def test_f67_every_sort_pages_through_everything_once(crm: Asker, sort: str, order: str) -> None:
    numbers = []
    for number in range(7):
        numbers.append(crm.person(str(number)))
        crm.wait(1 if number % 2 else 0)
    crm.wait(1)
    crm.crm("PUT", f"v8/Contacts/{numbers[1]}", {"data": [{"Phone": "1"}]})
    query: Json = {"per_page": 2, "sort_by": sort, "sort_order": order}
    body = listed(crm, **query)
    seen = [row["id"] for row in body["data"]]
    while token := body["info"]["next_page_token"]:
        body = listed(crm, per_page=2, page_token=token)
        seen += [row["id"] for row in body["data"]]
    expected = [*numbers[:1], *numbers[2:], numbers[1]] if sort == "Modified_Time" else numbers
    assert seen == (expected if order == "asc" else expected[::-1])


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["id", "Created_Time", "Modified_Time"])
def test_f67_the_way_back_is_by_previous_page_token(crm: Asker, sort: str, order: str) -> None:
    fill(crm, 7)
    pages = [listed(crm, per_page=2, sort_by=sort, sort_order=order)]
    assert pages[0]["info"]["previous_page_token"] is None
    while token := pages[-1]["info"]["next_page_token"]:
        pages.append(listed(crm, per_page=2, page_token=token))
    back = [pages[-1]]
    while token := back[-1]["info"]["previous_page_token"]:
        back.append(listed(crm, per_page=2, page_token=token))
    assert [page["data"] for page in back[::-1]] == [page["data"] for page in pages]
    assert all(page["info"]["page_token_expiry"] for page in pages)


def test_f67_what_waits_for_approval_can_be_asked_for_apart(crm: Asker) -> None:
    one, two = crm.add("Contacts", {"Last_Name": "A"}, {"Last_Name": "B"})
    fields = {"$approval_state": "approval_process_pending"}
    change = {"service": "crm", "kind": "Contacts", "id": one, "fields": fields, "force": True}
    crm.control("POST", "edit", change)
    kinds = ("true", "false", "both")
    found = {kind: [row["id"] for row in listed(crm, approved=kind)["data"]] for kind in kinds}
    assert found == {"true": [two], "false": [one], "both": [two, one]}


def test_f67_other_sorts_are_refused(crm: Asker) -> None:
    assert (
        crm.crm("GET", "v8/Contacts", fields="id", sort_by="Phone").body["details"]["param_name"] == "sort_by"
    )


def test_f67_by_ids(crm: Asker) -> None:
    numbers = fill(crm, 3)
    body = listed(crm, ids=f"{numbers[0]},{numbers[2]},9")
    assert [row["id"] for row in body["data"]] == [numbers[2], numbers[0]]


def test_f61_f67_unchanged_is_304(crm: Asker) -> None:
    one = crm.person("A")
    crm.wait(60)
    since = {"if-modified-since": "2026-01-05T09:00:30+00:00"}
    assert crm.crm("GET", "v8/Contacts", headers=since, fields="id").status == 304
    assert crm.crm("GET", f"v8/Contacts/{one}", headers=since).status == 304
    two = crm.person("B")
    said = crm.crm("GET", "v8/Contacts", headers=since, fields="id")
    assert [row["id"] for row in said.body["data"]] == [two]


def test_f67_a_list_shows_a_write_at_once(crm: Asker) -> None:
    crm.switch(search_lag_seconds=60)
    one = crm.person("A")
    assert [row["id"] for row in listed(crm)["data"]] == [one]


def test_f70_the_deleted_of_both_kinds(crm: Asker) -> None:
    one, two = crm.add("Contacts", {"Last_Name": "A"}, {"Last_Name": "B"})
    assert crm.crm("GET", "v8/Contacts/deleted", type="all").status == 204
    crm.crm("DELETE", f"v8/Contacts/{one}")
    crm.wait(60)
    crm.control(
        "POST", "edit", {"service": "crm", "kind": "Contacts", "id": two, "delete": True, "force": True}
    )
    rows = crm.crm("GET", "v8/Contacts/deleted", type="all").body["data"]
    assert [(row["id"], row["type"]) for row in rows] == [(two, "permanent"), (one, "recycle")]
    assert rows[1]["display_name"] == "A"
    assert rows[1]["deleted_time"] == "2026-01-05T09:00:00+00:00"
    assert set(rows[1]["deleted_by"]) == {"name", "id"}
    kinds = {
        kind: crm.crm("GET", "v8/Contacts/deleted", type=kind).body["data"]
        for kind in ("recycle", "permanent")
    }
    assert [[row["id"] for row in kind] for kind in kinds.values()] == [[one], [two]]
    since = {"if-modified-since": "2026-01-05T09:00:30+00:00"}
    fresh = crm.crm("GET", "v8/Contacts/deleted", headers=since, type="all")
    assert [row["id"] for row in fresh.body["data"]] == [two]
    assert crm.crm("GET", "v8/Contacts/deleted", type="odd").status == 400


def test_f70_sixty_days_in_the_bin_and_sixty_more_as_an_id(crm: Asker) -> None:
    one = crm.person("A")
    crm.crm("DELETE", f"v8/Contacts/{one}")
    crm.wait(60 * 86_400)
    crm.sign_in()
    (row,) = crm.crm("GET", "v8/Contacts/deleted", type="all").body["data"]
    assert row["type"] == "permanent"
    crm.wait(60 * 86_400)
    crm.sign_in()
    assert crm.crm("GET", "v8/Contacts/deleted", type="all").status == 204


def test_f67_converted_leads_only_when_asked_for(crm: Asker) -> None:
    (lead,) = crm.add("Leads", {"Last_Name": "A", "Company": "B"})
    assert crm.crm("POST", f"v8/Leads/{lead}/actions/convert", {"data": [{}]}).status == 200
    found = {
        kind: crm.crm("GET", "v8/Leads", fields="id", converted=kind).status
        for kind in ("true", "false", "both")
    }
    assert found == {"true": 200, "false": 204, "both": 200}
