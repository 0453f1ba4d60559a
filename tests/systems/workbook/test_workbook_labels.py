"""The words of the trade."""

import tomllib
from importlib.resources import files

import pytest

from ledgerferry.systems.workbook import labels
from ledgerferry.systems.workbook.labels import Concept, label

C = Concept


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_a_language_is_general_terms_of_at_most_three_words(language: str) -> None:
    data = tomllib.loads(files(labels).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    assert len(data["months"]) in (0, 12)
    for concept, texts in data["words"].items():
        assert Concept(concept)
        for text in texts:
            assert len(labels.words(text)) >= 1, text
            assert len(text.replace("'", " ").split()) <= 3, text
            assert text == text.lower(), text


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("Invoice No.", {C.INVOICE, C.NUMBER}),
        ("Numéro de facture", {C.INVOICE, C.NUMBER}),
        ("Rechnungsnr.", {C.INVOICE, C.NUMBER}),
        ("FACTUURNUMMER", {C.INVOICE, C.NUMBER}),
        ("invoice_number", {C.INVOICE, C.NUMBER}),
        ("InvoiceDate", {C.INVOICE, C.DATE}),
        ("Rechnungsdatum", {C.INVOICE, C.DATE}),
        ("Gesamtbetrag", {C.TOTAL, C.AMOUNT}),
    ],
)
def test_words_are_combined(text: str, concepts: set[Concept]) -> None:
    read = label(text)
    assert concepts <= read.concepts
    assert read.pure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("FACTURE N°18/2022", "18/2022"),
        ("RECHNUNGSNR.: 36.3", "36.3"),
        ("Facture F2023-011", "F2023-011"),
        ("Invoice INV-2022-0002", "INV-2022-0002"),
        ("Bill to - Quay Street Bakery", "Quay Street Bakery"),
        ("Total", None),
    ],
)
def test_what_stands_after_a_label_in_its_cell_is_its_value(text: str, value: str | None) -> None:
    assert label(text).value == value


def test_a_rate_in_a_label_is_kept() -> None:
    assert label("TVA 5,5 %").rate is not None
    assert str(label("TVA 5,5 %").rate) == "5.5"
    assert C.TAX in label("Summe inkl. 7.7% MwSt:").concepts


def test_a_sentence_is_no_label() -> None:
    assert not label("We thank you very much for the trust you have placed in our house").pure


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["Facture", "Désignation", "Montant HT", "Total TTC"], "fr"),
        (["Rechnung", "Bezeichnung", "Menge", "Gesamtbetrag"], "de"),
        (["Factura", "Descripción", "Cantidad", "Importe"], "es"),
        (["Factuur", "Omschrijving", "Aantal", "Bedrag"], "nl"),
        (["Invoice", "Description", "Quantity", "Amount due"], "en"),
        (["xyz"], None),
    ],
)
def test_the_language_shows_in_the_labels(texts: list[str], language: str | None) -> None:
    assert labels.language_of(texts) == language
