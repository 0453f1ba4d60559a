"""The first sheet: what was asked, what became of it, whether it agrees, and what is still to do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ledgerferry.faces import numbering, proofwords
from ledgerferry.faces.report import charts
from ledgerferry.faces.report.cells import Amount, Count, Link, Styled, Sum, Value, certain
from ledgerferry.faces.report.facts import Became, Facts, moment
from ledgerferry.faces.report.pages import Pages
from ledgerferry.faces.report.tallies import Tallies
from ledgerferry.model.counting import counted
from ledgerferry.model.money import exact_sum, exponent, text

NAME: Final = "Overview"
_WIDTHS: Final = [36, 16, 16, 16, 16, 16, 16, 3, 14, 14, 14, 14, 14, 14]
_CHARTS: Final = ("I2", "I18", "I34")
_FILED_UNDER: Final = {
    "All invoices": "every document that was found, with its money, its record and its cell",
    "Flags": "what a person should look at, why, and what to do",
    "LLM results": "what a local model suggested, and what a person made of it",
    "Financials math check": "every figure added up again: the sheet, the sum, and Books",
    "Billing sponsors": "who is billed, who pays, what is open and since when",
    "Dry-run plan": "what is done in which order, what it costs, and how each operation stands",
}


class Overview:
    """Begun first, so that it is the first sheet; written last, when everything is known."""

    def __init__(self, pages: Pages, facts: Facts) -> None:
        self._pages = pages
        self._page = pages.page(NAME, _WIDTHS)
        self._facts = facts

    def write(self, tallies: Tallies, flags: Mapping[str, int], totals: Link | None, unequal: int) -> None:
        """Everything."""
        page, facts = self._page, self._facts
        page.row([Styled(facts.title, "title")], height=24)
        page.row([Styled(_dates(facts), "faint")])
        self._verdict(unequal)
        self._headline(tallies)
        self._section("What was asked")
        for name, value in _asked(facts, tallies):
            page.row([name, value])
        self._documents(tallies)
        self._money(tallies)
        if totals is not None:
            page.row([Link("internal:Math_totals", "net, tax of each rate, gross, paid and balance"), None])
        self._flags(flags)
        self._calls()
        self._saved(tallies)
        self._numbers(tallies)
        self._ledger()
        self._section("The sheets of this workbook")
        for name, what in _FILED_UNDER.items():
            page.row([Link(f"internal:'{name}'!A1", name), what])
        self._months(tallies)
        self._hours()

    def _section(self, name: str) -> None:
        self._page.gap()
        self._page.row([Styled(name, "section"), *([Styled("", "section")] * 6)])

    def _small(self, *names: str) -> int:
        first, *rest = names
        return self._page.row([Styled(first, "small"), *(Styled(n, "small right") for n in rest)])

    def _verdict(self, unequal: int) -> None:
        verified, page = self._facts.verified, self._page
        if self._facts.run.order.runs:
            page.row([_rolled(self._facts)])
        elif verified is None:
            said = "Nothing was sent yet: this is a plan." if self._facts.planned else _UNVERIFIED
            page.row([Styled(said, "warn")])
        else:
            page.row([_proof(self._facts, unequal)])

    def _headline(self, tallies: Tallies) -> None:
        """What is loaded and what is not, in number and money."""
        if self._facts.run.order.runs or not tallies.found:
            return
        word = "Will be loaded" if self._facts.planned else "Loaded"
        held = tallies.documents[Became.HELD]
        parts = ((word, tallies.loaded, _IN, "strong"), ("Held", held, _HELD, "warn"))
        for name, count, became, style in parts:
            sums = {
                currency: exact_sum(of.get(b, Decimal(0)) for b in became)
                for currency, of in sorted(tallies.money.items())
            }
            money = [f"{c} {_grouped(a, c)}" for c, a in sums.items() if a]
            more = "; not in Books until a person decides" if became is _HELD else ""
            if count:
                said = ", ".join([f"{count:,} of {tallies.found:,}", *money])
                self._page.row([Styled(f"{name}: {said}{more}.", style)])

    def _documents(self, tallies: Tallies) -> None:
        page, n = self._page, tallies.documents
        self._section("Documents: found = loaded + held + rejected")
        word = "will be loaded" if self._facts.planned else "loaded"
        heads = self._small("", word, "held", "rejected", "found")
        added = f"{page.cell(1)}+{page.cell(2)}+{page.cell(3)}"
        counts = [tallies.loaded, n[Became.HELD], n[Became.REJECTED]]
        page.row(["number", *counts, Count(added, tallies.found)])
        without = tallies.without_value
        if sum(without.values()):
            said = [sum(without[b] for b in _IN), without[Became.HELD], without[Became.REJECTED]]
            page.row([Styled("of which no value could be read", "faint"), *said])
        if n[Became.BACK]:
            page.row([Styled("of the loaded: taken back since", "faint"), n[Became.BACK]])
        if tallies.again:
            page.row([Styled("found again elsewhere, counted once", "faint"), tallies.again])
        if tallies.found:
            charts.outcome(self._pages, page, _CHARTS[0], heads + 1)

    def _money(self, tallies: Tallies) -> None:
        if not tallies.money:
            return
        page = self._page
        self._section("Value by currency: what is held stands beside what is loaded")
        self._small("currency", "loaded", "held", "rejected", "found", "in Books", "loaded - Books")
        for currency, sums in sorted(tallies.money.items()):
            loaded = exact_sum(sums.get(b, Decimal(0)) for b in _IN)
            parts = [loaded, *(sums.get(b, Decimal(0)) for b in (Became.HELD, Became.REJECTED))]
            first, last = page.cell(1), page.cell(3)
            there = None if self._facts.planned else tallies.there.get(currency, Decimal(0))
            whole = all(certain(p) for p in parts)
            found = exact_sum(parts)
            row: list[Value] = [currency, *(Amount(p, currency) for p in parts)]
            summed = f"ROUND(SUM({first}:{last}),{exponent(currency)})"
            row.append(
                Sum(summed, found, currency, strong=True) if whole else Amount(found, currency, strong=True)
            )
            row.append(Amount(there, currency))
            if there is not None:
                less = f"ROUND({page.cell(1)}-{page.cell(5)},{exponent(currency)})"
                exact = whole and certain(there)
                row.append(Sum(less, loaded - there, currency) if exact else Amount(loaded - there, currency))
            page.row(row)
        if tallies.credit_notes:
            page.row([Styled("Credit notes count with a minus.", "faint")])

    def _flags(self, flags: Mapping[str, int]) -> None:
        self._section("What a person should look at")
        if not flags:
            self._page.row([Styled("Nothing.", "good")])
        for name, count in sorted(flags.items()):
            self._page.row([Link("internal:'Flags'!A1", _SORTS.get(name, name)), count])

    def _calls(self) -> None:
        page, facts = self._page, self._facts
        self._section("Calls and what they cost")
        price = facts.plan.price if facts.plan else facts.rolled.price if facts.rolled else None
        self._small("system", "by the plan", "used")
        planned = price.calls if price else {}
        for system in dict.fromkeys((*planned, *facts.calls)):
            if planned.get(system) or facts.calls.get(system):
                page.row([system, planned.get(system), facts.calls.get(system, 0)])
        if price is not None:
            for name, cost in (
                ("credits of CRM", price.crm_credits),
                ("tokens of Pipedrive", price.pipedrive_tokens),
            ):
                if cost:
                    page.row([name, cost])
            days = "" if price.days <= 1 else f", over {price.days} days"
            page.row(["under the account's quotas", f"at least {price.minutes} minutes{days}, by the plan"])

    def _saved(self, tallies: Tallies) -> None:
        minutes, spent, page = self._facts.minutes_by_hand, tallies.spent, self._page
        if not minutes or not tallies.loaded:
            return
        word = "that it will save" if self._facts.planned else "saved"
        self._section(f"Time {word}: an estimate, not a measurement")
        loaded, by_hand, review = page.cell(1), page.cell(1, page.at + 1), page.cell(1, page.at + 2)
        page.row(["documents", tallies.loaded])
        said = "assumed; change this cell and the hours follow ([report] minutes_by_hand in ferry.toml)"
        page.row(["minutes by hand for each", Styled(minutes, "input"), Styled(said, "aside")])
        told = f"{-(-spent.estimated // 60)} of them estimated" if spent.estimated else ""
        row: list[Value] = ["less minutes of review by a person", spent.minutes]
        decisions = [counted(spent.decisions, "decision"), *([told] if told else [])]
        page.row([*row, Styled(", ".join(decisions), "aside")])
        hours = f"ROUND(MAX(0,{loaded}*{by_hand}-{review})/60,0)"
        page.row(["hours, about", Count(hours, tallies.hours_saved(), "strong")])

    def _numbers(self, tallies: Tallies) -> None:
        advice = numbering.advice(numbering.series(tallies.numbers))
        if advice and not self._facts.run.order.runs:
            self._section("To do in Books")
            self._page.said(advice, "wrapped", 7)

    def _ledger(self) -> None:
        self._section("The ledger")
        entry, page = self._facts.entry, self._page
        if entry is None:
            page.row(["The ledger has no entry of this run."])
            return
        page.row(["chain head at this run's last entry", entry.hash])
        page.row(["that is entry", entry.seq, Styled(f"of {moment(entry.at)}: {entry.event}", "aside")])
        page.said(_HEAD, "faint wrapped", 7)

    def _months(self, tallies: Tallies) -> None:
        if not tallies.months:
            return
        self._section("Value by month of issue")
        self._small("currency", "month", "found", "in Books")
        main = max(tallies.currencies.items(), key=lambda item: (item[1], item[0]), default=("", 0))[0]
        rows: dict[str, list[int]] = {}
        for (currency, month), (found, there) in sorted(tallies.months.items()):
            amounts = [Amount(found, currency), None if self._facts.planned else Amount(there, currency)]
            at = self._page.row([currency, Styled(date.fromisoformat(f"{month}-01"), "month"), *amounts])
            rows.setdefault(currency, []).append(at)
        if main in rows:
            span = (rows[main][0], rows[main][-1])
            charts.months(self._pages, self._page, _CHARTS[1], main, span)

    def _hours(self) -> None:
        unit, found = charts.grouped(self._facts.by_minute)
        if not found:
            return
        self._section(f"Calls that wrote, by {unit} (UTC)")
        rows = [self._page.row([at, count]) for at, count in found]
        if len(rows) > 1:
            charts.calls(self._pages, self._page, _CHARTS[2], unit, (rows[0], rows[-1]))


_IN: Final = (Became.LOADED, Became.WILL, Became.BACK)
_HELD: Final = (Became.HELD,)
_SORTS: Final = {
    "again": "found again elsewhere",
    "conflict": "conflicts",
    "dead letter": "dead letters",
    "difference": "differences",
    "notice": "notices",
}
_UNVERIFIED: Final = "Not verified: the run has not come to its end."
_HEAD: Final = (
    "Who keeps this head can prove later that nothing before it was changed: `ferry ledger --check` walks "
    "the chain, and `ferry ledger --run RUN` shows this entry in it."
)


def _grouped(amount: Decimal, currency: str) -> str:
    """An amount as people write it."""
    return f"{Decimal(text(amount, currency)):,f}"


def _dates(facts: Facts) -> str:
    run = facts.run
    closed = f", closed {moment(run.closed_at)}" if run.closed_at else ""
    version = f"; ledgerferry {run.order.version}" if run.order.version else ""
    return f"The run is {run.state.replace('_', ' ')}. Opened {moment(run.opened_at)}{closed}{version}."


def _proof(facts: Facts, unequal: int) -> Styled:
    verified = facts.verified
    if verified is None:
        raise ValueError("nothing was verified")
    how = proofwords.how(verified)
    when = f" at {moment(verified.at)}" if verified.at else ""
    if verified.equal and not unequal:
        said = f"Verified{when}: {proofwords.agreement(verified)} ({how})."
        return Styled(said, "good")
    return Styled(
        f"NOT EQUAL{when}: {counted(len(verified.differences), 'difference')} in "
        f"{counted(verified.compared, 'document')} compared ({how}); see Flags and Financials math check.",
        "bad",
    )


def _rolled(facts: Facts) -> Styled:
    rolled = facts.rolled
    if rolled is None:
        return Styled("The rollback has not come to its end.", "warn")
    clean = not rolled.kept and not rolled.left and not rolled.unsettled
    said = (
        f"{counted(rolled.undone, 'record')} undone, {len(rolled.voided):,} of them voided; "
        f"{len(rolled.kept):,} kept"
    )
    more = f"; {len(rolled.left)} still there" if rolled.left else ""
    return Styled(f"Rolled back: {said}{more}.", "good" if clean else "warn")


def _asked(facts: Facts, tallies: Tallies) -> Iterator[tuple[str, Value]]:
    order = facts.run.order
    yield "run", facts.run.id
    yield "source", order.source
    account = f"{facts.organization} ({facts.organization_id})" if facts.organization else "unknown"
    yield "account", f"{account}, connection {order.connection}"
    if order.runs:
        yield "takes back", ", ".join(order.runs)
        return
    yield "planned on", order.today
    if tallies.first and tallies.last:
        yield "documents issued", f"{tallies.first} to {tallies.last}"
    yield "limit", "all documents" if order.limit is None else f"the first {order.limit} documents"
    yield "missing tax rates", "created" if order.create_taxes else "held"
    yield from _options(facts)


def _options(facts: Facts) -> Sequence[tuple[str, Value]]:
    order = facts.run.order
    found: list[tuple[str, Value]] = []
    if order.crm:
        found.append(("accounts, contacts, deals to", f"connection {order.crm}"))
    if order.accept_filed:
        found.append(("filed periods", "loaded too"))
    if order.headroom:
        found.append(("left to others", f"{order.headroom} % of a day's calls"))
    return found
