"""The sheet of all documents that were found, each with its evidence and its record."""

from typing import Final

from ledgerferry.faces.report.cells import Amount, Styled, Value
from ledgerferry.faces.report.facts import Became, Facts, Told
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.sheet import Sheet
from ledgerferry.faces.report.totals import Totals
from ledgerferry.faces.report.worth import worth
from ledgerferry.flows.linewords import kinds
from ledgerferry.model.money import NO_CURRENCY, text
from ledgerferry.model.plan import Purpose, State
from ledgerferry.model.record import SalesContent
from ledgerferry.store.runhistory import Step

NAME: Final = "All invoices"
_COLUMNS: Final = {
    "status": 14, "kind": 11, "number": 17, "issued": 11, "due": 11, "customer": 36, "currency": 9, "net": 13,
    "tax": 12, "tax by rate": 22, "gross": 13, "paid": 13, "credited": 12, "balance": 13, "payment": 11,
    "record": 22, "file": 58, "sheet": 14, "cell": 8,
}  # fmt: skip
_CURRENCY, _CUSTOMER = list(_COLUMNS).index("currency"), list(_COLUMNS).index("customer")
_AMOUNTS: Final = ("net", "tax", "gross", "paid", "credited", "balance")
_SUMMED: Final = tuple(list(_COLUMNS).index(name) for name in _AMOUNTS)
STYLES: Final = {
    Became.LOADED: "good", Became.WILL: "good", Became.HELD: "warn", Became.REJECTED: "bad",
    Became.BACK: "warn", Became.AGAIN: "faint",
}  # fmt: skip


class Invoices(Sheet):
    """Every document: loaded, held and rejected, credit notes with a minus."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._page = pages.listing(NAME, _COLUMNS, _AMOUNTS, keep=3)
        self._totals = Totals(self._page, _CURRENCY, group=0)
        self._facts = facts

    def told(self, told: Told) -> None:
        """One row."""
        shaped, document = told.shaped, told.found.document
        content = shaped.document if shaped else None
        customer = shaped.customer.name if shaped else _customer(told)
        money = worth(told, self._facts.credited)
        taxes = "; ".join(
            f"{rate.normalize():f} %: {text(amount, money.currency or NO_CURRENCY)}"
            for rate, amount in (money.taxes or {}).items()
        )
        taxes = "; ".join(part for part in (taxes, kinds(content) if content else "") if part)
        counted = told.became is not Became.AGAIN
        first = [Amount(a if counted else None, money.currency) for a in (money.net, money.tax)]
        rest = (money.gross, money.paid, money.credited, money.balance)
        amounts = [Amount(a if counted else None, money.currency) for a in rest]
        if counted:
            summed = dict(zip(_SUMMED, (money.net, money.tax, *rest), strict=True))
            self._totals.add(money.currency, summed, told.became)
        start: list[Value] = [
            Styled(told.became, STYLES[told.became]),
            document.kind.replace("_", " ") if document else "file",
            content.number if content else document.number if document else None,
            content.issued if content else document.issued if document else None,
            getattr(content, "due", None) if content else document.due if document else None,
            customer,
            money.currency,
        ]
        self._page.row(
            [
                *start,
                *first,
                taxes if counted else None,
                *amounts,
                money.standing if counted else None,
                self._facts.places.record(told.ref),
                told.place.file,
                told.place.sheet,
                self._facts.places.cell(told.place),
            ]
        )

    def step(self, step: Step) -> None:
        """Of a rollback: the documents that it took back or left."""
        content = step.operation.content if step.operation else None
        wanted = step.purpose in {Purpose.DELETE, Purpose.VOID} and step.state in {State.DONE, State.KEPT}
        if not self._facts.run.order.runs or not wanted or not isinstance(content, SalesContent):
            return
        word = (
            "kept" if step.state is State.KEPT else "voided" if step.purpose is Purpose.VOID else Became.BACK
        )
        figures = content.figures
        sums = (figures.net, figures.tax, figures.gross)
        money = [Amount(a, content.currency) for a in sums]
        self._totals.add(content.currency, dict(zip(_SUMMED, sums, strict=False)), word)
        due = getattr(content, "due", None)
        self._page.row(
            [
                Styled(word, "warn"), content.kind.replace("_", " "), content.number, content.issued, due,
                None, content.currency, money[0], money[1], None, money[2], None, None, None, None,
                self._facts.places.record(step.operation.target if step.operation else None),
            ]
        )  # fmt: skip

    def end(self) -> None:
        """The list is complete; what it comes to stands below it."""
        title = "Totals by currency: what is held stands below what is loaded"
        self._totals.write(title, _CUSTOMER, "document")


def _customer(told: Told) -> str | None:
    document = told.found.document
    return document.customer.name if document and document.customer else None
