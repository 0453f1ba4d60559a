"""The sheet of who is billed: customers, and those on whose behalf they are billed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ledgerferry.faces.report.cells import Amount, Styled
from ledgerferry.faces.report.facts import Became, Facts, Told
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.faces.report.totals import Totals
from ledgerferry.faces.report.worth import Worth, worth
from ledgerferry.model.document import Cell
from ledgerferry.model.money import exact_sum
from ledgerferry.model.suggestion import SuggestedField

NAME: Final = "Billing sponsors"
_COLUMNS: Final = {
    "sponsor": 28, "customer": 36, "suggested sponsor": 24, "currency": 9, "invoices": 10, "credit notes": 10,
    "gross": 14, "paid": 14, "credited": 14, "balance": 14, "held": 8, "value held": 14, "oldest open": 12,
    "days open": 10, "its number": 17, "file": 58, "sheet": 14, "cell": 8,
}  # fmt: skip
_NUMBERS: Final = frozenset(
    {"invoices", "credit notes", "gross", "paid", "credited", "balance", "held", "value held", "days open"}
)
_CURRENCY, _INVOICES, _NOTES, _GROSS, _PAID, _CREDITED, _BALANCE, _HELD, _HELD_VALUE = range(3, 12)
_ITSELF: Final = "(bills itself)"


@dataclass(slots=True)
class _Bill:
    """What one customer was billed in one currency, on whose behalf."""

    customer: str
    invoices: int = 0
    credit_notes: int = 0
    gross: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    held: int = 0
    held_value: Decimal = Decimal(0)
    suggested: str = ""
    oldest: tuple[date, str, Cell] | None = None


class Sponsors(Sheet):
    """Customers by who has them billed, with what is paid, what is open, and since when."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._page = pages.listing(NAME, _COLUMNS, _NUMBERS, keep=2)
        self._totals = Totals(self._page, _CURRENCY)
        self._facts = facts
        self._bills: dict[tuple[str, str, str], _Bill] = {}

    def told(self, told: Told) -> None:
        """Add a document to its customer's."""
        document = told.found.document
        party = document.customer if document else None
        if document is None or told.became in {Became.AGAIN, Became.REJECTED}:
            return
        money = worth(told, self._facts.credited)
        name = told.shaped.customer.name if told.shaped else party.name if party else "(no customer read)"
        key = ((party.sponsor if party else None) or "", name.casefold(), money.currency or "")
        bill = self._bills.setdefault(key, _Bill(name))
        offered = (s.value for s in told.suggestions if s.field is SuggestedField.SPONSOR)
        bill.suggested = bill.suggested or next(offered, "")
        if told.in_account:
            _load(bill, told, money)
        else:
            bill.held += 1
            bill.held_value = exact_sum((bill.held_value, money.gross or Decimal(0)))

    def end(self) -> None:
        """The rows, sponsors first."""
        for (sponsor, _, currency), bill in sorted(
            self._bills.items(), key=lambda item: (not item[0][0], item[0][0].casefold(), *item[0][1:])
        ):
            self._row(sponsor, currency, bill)
        if not self._bills:
            self._page.row([Styled("Nobody was billed by the documents of this run.", "faint")])
        self._totals.write("Totals by currency", 1, "customer")

    def _row(self, sponsor: str, currency: str, bill: _Bill) -> None:
        day, number, place = bill.oldest or (None, None, None)
        amounts = (bill.gross, bill.paid, bill.credited, bill.balance)
        summed = dict(zip((_GROSS, _PAID, _CREDITED, _BALANCE), amounts, strict=True))
        counts = {_INVOICES: bill.invoices, _NOTES: bill.credit_notes, _HELD: bill.held}
        self._totals.add(currency, {**counts, **summed, _HELD_VALUE: bill.held_value})
        self._page.row(
            [
                sponsor or Styled(_ITSELF, "faint"),
                bill.customer,
                bill.suggested,
                currency,
                bill.invoices,
                bill.credit_notes,
                *(Amount(a, currency) for a in amounts),
                bill.held or None,
                Amount(bill.held_value, currency) if bill.held else None,
                day,
                (self._facts.run.order.today - day).days if day else None,
                number,
                *([place.file, place.sheet, self._facts.places.cell(place)] if place else []),
            ]
        )


def _load(bill: _Bill, told: Told, money: Worth) -> None:
    content = told.shaped.document if told.shaped else None
    zero = Decimal(0)
    bill.gross = exact_sum((bill.gross, money.gross or zero))
    bill.paid = exact_sum((bill.paid, money.paid or zero))
    bill.credited = exact_sum((bill.credited, money.credited or zero))
    bill.balance = exact_sum((bill.balance, money.balance or zero))
    if content is None:
        return
    if told.sign < 0:
        bill.credit_notes += 1
        return
    bill.invoices += 1
    if money.balance and (bill.oldest is None or (content.issued, content.number) < bill.oldest[:2]):
        bill.oldest = (content.issued, content.number, told.place)
