"""The calculator of one organisation: what Books will compute, and what its answers teach of it."""

from collections.abc import Callable

from ledgerferry.model.record import Figures, LineContent, SalesContent
from ledgerferry.systems.books import figures
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.declaration import BooksSettings
from ledgerferry.systems.protocol import TaxRounding


class Calculator:
    """Predicts figures. ``rounding`` is where the organisation rounds tax, None until it was seen.

    Thread-safe; ``learnt`` is told when an answer shows another rounding than was known.
    """

    def __init__(self, settings: BooksSettings, catalogue: Catalogue,
                 learnt: Callable[[TaxRounding], None]) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._learnt = learnt
        self.rounding = settings.tax_rounding

    def predict(self, document: SalesContent, rounding: TaxRounding | None = None) -> Figures:
        """The figures by this rounding; where none is given by the known one, else per document."""
        way = rounding or self.rounding or TaxRounding.DOCUMENT
        precision = self._catalogue.precision(document.currency)
        return figures.predict(document, way, precision, self._settings.charges, self._tax_of)

    def _tax_of(self, line: LineContent) -> str | None:
        return None if line.tax_rate is None else self._catalogue.which(line.tax_rate, line.tax)

    def outdated(self, document: SalesContent) -> bool:
        """Whether a document was planned by another rounding than was seen since."""
        if self.rounding is None:
            return False
        known, other = (self.predict(document, way) for way in self._both())
        return known != other and document.figures == other

    def learn(self, document: SalesContent, answered: Figures) -> bool:
        """Take from an answer where tax is rounded; whether that explains figures other than planned."""
        ways = {way: self.predict(document, way) for way in TaxRounding}
        fitting = [way for way, predicted in ways.items() if same(predicted, answered)]
        if len(fitting) != 1:
            return False
        if fitting[0] is not self.rounding:
            self.rounding = fitting[0]
            self._learnt(fitting[0])
        return not same(document.figures, answered)

    def _both(self) -> tuple[TaxRounding, TaxRounding]:
        known = self.rounding or TaxRounding.DOCUMENT
        other = TaxRounding.LINE if known is TaxRounding.DOCUMENT else TaxRounding.DOCUMENT
        return known, other


def same(one: Figures, other: Figures) -> bool:
    """Whether two figures say the same; a tax of nothing says nothing."""

    def taxes(found: Figures) -> dict[object, object]:
        return {t.rate: t.amount for t in found.taxes if t.amount}

    return (one.net, one.tax, one.gross, taxes(one)) == (other.net, other.tax, other.gross, taxes(other))
