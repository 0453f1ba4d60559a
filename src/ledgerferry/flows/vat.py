"""VAT: what a line of a document bears, by its sheet and the rules of ``ferry.toml``. Pure.

The sheet's own word wins. Where sheet and rule contradict each other, or the account could not say
which kind of nothing a line bears, the document is held.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.flows import documentchecks
from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.places import country_of
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.taxes import check_told_apart, percent
from ledgerferry.flows.vatrules import VatRule
from ledgerferry.model.document import Document, Line, TaxTreatment
from ledgerferry.model.party import Party
from ledgerferry.model.record import LineContent, TaxContent
from ledgerferry.model.tax import plain_tax_name, tax_identity
from ledgerferry.systems.protocol import AccountTax, Profile

_ZERO: Final = Decimal(0)
# How a tax is called that is created for a kind of nothing, where no rule names it.
_NAMES: Final = {
    TaxTreatment.ZERO_RATED: "Zero-rated",
    TaxTreatment.EXEMPT: "Exempt",
    TaxTreatment.REVERSE_CHARGE: "Reverse charge",
}


class Bears(BaseModel):
    """What a line bears: see ``LineContent``."""

    model_config = ConfigDict(frozen=True)

    rate: Decimal | None = None
    treatment: TaxTreatment | None = None
    tax: str | None = None
    account: str | None = None


class Vat:
    """Decides for one account under one policy."""

    def __init__(self, profile: Profile, policy: Policy) -> None:
        self._profile = profile
        self._policy = policy

    def of(self, line: Line, document: Document) -> Bears:
        """What a line bears; ``Unclear`` where that would be a guess or a contradiction."""
        rule = self._rule(line, document)
        cell = _cell(line, document)
        treatment = _treatment(line, document, rule, cell)
        rate = _rate(line, document, rule, treatment, cell)
        if rate is None and treatment is None and rule is None:
            documentchecks.check_zero(document, self._profile.tax_rates)
        bears = self._resolved(rate, treatment, rule, cell)
        return bears.model_copy(update={"account": self._account(rule, cell)})

    def _rule(self, line: Line, document: Document) -> VatRule | None:
        """The first rule that is for a line."""
        rules, issued = self._policy.vat, document.issued
        if not rules or issued is None:
            return None
        party = document.customer or Party(name="")
        country = country_of(party) if any(r.country for r in rules) else None
        return next((r for r in rules if r.fits(line.description, party.name, country, issued)), None)

    def _resolved(
        self, rate: Decimal | None, treatment: TaxTreatment | None, rule: VatRule | None, cell: str
    ) -> Bears:
        tax = rule.tax if rule is not None else None
        if tax is None and treatment is None and rate is not None:
            tax = self._policy.taxes.get(rate)
        if treatment is TaxTreatment.REVERSE_CHARGE:
            return self._reversed(rate, tax, cell)
        if treatment is TaxTreatment.EXEMPT and tax is not None and tax in self._profile.exemptions:
            return Bears(treatment=treatment, tax=tax)
        if tax is not None:
            return self._named(rate or _ZERO, treatment, tax, cell)
        if rate is None:
            return Bears(treatment=treatment)
        if not rate:
            return self._nothing(treatment, cell)
        if rate not in self._profile.tax_rates and not self._policy.create_taxes:
            raise Unclear("tax-rate", _no_tax(rate), cell)
        check_told_apart(rate, self._profile, self._policy, cell)
        return Bears(rate=rate)

    def _reversed(self, rate: Decimal | None, tax: str | None, cell: str) -> Bears:
        """The customer pays the tax: by a tax of 0 %, or by one with a rate that is then not charged."""
        if rate and tax is None:
            tax = self._uncharged(rate, cell)
        if tax is None:
            return self._nothing(TaxTreatment.REVERSE_CHARGE, cell)
        known = self._profile.tax_named(tax)
        if known is not None and known.rate:
            return Bears(rate=_ZERO, treatment=TaxTreatment.REVERSE_CHARGE, tax=known.name)
        return self._named(_ZERO, TaxTreatment.REVERSE_CHARGE, tax, cell)

    def _uncharged(self, rate: Decimal, cell: str) -> str:
        """The one tax of a rate that reverse charge can be by."""
        named = [t for t in self._profile.taxes_of(rate) if t.name]
        told = [t for t in named if t.treatment is TaxTreatment.REVERSE_CHARGE]
        meant = [t.name for t in told or named]
        if not meant:
            raise Unclear("tax-rate", _no_tax(rate), cell)
        if len(meant) > 1:
            raise Unclear(
                "tax-name",
                f"It is under reverse charge, and the account has several taxes of {percent(rate)}: "
                f"{', '.join(meant)}. Name the one that is meant in a [[vat]] rule with treatment = "
                f'"{TaxTreatment.REVERSE_CHARGE}" and tax = "{meant[0]}", or another of them.',
                cell,
            )
        return meant[0]

    def _named(
        self, rate: Decimal, treatment: TaxTreatment | None, tax: str, cell: str
    ) -> Bears:
        """A tax by the name that ``ferry.toml`` gives it."""
        known = self._profile.tax_named(tax)
        if known is None and not self._policy.create_taxes:
            raise Unclear(
                "tax-name",
                f"The account has no tax called {tax}: add it there, or allow it with --create-taxes.",
                cell,
            )
        if known is not None and known.rate != rate:
            raise Unclear(
                "tax-name",
                f"The account's tax {tax} is of {percent(known.rate)}, and the line bears {percent(rate)}: "
                "name another in ferry.toml.",
                cell,
            )
        return Bears(rate=rate, treatment=treatment, tax=known.name if known else tax)

    def _nothing(self, treatment: TaxTreatment | None, cell: str) -> Bears:
        """A rate of nothing, by the one tax of the account that can be meant."""
        zeros = self._profile.taxes_of(_ZERO)
        meant = treatment or TaxTreatment.ZERO_RATED
        told = [t for t in zeros if t.treatment is meant] or [t for t in zeros if t.treatment is None]
        fitting = told if len(told) == 1 and (told[0].treatment is meant or len(zeros) == 1) else []
        if fitting:
            return Bears(rate=_ZERO, treatment=treatment, tax=fitting[0].name or None)
        if treatment is TaxTreatment.EXEMPT and len(self._profile.exemptions) == 1:
            return Bears(treatment=treatment, tax=self._profile.exemptions[0])
        if treatment is not None and not told and self._policy.create_taxes:
            return Bears(rate=_ZERO, treatment=treatment, tax=_NAMES[treatment])
        raise Unclear("zero-tax", self._remedy(treatment, zeros), cell)

    def _remedy(self, treatment: TaxTreatment | None, zeros: Sequence[AccountTax]) -> str:
        names = ", ".join(t.name for t in zeros if t.name)
        there = f"the account's taxes of 0 % are {names}" if names else "the account has no tax of 0 % for it"
        what = f"It is {treatment}" if treatment else documentchecks.FOUR_ZEROS
        named = names.split(", ")[0] or _NAMES.get(treatment or TaxTreatment.ZERO_RATED, "")
        rule = f'match = "…", treatment = "{treatment or TaxTreatment.ZERO_RATED}", tax = "{named}"'
        return f"{what}, and {there}: say which with a rule under [[vat]] in ferry.toml, such as {rule}."

    def _account(self, rule: VatRule | None, cell: str) -> str | None:
        if rule is None or rule.account is None:
            return None
        known = {a.casefold(): a for a in self._profile.income_accounts}
        name = known.get(rule.account.casefold())
        if name is None:
            raise Unclear(
                "income-account",
                f"The account has no active income account called {rule.account}: add it under Accountant › "
                "Chart of Accounts, or correct the [[vat]] rule.",
                cell,
            )
        return name


def asks_registers(policy: Policy, documents: Iterable[Document]) -> bool:
    """Whether documents can only be shaped with the account's income accounts and exemptions known."""
    exempt = TaxTreatment.EXEMPT
    if any(rule.account is not None or rule.treatment is exempt for rule in policy.vat):
        return True
    return any(d.treatment is exempt or any(x.treatment is exempt for x in d.lines) for d in documents)


