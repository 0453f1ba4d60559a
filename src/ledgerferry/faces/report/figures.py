"""The figures of one document, line by line: what the sheet says, what comes of it, what Books holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ledgerferry.faces.report.facts import Told
from ledgerferry.faces.report.worth import lines_sum
from ledgerferry.flows.shape import Shaped, merge_taxes
from ledgerferry.model.document import Document
from ledgerferry.model.money import NO_CURRENCY, exact_sum, rounded
from ledgerferry.model.record import SalesContent

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a document in three readings. ``adds``: the figures above that it is the sum of.

    Of those, ``takes`` are subtracted.
    """

    name: str
    source: Decimal | None
    computed: Decimal | None
    books: Decimal | None
    adds: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def figures(told: Told, credited: Mapping[str, Decimal], *, verified: bool) -> list[Figure]:
    """The figures of a document, in the order in which they are added; with their sign."""
    document = told.found.document
    if document is None:
        return []
    shaped = told.shaped
    if shaped is None:
        return [_signed(f, told.sign_read, told.sign_read) for f in _read(document)]
    used = credited.get(shaped.identity, _ZERO)
    found = _Loaded(told, shaped, document, used).figures(verified=verified)
    return [_signed(f, told.sign_read, told.sign) for f in found]


def _signed(figure: Figure, read: int, loaded: int) -> Figure:
    """The figure with the sign of what was read, and that of what is loaded."""

    def signed(amount: Decimal | None, sign: int) -> Decimal | None:
        return None if amount is None else amount * sign

    return replace(
        figure,
        source=signed(figure.source, read),
        computed=signed(figure.computed, loaded),
        books=signed(figure.books, loaded),
    )


class _Loaded:
    """The figures of a document that was or will be loaded. ``used`` is what credit notes take off it."""

    def __init__(self, told: Told, shaped: Shaped, document: Document, used: Decimal) -> None:
        self._document = document
        self._shaped = shaped
        self._content = shaped.document
        self._used = used
        self._differing = {d.field: d.right_value for d in told.differences}
        self._there = None if "record" in self._differing else told.there

    def figures(self, *, verified: bool) -> Iterator[Figure]:
        """All of them."""
        yield from self._net()
        taxes = list(self._taxes())
        yield from taxes
        yield from self._gross([t.name for t in taxes])
        yield from self._balance(verified=verified)

    def _books(self, name: str, pick: Callable[[SalesContent], Decimal]) -> Decimal | None:
        """What Books holds: what the comparison found, else what the last receipt showed."""
        if found := self._differing.get(name):
            return Decimal(found)
        return None if self._there is None else pick(self._there)

    def _net(self) -> Iterator[Figure]:
        document, content = self._document, self._content
        summed, charged = lines_sum(document), document.charges is not None and content.charges is None
        if charged and summed is not None:
            summed += document.charges or _ZERO
        yield Figure("lines", summed, _lines(content), self._books("lines", _lines))
        adds, takes = ["lines"], []
        if content.discount or document.discount:
            takes.append("discount")
            there = self._books("discount", _discount)
            yield Figure("discount", document.discount, content.discount or _ZERO, there)
        if not charged and (content.charges or document.charges):
            adds.append("charges")
            yield Figure(
                "charges", document.charges, content.charges or _ZERO, self._books("charges", _charges)
            )
        there = self._books("net", lambda c: c.figures.net)
        yield Figure("net", document.subtotal, content.figures.net, there, tuple(adds), tuple(takes))

    def _taxes(self) -> Iterator[Figure]:
        """The tax of each rate; where the sheet gives one sum for its only rate, that is the rate's."""
        stated = merge_taxes(self._document.taxes)
        computed = merge_taxes(self._content.figures.taxes)
        held = merge_taxes(self._there.figures.taxes) if self._there else {}
        if not stated and len(computed) == 1 and self._document.tax_total is not None:
            stated = dict.fromkeys(computed, self._document.tax_total)
        for rate in sorted(stated.keys() | computed.keys() | held.keys()):
            seen = held.get(rate, _ZERO)
            there = self._books(f"tax {rate.normalize():f}%", lambda _, seen=seen: seen)  # type: ignore[misc]
            yield Figure(name_of(rate), stated.get(rate), computed.get(rate, _ZERO), there)

    def _gross(self, taxes: Sequence[str]) -> Iterator[Figure]:
        adds = ["net", *taxes]
        if self._content.adjustment:
            adds.append("adjustment")
            there = self._books("adjustment", _adjustment)
            yield Figure("adjustment", None, self._content.adjustment, there)
        there = self._books("gross", lambda c: c.figures.gross)
        yield Figure("gross", self._document.total, self._content.figures.gross, there, tuple(adds))

    def _balance(self, *, verified: bool) -> Iterator[Figure]:
        """What was paid is the rest of what is open there: both only where they were compared."""
        document, used, paid = self._document, self._used, self._shaped.paid
        owed = self._content.figures.gross - paid - used
        balance = self._books("balance", lambda _: owed) if verified else None
        gross = self._books("gross", lambda c: c.figures.gross)
        there = None if balance is None or gross is None else gross - balance - used
        yield Figure("paid", document.paid, paid, there)
        if used:
            yield Figure("credited", None, used, None if balance is None else used)
        takes = ("paid", "credited") if used else ("paid",)
        yield Figure("balance", document.balance, owed, balance, ("gross",), takes)


