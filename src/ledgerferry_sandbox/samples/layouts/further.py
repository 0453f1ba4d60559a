"""The layouts of what not every business has: instalments, club fees, exports, credit notes."""

from ledgerferry_sandbox.samples.layouts import (
    DASHED,
    FRENCH,
    Layout,
    Series,
    acomptes,
    avoir,
    credit_note,
    export,
    instalments,
    membership,
)

_ALL = range(2022, 2026)

INSTALMENTS = Layout("instalments", "en", _ALL, DASHED, "Invoice", instalments.draw)
ACOMPTES = Layout("acomptes", "fr", _ALL, FRENCH, "Facture", acomptes.draw)
MEMBERSHIP = Layout(
    "membership", "en", _ALL, Series("GC-{year}-{n:03d}", 1), "Club", membership.draw, "membership"
)
EXPORT = Layout("export", "en", _ALL, Series("EXP-{year}-{n:03d}", 1), "Invoice", export.draw, "export")
CREDIT_NOTE = Layout(
    "credit_note", "en", _ALL, Series("CN-{year}-{n:03d}", 1), "Credit note", credit_note.draw, printed=True
)
AVOIR = Layout("avoir", "fr", _ALL, Series("AV{year}-{n:03d}", 1), "Avoir", avoir.draw)
