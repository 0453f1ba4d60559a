"""``ferry.toml``: its tables, and how the file is read. Each key stands here once.

Raises ``WrongUsage`` with the file, the line, the key and the remedy.
"""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ledgerferry.flows.policy import (
    EVIDENCE_WORDS,
    PAID_FOLDERS,
    CrmPolicy,
    DatedRate,
    Doubtful,
    Numbering,
    Period,
    Policy,
    RateWay,
    UndatedPayment,
    UnpaidSheet,
)
from ledgerferry.flows.vatrules import VatRule, contradiction, wrong
from ledgerferry.model.document import TaxTreatment

_FIELD: Final = "^[A-Za-z][A-Za-z0-9_]{0,49}$"


class WrongUsage(Exception):
    """The command or its configuration is wrong; the message says what to do. Ends with exit code 2."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sellers(_Table):
    names: tuple[str, ...] = ()


class _Payments(_Table):
    without_date: UndatedPayment = UndatedPayment.HOLD
    mode: str = Field("others", min_length=1)
    modes: dict[str, str] = {}
    account: str | None = Field(None, min_length=1)
    from_files: bool = True
    unpaid_sheet: UnpaidSheet = UnpaidSheet.HOLD
    words: tuple[str, ...] = EVIDENCE_WORDS
    folders: tuple[str, ...] = PAID_FOLDERS


class _Rate(_Table):
    currency: str = Field(pattern="^[A-Z]{3}$")
    since: date
    rate: Decimal = Field(gt=0)


class _Periods(_Table):
    filed_until: date | None = None
    filed: Period = Period.HOLD
    opening_balances: date | None = None
    opening: Period = Period.HOLD


class _Numbers(_Table):
    prefix: str | None = None
    when: Numbering = Numbering.RESTARTS

    @field_validator("prefix")
    @classmethod
    def _tells_years(cls, prefix: str | None) -> str | None:
        if prefix is not None and not re.fullmatch(r"[^{}]*\{(year|yy)\}[^{}]*", prefix):
            raise ValueError("a prefix names the year once, as {year} or {yy}, such as {year}-")
        return prefix


class _CreditNotes(_Table):
    unknown_invoice: Doubtful = Doubtful.HOLD
    unnamed: Doubtful = Doubtful.OPEN
    refund_account: str | None = Field(None, min_length=1)


class _Stages(_Table):
    paid: str = Field("Closed Won", min_length=1)
    lost: str = Field("Closed Lost", min_length=1)
    open: str = Field("Negotiation/Review", min_length=1)


class CrmFields(_Table):
    """The fields of CRM, by API name, for the ids that its records have in the books, and for VAT numbers.

    ``vat`` is None where VAT numbers are not written.
    """

    account: str = Field("Books_Customer_Id", pattern=_FIELD)
    contact: str = Field("Books_Customer_Id", pattern=_FIELD)
    deal: str = Field("Books_Invoice_Id", pattern=_FIELD)
    vat: str | None = Field(None, pattern=_FIELD)


class _Crm(_Table):
    deal_name: str = Field("{number} {customer}", min_length=1)
    lost_after_days: int = Field(30, ge=0)
    books_field: str | None = Field(None, pattern="^cf_[a-z0-9_]+$")
    exchange_rate: RateWay | None = None
    stages: _Stages = _Stages()
    fields: CrmFields = CrmFields()

    @field_validator("deal_name")
    @classmethod
    def _fills(cls, value: str) -> str:
        try:
            made = value.format(number="1", customer="A", reference="")
        except (KeyError, IndexError, ValueError, AttributeError):
            raise ValueError("only {number}, {customer} and {reference} can stand in it") from None
        if "1" not in made:
            raise ValueError("it must hold {number}, or deals could not be told apart")
        return value

    def policy(self) -> CrmPolicy:
        """The same as the flows want it."""
        return CrmPolicy(
            deal_name=self.deal_name,
            stages=self.stages.model_dump(),
            lost_after_days=self.lost_after_days,
            books_field=self.books_field,
            exchange_rate=self.exchange_rate,
        )


class Reporting(_Table):
    """What the report assumes: the minutes that entering one document by hand takes."""

    minutes_by_hand: int = Field(5, ge=0, le=240)


class _Organization(_Table):
    northern_ireland: bool | None = None


class _Vat(_Table):
    """One ``[[vat]]`` rule, see ``VatRule``."""

    match: str | None = Field(None, min_length=1)
    customer: str | None = Field(None, min_length=1)
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    since: date | None = Field(None, alias="from")
    until: date | None = None
    rate: Decimal | None = Field(None, ge=0, lt=100)
    treatment: TaxTreatment | None = None
    tax: str | None = Field(None, min_length=1)
    account: str | None = Field(None, min_length=1)

    @property
    def rule(self) -> VatRule:
        """The same as the flows want it."""
        return VatRule.model_validate(self.model_dump())

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if (why := wrong(self.rule)) is not None:
            raise ValueError(why)
        return self


class Config(_Table):
    """The tables of ``ferry.toml``."""

    sellers: _Sellers = _Sellers()
    payments: _Payments = _Payments()
    rates: tuple[_Rate, ...] = ()
    periods: _Periods = _Periods()
    credit_notes: _CreditNotes = _CreditNotes()
    crm: _Crm = _Crm()
    report: Reporting = Reporting()
    numbers: _Numbers = _Numbers()
    rates_max_age_days: int = Field(366, ge=0)
    organization: _Organization = _Organization()
    vat: tuple[_Vat, ...] = ()
    taxes: dict[Annotated[Decimal, Field(ge=0, lt=100)], Annotated[str, Field(min_length=1)]] = {}

    @field_validator("taxes", mode="before")
    @classmethod
    def _each_once(cls, taxes: object) -> object:
        rates = [rate.strip() for rate in taxes] if isinstance(taxes, dict) else []
        if len({rate.rstrip("0").rstrip(".") if "." in rate else rate for rate in rates}) < len(rates):
            raise ValueError("a rate stands in it twice")
        return taxes

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if (why := contradiction([one.rule for one in self.vat])) is not None:
            raise ValueError(f"vat: {why}")
        return self

    def policy(self) -> Policy:
        """The same as the flows want it."""
        rates = tuple(DatedRate(currency=r.currency, since=r.since, rate=r.rate) for r in self.rates)
        return Policy(
            sellers=self.sellers.names,
            undated_payment=self.payments.without_date,
            payment_mode=self.payments.mode,
            payment_account=self.payments.account,
            payments_from_files=self.payments.from_files,
            unpaid_sheet=self.payments.unpaid_sheet,
            evidence_words=self.payments.words,
            paid_folders=self.payments.folders,
            modes=self.payments.modes,
            rates=rates,
            filed_until=self.periods.filed_until,
            filed=self.periods.filed,
            opening_balances=self.periods.opening_balances,
            unknown_invoice=self.credit_notes.unknown_invoice,
            unnamed_invoice=self.credit_notes.unnamed,
            refund_account=self.credit_notes.refund_account,
            crm=self.crm.policy(),
            opening=self.periods.opening,
            rates_max_age_days=self.rates_max_age_days,
            number_prefix=self.numbers.prefix,
            number_when=self.numbers.when,
            vat=tuple(one.rule for one in self.vat),
            taxes=self.taxes,
            northern_ireland=self.organization.northern_ireland,
        )


def read(file: Path) -> Config:
    """What a ``ferry.toml`` says; ``WrongUsage`` says what is wrong, where, and what would be right."""
    try:
        text = file.read_text(encoding="utf-8")
        return Config.model_validate(tomllib.loads(text, parse_float=Decimal))
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read ({error.strerror}). Check --config.") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{file} is not text in UTF-8. Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"{file} is not TOML: {error}. Text values need quotation marks.") from None
    except ValidationError as error:
        raise WrongUsage(_explained(file, text, error)) from None


def _explained(file: Path, text: str, error: ValidationError) -> str:
    first = error.errors()[0]
    steps = [str(step) for step in first["loc"] if isinstance(step, str)]
    where = f"{file}, line {_line(text, steps)}: {'.'.join(str(s) for s in first['loc']) or 'all'}"
    if first["type"] == "extra_forbidden":
        return f"{where} is not a key that ferry knows here. Known are {_known(steps[:-1])}."
    said = first["msg"].removeprefix("Value error, ")
    return f"{where}: {said}. Mend the value, or take the key out."


def _line(text: str, steps: list[str]) -> int:
    """The line that the innermost key of a path seems to stand on (1 where it is not found)."""
    for step in reversed(steps):
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(rf'\s*(\[+.*)?["\']?{re.escape(step)}["\']?\s*(=|\]|\.)', line):
                return number
    return 1


# The tables of the file by name, with what stands around their names.
_TABLES: Final[dict[str, tuple[type[_Table], str]]] = {
    "sellers": (_Sellers, "[sellers]"),
    "payments": (_Payments, "[payments]"),
    "rates": (_Rate, "[[rates]]"),
    "periods": (_Periods, "[periods]"),
    "numbers": (_Numbers, "[numbers]"),
    "credit_notes": (_CreditNotes, "[credit_notes]"),
    "crm": (_Crm, "[crm]"),
    "report": (Reporting, "[report]"),
    "organization": (_Organization, "[organization]"),
    "vat": (_Vat, "[[vat]]"),
}


def _known(steps: list[str]) -> str:
    """The keys of a table; of the whole file its tables, and the keys of each."""
    if steps:
        return ", ".join(_keys(_TABLES[steps[0]][0])) if steps[0] in _TABLES else "none"
    tables = "; ".join(f"{shown} {', '.join(_keys(table))}" for table, shown in _TABLES.values())
    return f"{', '.join(_keys(Config))}. In full: {tables}"


def _keys(table: type[_Table]) -> list[str]:
    return [field.alias or name for name, field in table.model_fields.items()]
