"""Tallies: what a report's overview adds up while the documents pass by."""

from collections import Counter
from datetime import date
from decimal import Decimal

from ledgerferry.faces.report.facts import Became, Facts, Told
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.model.money import exact_sum
from ledgerferry.store.decisions import Spent

_ZERO = Decimal(0)
COUNTED = (Became.LOADED, Became.WILL, Became.BACK, Became.HELD, Became.REJECTED)


class Tallies(Sheet):
    """Numbers and money of everything found, by what became of it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.documents: Counter[Became] = Counter()
        self.without_value: Counter[Became] = Counter()
        self.money: dict[str, dict[Became, Decimal]] = {}
        self.there: dict[str, Decimal] = {}
        """What the account holds of the loaded documents, by currency."""
        self.currencies: Counter[str] = Counter()
        self.months: dict[tuple[str, str], list[Decimal]] = {}
        """Value found and value in the account, by currency and month of issue."""
        self.numbers: dict[tuple[str, date], None] = {}
        self.first: date | None = None
        self.last: date | None = None
        self.again = 0
        self.credit_notes = 0
        self._reviewed: dict[tuple[str, str, str], tuple[int, bool]] = {}

    def told(self, told: Told) -> None:
        """Count one."""
        if told.became is Became.AGAIN:
            self.again += 1
            return
        self.documents[told.became] += 1
        self.credit_notes += told.sign < 0
        self._review(told)
        value, currency = told.value, told.currency
        if value is None or currency is None:
            self.without_value[told.became] += 1
        else:
            sums = self.money.setdefault(currency, {})
            self.currencies[currency] += 1
            sums[told.became] = exact_sum((sums.get(told.became, _ZERO), value))
        there = self._there(told)
        issued = told.found.document.issued if told.found.document else None
        if issued is not None and currency is not None:
            month = self.months.setdefault((currency, f"{issued:%Y-%m}"), [_ZERO, _ZERO])
            month[0] = exact_sum((month[0], value or _ZERO))
            month[1] = exact_sum((month[1], there))
            self.first, self.last = min(self.first or issued, issued), max(self.last or issued, issued)
        if told.shaped is not None and told.sign > 0:
            self.numbers[told.shaped.document.number, told.shaped.document.issued] = None

    def _there(self, told: Told) -> Decimal:
        """What the account holds of a loaded document: as compared, else as its last receipt showed."""
        if told.became is not Became.LOADED or told.there is None:
            return _ZERO
        differing = {d.field: d.right_value for d in told.differences}
        gross = (
            _ZERO if "record" in differing else Decimal(differing.get("gross") or told.there.figures.gross)
        )
        value, currency = gross * told.sign, told.there.currency
        self.there[currency] = exact_sum((self.there.get(currency, _ZERO), value))
        return value

    def _review(self, told: Told) -> None:
        if told.decision is not None:
            document = told.decision.document
            at = (document.digest, document.sheet, document.place)
            self._reviewed[at] = (told.decision.seconds, told.decision.measured)

    @property
    def loaded(self) -> int:
        """How many documents are in the account, will be, or were until a rollback."""
        return self.documents[Became.LOADED] + self.documents[Became.WILL] + self.documents[Became.BACK]

    @property
    def found(self) -> int:
        """How many things were found."""
        return sum(self.documents.values())

    @property
    def spent(self) -> Spent:
        """What people spent on looking at these documents."""
        seconds = list(self._reviewed.values())
        estimated = sum(s for s, measured in seconds if not measured)
        return Spent(len(seconds), sum(s for s, _ in seconds), estimated)

    def hours_saved(self) -> int:
        """Whole hours that entering the loaded documents by hand would have taken, less the review's."""
        minutes = self.loaded * self._facts.minutes_by_hand - self.spent.minutes
        return max(0, (minutes * 2 + 60) // 120)
