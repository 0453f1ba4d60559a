"""VAT by the sheet and by the rules of ferry.toml: what a line bears, and when the document is held."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.notices import protocol
from ledgerferry.flows.places import country_of, vat_place
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.shape import Shaped
from ledgerferry.flows.taxes import notices
from ledgerferry.flows.vatrules import VatRule
from ledgerferry.model.document import Cell, Document, Origin, TaxTreatment
from ledgerferry.model.party import Address, Party, VatPlace
from ledgerferry.model.record import LineContent
from ledgerferry.systems.protocol import AccountTax, Profile
from tests.flows.papers import ISSUED, PROFILE, document, line, shaper, taxes

ZERO_RATED, EXEMPT = TaxTreatment.ZERO_RATED, TaxTreatment.EXEMPT
OUT_OF_SCOPE, REVERSE = TaxTreatment.OUT_OF_SCOPE, TaxTreatment.REVERSE_CHARGE
NAMED = {
    "Standard Rate": ("20", None),
    "TVA 20%": ("20", None),
    "Reduced Rate": ("5", None),
    "Zero Rate": ("0", ZERO_RATED),
    "Exempt": ("0", EXEMPT),
    "Reverse charge": ("0", REVERSE),
}
ADULT = VatRule(match="adult", rate=Decimal(20))
YOUTH = VatRule(match="youth", treatment=ZERO_RATED)


def account(*names: str, **more: Any) -> Profile:
    """An account with these of the taxes above; with all of them where none is given."""
    known = tuple(
        AccountTax(name=n, rate=Decimal(r), treatment=t, usual=n == "Standard Rate")
        for n, (r, t) in NAMED.items()
        if not names or n in names
    )
    rates = tuple(sorted({t.rate for t in known}))
    return PROFILE.model_copy(update={"taxes": known, "tax_rates": rates, **more})


def shape(found: Document, *rules: VatRule, profile: Profile | None = None, **policy: Any) -> Shaped:
    return shaper(profile or account(), vat=rules, **policy).shape(found)


def only(found: Document, *rules: VatRule, **more: Any) -> LineContent:
    """The one line of what a document asks for."""
    (made,) = shape(found, *rules, **more).document.lines
    return made


def why(found: Document, *rules: VatRule, **more: Any) -> str:
    with pytest.raises(Unclear) as caught:
        shape(found, *rules, **more)
    assert caught.value.reason(found).text.endswith(".")
    return caught.value.code


def bare(text: str, **more: Any) -> Document:
    """One line of 100.00 without a rate, and a total that bears none."""
    return document(**{"lines": (line(rate=None, text=text),), "tax_total": None, "total": "100.00"} | more)


def kind(treatment: TaxTreatment, rate: str | None = None, **more: Any) -> Document:
    """One line of 100.00 of a kind of nothing that the sheet names."""
    one = line(rate=rate).model_copy(update={"treatment": treatment})
    return document(**{"lines": (one,), "tax_total": "0", "total": "100.00"} | more)


def family() -> Document:
    """Two lines without a rate, of which the tax shows that only one bears it."""
    lines = (line("100.00", None, "Adult day ticket"), line("50.00", None, "Youth day ticket"))
    return document(lines=lines, tax_total="20.00", total="170.00")


def test_the_example_adults_at_20_and_youth_zero_rated() -> None:
    assert why(family()) == "tax-unclear"
    adult, youth = shape(family(), ADULT, YOUTH).document.lines
    assert (adult.tax_rate, adult.treatment) == (Decimal(20), None)
    assert (youth.tax_rate, youth.treatment, youth.tax) == (Decimal(0), ZERO_RATED, "Zero Rate")


def test_a_rule_that_the_documents_tax_contradicts_is_held() -> None:
    assert why(family(), ADULT, VatRule(match="youth", rate=Decimal(5))) == "tax-differs"
    assert why(bare("Adult ticket"), ADULT) == "tax-differs"


def test_the_sheets_own_rate_wins_and_a_contradiction_is_held_with_its_cell() -> None:
    place = Cell(file="one.xlsx", sheet="Invoice", cell="D9")
    cell = Origin(field="lines.0.tax_rate", cell=place, confidence=Decimal(1))
    stated = document(lines=(line(text="Youth ticket"),), origins=(cell,))
    with pytest.raises(Unclear) as caught:
        shape(stated, YOUTH)
    reason = caught.value.reason(stated)
    assert (reason.code, reason.cell) == ("vat-rule", cell.cell)
    assert "20 %" in reason.text
    assert 'match = "youth"' in reason.text
    assert why(document(lines=(line(text="Adult", rate="5"),), tax_total="5.00", total="105.00"), ADULT) == (
        "vat-rule"
    )
    assert only(document(lines=(line(text="Adult ticket"),)), ADULT).tax_rate == 20


def test_the_first_rule_that_is_for_a_line_counts() -> None:
    every = VatRule(match="*", treatment=OUT_OF_SCOPE)
    assert only(bare("Youth ticket"), YOUTH, every).treatment is ZERO_RATED
    assert only(bare("Youth ticket"), every, YOUTH).treatment is OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("youth", "YOUTH day-ticket", True),
        ("youth", "Youthful portrait", False),
        ("day ticket", "Youth day-ticket, child", True),
        ("ticket day", "Youth day-ticket", False),
        ("fête", "FETE du village", True),
        ("/^youth (day|week)/", "Youth week", True),
        ("/^youth (day|week)/", "A youth week", False),
        ("*", "anything", True),
    ],
)
def test_match_is_words_or_an_expression(asked: str, text: str, found: bool) -> None:
    assert VatRule(match=asked, rate=Decimal(5)).fits(text, "Bowman", None, ISSUED) is found


def test_rules_by_customer_country_and_day() -> None:
    french = Party(name="Dupont SARL", address=Address(lines=("1 rue A", "Paris"), country="France"))
    abroad = VatRule(country="FR", treatment=OUT_OF_SCOPE)
    assert only(bare("Work", customer=french), abroad).treatment is OUT_OF_SCOPE
    assert only(bare("Work"), abroad).treatment is None
    named = VatRule(customer="bowman", treatment=OUT_OF_SCOPE)
    assert only(bare("Work"), named).treatment is OUT_OF_SCOPE
    assert only(bare("Work", customer=french), named).treatment is None
    once = VatRule(match="work", treatment=OUT_OF_SCOPE, since=ISSUED, until=ISSUED)
    assert only(bare("Work"), once).treatment is OUT_OF_SCOPE
    assert only(bare("Work", issued=date(2025, 3, 4)), once).treatment is None
    assert only(bare("Work", issued=date(2025, 3, 2)), once).treatment is None


def test_four_kinds_of_nothing_are_four_things() -> None:
    def said(treatment: TaxTreatment) -> tuple[Decimal | None, TaxTreatment | None, str | None]:
        made = only(kind(treatment))
        return made.tax_rate, made.treatment, made.tax

    assert said(ZERO_RATED) == (Decimal(0), ZERO_RATED, "Zero Rate")
    assert said(EXEMPT) == (Decimal(0), EXEMPT, "Exempt")
    assert said(OUT_OF_SCOPE) == (None, OUT_OF_SCOPE, None)
    assert said(REVERSE) == (Decimal(0), REVERSE, "Reverse charge")


def test_a_document_says_it_for_all_its_lines() -> None:
    whole = document(treatment=EXEMPT, lines=(line(rate=None),), tax_total="0", total="100.00")
    assert only(whole).tax == "Exempt"
    assert why(document(treatment=EXEMPT)) == "vat-contradiction"
    assert why(kind(EXEMPT, "5", tax_total="5.00", total="105.00")) == "vat-contradiction"
    assert why(kind(EXEMPT), VatRule(match="work", treatment=ZERO_RATED)) == "vat-rule"
    assert why(kind(EXEMPT), VatRule(match="work", rate=Decimal(20))) == "vat-rule"


def test_a_rate_of_nothing_takes_the_one_tax_that_can_be_meant() -> None:
    zero = document(lines=(line(rate="0"),), tax_total="0", total="100.00")
    assert only(zero).tax == "Zero Rate"
    assert only(zero, profile=account("Zero Rate")).tax == "Zero Rate"
    assert why(zero, profile=account("Exempt")) == "zero-tax"
    unnamed = account(
        taxes=(AccountTax(name="A", rate=Decimal(0)), AccountTax(name="B", rate=Decimal(0))),
        tax_rates=(Decimal(0),),
    )
    assert why(zero, profile=unnamed) == "zero-tax"
    assert only(zero, VatRule(match="*", tax="B"), profile=unnamed).tax == "B"
    assert only(zero, VatRule(match="*", treatment=EXEMPT, tax="b"), profile=unnamed).tax == "B"


def test_the_remedy_is_a_rule_that_can_be_written() -> None:
    with pytest.raises(Unclear) as caught:
        shape(kind(EXEMPT), profile=account("Zero Rate"))
    assert '[[vat]]' in caught.value.text
    assert 'treatment = "exempt"' in caught.value.text


def test_reverse_charge_by_a_tax_of_0_or_by_one_that_is_not_charged() -> None:
    named = VatRule(match="work", treatment=REVERSE, tax="Standard Rate")
    made = only(kind(REVERSE), named)
    assert (made.tax_rate, made.tax, made.treatment) == (Decimal(0), "Standard Rate", REVERSE)
    stated = only(kind(REVERSE, "20"), profile=account("Standard Rate"))
    assert (stated.tax_rate, stated.tax) == (Decimal(0), "Standard Rate")
    assert why(kind(REVERSE), profile=account("Zero Rate", "Standard Rate")) == "zero-tax"


def test_which_of_several_taxes_reverse_charge_is_by_is_not_guessed() -> None:
    stated = kind(REVERSE, "20")
    assert why(stated) == "tax-name"
    assert only(stated, profile=account("Standard Rate")).tax == "Standard Rate"
    assert only(stated, VatRule(match="*", tax="TVA 20%")).tax == "TVA 20%"


def test_reverse_charge_by_a_tax_with_a_rate_is_for_whole_documents() -> None:
    lines = (kind(REVERSE, "20").lines[0], line("50.00", "20"))
    mixed = document(lines=lines, tax_total="10.00", total="160.00")
    assert why(mixed, profile=account("Standard Rate")) == "vat-mixed"


def test_an_exemption_of_the_account_stands_for_a_tax() -> None:
    american = account("Standard Rate", exemptions=("RESALE",))
    made = only(kind(EXEMPT), profile=american)
    assert (made.tax_rate, made.treatment, made.tax) == (None, EXEMPT, "RESALE")
    several = american.model_copy(update={"exemptions": ("RESALE", "NONPROFIT")})
    assert why(kind(EXEMPT), profile=several) == "zero-tax"
    named = VatRule(match="*", treatment=EXEMPT, tax="NONPROFIT")
    assert only(kind(EXEMPT), named, profile=several).tax == "NONPROFIT"


def test_taxes_of_one_rate_are_told_apart_by_name() -> None:
    assert only(document(), VatRule(match="*", tax="tva 20%")).tax == "TVA 20%"
    assert why(document(), VatRule(match="*", tax="Reduced Rate")) == "tax-name"
    assert why(document(), VatRule(match="*", tax="MwSt")) == "tax-name"
    assert only(document(), VatRule(match="*", tax="MwSt"), create_taxes=True).tax == "MwSt"


def test_which_of_several_taxes_of_a_rate_a_line_bears_is_named_or_held() -> None:
    unmarked = marked(account(), "")
    with pytest.raises(Unclear) as caught:
        shape(document(), profile=unmarked)
    assert caught.value.code == "tax-name"
    assert "Standard Rate, TVA 20%" in caught.value.text
    assert '"20" = "Standard Rate"' in caught.value.text
    french = {Decimal(20): "tva 20%"}
    assert only(document(), profile=unmarked, taxes=french).tax == "TVA 20%"
    assert only(document(), VatRule(match="work", tax="Standard Rate"), taxes=french).tax == "Standard Rate"
    assert why(document(), taxes={Decimal(20): "Reduced Rate"}) == "tax-name"
    assert why(document(), taxes={Decimal(20): "MwSt"}) == "tax-name"
    zero = document(lines=(line(rate="0"),), tax_total="0", total="100.00")
    assert only(zero, taxes={Decimal(0): "Exempt"}).tax == "Exempt"


def test_the_accounts_usual_tax_of_a_rate_needs_no_name_and_is_told_of() -> None:
    usual = account()
    sold = shape(document(), profile=usual).document
    assert sold.lines[0].tax is None
    (told,) = notices(usual, [sold])
    assert told.kind == "tax-chosen"
    assert "take Standard Rate, of Standard Rate, TVA 20%" in told.text
    named = shape(document(), profile=usual, taxes={Decimal(20): "TVA 20%"}).document
    assert notices(usual, [named]) == []
    assert notices(account("Standard Rate"), [sold]) == []


def test_a_tax_of_the_same_rate_that_will_be_made_is_reckoned_with() -> None:
    club = VatRule(match="club", rate=Decimal(20), tax="Club VAT")
    single = account("TVA 20%")
    assert only(document(), club, profile=single).tax is None
    assert why(document(), club, profile=single, create_taxes=True) == "tax-name"
    assert only(document(), club, profile=marked(single, "TVA 20%"), create_taxes=True).tax is None


def test_one_of_reverse_charge_is_not_among_the_taxes_that_a_plain_line_may_bear() -> None:
    reverse = AccountTax(name="Reverse charge 20%", rate=Decimal(20), treatment=REVERSE)
    both = account("TVA 20%")
    both = both.model_copy(update={"taxes": (*both.taxes, reverse)})
    assert only(document(), profile=both).tax is None
    assert only(kind(REVERSE, "20"), profile=both).tax == "Reverse charge 20%"


def marked(profile: Profile, name: str) -> Profile:
    """The account, with this tax as the usual one of its rate."""
    known = tuple(t.model_copy(update={"usual": t.name == name}) for t in profile.taxes)
    return profile.model_copy(update={"taxes": known})


def test_a_missing_tax_for_a_kind_of_nothing_is_made_only_when_allowed() -> None:
    bare_account = account("Standard Rate")
    assert why(kind(EXEMPT), profile=bare_account) == "zero-tax"
    assert only(kind(EXEMPT), profile=bare_account, create_taxes=True).tax == "Exempt"


def test_a_lines_income_account_must_be_there() -> None:
    tickets = VatRule(match="*", account="ticket sales")
    booked = only(document(), tickets, profile=account(income_accounts=("Ticket Sales",)))
    assert booked.account == "Ticket Sales"
    assert why(document(), tickets) == "income-account"


def test_a_rule_may_leave_the_rate_to_the_document() -> None:
    single = document(lines=(line(rate=None),), taxes=taxes(r20="20.00"))
    assert only(single, VatRule(match="*", tax="TVA 20%")).tax == "TVA 20%"


def party(country: str | None = None, vat: str | None = None, *lines: str) -> Party:
    address = Address(lines=lines or ("1 The Street",), country=country) if country or lines else None
    return Party(name="X", address=address, vat_number=vat)


@pytest.mark.parametrize(
    ("found", "northern", "place"),
    [
        (party("United Kingdom"), False, VatPlace.HOME),
        (party("France"), False, VatPlace.OVERSEAS),
        (party(None, "FR40303265045"), False, VatPlace.OVERSEAS),
        (party(None, "FR40303265045"), True, VatPlace.EU_REGISTERED),
        (party("France"), True, VatPlace.OVERSEAS),
        (party(None, "FR40303265044"), False, None),
        (party("United Kingdom", "FR40303265045"), False, None),
        (party(None, "GB980780684"), False, VatPlace.HOME),
        (party(), False, None),
        (party(None, None, "1 High Street", "Leeds"), False, None),
        (party(None, None, "1 rue A", "75001 Paris", "France"), False, VatPlace.OVERSEAS),
    ],
)
def test_where_a_customer_stands_is_proven_or_left_alone(
    found: Party, northern: bool, place: VatPlace | None
) -> None:
    assert vat_place(found, "GB", northern_ireland=northern) is place
    assert vat_place(found, "FR", northern_ireland=northern) is None


def test_whether_the_protocol_counts_is_asked_where_the_paper_speaks_of_it() -> None:
    french = party(None, "FR40303265045")
    british = account(country="GB")
    for seller in (party(None, "XI 123 456 789"), party(None, None, "2 Quay Street", "Belfast BT1 3LG")):
        paper = document(customer=french, seller=seller)
        assert why(paper, profile=british, sellers=("X",)) == "northern-ireland"
        said = shape(paper, profile=british, sellers=("X",), northern_ireland=True)
        assert said.customer.vat_place is VatPlace.EU_REGISTERED
        said = shape(paper, profile=british, sellers=("X",), northern_ireland=False)
        assert said.customer.vat_place is VatPlace.OVERSEAS
    assert shape(document(customer=french), profile=british).customer.vat_place is VatPlace.OVERSEAS
    (told,) = protocol(british, Policy(), [document(customer=french), document()])
    assert "northern_ireland = true or false" in told.text
    assert protocol(british, Policy(northern_ireland=False), [document(customer=french)]) == []
    assert protocol(account(country="FR"), Policy(), [document(customer=french)]) == []


def test_a_country_is_read_from_the_address_before_the_number() -> None:
    assert country_of(party("Germany", "FR40303265045")) == "DE"
    assert country_of(party(None, "FR40303265045")) == "FR"
    assert country_of(party()) is None


def test_silence_is_still_silence() -> None:
    made = only(bare("Work"))
    assert (made.tax_rate, made.treatment, made.tax) == (None, None, None)


def test_a_discount_is_before_or_after_tax_as_the_stated_tax_proves() -> None:
    before = document(discount="10.00", tax_total="18.00", total="108.00")
    after = document(discount="10.00", tax_total="20.00", total="110.00")
    assert not shape(before).document.discount_after_tax
    assert shape(after).document.discount_after_tax
    assert shape(after).document.figures.gross == Decimal("110.00")
    assert why(document(discount="10.00", tax_total="19.00", total="109.00")) == "tax-differs"


def test_charges_bear_the_tax_of_the_lines_where_the_stated_tax_only_fits_that() -> None:
    taxed = shape(document(charges="10.00", tax_total="22.00", total="132.00")).document
    assert (taxed.charges, taxed.figures.gross) == (None, Decimal("132.00"))
    assert [(f"{x.price}", f"{x.tax_rate}") for x in taxed.lines] == [("100.00", "20"), ("10.00", "20")]
    plain = shape(document(charges="10.00", tax_total="20.00", total="130.00")).document
    assert (plain.charges, len(plain.lines)) == (Decimal("10.00"), 1)
    assert why(document(charges="10.00", tax_total="21.00", total="131.00")) == "tax-differs"


def test_charges_of_several_rates_bear_the_one_that_fits() -> None:
    lines = (line("100.00", "20"), line("100.00", "5"))
    taxed = shape(document(lines=lines, charges="10.00", tax_total="25.50", total="235.50")).document
    assert [x.tax_rate for x in taxed.lines] == [20, 5, 5]