def name_of(rate: Decimal) -> str:
    """The tax of a rate, as a figure's name."""
    return f"tax {rate.normalize():f} %"


def _read(document: Document) -> Iterator[Figure]:
    """Of what is not loaded, what the sheet's own values come to."""
    summed = lines_sum(document)
    yield Figure("lines", summed, summed, None)
    if document.discount:
        yield Figure("discount", document.discount, document.discount, None)
    if document.charges:
        yield Figure("charges", document.charges, document.charges, None)
    top = ("lines", "charges") if document.charges else ("lines",)
    net = exact_sum((summed or _ZERO, -(document.discount or _ZERO), document.charges or _ZERO))
    computed = net if summed is not None else document.subtotal
    yield Figure("net", document.subtotal, computed, None, top, ("discount",) if document.discount else ())
    names = ["net"]
    for rate, amount in sorted(merge_taxes(document.taxes).items()):
        names.append(name_of(rate))
        yield Figure(name_of(rate), amount, _recomputed(document, rate, amount), None)
    if not document.taxes and document.tax_total is not None:
        names.append("tax")
        yield Figure("tax", document.tax_total, document.tax_total, None)
    whole = None if computed is None else exact_sum((computed, _stated_tax(document)))
    yield Figure("gross", document.total, whole, None, tuple(names))
    if document.paid is not None:
        yield Figure("paid", document.paid, document.paid, None)
    if document.balance is not None and whole is not None:
        owed = whole - (document.paid or _ZERO)
        yield Figure(
            "balance",
            document.balance,
            owed,
            None,
            ("gross",),
            ("paid",) if document.paid is not None else (),
        )


def _stated_tax(document: Document) -> Decimal:
    if not document.taxes:
        return document.tax_total or _ZERO
    by_rate = merge_taxes(document.taxes)
    return exact_sum(_recomputed(document, rate, amount) for rate, amount in by_rate.items())


def _recomputed(document: Document, rate: Decimal, stated: Decimal) -> Decimal:
    """The tax of the lines that name a rate, rounded once; what is stated where they name none."""
    if any(x.tax_rate is None for x in document.lines) or document.discount or document.charges:
        return stated
    base = exact_sum(x.amount for x in document.lines if x.tax_rate == rate)
    return rounded(base * rate / 100, document.currency or NO_CURRENCY)


def _lines(content: SalesContent) -> Decimal:
    return exact_sum(rounded(x.quantity * x.price, content.currency) for x in content.lines)


def _discount(content: SalesContent) -> Decimal:
    return content.discount or _ZERO


def _charges(content: SalesContent) -> Decimal:
    return content.charges or _ZERO


def _adjustment(content: SalesContent) -> Decimal:
    return content.adjustment or _ZERO
