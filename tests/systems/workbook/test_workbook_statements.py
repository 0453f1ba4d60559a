"""What sheets state beside lines and sums: the invoice credited, payments, treatments, write-offs."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from ledgerferry.model.document import DocumentKind, StatedPayment, TaxTreatment
from ledgerferry.systems.workbook import labels
from ledgerferry.systems.workbook.labels.statements import Statement, hits
from ledgerferry.systems.workbook.mapping import invoice
from tests.systems.workbook.sheets import Content, codes, extracted, one, plain, write

CREDIT = plain(D1="CREDIT NOTE", C3="Credit note no.", D3="CN-0007", C5=None, D5=None)


def credit(**changes: object) -> Content:
    return {place: value for place, value in {**CREDIT, **changes}.items() if value is not None}


def untaxed(**changes: object) -> dict[str, object]:
    return plain(C14=None, D14=None, D15=100.2, **changes)


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_every_language_has_every_statement_and_its_phrases_are_found(language: str) -> None:
    source = files(labels).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(source)["statements"]
    assert table.pop("conditional")
    assert {Statement(kind) for kind in table} == set(Statement)
    for kind, texts in table.items():
        for text in texts:
            assert text == text.lower()
            assert kind in {hit.kind for hit in hits(text)}, text


@pytest.mark.parametrize(
    "changes",
    [
        {"A17": "Credit for invoice INV-12"},
        {"A17": "Original invoice no: INV-12"},
        {"C6": "Original invoice no.", "D6": "INV-12"},
        {"C6": "Invoice no.", "D6": "INV-12"},
        {"C6": "Invoice credited", "D6": "INV-12", "C7": "Invoice credited", "D7": "INV-12"},
        {"A10": "Credit for invoice INV-12 of 3 May 2024: two whetstones"},
        {"A17": "Avoir sur facture n° INV-12 du 03/05/2024"},
        {"A17": "Réf. facture d'origine : INV-12"},
        {"A17": "Gutschrift zu Rechnung Nr. INV-12 vom 03.05.2024"},
        {"C6": "Originalrechnungsnummer", "D6": "INV-12"},
        {"A17": "Factura rectificada: INV-12"},
        {"A17": "Creditnota voor factuur INV-12"},
        {"A17": "Storno fattura n. INV-12"},
        {"A17": "Korekta do faktury nr INV-12"},
        {"A17": "元請求書番号: INV-12"},
    ],
)
def test_the_invoice_that_a_credit_note_names_is_read_with_its_cell(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    document = one(tmp_path, credit(**changes))
    assert (document.kind, document.number, document.credits) == (
        DocumentKind.CREDIT_NOTE,
        "CN-0007",
        "INV-12",
    )
    assert codes(document) == []
    where = document.where("credits")
    assert where is not None
    assert where.cell in changes
    assert invoice(document)["credits"] == "INV-12"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Credit for invoice 2024/118", "2024/118"),
        ("Avoir sur facture n°31", "31"),
        ("Original invoice", None),
    ],
)
def test_numbers_of_any_form_and_none_where_none_stands(
    tmp_path: Path, text: str, number: str | None
) -> None:
    assert one(tmp_path, credit(A17=text)).credits == number


def test_an_amount_under_nothing_is_a_credit_note_and_keeps_its_sign(tmp_path: Path) -> None:
    turned: dict[str, object] = {"B10": -4, "D10": -50, "B11": -2, "D11": -50.2, "D13": -100.2, "D14": -20.04,
                                 "D15": -120.24, "A17": "Refund of invoice HT-0012"}  # fmt: skip
    document = one(tmp_path, plain(**turned))
    assert (document.kind, document.total, document.credits) == (
        DocumentKind.CREDIT_NOTE,
        Decimal("-120.24"),
        "HT-0012",
    )


@pytest.mark.parametrize(
    "title", ["CREDIT NOTE CN-0007 for invoice INV-12", "Avoir n° CN-0007 sur facture n° INV-12"]
)
def test_one_text_may_name_both(tmp_path: Path, title: str) -> None:
    document = one(tmp_path, credit(D1=title, C3=None, D3=None))
    assert (document.kind, document.number, document.credits) == (
        DocumentKind.CREDIT_NOTE,
        "CN-0007",
        "INV-12",
    )
    assert codes(document) == []


def test_a_bare_number_under_the_title_is_the_credit_notes_own(tmp_path: Path) -> None:
    sheet = credit(D1="AVOIR", C3=None, D3="N° : AV-0007", C7="Avoir sur facture n°", D7="INV-12")
    document = one(tmp_path, sheet)
    assert (document.number, document.credits, codes(document)) == ("AV-0007", "INV-12", [])


def test_several_invoices_named_are_a_question(tmp_path: Path) -> None:
    document = one(tmp_path, credit(A17="Credit for invoices", A18="Credit for invoice INV-12 and INV-13"))
    assert (document.credits, codes(document)) == (None, ["several-credited"])


def test_an_invoices_number_alone_on_a_credit_note_is_not_taken_for_its_own(tmp_path: Path) -> None:
    document = one(tmp_path, credit(C3="Invoice no.", D3="INV-12"))
    assert codes(document) == ["credit-number"]
    assert one(tmp_path, credit(C3="Invoice no.", D3="CN-12")).reasons == ()


@pytest.mark.parametrize("title", ["AVOIR", "CREDIT NOTE", "Gutschrift"])
def test_a_number_under_the_title_is_the_credit_notes_own(tmp_path: Path, title: str) -> None:
    bare = credit(D1=None, C1=title, C2="N° : CN-2023-009", C3=None, D3=None)
    document = one(tmp_path, bare)
    assert (document.number, document.kind, codes(document)) == (
        "CN-2023-009",
        DocumentKind.CREDIT_NOTE,
        [],
    )
    document = one(tmp_path, {**bare, "C3": "Invoice no.", "D3": "INV-12"})
    assert (document.number, document.credits, codes(document)) == ("CN-2023-009", "INV-12", [])


def test_a_number_under_a_title_that_names_an_invoice_too_is_a_question(tmp_path: Path) -> None:
    bare = credit(D1=None, C1="Avoir sur facture", C2="N° : INV-12", C3=None, D3=None)
    assert codes(one(tmp_path, bare)) == ["credit-number"]
    assert codes(one(tmp_path, {**bare, "C2": "N° : CN-12"})) == []


def test_a_number_under_no_title_is_a_question(tmp_path: Path) -> None:
    assert codes(one(tmp_path, credit(C3=None, D3=None, C8="N° : CN-2023-009"))) == ["weak-number"]


def test_an_invoice_credits_nothing(tmp_path: Path) -> None:
    assert one(tmp_path, plain(A17="Credit for invoice INV-12 will follow")).credits is None


def test_several_payments_are_listed_and_their_sum_is_what_is_paid(tmp_path: Path) -> None:
    rows = {
        "A17": "Payment 1", "B17": date(2024, 3, 12), "D17": 100,
        "A18": "Payment 2 by cheque no. 004512", "B18": date(2024, 4, 2), "D18": 12.5,
        "C20": "Balance due", "D20": 7.74,
    }  # fmt: skip
    document = one(tmp_path, plain(**rows))
    assert codes(document) == []
    assert document.payments == (
        StatedPayment(amount=Decimal("100.00"), paid_on=date(2024, 3, 12)),
        StatedPayment(amount=Decimal("12.50"), paid_on=date(2024, 4, 2), reference="004512", mode="check"),
    )
    assert (document.paid, document.paid_on, document.balance) == (Decimal("112.50"), None, Decimal("7.74"))
    where = document.where("payments.1.amount")
    assert where is not None
    assert where.cell == "D18"
    assert [row["amount"] for row in invoice(document)["payments"]] == ["100.00", "12.50"]


@pytest.mark.parametrize(
    "rows",
    [
        {"A17": "Deposit received 05/03/2024", "D17": 60,
         "A18": "Less: payment received 23/03/2024", "D18": 40},
        {"A17": "Acompte versé le 05/03/2024", "D17": 60, "A18": "Acompte versé le 23/03/2024", "D18": 40},
        {"A17": "Payments received", "A18": "Date", "B18": "Method", "D18": "Amount", "A19": date(2024, 3, 5),
         "B19": "Card", "D19": 60, "A20": date(2024, 3, 23), "B20": "Bank transfer", "D20": 40},
        {"A17": "Anzahlung vom 05.03.2024", "D17": 60, "A18": "Zahlung vom 23.03.2024", "D18": 40},
        {"A17": "Payment 1", "B17": date(2024, 3, 5), "D17": 60, "A18": "Payment 2", "B18": date(2024, 3, 23),
         "D18": 40, "A19": "Amount paid", "D19": 100},
    ],
)  # fmt: skip
def test_rows_and_blocks_of_payments(tmp_path: Path, rows: dict[str, object]) -> None:
    changes = {"D4": date(2024, 2, 25), **rows}
    document = one(tmp_path, plain(**changes, C22="Balance due", D22=20.24))
    assert codes(document) == []
    assert document.paid == Decimal(100)
    assert [p.amount for p in document.payments] == [Decimal(60), Decimal(40)]
    assert document.payments[1].paid_on == date(2024, 3, 23)


def test_payments_that_nothing_bears_out_are_a_question(tmp_path: Path) -> None:
    rows = {"A17": "Deposit", "D17": 60, "A18": "Payment received", "D18": 40}
    assert "payments" in codes(one(tmp_path, plain(**rows)))
    against = {**rows, "C20": "Balance due", "D20": 60.24}
    assert {"payments", "balance"} & set(codes(one(tmp_path, plain(**against))))


PLAN = {"A17": "Payment 1", "B17": date(2024, 4, 12), "D17": 60,
        "A18": "Payment 2", "B18": date(2024, 5, 12), "D18": 60.24}  # fmt: skip


def test_a_plan_of_payments_is_not_taken_for_payments(tmp_path: Path) -> None:
    silent = one(tmp_path, plain(**PLAN))
    assert (silent.paid, silent.payments, codes(silent)) == (None, (), ["payments"])
    owed = one(tmp_path, plain(**PLAN, C20="Balance due", D20=120.24))
    assert (owed.paid, owed.payments, codes(owed)) == (None, (), [])
    shares = one(tmp_path, plain(**PLAN, C17="50%", C18="50%"))
    assert (shares.paid, shares.payments, codes(shares)) == (None, (), [])
    made = one(tmp_path, plain(**PLAN, C20="Balance due", D20=0))
    assert (made.paid, len(made.payments), codes(made)) == (Decimal("120.24"), 2, [])


def test_one_payment_stays_and_says_how_it_was_made(tmp_path: Path) -> None:
    rows = {"A17": "Paid by bank transfer ref ZT-99120", "C18": "Amount paid", "D18": 120.24,
            "C19": "Date paid", "D19": date(2024, 4, 1)}  # fmt: skip
    document = one(tmp_path, plain(**rows))
    assert (document.paid, document.paid_on) == (Decimal("120.24"), date(2024, 4, 1))
    assert [(p.mode, p.reference) for p in document.payments] == [("banktransfer", "ZT-99120")]
    alone = one(tmp_path, plain(C18="Amount paid", D18=120.24))
    assert (alone.paid, alone.payments) == (Decimal("120.24"), ())


def test_how_one_may_pay_is_not_how_it_was_paid(tmp_path: Path) -> None:
    rows = {"A17": "Payment method: bank transfer or cheque", "C18": "Amount paid", "D18": 120.24}
    assert one(tmp_path, plain(**rows)).payments == ()


def test_a_write_off_counts_with_an_amount_only(tmp_path: Path) -> None:
    rows = {
        "C16": "Amount paid",
        "D16": 100,
        "C17": "Written off",
        "D17": 20.24,
        "C18": "Balance due",
        "D18": 0,
    }
    document = one(tmp_path, plain(**rows))
    assert (document.written_off, document.balance, codes(document)) == (Decimal("20.24"), Decimal(0), [])
    assert one(tmp_path, plain(A17="Written off")).written_off is None
    assert one(tmp_path, plain(A17="Passé en perte : 20.24")).written_off == Decimal("20.24")
    assert codes(one(tmp_path, plain(C16="Bad debt", D16=500))) == ["written-off"]


HEADINGS = ("Date", "Invoice no", "Customer", "Type", "Total", "Amount paid", "Paid date",
            "Original invoice no", "Written off", "VAT treatment")  # fmt: skip
ROWS: tuple[tuple[object, ...], ...] = (
    (
        date(2024, 3, 5),
        "R-1",
        "Quay Street Bakery",
        "Invoice",
        50,
        50,
        date(2024, 3, 20),
        None,
        None,
        "Exempt",
    ),
    (date(2024, 3, 9), "R-2", "Harbour Tools", "Credit note", 20, None, None, "R-1", None, None),
    (date(2024, 4, 2), "R-3", "Quay Street Bakery", "Invoice", 80, None, None, None, 80, None),
    (date(2024, 4, 3), "R-4", "Harbour Tools", "CN", 12, None, None, "R-3 and R-5", None, None),
)


def test_a_register_tells_by_its_columns(tmp_path: Path) -> None:
    sheet: dict[str, object] = {"A1": "Sales invoices 2024"}
    for at, row in enumerate((HEADINGS, *ROWS), start=3):
        sheet |= {f"{chr(65 + i)}{at}": value for i, value in enumerate(row) if value is not None}
    found = extracted(write(tmp_path / "register.xlsx", {"Invoices": sheet})).documents
    assert [d.number for d in found] == ["R-1", "R-2", "R-3", "R-4"]
    assert [d.kind.value for d in found] == ["invoice", "credit_note", "invoice", "credit_note"]
    assert [d.credits for d in found] == [None, "R-1", None, None]
    assert [d.total for d in found] == [Decimal(50), Decimal(20), Decimal(80), Decimal(12)]
    assert (found[0].paid, found[0].paid_on) == (Decimal(50), date(2024, 3, 20))
    assert (found[0].treatment, found[2].written_off) == (TaxTreatment.EXEMPT, Decimal(80))
    assert {o.field for o in found[0].origins} >= {"amount_paid", "paid_on", "treatment"}
    assert [codes(d) for d in found] == [[], [], [], ["several-credited"]]


def test_rates_in_texts_are_those_of_their_lines(tmp_path: Path) -> None:
    rates = {"E9": "TVA", "E10": "20 %", "E11": "5,5 %"}
    sums = {"C14": "TVA 20 %", "D14": 10, "C15": "TVA 5,5 %", "D15": 2.76, "C16": "Total", "D16": 112.96}
    assert [x.tax_rate for x in one(tmp_path, plain(**rates, **sums)).lines] == [Decimal(20), Decimal("5.5")]


def test_a_charge_that_bears_no_tax_is_no_tax(tmp_path: Path) -> None:
    sums = {"C15": "Postage (VAT exempt)", "D15": 5, "C16": "Total", "D16": 125.24}
    document = one(tmp_path, plain(**sums))
    assert (codes(document), document.charges, document.tax_total) == ([], Decimal(5), Decimal("20.04"))


@pytest.mark.parametrize("words", ["Including VAT 20%", "incl. 20% VAT", "inkl. 20% MwSt", "TVA incluse 20%"])
def test_a_tax_in_the_total_is_seen_by_its_amount(tmp_path: Path, words: str) -> None:
    within = one(tmp_path, plain(C13=None, D13=None, C14=None, D14=None, D15=100.2, C16=words, D16=16.7))
    assert (within.total, within.tax_total) == (Decimal("100.20"), Decimal("16.70"))
    assert within.held
    apart = one(tmp_path, plain(C15=words))
    assert (apart.total, apart.tax_total, apart.held) == (Decimal("120.24"), Decimal("20.04"), False)
