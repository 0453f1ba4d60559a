"""Following a layout: a sheet read as a person confirmed another of its layout."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledgerferry.model.document import DocumentKind
from ledgerferry.systems.workbook import currencies, docdates, docnumbers, forms, parties
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Cell, Locale
from ledgerferry.systems.workbook.layouts import heading, sums
from ledgerferry.systems.workbook.layouts.fingerprint import Likeness
from ledgerferry.systems.workbook.layouts.model import Layout
from ledgerferry.systems.workbook.layouts.spots import Ground
from ledgerferry.systems.workbook.layouts.sums import Money
from ledgerferry.systems.workbook.lines import Doubt
from ledgerferry.systems.workbook.totals import Sum
from ledgerferry.systems.workbook.verdict import cells_of

HEAD = frozenset(
    {
        "no-number", "several-numbers", "weak-number", "no-date", "several-dates", "date-unlabelled",
        "date-order", "date-volatile", "no-customer", "customer-is-seller", "untitled",
    }
)  # fmt: skip
# What a person who confirms a document settles for its layout. The others concern one document each: a
# volatile date, a stale value, a number that could be read twice, sums that do not close.
SETTLED_HEAD = frozenset({"untitled", "no-number", "no-date", "no-customer", "customer-is-seller"})
SETTLED_MONEY = frozenset(
    {"no-header", "unnamed-tax", "tax-missing", "rounding", "withheld", "line-arithmetic"}
)
REFUSALS = frozenset(
    {"not-an-invoice", "blank-template", "receipt", "statement", "order", "quote", "proforma"}
)


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a layout cannot be followed in a sheet."""

    text: str
    cell: Cell | None = None


def follow(
    form: Shape,
    found: Draft | Refusal | None,
    layout: Layout,
    shift: Likeness,
    orders: frozenset[str],
    file: str,
) -> Draft | Miss:
    """The document of a sheet by a layout; ``found`` is what the reader by itself found there.

    A draft with doubts left is one that the layout explains in part; ``Miss`` where it explains nothing.
    """
    if isinstance(found, Refusal) and not _overruled(found, layout):
        return Miss(found.text, found.cell)
    base = found if isinstance(found, Draft) else forms.headed(form)
    draft = replace(base, cells=dict(base.cells), doubts=[d for d in base.doubts if d.code in HEAD])
    if not isinstance(found, Draft):
        forms.settle_head(draft)
    locale = locale_of(form, layout, orders)
    ground = Ground(form.sheet, shift, None, file)
    why = heading.take(draft, ground, layout, locale)
    if why is not None:
        return Miss(why)
    money = sums.read(form, ground, layout, locale)
    if isinstance(money, Money):
        _money(draft, form, money)
    elif isinstance(found, Draft) and not _corrected_money(layout):
        draft.doubts += [d for d in found.doubts if d.code not in HEAD]
    else:
        return Miss(money.text, money.cell)
    _settle(draft, form, layout)
    _by_hand(draft, layout)
    draft.layout = layout.id
    return draft


def _overruled(refusal: Refusal, layout: Layout) -> bool:
    """Whether the person who confirmed the layout said otherwise: also that what has no title is one."""
    return refusal.code in layout.settled or (
        refusal.code == "not-an-invoice" and "untitled" in layout.settled
    )


def locale_of(form: Shape, layout: Layout, orders: frozenset[str]) -> Locale:
    """The decimal sign and the order of dates by which a layout's sheet is read."""
    return Locale(form.locale.decimal or layout.decimal, _order(form, layout, orders))


def _order(form: Shape, layout: Layout, orders: frozenset[str]) -> str | None:
    """What the file proves, else what the layout's confirmed document proved; none where they conflict."""
    if orders:
        return next(iter(orders)) if len(orders) == 1 else None
    return layout.order or form.locale.order


def _corrected_money(layout: Layout) -> bool:
    return "lines" in layout.corrected or any(f in layout.corrected for f in sums_of())


def sums_of() -> tuple[str, ...]:
    """The fields of a document that are sums."""
    return ("total", "subtotal", "discount", "charges", "tax_total", "paid", "balance")


