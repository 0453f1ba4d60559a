"""What the names of taxes tell: which kind of no tax one is, and which is the standard one of its rate."""

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


# How the standard one among taxes of a rate is called, in the same languages.
_STANDARD: Final = re.compile(r"standard|normal|regelsteuer|regelsatz|g[eé]n[eé]ral|ordinari|\balgemeen")


def is_standard(name: str) -> bool:
    """Whether a tax's name says that it is the standard one."""
    return _STANDARD.search(name.casefold()) is not None


def told(name: str) -> TaxTreatment | None:
    """The kind of no tax that a tax's name tells; None where it tells none."""
    plain = name.casefold()
    return next((treatment for treatment, words in _WORDS.items() if re.search("|".join(words), plain)), None)
