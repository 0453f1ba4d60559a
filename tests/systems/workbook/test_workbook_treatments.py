"""Why a document or line bears no tax: what sheets state of the four zeros."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.document import TaxTreatment
from ledgerferry.systems.workbook.treatments import of_cell
from tests.systems.workbook.sheets import Content, codes, one, plain


def untaxed(**changes: object) -> dict[str, object]:
    return plain(C14=None, D14=None, D15=100.2, **changes)


def nothing(label: str) -> dict[str, object]:
    """A document with this label before a tax of nothing."""
    return plain(C14=label, D14=0, D15=100.2)


@pytest.mark.parametrize("label", ["VAT 0%", "VAT (0%)", "VAT @ 0%", "TVA à 0 %", "VAT 0% export"])
def test_a_tax_of_nothing_that_names_its_rate_keeps_it(tmp_path: Path, label: str) -> None:
    document = one(tmp_path, nothing(label))
    assert [(t.rate, t.amount) for t in document.taxes] == [(Decimal(0), Decimal(0))]
    assert (document.treatment, codes(document)) == (None, [])


@pytest.mark.parametrize(
    ("label", "treatment"),
    [
        ("VAT zero rated", TaxTreatment.ZERO_RATED),
        ("VAT 0% zero-rated", TaxTreatment.ZERO_RATED),
        ("Zero-rated VAT", TaxTreatment.ZERO_RATED),
        ("VAT exempt", TaxTreatment.EXEMPT),
        ("VAT: exempt", TaxTreatment.EXEMPT),
        ("TVA exonérée", TaxTreatment.EXEMPT),
        ("TVA 0% (exonération)", TaxTreatment.EXEMPT),
        ("TVA non applicable, art. 293 B du CGI", TaxTreatment.EXEMPT),
        ("VAT 0% (outside scope)", TaxTreatment.OUT_OF_SCOPE),
        ("VAT 0% (reverse charge)", TaxTreatment.REVERSE_CHARGE),
    ],
)
def test_the_label_of_a_tax_of_nothing_says_which_nothing(
    tmp_path: Path, label: str, treatment: TaxTreatment
) -> None:
    document = one(tmp_path, nothing(label))
    assert (document.treatment, codes(document)) == (treatment, [])


def test_a_part_of_nothing_in_a_table_of_kinds_says_nothing(tmp_path: Path) -> None:
    document = one(tmp_path, untaxed(A18="Zero-rated sales", B18=0, A19="VAT-exempt total", B19=100.2))
    assert document.treatment is TaxTreatment.EXEMPT


def test_two_kinds_of_tax_of_nothing_are_a_question(tmp_path: Path) -> None:
    document = one(tmp_path, untaxed(A18="VAT zero rated", B18=0, A19="VAT exempt", B19=0))
    assert codes(document) == ["treatment"]


@pytest.mark.parametrize(
    ("text", "treatment"),
    [
        ("VAT zero rated", TaxTreatment.ZERO_RATED),
        ("Exempt", TaxTreatment.EXEMPT),
        ("TVA non applicable, art. 293 B du CGI", TaxTreatment.EXEMPT),
        ("Autoliquidation - article 283-2 du CGI", TaxTreatment.REVERSE_CHARGE),
        ("Exonéré de TVA", TaxTreatment.EXEMPT),
        ("Hors champ de TVA", TaxTreatment.OUT_OF_SCOPE),
        ("Outside the scope of VAT", TaxTreatment.OUT_OF_SCOPE),
        ("Reverse charge: customer to account for VAT", TaxTreatment.REVERSE_CHARGE),
        ("Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.", TaxTreatment.EXEMPT),
        ("Steuerschuldnerschaft des Leistungsempfängers", TaxTreatment.REVERSE_CHARGE),
        ("BTW verlegd", TaxTreatment.REVERSE_CHARGE),
        ("Operación no sujeta a IVA", TaxTreatment.OUT_OF_SCOPE),
        ("Inversione contabile", TaxTreatment.REVERSE_CHARGE),
    ],
)
def test_a_document_without_tax_says_why(tmp_path: Path, text: str, treatment: TaxTreatment) -> None:
    document = one(tmp_path, untaxed(A17=text))
    assert (document.treatment, codes(document)) == (treatment, [])
    where = document.where("treatment")
    assert where is not None
    assert where.cell == "A17"


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"A17": "Reverse charge: No"},
        {"A17": "Reverse charge", "B17": "No"},
        {"A17": "Tax payable on reverse charge (Y/N):", "B17": "N"},
        {"A17": "Reverse charge may apply to supplies abroad"},
        {"A17": "Not exempt from VAT"},
        {"A17": "E = exempt, Z = zero-rated"},
        {"A17": "TVA non applicable"},
        {"A17": "Zero rated", "D17": 20},
        {"A17": "Work out of scope of this order is charged by the hour and is agreed beforehand"},
        {"A17": "☐ Reverse charge"},
    ],
)
def test_what_only_mentions_a_treatment_states_none(tmp_path: Path, cells: dict[str, object]) -> None:
    document = one(tmp_path, untaxed(**cells))
    assert (document.treatment, [line.treatment for line in document.lines]) == (None, [None, None])
    assert codes(document) == []


def test_two_treatments_of_one_document_are_a_question_and_a_taxed_one_has_none(tmp_path: Path) -> None:
    assert codes(one(tmp_path, untaxed(A17="VAT exempt", A18="Reverse charge"))) == ["treatment"]
    assert one(tmp_path, plain(A17="VAT exempt")).treatment is None


def coded(**changes: object) -> Content:
    return untaxed(E9="VAT", E10="Z", E11="E", **changes)


def test_codes_count_only_where_the_sheet_explains_them(tmp_path: Path) -> None:
    document = one(tmp_path, coded(A18="Z = zero-rated, E = exempt"))
    assert [x.treatment for x in document.lines] == [TaxTreatment.ZERO_RATED, TaxTreatment.EXEMPT]
    assert document.treatment is None
    where = document.where("lines.1.treatment")
    assert where is not None
    assert where.cell == "E11"
    assert [x.treatment for x in one(tmp_path, coded()).lines] == [None, None]


def test_lines_say_it_in_words(tmp_path: Path) -> None:
    document = one(
        tmp_path, untaxed(A10="Youth coaching (zero-rated)", A11="Membership", E9="VAT rate", E11="Exempt")
    )
    assert [x.treatment for x in document.lines] == [TaxTreatment.ZERO_RATED, TaxTreatment.EXEMPT]
    assert codes(document) == []
    bonds = one(tmp_path, untaxed(A10="Tax exempt bonds, advice"))
    assert bonds.lines[0].treatment is None


def test_a_line_that_bears_tax_and_says_that_it_bears_none_is_a_question(tmp_path: Path) -> None:
    rates = {"E9": "VAT rate", "E10": "20%", "E11": "20%", "A10": "Whetstone (zero-rated)"}
    assert "treatment" in codes(one(tmp_path, plain(**rates)))


def test_a_cell_is_a_treatment_only_as_a_whole() -> None:
    assert of_cell("zero-rated") is TaxTreatment.ZERO_RATED
    assert of_cell("Exempt bonds") is None
    assert of_cell("") is None
