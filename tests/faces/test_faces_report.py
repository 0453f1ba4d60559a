"""The report: text stays text, amounts stay exact, a difference is named, every sum can be added again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ledgerferry.faces.report import draw, pages
from ledgerferry.faces.report.facts import Became
from ledgerferry.faces.report.places import web_page
from ledgerferry.flows.result import Difference, Verified
from ledgerferry.model.document import Cell
from ledgerferry.model.party import Party
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import CustomerContent, Kind, Ref
from ledgerferry.model.suggestion import Asked, SuggestedField, Suggestion
from ledgerferry.store.decisions import Decision, Verdict
from ledgerferry.store.runhistory import Step
from ledgerferry.store.runs import RunState
from tests.faces.reported import (
    EU,
    MOMENT,
    drawn,
    every,
    facts,
    figures,
    held,
    loaded,
    pairs,
    read,
    rejected,
    table,
    totals,
    values,
)

EVIL = '=HYPERLINK("http://evil.example","x")'
SHEETS = [
    "Overview", "All invoices", "Flags", "LLM results", "Financials math check", "Billing sponsors",
    "Dry-run plan",
]  # fmt: skip
ONE = figures("100.00", "20.00", "120.00")
EQUAL = Verified(equal=True, compared=1, at=MOMENT)


def differing(field: str, left: str, right: str) -> Difference:
    ref = "1234567890123456789"
    return Difference(kind="invoice", left="7", right=ref, field=field, left_value=left, right_value=right)


def test_seven_sheets_stand_in_the_order_of_an_audit_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    book = drawn(tmp_path, facts(loaded(read("7", ONE), ONE), verified=EQUAL))
    assert book.sheetnames == SHEETS
    assert (tmp_path / "r.xlsx").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    told = facts(loaded(read("7", ONE), ONE), held(read("8", ONE), "why"), verified=EQUAL)
    draw(tmp_path / "a.xlsx", told)
    draw(tmp_path / "b.xlsx", told)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_read_from_a_sheet_becomes_a_formula(tmp_path: Path) -> None:
    document = read("=1+1", ONE, customer=EVIL, file="-a.xlsx", sheet="@S")
    draw(tmp_path / "r.xlsx", facts(loaded(document, ONE), held(read("8", ONE, file="+b.xlsx"), EVIL)))
    cells = list(every(load_workbook(tmp_path / "r.xlsx")))
    formulas = [c.value for c in cells if c.data_type == "f"]
    assert formulas
    assert not [f for f in formulas if "evil" in str(f) or "1+1" in str(f)]
    risky = [c for c in cells if c.data_type != "f" and str(c.value).startswith(("=", "+", "-", "@"))]
    texts = [c for c in risky if isinstance(c.value, str)]
    assert {c.value for c in texts} >= {"=1+1", EVIL, "-a.xlsx", "@S", "+b.xlsx"}
    assert all(c.data_type == "s" and c.quotePrefix for c in texts)


def test_what_no_workbook_can_hold_is_replaced_and_control_characters_are_kept(tmp_path: Path) -> None:
    document = read("7\x01", ONE, customer="half \ud800 of \uffff _x0041_", sheet="S\x02")
    (row,) = values(drawn(tmp_path, facts(loaded(document, ONE)))["All invoices"])
    assert row["customer"].startswith("half \ufffd of \ufffd _x")
    assert "\ud800" not in row["customer"]


def test_amounts_are_numbers_with_their_currencys_decimals_and_ids_are_text(tmp_path: Path) -> None:
    dinars = figures("1.234", "0", "1.234", "0")
    told = [loaded(read("7", ONE), ONE), loaded(read("8", dinars, currency="KWD"), dinars)]
    euros, kuwait = table(drawn(tmp_path, facts(*told))["All invoices"])
    assert (euros["gross"].value, euros["gross"].number_format[:8]) == (120, "#,##0.00")
    assert euros["record"].value == "1234567890123456789"
    assert kuwait["gross"].number_format.startswith("#,##0.000")


def test_an_amount_of_more_digits_than_a_workbook_knows_is_text_and_is_added_by_us(tmp_path: Path) -> None:
    huge = figures("12345678901234567.89", "0", "12345678901234567.89", "0")
    book = drawn(tmp_path, facts(loaded(read("7", huge), huge), loaded(read("8", ONE), ONE), verified=EQUAL))
    first, second = values(book["All invoices"])
    assert (first["gross"], second["gross"]) == ("12345678901234567.89", 120)
    assert "12345678901234687.89" in {c.value for c in every(book)}
    gross = next(r for r in values(book["Financials math check"]) if r["figure"] == "gross")
    assert (gross["computed - sheet"], gross["agrees"]) == (0, "yes")


@pytest.mark.parametrize("sign", ["", "-"])
def test_found_is_loaded_and_held_and_rejected_in_number_and_money(tmp_path: Path, sign: str) -> None:
    credit = figures("50.00", "10.00", "60.00")
    stated = figures(f"{sign}50.00", f"{sign}10.00", f"{sign}60.00")
    told = [
        loaded(read("7", ONE), ONE),
        loaded(read("C1", stated, credit=True), credit),
        held(read("8", figures("1.00", "0.20", "1.20")), "why"),
        rejected("prices.xlsx"),
        replace(held(read("7", ONE), ""), became=Became.AGAIN),
    ]
    book = drawn(tmp_path, facts(*told, verified=EQUAL))
    rows = [list(r) for r in book["Overview"].iter_rows(values_only=True, max_col=7)]
    assert next(r for r in rows if r[0] == "number")[:5] == ["number", 2, 1, 1, 4]
    assert next(r for r in rows if r[0] == "EUR") == ["EUR", 60, 1.2, 0, 61.2, 60, 0]
    by_number = {r["number"]: r for r in values(book["All invoices"]) if r["status"] != "again"}
    assert (by_number["C1"]["gross"], by_number["C1"]["kind"]) == (-60, "credit note")
    checks = values(book["Financials math check"])
    gross = next(r for r in checks if (r["number"], r["figure"]) == ("C1", "gross"))
    assert [gross[of] for of in ("sheet says", "computed", "in Books", "agrees")] == [-60, -60, -60, "yes"]
    assert [r["status"] for r in values(book["All invoices"])] == [
        "loaded", "loaded", "held", "rejected", "again",
    ]  # fmt: skip


def test_a_cent_that_moved_is_shown_where_it_moved(tmp_path: Path) -> None:
    moved = [differing("net", "100.00", "100.01"), differing("tax 20%", "20.00", "19.99")]
    verified = Verified(equal=False, compared=1, differences=moved)
    book = drawn(tmp_path, facts(loaded(read("7", ONE), ONE, None, *moved), verified=verified))
    checked = {r["figure"]: r for r in values(book["Financials math check"]) if r["number"] == "7"}
    assert (checked["net"]["in Books"], checked["net"]["Books - computed"]) == (100.01, 0.01)
    assert (checked["tax 20 %"]["Books - computed"], checked["tax 20 %"]["agrees"]) == (-0.01, "NO")
    assert checked["gross"]["agrees"] == "yes"
    assert {r["code"] for r in values(book["Flags"]) if r["flag"] == "difference"} == {"net", "tax 20%"}
    assert any("NOT EQUAL" in str(row[0].value) for row in book["Overview"].iter_rows())


def test_a_balance_that_was_not_compared_is_not_claimed(tmp_path: Path) -> None:
    told = loaded(read("7", ONE), ONE)
    for verified, said, there in ((None, "not yet", None), (EQUAL, "yes", 120)):
        book = drawn(tmp_path, facts(told, verified=verified))
        balance = next(r for r in values(book["Financials math check"]) if r["figure"] == "balance")
        assert (balance["agrees"], balance["in Books"]) == (said, there)


def test_a_plan_says_that_nothing_was_sent_and_compares_the_sheet_with_itself(tmp_path: Path) -> None:
    document = read("7", ONE, subtotal=Decimal("99.99"))
    told = facts(loaded(document, ONE, became=Became.WILL), state=RunState.PLANNED)
    book = drawn(tmp_path, told)
    assert book["Overview"]["A3"].value == "Nothing was sent yet: this is a plan."
    checked = {r["figure"]: r for r in values(book["Financials math check"]) if r["number"]}
    assert (checked["net"]["agrees"], checked["gross"]["agrees"]) == ("NO", "yes")
    assert checked["net"]["in Books"] is None


def test_the_totals_add_up_what_was_loaded_and_nothing_else(tmp_path: Path) -> None:
    told = [loaded(read("7", ONE), ONE), loaded(read("9", ONE), ONE), held(read("8", ONE), "why")]
    sheet = drawn(tmp_path, facts(*told, verified=EQUAL))["Financials math check"]
    summed = {r["figure"]: r for r in totals(sheet)}
    assert [summed["tax 20 %"][n] for n in ("sheet says", "computed", "in Books")] == [40, 40, 40]
    assert summed["gross"]["Books - computed"] == 0


def test_below_the_invoices_stands_what_they_come_to_by_currency_and_status(tmp_path: Path) -> None:
    huge = figures("12345678901234567.89", "0", "12345678901234567.89", "0")
    told = [
        loaded(read("7", ONE), ONE),
        loaded(read("9", ONE), ONE),
        loaded(read("C1", ONE, credit=True), ONE),
        held(read("8", ONE), "why"),
        replace(held(read("7", ONE), ""), became=Became.AGAIN),
        loaded(read("6", huge, currency="GBP"), huge),
        rejected("prices.xlsx"),
    ]
    book = drawn(tmp_path, facts(*told, verified=EQUAL))
    shown = [[r[n] for n in ("customer", "currency", "net", "gross", "balance")]
             for r in totals(book["All invoices"])]  # fmt: skip
    assert shown == [
        ["loaded 3 documents", "EUR", 100, 120, 120],
        ["held 1 document", "EUR", 100, 120, None],
        ["loaded 1 document", "GBP", *["12345678901234567.89"] * 3],
    ]
    (euros, pounds) = totals(book["Billing sponsors"])
    assert [euros[n] for n in ("currency", "invoices", "credit notes", "gross", "held", "value held")] == [
        "EUR", 2, 1, 120, 1, 120,
    ]  # fmt: skip
    assert pounds["gross"] == "12345678901234567.89"
    assert not any(r["status"] or r["number"] for r in totals(book["All invoices"]))
    formulas = load_workbook(tmp_path / "r.xlsx")["All invoices"]
    row = next(r for r in formulas.iter_rows() if r[5].value == "loaded 3 documents")
    assert row[10].value == f'=ROUND(SUMIFS($K$2:$K$8,$G$2:$G$8,G{row[0].row},$A$2:$A$8,"loaded"),2)'


def test_every_row_leads_to_its_cell_and_to_its_record(tmp_path: Path) -> None:
    place = Cell(file="Ünter #1/it's [2].xlsx", sheet="O'Neill & Söhne", cell="B7")
    told = facts(loaded(read("7", ONE), ONE, place=place), connections={"acme": EU}, source="/in here")
    for name in ("All invoices", "Financials math check"):
        row = table(drawn(tmp_path, told)[name])[0]
        cell, record = row["cell"].hyperlink, row["record"].hyperlink
        assert cell.target == "File:///in%20here/%C3%9Cnter%20%231/it%27s%20%5B2%5D.xlsx"
        assert cell.location == "'O''Neill & Söhne'!B7"
        assert f"{record.target}#{record.location}" == (
            "https://books.zoho.eu/app/60#/invoices/1234567890123456789"
        )


def test_a_sheets_name_that_no_link_can_carry_leads_to_the_file(tmp_path: Path) -> None:
    place = Cell(file="a.xlsx", sheet="a#b\x01", cell="B7")
    row = table(drawn(tmp_path, facts(loaded(read("7", ONE), ONE, place=place)))["All invoices"])[0]
    assert (row["cell"].hyperlink.target, row["cell"].hyperlink.location) == ("File:///in/a.xlsx", None)


def test_more_links_than_a_sheet_takes_are_formulas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_LINKS", 2)
    told = [
        loaded(read(str(n), ONE), ONE, place=Cell(file='a"b.xlsx', sheet='"', cell="B7")) for n in range(3)
    ]
    draw(tmp_path / "r.xlsx", facts(*told))
    shown = [row["cell"] for row in table(load_workbook(tmp_path / "r.xlsx")["All invoices"])]
    assert [c.hyperlink is not None for c in shown] == [True, True, False]
    assert shown[2].value == '=HYPERLINK("File:///in/a%22b.xlsx#\'""\'!B7","B7")'


def test_records_are_linked_where_a_person_can_open_them() -> None:
    def page(kind: Kind, product: str = "books") -> str | None:
        settings = EU.model_copy(update={"product": product})
        return web_page(settings, Ref(connection="a", kind=kind, id="5"))

    assert page(Kind.INVOICE) == "https://books.zoho.eu/app/60#/invoices/5"
    assert page(Kind.CREDIT_NOTE) == "https://books.zoho.eu/app/60#/creditnotes/5"
    assert page(Kind.DEAL, "crm") == "https://crm.zoho.eu/crm/EntityInfo.do?module=Potentials&id=5"
    assert page(Kind.TAX) is None
    evil = EU.model_copy(update={"accounts_url": "https://accounts.evil.example"})
    assert web_page(evil, Ref(connection="a", kind=Kind.INVOICE, id="5")) is None


def test_flags_say_why_where_and_what_to_do(tmp_path: Path) -> None:
    content = CustomerContent(name="Alpha")
    operation = Operation(
        key="lfdead", run="run-1", link="l", connection="acme", kind=Kind.CUSTOMER, purpose=Purpose.CREATE,
        identity="acme|customer|alpha|", content=content,
    )  # fmt: skip
    dead = Step(
        "lfdead", "acme", Kind.CUSTOMER, Purpose.CREATE, State.DEAD, operation, None, 1, doubtful=True,
        why="no answer",
    )  # fmt: skip
    book = drawn(
        tmp_path, facts(held(read("8", ONE), "Two totals.", "D27"), rejected("p.xlsx"), steps=[dead])
    )
    flags = {r["flag"]: r for r in values(book["Flags"])}
    assert set(flags) == {"held", "rejected", "dead letter", "notice"}
    assert (flags["held"]["reason"], flags["held"]["cell"]) == ("Two totals.", "D27")
    assert "ferry review" in flags["held"]["what to do"]
    assert flags["dead letter"]["number"] == "alpha"
    assert "lfdead" in flags["dead letter"]["what to do"]
    assert (flags["notice"]["file"], flags["notice"]["cell"]) == ("a.xlsx", "B7")
    assert pairs(book["Overview"])["dead letters"] == 1


def test_sponsors_show_what_is_open_and_since_when(tmp_path: Path) -> None:
    party = Party(name="Alpha", sponsor="Fund")
    told = [
        loaded(read("7", ONE, customer="Beta"), ONE),
        loaded(read("8", ONE, customer="x").model_copy(update={"customer": party}), ONE),
        held(read("9", ONE).model_copy(update={"customer": party}), "why"),
    ]
    fund, beta = values(drawn(tmp_path, facts(*told))["Billing sponsors"])
    assert (fund["sponsor"], fund["customer"], fund["invoices"], fund["held"]) == ("Fund", "Alpha", 1, 1)
    assert (beta["sponsor"], beta["balance"], beta["its number"]) == ("(bills itself)", 120, "7")
    assert (beta["oldest open"].date(), beta["days open"]) == (date(2024, 5, 1), 611)


def test_time_saved_is_an_estimate_over_an_assumption_that_can_be_changed(tmp_path: Path) -> None:
    decision = Decision(
        verdict=Verdict.ACCEPT, document=read("0", ONE), decided_at=MOMENT, seconds=95, measured=False
    )
    told = [loaded(read(str(n), ONE), ONE) for n in range(30)]
    told[0] = replace(told[0], decision=decision)
    shown = pairs(drawn(tmp_path, facts(*told))["Overview"])
    assert (shown["documents"], shown["minutes by hand for each"]) == (30, 5)
    assert (shown["less minutes of review by a person"], shown["hours, about"]) == (2, 2)
    assert "hours, about" not in pairs(drawn(tmp_path, facts(*told, minutes=0))["Overview"])


def test_where_no_model_was_asked_it_says_so(tmp_path: Path) -> None:
    sheet = drawn(tmp_path, facts(loaded(read("7", ONE), ONE)))["LLM results"]
    assert str(sheet["A2"].value).startswith("No local model suggested anything")


def test_the_overview_has_three_charts_and_the_head_of_the_chain(tmp_path: Path) -> None:
    draw(tmp_path / "r.xlsx", facts(loaded(read("7", ONE), ONE), verified=EQUAL))
    book: Any = load_workbook(tmp_path / "r.xlsx")
    assert len(book["Overview"]._charts) == 3
    assert pairs(book["Overview"])["chain head at this run's last entry"] == "ab" * 32


def test_a_report_that_cannot_be_written_leaves_the_earlier_one(tmp_path: Path) -> None:
    draw(tmp_path / "r.xlsx", facts())
    before = (tmp_path / "r.xlsx").read_bytes()

    def broken() -> None:
        raise OSError(28, "No space left on device")

    told = facts()
    with pytest.raises(OSError, match="No space left"):
        draw(tmp_path / "r.xlsx", replace(told, steps=lambda: iter(broken, None)))
    assert (tmp_path / "r.xlsx").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_what_a_model_suggested_stands_beside_what_became_of_it_and_what_it_took(tmp_path: Path) -> None:
    document = read("8", ONE, due=None)
    told = held(document, "why")

    def suggested(field: SuggestedField, value: str) -> Suggestion:
        cell = Cell(file="a.xlsx", sheet="S", cell="C9")
        return Suggestion(
            field=field, value=value, confidence=Decimal("0.9"), cell=cell, model="m", why="asked"
        )

    made = (suggested(SuggestedField.DUE, "2024-06-01"), suggested(SuggestedField.CITY, "Ulm"))
    corrected = document.model_copy(update={"due": date(2024, 6, 1)})
    decision = Decision(
        verdict=Verdict.CORRECT, document=corrected, decided_at=MOMENT, seconds=60, measured=True
    )
    spent = Asked(model="m", questions=3, refused=1, milliseconds=1500, tokens=700)
    rows = [
        replace(told, suggestions=made, decision=decision, asked=spent),
        replace(told, suggestions=made[:1], asked=spent),
        replace(told, asked=Asked(model="m", questions=2)),
    ]
    sheet = drawn(tmp_path, facts(*rows))["LLM results"]
    due, city, waiting, nothing, *_ = values(sheet)
    assert (due["outcome"], due["value suggested"], due["confidence %"]) == ("taken up", "2024-06-01", 90)
    assert (due["questions"], due["not true"], due["seconds"], due["tokens"]) == (3, 1, 2, 700)
    assert (city["outcome"], city["tokens"]) == ("not taken up", None)
    assert (waiting["outcome"], waiting["cell"]) == ("waits for a person", "C9")
    assert (nothing["outcome"], nothing["questions"]) == ("nothing was suggested", 2)
    said = [str(row[0].value) for row in sheet.iter_rows()]
    assert "Asked about 3 sheets: 8 questions, 3 seconds, 1,400 tokens. 3 suggestions, 1 taken up" in "".join(
        said
    )


def test_its_first_lines_say_what_is_loaded_and_what_is_not(tmp_path: Path) -> None:
    big = figures("1000.00", "200.00", "1200.00")
    pounds = loaded(read("6", ONE, currency="GBP"), ONE)
    told = facts(loaded(read("7", big), big), pounds, held(read("8", ONE), "why"), verified=EQUAL)
    lines = [row[0].value for row in drawn(tmp_path, told)["Overview"].iter_rows(max_row=5)]
    assert lines[3:] == [
        "Loaded: 2 of 3, EUR 1,200.00, GBP 120.00.",
        "Held: 1 of 3, EUR 120.00; not in Books until a person decides.",
    ]


def test_a_months_place_on_the_chart_is_its_place_in_time(tmp_path: Path) -> None:
    sheet = drawn(tmp_path, facts(loaded(read("7", ONE), ONE)))["Overview"]
    months = [row for row in sheet.iter_rows(max_col=4) if isinstance(row[1].value, date) and row[2].value]
    assert (months[0][1].value.date(), months[0][1].number_format) == (date(2024, 5, 1), "yyyy-mm")


def test_one_bar_is_no_chart(tmp_path: Path) -> None:
    told = replace(facts(loaded(read("7", ONE), ONE)), by_minute=[("2026-01-02T03:04", 5)])
    draw(tmp_path / "r.xlsx", told)
    book: Any = load_workbook(tmp_path / "r.xlsx")
    assert len(book["Overview"]._charts) == 2


def test_no_zero_is_below_zero(tmp_path: Path) -> None:
    free = figures("100.00", "0.00", "100.00", "0")
    (row,) = values(drawn(tmp_path, facts(loaded(read("C1", free, credit=True), free)))["All invoices"])
    assert (row["tax"], row["tax by rate"]) == (0, "0 %: 0.00")


def test_what_differs_in_the_crm_is_a_flag_that_says_where_and_since_when(tmp_path: Path) -> None:
    moved = Difference(kind="deal", left="7", right="5", field="stage", left_value="Closed Won",
                       right_value="Qualification", changed_at="2026-01-05T10:00:00+00:00")  # fmt: skip
    told = facts(loaded(read("7", ONE), ONE), verified=Verified(equal=False, compared=1, differences=[moved]))
    (flag,) = [f for f in values(drawn(tmp_path, told)["Flags"]) if "stage" in str(f.values())]

    text = " ".join(str(v) for v in flag.values())
    assert "the CRM holds Qualification" in text
    assert "2026-01-05T10:00" in text
