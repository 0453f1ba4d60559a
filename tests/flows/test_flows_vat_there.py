"""VAT in the account: how kinds of nothing, named taxes and accounts are written, read back and undone."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledgerferry.flows.policy import Policy
from ledgerferry.flows.vatrules import VatRule
from ledgerferry.model.document import Document, TaxTreatment
from ledgerferry.model.party import Address, Party
from ledgerferry.model.plan import State
from ledgerferry.model.record import InvoiceContent, Kind, TaxContent
from ledgerferry.model.tax import tax_identity
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.books.register_models import Exemption
from tests.flows.papers import document, line, spread
from tests.flows.stage import Stage

ZERO_RATED, EXEMPT = TaxTreatment.ZERO_RATED, TaxTreatment.EXEMPT
OUT_OF_SCOPE, REVERSE = TaxTreatment.OUT_OF_SCOPE, TaxTreatment.REVERSE_CHARGE


def stage(folder: Path, *rules: VatRule, seed: seeds.Seed = "demo", **policy: Any) -> Stage:
    return Stage(folder, seed=seed, policy=Policy(vat=rules, **policy))


def kind(number: str, treatment: TaxTreatment, rate: str | None = None) -> Document:
    """One line of 100.00 of a kind of nothing that the sheet names."""
    one = line(rate=rate, text=f"Line {number}").model_copy(update={"treatment": treatment})
    return document(number, lines=(one,), tax_total="0", total="100.00")


def bare(number: str = "INV-1", text: str = "Youth ticket", value: str = "100.00") -> Document:
    return document(number, lines=(line(value, None, text),), tax_total=None, total=value)


def written(there: Stage, number: str) -> dict[str, Any]:
    """The one line of an invoice as Books holds it."""
    (only,) = there.row("invoices", number)["line_items"]
    found: dict[str, Any] = only
    return found


def again(there: Stage) -> None:
    """The same documents once more ask for nothing."""
    second = there.migrate()
    assert second.changes == {}
    assert second.verified.equal
    third = there.migrate()
    assert there.verify(third.run, details=True).equal


def test_four_kinds_of_nothing_arrive_as_four_things(tmp_path: Path) -> None:
    reverse = VatRule(match="line r", treatment=REVERSE, tax="Standard Rate")
    there = stage(tmp_path, reverse)
    walked = there.migrate(
        *spread(kind("Z", ZERO_RATED), kind("E", EXEMPT), kind("O", OUT_OF_SCOPE), kind("R", REVERSE))
    )
    assert walked.reasons() == {}
    assert walked.verified.equal
    names = {n: written(there, n)["tax_name"] for n in "ZEOR"}
    assert names == {"Z": "Zero Rate", "E": "Exempt", "O": "", "R": "Standard Rate"}
    flags = {n: there.row("invoices", n)["is_reverse_charge_applied"] for n in "ZEOR"}
    assert flags == {"Z": False, "E": False, "O": False, "R": True}
    assert {there.row("invoices", n)["total"] for n in "ZEOR"} == {100}
    again(there)


def test_what_a_person_changes_of_it_is_seen(tmp_path: Path) -> None:
    there = stage(tmp_path)
    first = there.migrate(kind("E", EXEMPT))
    zero = next(t["tax_id"] for t in there.rows("taxes") if t["tax_name"] == "Zero Rate")
    bill = there.row("invoices", "E")
    lines = [{"rate": 100, "quantity": 1, "name": "Line E", "tax_id": zero}]
    there.edit("invoices", bill["invoice_id"], line_items=lines)
    bindings = there.house.shelf.bindings
    with there.house.database.read() as conn:
        binding = next(b for b in bindings.live(conn, "workbook>books") if b.ref.kind is Kind.INVOICE)
    record = there.side.target.get(binding.ref, there.side.bindings)
    assert record is not None
    assert there.side.target.moved(binding.content, record.content) == ("lines",)
    (found,) = there.verify(first.run).differences
    assert (found.field, found.left_value, found.right_value) == ("vat", "0 % (Exempt)", "0 % (Zero Rate)")


def test_an_exemption_is_written_on_the_whole_document(tmp_path: Path) -> None:
    there = stage(tmp_path, VatRule(match="*", treatment=EXEMPT, tax="RESALE"))
    organization = there.rows("organizations")[0]["organization_id"]
    there.edit("organizations", organization, country_code="US", country="U.S.A", version="us")
    for number, code in (("71", "RESALE"), ("72", "OTHER")):
        book = there.sandbox.books.book
        book.taxexemptions.put(Exemption(tax_exemption_id=number, tax_exemption_code=code))
    assert there.migrate(bare()).verified.equal
    bill = there.row("invoices", "INV-1")
    assert (bill["tax_exemption_code"], bill["tax_total"], bill["total"]) == ("RESALE", 0, 100)
    again(there)


def test_a_named_tax_is_written_where_several_have_its_rate(tmp_path: Path) -> None:
    there = stage(tmp_path, VatRule(customer="bowman", tax="TVA 20%"))
    assert there.migrate(document(), document("INV-2", customer="Other Ltd", at="C7")).verified.equal
    assert written(there, "INV-1")["tax_name"] == "TVA 20%"
    assert written(there, "INV-2")["tax_name"] == "Standard Rate"
    again(there)


def test_several_taxes_of_a_rate_none_of_them_usual(tmp_path: Path) -> None:
    there = stage(tmp_path)
    standard = next(t for t in there.rows("taxes") if t["tax_name"] == "Standard Rate")
    there.edit("taxes", standard["tax_id"], tax_name="VAT 20%", tax_percentage=20)
    assert there.migrate(document()).reasons() == {"INV-1": "tax-name"}
    tva = next(t for t in there.rows("taxes") if t["tax_name"] == "TVA 20%")
    there.edit("taxes", tva["tax_id"], is_default_tax=True, force=True)
    walked = there.migrate()
    assert [n.kind for n in walked.report.notices if n.kind == "tax-chosen"] == ["tax-chosen"]
    assert walked.verified.equal
    assert written(there, "INV-1")["tax_name"] == "TVA 20%"
    again(there)


def test_taxes_of_one_document_and_rate_are_summed_by_rate(tmp_path: Path) -> None:
    lines = (line("0.33", "20", "Adult a"), line("0.33", "20", "French b"))
    there = stage(tmp_path, VatRule(match="french", tax="TVA 20%"))
    walked = there.migrate(document(lines=lines, tax_total="0.14", total="0.80"))
    assert walked.verified.equal
    taxes = there.row("invoices", "INV-1")["taxes"]
    assert [(t["tax_name"], t["tax_amount"]) for t in taxes] == [("Standard Rate", 0.07), ("TVA 20%", 0.07)]
    again(there)


def test_missing_taxes_are_planned_by_rate_and_name_made_once_and_undone(tmp_path: Path) -> None:
    rules = (VatRule(match="swiss", tax="MWST 8.1%"), VatRule(match="club", treatment=EXEMPT, tax="Clubs"))
    there = stage(tmp_path, *rules)
    swiss = document("S", lines=(line(rate="8.1", text="Swiss"),), tax_total="8.10", total="108.10")
    other = document("T", lines=(line(rate="8.1", text="Else"),), tax_total="8.10", total="108.10", at="C7")
    club = bare("C", "Club fee")
    held = there.migrate(*spread(swiss, other, club))
    assert held.reasons() == {"S": "tax-name", "T": "tax-rate", "C": "tax-name"}
    before = {t["tax_name"] for t in there.rows("taxes")}
    walked = there.migrate(create_taxes=True)
    assert walked.changes["tax"] == (3, 0)
    assert walked.verified.equal
    made = {t["tax_name"]: t["tax_percentage"] for t in there.rows("taxes") if t["tax_name"] not in before}
    assert made == {"MWST 8.1%": 8.1, "Tax 8.1%": 8.1, "Clubs": 0}
    assert [written(there, n)["tax_name"] for n in "STC"] == ["MWST 8.1%", "Tax 8.1%", "Clubs"]
    again(there)
    assert there.rollback(walked.run.id).kept == []
    assert {t["tax_name"] for t in there.rows("taxes")} == before
    assert there.rows("invoices") == []


def test_a_tax_that_is_made_says_what_it_is(tmp_path: Path) -> None:
    there = stage(tmp_path, VatRule(match="*", treatment=EXEMPT, tax="Clubs"))
    run, _ = there.plan(bare(), create_taxes=True)
    with there.house.database.read() as conn:
        listed = there.house.shelf.rooms.operations.listed(conn, [State.PLANNED], run.id)
    (tax,) = [o.content for o, _ in listed if isinstance(o.content, TaxContent)]
    assert (tax.name, tax.rate, tax.treatment) == ("Clubs", Decimal(0), EXEMPT)
    bills = [o.content for o, _ in listed if isinstance(o.content, InvoiceContent)]
    assert all(tax_identity(seeds.ORGANIZATION_ID, Decimal(0), "Clubs") in bill.refers() for bill in bills)
    assert bills


def test_an_income_account_is_written_by_name_and_read_back(tmp_path: Path) -> None:
    there = stage(tmp_path, VatRule(match="youth", treatment=ZERO_RATED, account="other charges"))
    walked = there.migrate(bare(), document("INV-2", at="C7"))
    assert walked.verified.equal
    assert written(there, "INV-1")["account_name"] == "Other Charges"
    assert written(there, "INV-2")["account_name"] == "Sales"
    again(there)


@pytest.mark.parametrize("name", ["Ticket Sales", "Bank Account"])
def test_an_account_that_is_not_there_or_no_income_holds_the_document(tmp_path: Path, name: str) -> None:
    there = stage(tmp_path, VatRule(match="youth", treatment=ZERO_RATED, account=name))
    walked = there.migrate(bare(), document("INV-2", at="C7"))
    assert walked.reasons() == {"INV-1": "income-account"}
    assert len(there.rows("invoices")) == 1


def test_customers_are_placed_where_it_is_proven(tmp_path: Path) -> None:
    there = stage(tmp_path)
    home = Party(name="Home Ltd", address=Address(lines=("1 High St", "Leeds"), country="United Kingdom"))
    away = Party(name="Away SARL", address=Address(lines=("1 rue A", "Paris"), country="France"))
    walked = there.migrate(
        *spread(document("A", customer=home), document("B", customer=away), document("C", customer="Plain"))
    )
    assert walked.verified.equal
    treatments = {r["contact_name"]: r["vat_treatment"] for r in there.rows("contacts")}
    assert treatments == {"Home Ltd": "uk", "Away SARL": "overseas", "Plain": ""}
    assert {there.row("invoices", n)["tax_total"] for n in "ABC"} == {20}
    again(there)


def test_an_organisation_elsewhere_places_nobody(tmp_path: Path) -> None:
    there = stage(tmp_path, seed="empty")
    away = Party(name="Away SARL", address=Address(lines=("1 rue A", "Paris"), country="France"))
    there.migrate(bare().model_copy(update={"currency": "USD", "customer": away}))
    assert [r["vat_treatment"] for r in there.rows("contacts")] == [""]


def test_a_place_that_books_does_not_know_says_what_to_do(tmp_path: Path) -> None:
    french = Party(name="Dupont SARL", vat_number="FR40303265045")
    there = stage(tmp_path, northern_ireland=True)
    there.migrate(document(customer=french))
    with there.house.database.read() as conn:
        (dead,) = [s for _, s in there.house.shelf.rooms.operations.listed(conn, [State.DEAD])]
    assert "northern_ireland = false" in (dead.why or "")
    assert there.rows("invoices") == []
