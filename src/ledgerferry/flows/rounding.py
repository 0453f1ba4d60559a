"""Rounding: where an account rounds tax, as it has shown, else as the sheets say with one voice."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.result import Notice
from ledgerferry.flows.shape import agrees
from ledgerferry.model.document import Cell, Document
from ledgerferry.model.money import NO_CURRENCY, exact_sum, rounded
from ledgerferry.model.record import Figures, SalesContent
from ledgerferry.systems.protocol import TaxRounding

_LINE, _DOCUMENT = TaxRounding.LINE, TaxRounding.DOCUMENT
_SHOWN = 12


class Predict(Protocol):
    """The target's own arithmetic, by either rounding."""

    def __call__(self, document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
        """What the target will compute."""
        ...


class Rounding:
    """One plan's rounding. ``known`` is what the account has shown; None: it is not known yet.

    Where it is not known, the sheets' way is taken if all of those speak one way whose tax fits only one;
    the account's first answers then prove it or not.
    """

    def __init__(self, known: TaxRounding | None, predict: Predict) -> None:
        self._known = known
        self._predict = predict
        self._heard: dict[TaxRounding, list[Document]] = {_LINE: [], _DOCUMENT: []}

    @property
    def way(self) -> TaxRounding:
        """The rounding that the plan goes by."""
        if self._known is not None:
            return self._known
        return _LINE if self._heard[_LINE] and not self._heard[_DOCUMENT] else _DOCUMENT

    def predict(self, document: SalesContent) -> Figures:
        """What the target will compute, by this rounding."""
        return self._predict(document, self.way)

    def hear(self, documents: Iterable[Document], draft: Callable[[Document], SalesContent]) -> None:
        """Listen to the documents whose stated tax fits only one of the two ways."""
        for document in documents:
            if self._known is None and not document.held and _may_differ(document):
                try:
                    self._witness(document, draft(document))
                except Unclear:
                    continue

    def _witness(self, document: Document, content: SalesContent) -> None:
        figures = {way: self._predict(content, way) for way in TaxRounding}
        fitting = [way for way, found in figures.items() if agrees(document, found)]
        if len(fitting) == 1:
            self._heard[fitting[0]].append(document)

    def hint(self, document: Document, content: SalesContent) -> str:
        """Why the tax of a document differs, where the other rounding explains it; else nothing."""
        other = _other(self.way)
        if not agrees(document, self._predict(content, other)):
            return ""
        if self._known is not None:
            self._heard[other].append(document)
        return f" The sheet rounds tax per {other}, the account per {self.way}."

    def notices(self) -> list[Notice]:
        """What a person should know of it: what the sheets say, and what was made of that."""
        line, whole = len(self._heard[_LINE]), len(self._heard[_DOCUMENT])
        if not line and not whole:
            return []
        if self._known is not None:
            return [self._contradicted(self._known)]
        said = (
            f"The tax of {line} documents only fits rounding per line, of {whole} only per document. "
            f"How the account rounds has not been seen yet: the plan takes it to round per {self.way}. What "
            "its first answers show is kept, and nothing stays there that comes out otherwise; "
            "`ferry doctor --probe` shows it beforehand."
        )
        return [_notice(said, self._heard[_LINE] or self._heard[_DOCUMENT])]

    def _contradicted(self, known: TaxRounding) -> Notice:
        against = self._heard[_other(known)]
        said = (
            f"The account rounds tax per {known}, and the tax of {len(against)} documents only fits rounding "
            f"per {_other(known)}: they are held. Change the organisation's setting before anything is "
            "loaded (then `ferry doctor --probe`), or enter them by hand."
        )
        return _notice(said, against)


def _may_differ(document: Document) -> bool:
    """Whether the two ways could give a document two taxes: a cheap look, which never says no wrongly."""
    currency = document.currency or NO_CURRENCY
    by_rate: dict[Decimal, list[Decimal]] = {}
    for line in document.lines:
        if line.tax_rate is None or document.discount:
            return len(document.lines) > 1
        by_rate.setdefault(line.tax_rate, []).append(line.amount * line.tax_rate / 100)
    return any(
        exact_sum(rounded(tax, currency) for tax in taxes) != rounded(exact_sum(taxes), currency)
        for taxes in by_rate.values()
    )


def _other(way: TaxRounding) -> TaxRounding:
    return _DOCUMENT if way is _LINE else _LINE


def _notice(said: str, found: list[Document]) -> Notice:
    places = [d.where("number") or Cell(file=d.file, sheet=d.sheet, cell="") for d in found[:_SHOWN]]
    return Notice(kind="tax-rounding", text=said, places=[str(place) for place in places])
