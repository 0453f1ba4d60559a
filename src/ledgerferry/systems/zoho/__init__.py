"""What Zoho's products share: data centres, products and their scopes, consent, envelopes and errors."""

from ledgerferry.systems.zoho.bookserrors import BooksDialect
from ledgerferry.systems.zoho.centres import CENTRES, Centre, Region, centres, discover, tried, trusted
from ledgerferry.systems.zoho.envelope import has_more, row_of, rows_of

__all__ = [
    "CENTRES",
    "BooksDialect",
    "Centre",
    "Region",
    "centres",
    "discover",
    "has_more",
    "row_of",
    "rows_of",
    "tried",
    "trusted",
]
