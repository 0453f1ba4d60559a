"""Which kind of no tax a tax of 0 % is, as far as its name tells."""

import re
from typing import Final

from ledgerferry.model.document import TaxTreatment

# Names as organisations write them, in English, French, German, Spanish, Italian, Dutch and Portuguese. What
# is told by more of its name comes first: "zero rate (reverse charge)" is a reverse charge.
_WORDS: Final = {
    TaxTreatment.REVERSE_CHARGE: (
        r"reverse", r"\bd?rc\b", "autoliquid", "steuerschuldner", "inversi[oó]n del sujeto",
        "inversione contabile", "verlegd",
    ),
    TaxTreatment.OUT_OF_SCOPE: (
        r"out(side)?( of)?( the)? scope", "no vat", "hors (du )?champ", "nicht steuerbar", "no sujet",
        "fuori campo", "buiten", "n[aã]o sujeit",
    ),
    TaxTreatment.EXEMPT: (
        "exempt", "exon[eé]r", "steuerfrei", "steuerbefreit", "exent", "esent", "vrijgesteld", "isent",
    ),
    TaxTreatment.ZERO_RATED: ("zero", "z[eé]ro", "null", r"nul\b", r"\bcero\b", r"\b0([.,]0+)? ?%"),
}  # fmt: skip


def told(name: str) -> TaxTreatment | None:
    """The kind of no tax that a tax's name tells; None where it tells none."""
    plain = name.casefold()
    return next((treatment for treatment, words in _WORDS.items() if re.search("|".join(words), plain)), None)
