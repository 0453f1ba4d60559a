"""The sheets of a report, in the order in which an auditor asks."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledgerferry.faces.report.cells import Amount, Link, Page, Pages, Styled, Value
from ledgerferry.faces.report.facts import Facts, LoadedRow
from ledgerferry.faces.words import GUARDS
from ledgerferry.flows.result import CurrencySums, Verified
from ledgerferry.flows.shape import merge_taxes
from ledgerferry.store.decisions import Spent

_YES, _NO = Styled("  yes", "good"), Styled("  NO", "bad")
_AMOUNTS = ("net", "tax", "gross", "paid", "balance", "amount", "source", "in Books", "difference")
# Columns with their widths.
_INVOICES = {
    "number": 16, "date": 11, "due": 11, "customer": 28, "currency": 9, "net": 12, "tax": 12, "gross": 12,
    "paid": 12, "balance": 12, "record": 22, "file": 44, "sheet": 14, "cell": 8,
}  # fmt: skip
_FINDINGS = {
    "standing": 10, "file": 44, "sheet": 14, "cell": 8, "number": 16, "customer": 28, "currency": 9,
    "amount": 12, "code": 22, "reason": 70, "value read": 22,
}  # fmt: skip
_CHECKS = {
    "number": 16, "customer": 28, "currency": 9, "field": 14, "source": 16, "in Books": 16, "difference": 14,
    "equal": 10,
}  # fmt: skip

_NOTICED = {"notice": 18, "what": 90, "where": 80}


def overview(pages: Pages, told: Facts) -> None:
    """What was asked, what was found, what became of it, and whether it agrees."""
    page = pages.page("Overview", [30, 16, 16, 16, 16, 16, 16])
    page.row([Styled(told.title, "title")])
    page.row([Styled(f"Opened {told.opened_at:%Y-%m-%d %H:%M} UTC; now {told.state}.", "faint")])
    page.gap()
    _verdict(page, told.verified)
    _section(page, "What was asked")
    for name, value in _asked(told):
        page.row([name, value])
    _section(page, "Documents")
    counts = told.counts
    page.row(_small(("", "found", "loaded", "held", "rejected")))
    page.row(["number", counts.found, counts.loaded, counts.held, counts.rejected])
    if told.verified is not None:
        _sums(page, told.verified)
    _review(page, told.review)
    _plan(page, told)
    _section(page, "The ledger")
    page.row(["Head of the hash chain", told.head])
    page.row(
        [
            Styled(
                "Keep this line: with it, `ferry ledger --check` proves that nothing before was changed.",
                "faint",
            )
        ]
    )
    if told.next_number:
        _section(page, "To do in Books")
        page.row([told.next_number])


def _review(page: Page, spent: Spent) -> None:
    """What people spent on looking at documents; an estimate is said to be one."""
    if not spent.decisions:
        return
    _section(page, "Review, in this home so far")
    page.row(["Decisions by a person", spent.decisions])
    page.row(["Minutes of review", spent.minutes])
    if spent.estimated:
        text = f"of which {-(-spent.estimated // 60)} are an estimate: decided without the interactive review"
        page.row([Styled(text, "faint")])


def _verdict(page: Page, verified: Verified | None) -> None:
    if verified is None:
        page.row([Styled("Not verified yet: the run has not come to its end.", "bad")])
    elif verified.equal:
        how = (
            "every record read in full"
            if verified.details
            else f"{verified.read_in_full} records read in full"
        )
        page.row(
            [Styled(f"Verified: all {verified.compared} loaded documents agree to the cent ({how}).", "good")]
        )
    else:
        page.row([Styled(f"NOT EQUAL: {len(verified.differences)} differences; see Math check.", "bad")])


def _asked(told: Facts) -> Iterator[tuple[str, Value]]:
    order = told.order
    yield "Source", order.source
    yield "Into", f"{told.organization} ({told.organization_id}), connection {order.connection}"
    yield "Planned on", order.today
    yield "Limit", "all documents" if order.limit is None else f"the first {order.limit} documents"
    yield "Missing tax rates", "created" if order.create_taxes else "held"
    yield "Run", told.run


def _sums(page: Page, verified: Verified) -> None:
    heads = ("currency", "found", "loaded", "held", "rejected", "in Books", "difference")
    _section(page, "Value by currency")
    page.row(_small(heads))
    for currency, s in verified.by_currency.items():
        amounts = (
            s.found_total,
            s.loaded_total,
            s.held_total,
            s.rejected_total,
            s.target_total,
            s.difference,
        )
        page.row([currency, *(Amount(Decimal(a), currency) for a in amounts)])
    _section(page, "What Books holds of it")
    page.row(_small(("currency", "net", "tax", "gross", "paid", "balance")))
    for currency, s in verified.by_currency.items():
        page.row([currency, *_held_there(currency, s)])
        for rate, amount in s.tax.items():
            page.row([Styled(f"of which tax at {rate} %", "faint"), None, Amount(Decimal(amount), currency)])


def _held_there(currency: str, s: CurrencySums) -> list[Value]:
    tax = sum((Decimal(amount) for amount in s.tax.values()), Decimal(0))
    return [
        Amount(Decimal(s.net), currency),
        Amount(tax, currency),
        Amount(Decimal(s.gross), currency),
        Amount(Decimal(s.paid), currency),
        Amount(Decimal(s.balance), currency),
    ]


def _plan(page: Page, told: Facts) -> None:
    if told.plan is None:
        return
    _section(page, "The plan")
    page.row(
        [*_small(("kind", "create", "update", "unchanged", "conflict")), Styled("  guarded by", "faint")]
    )
    for kind, c in sorted(told.plan.changes.items()):
        rung = told.plan.guards.get(kind, "d")
        page.row(
            [kind, c.create, c.update, c.unchanged, c.conflict, Styled(f"{rung}: {GUARDS[rung]}", "beside")]
        )
    page.row(["calls by the plan", *(f"{n} of {system}" for system, n in told.plan.price.calls.items())])


def _small(names: Sequence[str]) -> list[Value]:
    """Small heads: the first over words, the others over numbers."""
    first, *rest = names
    return [Styled(first, "faint"), *(Styled(name, "faint right") for name in rest)]


def _section(page: Page, name: str) -> None:
    page.gap()
    page.row([Styled(name, "section")])


def invoices(pages: Pages, told: Facts) -> None:
    """Every loaded document with its evidence and its record."""
    page = pages.listing("Invoices", _INVOICES, _AMOUNTS)
    for r in told.loaded:
        invoice, figures = r.shaped.invoice, r.shaped.invoice.figures
        money = (figures.net, figures.tax, figures.gross, r.paid, figures.gross - r.paid)
        record: Value = Link(r.link, r.record) if r.link else Styled(r.record, "beside")
        start: list[Value] = [invoice.number, invoice.issued, invoice.due, r.shaped.customer.name]
        amounts = [Amount(a, invoice.currency) for a in money]
        page.row([*start, invoice.currency, *amounts, record, r.place.file, r.place.sheet, r.place.cell])
    page.end_of_list()


def held_and_rejected(pages: Pages, told: Facts) -> None:
    """Everything that was found and not loaded, with its reason and its cell."""
    page = pages.listing("Held and rejected", _FINDINGS, _AMOUNTS)
    for f in told.findings:
        place: list[Value] = [f.standing, f.file, f.sheet, f.cell, f.number, f.customer, f.currency]
        page.row([*place, Amount(f.amount, f.currency), Styled(f.code, "beside"), f.reason, f.value])
    page.end_of_list()


def noticed(pages: Pages, told: Facts) -> None:
    """What was noticed of the folder as a whole."""
    page = pages.listing("Noticed", _NOTICED, ())
    for c in told.plan.notices if told.plan else ():
        page.row([Styled(c.kind, "beside"), c.text, "; ".join(c.places)])
    page.end_of_list()


def math_check(pages: Pages, told: Facts) -> None:
    """Source beside target; a row for each field of each document."""
    page = pages.listing("Math check", _CHECKS, _AMOUNTS)
    for r in told.loaded:
        for row in _compared(r, verified=told.verified is not None):
            page.row(row)
    page.end_of_list()


def _compared(r: LoadedRow, *, verified: bool) -> Iterator[list[Value]]:
    """What receipts showed, and over it what the comparison found; the balance only where it was compared."""
    invoice, here, there = r.shaped.invoice, r.shaped.invoice.figures, r.there
    differing = {d.field: d for d in r.differences}
    taxes, their_taxes = merge_taxes(here.taxes), merge_taxes(there.taxes)
    fields = [("net", here.net, there.net), ("tax", here.tax, there.tax)]
    fields += [
        (f"tax {rate.normalize():f}%", taxes.get(rate, Decimal(0)), their_taxes.get(rate, Decimal(0)))
        for rate in sorted(taxes.keys() | their_taxes.keys())
    ]
    fields.append(("gross", here.gross, there.gross))
    if verified:
        fields.append(("balance", here.gross - r.paid, here.gross - r.paid))
    start: list[Value] = [invoice.number, r.shaped.customer.name, invoice.currency]
    for name, left, right in fields:
        found = differing.pop(name, None)
        seen = Decimal(found.right_value) if found and found.right_value else right
        amounts = [Amount(a, invoice.currency) for a in (left, seen, left - seen)]
        yield [*start, name, *amounts, _YES if left == seen else _NO]
    for d in differing.values():
        yield [*start, d.field, d.left_value or "", d.right_value or "", None, _NO]