def check_together(lines: Sequence[LineContent], profile: Profile) -> None:
    """``Unclear`` where one document's lines bear what the account can only say of all of them."""

    def whole(line: LineContent) -> tuple[bool, str | None]:
        known = profile.tax_named(line.tax) if line.tax else None
        charged = line.treatment is TaxTreatment.REVERSE_CHARGE and known is not None and bool(known.rate)
        exempt = line.treatment is TaxTreatment.EXEMPT and line.tax_rate is None
        return charged, line.tax if exempt else None

    if len({whole(line) for line in lines}) > 1:
        raise Unclear(
            "vat-mixed",
            "Some of its lines are under reverse charge or exempt and others are not, and the account says "
            "that of whole documents only: name a tax of 0 % of their own in a [[vat]] rule.",
            "tax_total",
        )


def missing_tax(line: LineContent, profile: Profile) -> tuple[Decimal, str | None] | None:
    """The rate and name of a line's tax where the account does not have it; None where it does."""
    if line.tax_rate is None:
        return None
    known = profile.tax_named(line.tax) is not None if line.tax else line.tax_rate in profile.tax_rates
    return None if known else (line.tax_rate, line.tax)


def tax_to_make(seller: str, line: LineContent) -> tuple[str, TaxContent]:
    """The identity of a line's tax, and the tax as it is made."""
    rate = line.tax_rate or _ZERO
    name = line.tax or plain_tax_name(rate)
    return tax_identity(seller, rate, line.tax), TaxContent(name=name, rate=rate, treatment=line.treatment)


