"""The organisation, its taxes and its currencies."""

from datetime import timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from ledgerferry_sandbox.books.wire import ZERO, Amount, Day, Text, Text100, Wire


class Organization(Wire):
    """The company whose books these are.

    `closed_until` ends its closed accounting period (F37). `approvals` is off, simple (one approval) or final
    (a second, final one). `is_northern_ireland`: under the protocol (F43). `is_trial_over`: to be paid for.
    `state_code`: the state that India taxes it in (table 2.3).
    """

    organization_id: str
    name: str
    contact_name: str = ""
    email: str = ""
    is_default_org: bool = True
    plan_name: str = "STANDARD"
    plan_period: str = "Monthly"
    language_code: str = "en"
    fiscal_year_start_month: int = 0
    account_created_date: str = "2020-01-01"
    time_zone: str = "UTC"
    utc_offset_minutes: int = 0
    is_org_active: bool = True
    country: str = ""
    country_code: str = ""
    state_code: str = ""
    version: str = "global"
    currency_id: str
    currency_code: str
    currency_symbol: str = ""
    currency_format: str = "1,234,567.89"
    price_precision: int = 2
    invoice_prefix: str = "INV-"
    next_invoice: int = 1
    next_payment: int = 1
    creditnote_prefix: str = "CN-"
    next_creditnote: int = 1
    approvals: str = "off"
    is_northern_ireland: bool = False
    is_trial_over: bool = False
    closed_until: Day = None

    @property
    def zone(self) -> tzinfo:
        """The organisation's time zone."""
        return timezone(timedelta(minutes=self.utc_offset_minutes))


class OrganizationFields(Wire):
    """What of an organisation a caller may change."""

    name: Text = ""
    contact_name: Text = ""
    email: Text = ""
    language_code: Text = ""


class TaxFields(Wire):
    """A tax as a caller gives it (F44)."""

    tax_name: Text100 = ""
    tax_percentage: Amount
    tax_type: str = "tax"
    tax_specific_type: Text = ""
    country_code: Text = ""
    is_value_added: bool = True
    is_editable: bool = True


class Tax(TaxFields):
    """A tax of the organisation, or for reckoning a group of taxes with its parts."""

    tax_id: str
    is_default_tax: bool = False
    parts: Annotated[tuple["Tax", ...], Field(exclude=True)] = ()

    @property
    def split(self) -> tuple["Tax", ...]:
        """The taxes that are charged: the parts of a group, or the tax itself."""
        return self.parts or (self,)

    def freed(self) -> Self:
        """The same tax at no percentage."""
        parts = tuple(part.freed() for part in self.parts)
        return self.model_copy(update={"tax_percentage": ZERO, "parts": parts})


class TaxGroupFields(Wire):
    """A group of taxes as a caller gives it; `taxes` are ids with commas between (F44)."""

    tax_group_name: Text100 = ""
    taxes: Text = ""


class TaxGroup(TaxGroupFields):
    """Taxes that are charged together under one id."""

    tax_group_id: str

    @property
    def tax_ids(self) -> list[str]:
        """The ids of its taxes."""
        return [part.strip() for part in self.taxes.split(",") if part.strip()]


def grouped(group: TaxGroup, taxes: list[Tax]) -> Tax:
    """A group as one tax. Its compound taxes are charged on net and simple taxes together."""
    simple = sum((tax.tax_percentage for tax in taxes if tax.tax_type != "compound_tax"), ZERO)
    parts = tuple(
        tax.model_copy(update={"tax_percentage": tax.tax_percentage * (1 + simple / Decimal(100))})
        if tax.tax_type == "compound_tax"
        else tax
        for tax in taxes
    )
    return Tax(
        tax_id=group.tax_group_id,
        tax_name=group.tax_group_name,
        tax_type="tax_group",
        tax_percentage=sum((part.tax_percentage for part in parts), ZERO),
        parts=parts,
    )


class Rate(Wire):
    """An exchange rate from a day on: base currency for one of the foreign currency (F45)."""

    exchange_rate_id: str
    effective_date: Day
    rate: Amount


class RateFields(Wire):
    """An exchange rate as a caller gives it."""

    effective_date: Day
    rate: Amount


class CurrencyFields(Wire):
    """A currency as a caller gives it."""

    currency_code: Text = ""
    currency_symbol: Text = ""
    price_precision: int = 2
    currency_format: Text = "1,234,567.89"


class Currency(CurrencyFields):
    """A currency that the organisation uses, with its rates."""

    currency_id: str
    is_base_currency: bool = False
    rates: tuple[Rate, ...] = ()
