"""The proof: a moved cent is found and named, and nothing was e-mailed."""

import httpx2
import pytest

from ledgerferry_bench.journey.stage import Row, Said
from tests.journey.conftest import Journey, Settled

DAYS = 40 * 86_400


def invoices(journey: Journey) -> dict[str, Row]:
    return {row["invoice_number"]: row for row in journey.box.books()["invoices"]}


def forced(journey: Journey, number: str, *, silent: bool = False, **fields: object) -> None:
    edit = {"service": "books", "kind": "invoices", "id": invoices(journey)[number]["invoice_id"]}
    journey.box.post("edit", {**edit, "fields": fields, "force": True, "silent": silent})


def verified(settled: Settled, *options: str) -> Said:
    return settled.journey.ferry.run("verify", settled.run, *options)


def named(said: Said) -> set[tuple[str, str]]:
    return {(one["left"], one["field"]) for one in said.json["verify"]["differences"]}


def cents(row: Row, field: str, more: int) -> float:
    return round(float(row[field]) + more / 100, 2)


def test_a_cent_moved_between_two_invoices_is_found_and_both_are_named(settled: Settled) -> None:
    journey = settled.journey
    before = invoices(journey)
    for number, more in (("JN-0001", 1), ("JN-0002", -1)):
        row = before[number]
        forced(journey, number, total=cents(row, "total", more), sub_total=cents(row, "sub_total", more))

    said = verified(settled)

    assert said.code == 1
    assert said.json["verify"]["equal"] is False
    assert {("JN-0001", "gross"), ("JN-0002", "gross")} <= named(said)
    assert {number for number, _ in named(said)} == {"JN-0001", "JN-0002"}
    sums = said.json["verify"]["by_currency"]["GBP"]
    assert sums["difference"] == "0.00"


def taxes_moved(journey: Journey, *, silent: bool) -> None:
    row = invoices(journey)["JN-0001"]
    taxes = [{**tax, "tax_amount": cents(tax, "tax_amount", 1)} for tax in row["taxes"]]
    forced(journey, "JN-0001", silent=silent, sub_total=cents(row, "sub_total", -1),
           tax_total=cents(row, "tax_total", 1), taxes=taxes)  # fmt: skip


def test_a_cent_moved_from_net_to_tax_is_found_and_both_are_named(settled: Settled) -> None:
    journey = settled.journey
    taxes_moved(journey, silent=False)

    said = verified(settled)

    assert said.code == 1
    assert named(said) == {("JN-0001", "net"), ("JN-0001", "tax"), ("JN-0001", "tax 20%")}


def test_a_silent_edit_is_found_by_reading_every_document(settled: Settled) -> None:
    journey = settled.journey
    taxes_moved(journey, silent=True)

    said = verified(settled, "--details")

    assert said.code == 1
    assert said.json["verify"]["read_in_full"] == 3
    assert {("JN-0001", "net"), ("JN-0001", "tax")} <= named(said)


@pytest.mark.parametrize("unassociated", ["primary", "nobody"])
def test_no_mail_leaves_with_every_switch_on(journey: Journey, unassociated: str) -> None:
    switches = {"mail.reminders": "on", "mail.thank_you": "on", "mail.unassociated": unassociated}
    assert {s for s in journey.box.get("switches") if s.startswith("mail.")} == set(switches)
    journey.box.put("switches", switches)

    said = journey.migrate()

    held = journey.box.books()
    assert (said.code, len(held["invoices"]), len(held["customerpayments"])) == (0, 3, 1)
    assert all(contact["email"] for contact in held["contacts"])
    journey.box.put("clock", {"advance_seconds": DAYS})
    assert journey.box.get("mail") == []


def test_mail_would_have_been_seen(settled: Settled) -> None:
    journey = settled.journey
    line, box = journey.box.line, journey.box.http
    form = {key: line[key] for key in ("client_id", "client_secret", "refresh_token")}
    token = box.post("/oauth/v2/token", params={**form, "grant_type": "refresh_token"}).json()["access_token"]
    body = {
        "customer_id": journey.box.books()["contacts"][0]["contact_id"],
        "line_items": [{"name": "Apples", "rate": 3, "quantity": 1}],
    }

    made: httpx2.Response = box.post(
        "/books/v3/invoices",
        params={"organization_id": line["organization_id"], "send": "true"},
        headers={"Authorization": f"Zoho-oauthtoken {token}"},
        json=body,
    )

    assert made.status_code == 201, made.text
    assert [mail["kind"] for mail in journey.box.get("mail")] == ["invoice"]
