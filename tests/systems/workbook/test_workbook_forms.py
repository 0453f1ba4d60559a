"""Sheets that are one document: what is read, what is held and why, what is rejected by name."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from ledgerferry.model.document import DocumentKind, FileKind
from tests.systems.workbook.sheets import codes, extracted, one, plain, write


def test_an_ordinary_invoice_is_right_and_not_held(tmp_path: Path) -> None:
    document = one(tmp_path, plain(), formats={"D15": "[$£-809]#,##0.00"})
    assert codes(document) == []
    assert (document.number, document.issued, document.due) == ("HT-0041", date(2024, 3, 5), date(2024, 4, 4))
    assert (document.subtotal, document.tax_total, document.total) == (
        Decimal("100.20"),
        Decimal("20.04"),
        Decimal("120.24"),
    )
    assert [(t.rate, t.amount) for t in document.taxes] == [(Decimal(20), Decimal("20.04"))]
    assert [(i.description, i.quantity, i.unit_price, i.amount) for i in document.lines] == [
        ("Whetstone", Decimal(4), Decimal("12.5"), Decimal(50)),
        ("Blade", Decimal(2), Decimal("25.1"), Decimal("50.2")),
    ]
    assert (document.currency, document.language) == ("GBP", "en")
    assert document.seller is not None
    assert document.seller.name == "Harbour Tools Ltd"
    assert document.customer is not None
    assert document.customer.name == "Quay Street Bakery"
    assert document.customer.address is not None
    assert document.customer.address.postcode == "YO21 3PU"
    where = document.where("total")
    assert where is not None
    assert (where.sheet, where.cell) == ("Sheet1", "D15")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"D15": 121.24}, "does-not-close"),
        ({"D15": 120.25}, "does-not-close"),
        ({"D14": 19.04, "D15": 119.24}, "tax-rate"),
        ({"D10": 51}, "line-arithmetic"),
        ({"D11": "to be agreed"}, "unread-cell"),
        ({"D3": None}, "no-number"),
        ({"D4": None, "C4": None, "C5": None, "D5": None}, "no-date"),
        ({"D4": "05/04/2024"}, "date-order"),
        ({"D4": "=TODAY()"}, "no-date"),
        ({"A3": None, "A4": None, "A5": None, "A6": None}, "no-customer"),
        ({"C15": None, "D15": None, "C14": None, "D14": None}, "no-total"),
        ({"C16": "Freight", "D16": 9}, "unexplained"),
        ({"A4": "Harbour Tools Ltd"}, "customer-is-seller"),
        ({"C6": "Invoice no.", "D6": "HT-0042"}, "several-numbers"),
        ({"C16": "Paid", "D16": 20, "C17": "Balance due", "D17": 90.24}, "balance"),
        ({"D14": "#VALUE!", "D15": 120.24}, "does-not-close"),
    ],
)
def test_what_is_not_certain_is_held_with_its_reason(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    assert code in codes(one(tmp_path, plain(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"C5": None, "D5": None},
        {"A5": None, "A6": None},
        {"D4": "5 March 2024"},
        {"D4": "2024-03-05"},
        {"C13": None, "D13": None},
        {"D10": "=B10*C10", "D11": "=B11*C11", "D13": "=SUM(D10:D11)", "D14": "=D13*0.2", "D15": "=D13+D14"},
        {"C3": None, "D3": None, "D1": "INVOICE HT-0041"},
        {"C3": "Invoice no.: HT-0041", "D3": None},
        {"C13": "Net", "C14": "VAT", "B14": None},
        {"D1": None, "A1": "Harbour Tools Ltd", "C1": "Tax invoice"},
        {"C12": "Tax rate", "D12": 0.2},
        {"C16": "Amount paid", "D16": 120.24, "C17": "Balance due", "D17": 0},
    ],
)
def test_the_same_invoice_in_other_clothes_is_not_held(tmp_path: Path, changes: dict[str, object]) -> None:
    document = one(tmp_path, plain(**changes))
    assert codes(document) == []
    assert (document.number, document.issued, document.total) == (
        "HT-0041",
        date(2024, 3, 5),
        Decimal("120.24"),
    )


def test_discount_and_charges_are_part_of_the_arithmetic(tmp_path: Path) -> None:
    sums = {
        "C14": "Discount",
        "D14": -10.2,
        "C15": "Shipping",
        "D15": 6,
        "C16": "VAT 20%",
        "D16": 19.2,
        "C17": "Total",
        "D17": 115.2,
    }
    document = one(tmp_path, plain(**sums))
    assert codes(document) == []
    assert (document.discount, document.charges, document.total) == (
        Decimal("10.20"),
        Decimal(6),
        Decimal("115.20"),
    )


def test_payment_and_balance(tmp_path: Path) -> None:
    paid = {
        "C16": "Paid",
        "D16": 20.24,
        "C17": "Date paid",
        "D17": date(2024, 3, 20),
        "C18": "Balance due",
        "D18": 100,
    }
    document = one(tmp_path, plain(**paid))
    assert codes(document) == []
    assert (document.paid, document.paid_on, document.balance) == (
        Decimal("20.24"),
        date(2024, 3, 20),
        Decimal(100),
    )


def test_a_french_invoice_with_amounts_as_text(tmp_path: Path) -> None:
    content = {
        "A1": "Les Vergers du Lac",
        "A3": "Facture n° 2024-17",
        "A4": "Date de facture :",
        "B4": "05/03/2024",
        "C3": "Facturé à :",
        "C4": "Librairie Chênevert SARL",
        "C5": "4 rue des Halles",
        "C6": "37000 Tours",
        "A9": "Désignation",
        "B9": "Qté",
        "C9": "PU HT",
        "D9": "Montant HT",
        "A10": "Pommes",
        "B10": "10",
        "C10": "120,50 €",
        "D10": "1 205,00 €",
        "C12": "Total HT",
        "D12": "1 205,00 €",
        "C13": "TVA 5,5 %",
        "D13": "66,28 €",
        "C14": "Total TTC",
        "D14": "1 271,28 €",
        "C15": "Déjà payé",
        "D15": "71,28 €",
        "C16": "Payé le",
        "D16": "20/03/2024",
        "C17": "Reste à payer",
        "D17": "1 200,00 €",
    }
    document = one(tmp_path, content)
    assert codes(document) == []
    assert (document.number, document.issued, document.currency) == ("2024-17", date(2024, 3, 5), "EUR")
    assert (document.total, document.paid, document.paid_on) == (
        Decimal("1271.28"),
        Decimal("71.28"),
        date(2024, 3, 20),
    )
    assert document.language == "fr"


def test_a_german_invoice_with_compound_labels(tmp_path: Path) -> None:
    content = {
        "A1": "Seeblick Gärten GmbH",
        "C1": "Rechnung",
        "A3": "Rechnungsnummer",
        "B3": "RE-77",
        "A4": "Rechnungsdatum",
        "B4": "05.03.2024",
        "C3": "Rechnungsempfänger:",
        "C4": "Buchhandlung Ulme",
        "C5": "Am Markt 3",
        "C6": "78462 Konstanz",
        "A8": "Bezeichnung",
        "B8": "Menge",
        "C8": "Einzelpreis",
        "D8": "Gesamtpreis",
        "A9": "Beetpflege",
        "B9": 3,
        "C9": 45,
        "D9": 135,
        "C11": "Zwischensumme",
        "D11": 135,
        "C12": "MwSt 19 %",
        "D12": 25.65,
        "C13": "Gesamtbetrag",
        "D13": 160.65,
    }
    document = one(tmp_path, content)
    assert codes(document) == []
    assert (document.number, document.issued, document.tax_total) == (
        "RE-77",
        date(2024, 3, 5),
        Decimal("25.65"),
    )


def test_labels_above_their_values_in_two_columns(tmp_path: Path) -> None:
    moved = {"C3": None, "D3": None, "C4": "INVOICE #", "D4": "DATE", "C5": "HT-0041", "D5": date(2024, 3, 5)}
    document = one(tmp_path, plain(**moved))
    assert codes(document) == []
    assert (document.number, document.issued) == ("HT-0041", date(2024, 3, 5))


def test_captions_under_their_values(tmp_path: Path) -> None:
    form = {
        "C3": "HT-0041",
        "D3": None,
        "C4": "Invoice number",
        "D4": None,
        "C6": date(2024, 3, 5),
        "C7": "Date of invoice",
        "C5": None,
        "D5": None,
        "A3": "Quay Street Bakery",
        "A4": "Customer",
        "A5": None,
        "A6": "2 Quay Street",
        "A7": "Address",
    }
    document = one(tmp_path, plain(**form))
    assert codes(document) == []
    assert (document.number, document.issued) == ("HT-0041", date(2024, 3, 5))
    assert document.customer is not None
    assert document.customer.name == "Quay Street Bakery"


def test_lines_without_headings_that_add_up_to_the_total(tmp_path: Path) -> None:
    bare = plain(A9=None, B9=None, C9=None, D9=None, B10=None, C10=None, B11=None, C11=None, A12="Oil", D12=9)
    for place in ("C13", "D13", "C14", "D14"):
        del bare[place]
    document = one(tmp_path, bare | {"D15": 109.2})
    assert codes(document) == []
    assert [line.amount for line in document.lines] == [Decimal(50), Decimal("50.2"), Decimal(9)]


def test_a_value_that_is_older_than_its_formula_is_held(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("One")
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, value in plain().items():
        sheet.write(place, value, date_format if isinstance(value, date) else None)
    sheet.write_formula("D15", "=D13+D14", None, 99)
    book.close()
    document = extracted(tmp_path / "a.xlsx").documents[0]
    assert codes(document) == ["stale-value"]
    assert document.total == Decimal("120.24")


@pytest.mark.parametrize(
    "stamp", [{"A17": "PAID"}, {"A17": "Status", "B17": "Paid"}, {"A17": "Status: paid"}]
)
def test_a_stamp_says_that_all_is_paid(tmp_path: Path, stamp: dict[str, object]) -> None:
    document = one(tmp_path, plain(**stamp))
    assert (codes(document), document.paid) == ([], Decimal("120.24"))


@pytest.mark.parametrize("label", ["Paid", "PAID:", "PAYMENT TERMS"])
def test_an_empty_label_of_payment_says_nothing(tmp_path: Path, label: str) -> None:
    assert one(tmp_path, plain(A17=label)).paid is None


def test_a_tax_known_by_its_amount_only_is_held(tmp_path: Path) -> None:
    document = one(tmp_path, plain(C14="Xyzzy"))
    assert codes(document) == ["unnamed-tax"]
    assert document.tax_total == Decimal("20.04")


def test_a_tax_that_lowers_the_total_is_held(tmp_path: Path) -> None:
    assert "withheld" in codes(one(tmp_path, plain(C14="Tax 20%", D14=-20.04, D15=80.16)))


def test_the_value_of_another_label_is_not_taken(tmp_path: Path) -> None:
    document = one(tmp_path, plain(D4="Due date: 4 April 2024", C5=None, D5=None))
    assert document.issued is None
    assert codes(document) == ["no-date"]


def test_a_hidden_invoice_is_named_and_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {"One": plain(), "Old": plain(D3="HT-0001")})
    book = load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    reading = extracted(path)
    assert [d.number for d in reading.documents] == ["HT-0041"]
    assert [(r.sheet, r.code) for r in reading.rejections] == [("Old", "hidden-sheet")]


@pytest.mark.parametrize("heading", ["CREDIT NOTE", "Avoir", "Gutschrift", "Nota de crédito", "Creditnota"])
def test_a_credit_note_is_recognised(tmp_path: Path, heading: str) -> None:
    document = one(tmp_path, plain(D1=heading, C3="No.", C4="Date"))
    assert document.kind is DocumentKind.CREDIT_NOTE


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("QUOTE", "quote"),
        ("Devis", "quote"),
        ("Angebot", "quote"),
        ("Presupuesto", "quote"),
        ("Offerte", "quote"),
        ("PROFORMA INVOICE", "proforma"),
        ("Facture pro forma", "proforma"),
        ("Packing list", "delivery-note"),
        ("Lieferschein", "delivery-note"),
        ("Statement", "statement"),
        ("Purchase order", "order"),
        ("Receipt", "receipt"),
    ],
)
def test_what_is_no_invoice_is_rejected_by_its_name(tmp_path: Path, heading: str, code: str) -> None:
    reading = extracted(write(tmp_path / "a.xlsx", {"Sheet1": plain(D1=heading, C3="No.", C4="Date")}))
    assert reading.documents == ()
    assert [r.code for r in reading.rejections] == [code]
    assert reading.kind is FileKind.NOT_AN_INVOICE


@pytest.mark.parametrize(
    "changes",
    [
        dict.fromkeys(("A10", "B10", "C10", "D10", "A11", "B11", "C11", "D11", "D13", "D14", "D15")),
        {
            "A10": None,
            "B10": None,
            "C10": None,
            "D10": 0,
            "A11": None,
            "B11": None,
            "C11": None,
            "D11": 0,
            "D13": 0,
            "D14": 0,
            "D15": 0,
        },
        {"A1": "[Company name]", "A4": "[Customer]", "A5": "[Street]", "A6": "[City]"},
    ],
)
def test_a_blank_template_is_rejected(tmp_path: Path, changes: dict[str, object]) -> None:
    reading = extracted(write(tmp_path / "a.xlsx", {"Sheet1": plain(**changes)}))
    assert (reading.kind, [r.code for r in reading.rejections]) == (
        FileKind.BLANK_TEMPLATE,
        ["blank-template"],
    )


def test_a_price_list_and_an_empty_book_hold_nothing(tmp_path: Path) -> None:
    prices = {"A1": "Product", "B1": "Price", "C1": "VAT rate", "A2": "Blade", "B2": 25.1, "C2": 0.2}
    assert [r.code for r in extracted(write(tmp_path / "a.xlsx", {"One": prices})).rejections] == [
        "price-list"
    ]
    assert [r.code for r in extracted(write(tmp_path / "b.xlsx", {"One": {}})).rejections] == [
        "not-an-invoice"
    ]


def test_one_invoice_a_sheet_and_helpers_beside_them(tmp_path: Path) -> None:
    helpers = {"A1": "Product", "B1": "Price", "A2": "Blade", "B2": 25.1}
    book = {"March": plain(), "April": plain(D3="HT-0042"), "Prices": helpers}
    reading = extracted(write(tmp_path / "a.xlsx", book))
    assert reading.kind is FileKind.MULTI_INVOICE
    assert [(d.sheet, d.number) for d in reading.documents] == [("March", "HT-0041"), ("April", "HT-0042")]


def test_the_office_of_a_business_is_no_business(tmp_path: Path) -> None:
    document = one(tmp_path, plain(A4="Camping de Blois", A5="Service comptabilité", A6="3 rue de la Gare"))
    assert document.customer is not None
    assert document.customer.name == "Camping de Blois"
    other = one(tmp_path, plain(A4="Marley Ford", A5="Accounts payable", A6="3 Mill Lane"))
    assert other.customer is not None
    assert other.customer.name == "Marley Ford"