def _money(draft: Draft, form: Shape, money: Money) -> None:
    verdict = money.verdict
    draft.lines = verdict.reading.lines if verdict.reading else ()
    draft.total = verdict.total.value if verdict.total else None
    draft.subtotal = verdict.net.value if verdict.net else None
    draft.discount = abs(verdict.discount.value) if verdict.discount else None
    draft.charges = sum((a.value for a in verdict.charges), Decimal(0)) if verdict.charges else None
    draft.tax_total = verdict.tax
    draft.paid = abs(verdict.paid.value) if verdict.paid else None
    draft.balance = verdict.balance.value if verdict.balance else None
    draft.taxes = tuple((a.rate or verdict.rate, a.value) for a in verdict.taxes if a.value)
    for name in ("total", "subtotal", "discount", "amount_paid", "balance", "tax_total"):
        draft.cells.pop(name, None)
    draft.cells |= cells_of(verdict)
    draft.doubts += verdict.doubts
    credit = form.title.credit or (draft.total is not None and draft.total < 0)
    draft.kind = DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE
    _currency(draft, form, money)


def _currency(draft: Draft, form: Shape, money: Money) -> None:
    cells = [a.cell for a in money.amounts if a.kind is not Sum.TAX_RATE]
    for item in draft.lines:
        cells += [c for name, c in item.cells.items() if name in ("amount", "unit_price")]
    labels = [a.label for a in money.amounts]
    labels += [c.heading for c in form.table.columns] if form.table else []
    currencies.tell(draft, form.sheet, form.rows, cells, labels)


def _settle(draft: Draft, form: Shape, layout: Layout) -> None:
    """Takes away the doubts that the person settled for every document of the layout."""
    settled = {c for c in layout.settled if c in SETTLED_HEAD | SETTLED_MONEY}
    if "no-number" in settled and _asks(form, number=True):
        settled.discard("no-number")
    if "no-date" in settled and _asks(form, number=False):
        settled.discard("no-date")
    draft.rounding_settled = "rounding" in settled
    draft.doubts = [d for d in draft.doubts if d.code not in settled]
    if parties.same(draft.customer, draft.seller) and "customer-is-seller" not in layout.settled:
        text = "the customer bears the seller's name: confirm who buys"
        draft.doubt("customer-is-seller", text, draft.cells.get("customer_name"))
    if layout.currency and draft.currency_confidence < currencies.LIKELY:
        draft.currency, draft.currency_confidence = layout.currency, currencies.LIKELY


def _by_hand(draft: Draft, layout: Layout) -> None:
    """A field that the reader has wrong in this layout and that no cell could teach is a doubt."""
    for name in ("number", "issued", "due", "customer_name"):
        if name in layout.corrected and name not in layout.head and name not in layout.absent:
            field = name.replace("_", " ")
            text = f"the {field} had to be entered by hand on another of this layout: confirm it"
            draft.doubt("by-hand", text, draft.cells.get(name))


def _asks(form: Shape, *, number: bool) -> bool:
    """Whether a label asks for what the layout's documents are said not to state."""
    asked = docnumbers.asked if number else docdates.asked
    return asked(form.sheet, form.rows)


def unfollowed(form: Shape, layout: Layout, shift: Likeness, miss: Miss, file: str) -> Draft | None:
    """A draft to be held, of a sheet in which the reader by itself saw no document at all.

    ``None`` where nothing stands at the spots of its head: then it is an empty form.
    """
    draft = forms.headed(form)
    heading.take(draft, Ground(form.sheet, shift, None, file), layout, form.locale)
    if draft.number is None and draft.issued is None:
        return None
    forms.settle_head(draft)
    draft.doubt("no-lines", "no lines could be read: add them")
    return missed(draft, miss)


def missed(draft: Draft, miss: Miss) -> Draft:
    """The reader's own draft, with the reason why a layout that resembles it was not followed."""
    text = f"it looks like a layout that was confirmed, but {miss.text}: confirm it"
    doubts = [*draft.doubts, Doubt("layout-not-followed", text, miss.cell)]
    return replace(draft, doubts=doubts)