def _treatment(line: Line, document: Document, rule: VatRule | None, cell: str) -> TaxTreatment | None:
    """The kind of nothing that a line bears, as the sheet says or else the rule."""
    stated = line.treatment or document.treatment
    ruled = rule.treatment if rule is not None else None
    if stated is not None and ruled is not None and stated is not ruled:
        raise _contradiction(f"is {stated}", rule, f"{ruled}", cell)
    if stated is not None and rule is not None and rule.rate:
        raise _contradiction(f"is {stated}", rule, percent(rule.rate), cell)
    if stated is None and ruled is not None and line.tax_rate:
        raise _contradiction(f"bears {percent(line.tax_rate)}", rule, f"{ruled}", cell)
    if stated is not None and stated is not TaxTreatment.REVERSE_CHARGE and line.tax_rate:
        raise Unclear(
            "vat-contradiction",
            f"The sheet says that it is {stated}, and that it bears {percent(line.tax_rate)}: correct one.",
            cell,
        )
    return stated or ruled


def _rate(
    line: Line, document: Document, rule: VatRule | None, treatment: TaxTreatment | None, cell: str
) -> Decimal | None:
    """The rate of a line: the sheet's; where that is silent the rule's; else the document's only one."""
    if line.tax_rate is not None:
        if rule is not None and rule.rate is not None and rule.rate != line.tax_rate:
            raise _contradiction(f"bears {percent(line.tax_rate)}", rule, percent(rule.rate), cell)
        out = treatment is TaxTreatment.OUT_OF_SCOPE and not line.tax_rate
        return None if out else line.tax_rate
    if treatment is not None:
        return None if treatment is TaxTreatment.OUT_OF_SCOPE else _ZERO
    if rule is not None and rule.speaks_of_tax:
        return rule.bears
    return documentchecks.single_rate(document)


def _contradiction(sheet: str, rule: VatRule | None, said: str, cell: str) -> Unclear:
    named = rule.name if rule is not None else ""
    return Unclear(
        "vat-rule",
        f"The sheet says that it {sheet}, and {named} in ferry.toml says {said}: correct the wrong one.",
        cell,
    )


def _cell(line: Line, document: Document) -> str:
    """The field that shows what a line bears: its rate, else its description, else the document's tax."""
    place = next((n for n, one in enumerate(document.lines) if one is line), None)
    fields = (f"lines.{place}.{name}" for name in ("treatment", "tax_rate", "description"))
    return next((f for f in fields if document.where(f) is not None), "tax_total")


def _no_tax(rate: Decimal) -> str:
    return f"The account has no tax of {percent(rate)}: add it there, or allow it with --create-taxes."
