"""Deals: what documents of sales are in CRM; their stages, pipelines and currencies (F65, F66)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledgerferry.model.outcome import Refused
from ledgerferry.model.record import DealContent, Kind
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.crm.metadata import Pipeline
from ledgerferry.systems.zoho.fields import Fields

_NEVER = date.min


@dataclass(frozen=True, slots=True)
class Board:
    """What deals may be: their stages, the pipelines that hold them, and the currencies.

    ``pipelines`` is empty where deals have none; ``currencies`` where they have no currency of their own:
    then ``home`` is every deal's.
    """

    stages: tuple[str, ...]
    pipelines: tuple[Pipeline, ...]
    currencies: tuple[str, ...]
    home: str

    def pipeline(self, stage: str) -> str | None:
        """The pipeline for a stage: the default one where it has it, else the first that does."""
        ordered = sorted(self.pipelines, key=lambda each: not each.default)
        return next((p.name for p in ordered if any(s.name == stage for s in p.stages)), None)


def columns(*, own_currency: bool) -> tuple[str, ...]:
    """The fields that a deal is read from; ``own_currency`` where deals have a currency each."""
    own = ("Currency",) if own_currency else ()
    return ("Deal_Name", "Account_Name", "Contact_Name", "Stage", "Amount", "Closing_Date", *own)


def groups(content: DealContent, refs: Mapping[str, str], board: Board) -> dict[str, dict[str, object]]:
    """CRM's fields by the content's; ``refs`` give the ids of its account and contact.

    An exchange rate that is not given is left to CRM. Raises ``Refused`` for a stage or currency that this
    CRM has not.
    """
    contact = {"id": refs[content.contact]} if content.contact else None
    found: dict[str, dict[str, object]] = {
        "name": {"Deal_Name": content.name.strip()},
        "account": {"Account_Name": {"id": refs[content.account]}},
        "contact": {"Contact_Name": contact},
        "stage": _stage(content.stage, board),
        "amount": {"Amount": content.amount},
        "closing": {"Closing_Date": content.closing.isoformat()},
    }
    currency = _currency(content.currency, board)
    if currency and content.exchange_rate is not None:
        found["exchange_rate"] = {"Exchange_Rate": content.exchange_rate}
    return found | ({"currency": {"Currency": currency}} if currency else {})


def _stage(stage: str, board: Board) -> dict[str, object]:
    if board.stages and stage not in board.stages:
        raise Refused(
            f"deals have no stage {stage}; they have {', '.join(board.stages)}: name one of these in "
            "ferry.toml, or add it under Setup, Modules and Fields, Deals, then plan again",
            code="stage",
        )
    if not board.pipelines:
        return {"Stage": stage}
    pipeline = board.pipeline(stage)
    if pipeline is None:
        raise Refused(
            f"no pipeline of deals has the stage {stage}: add it to one under Setup, Customization, "
            "Pipelines, then `ferry dead retry` it",
            code="stage",
        )
    return {"Pipeline": pipeline, "Stage": stage}


def _currency(currency: str, board: Board) -> str | None:
    if not board.currencies and currency in ("", board.home):
        return None
    if currency not in board.currencies:
        known = ", ".join(board.currencies) or f"{board.home} only"
        raise Refused(
            f"CRM does not have the currency {currency} (it has {known}): activate it under Setup, Company "
            "Details, Currencies, then `ferry dead retry` it",
            code="currency",
        )
    return currency


def kept(content: DealContent) -> dict[str, object]:
    """What of a deal CRM keeps, in a form that can be compared."""
    carried = ("name", "account", "contact", "stage", "amount", "currency", "closing")
    return {name: getattr(content, name) for name in carried} | {"name": content.name.strip()}


def content(row: Fields, names: Names, currency: str) -> DealContent:
    """The deal that a row shows; ``currency`` is the organisation's."""
    account, contact = (row.within(name).text("id") for name in ("Account_Name", "Contact_Name"))
    return DealContent(
        name=row.text("Deal_Name") or "",
        document=names.counterpart("invoice"),
        account=names.identity(Kind.ACCOUNT, account) if account else "",
        contact=names.identity(Kind.CONTACT, contact) if contact else None,
        stage=row.text("Stage") or "",
        amount=row.number("Amount") or Decimal(0),
        currency=row.text("Currency") or currency,
        closing=row.day("Closing_Date") or _NEVER,
    )
