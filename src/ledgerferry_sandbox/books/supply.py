"""Where a supply is taxed in India, and which taxes fit there (table 2.3: error 3032)."""

from collections.abc import Iterable

from ledgerferry_sandbox.books.book import Book
from ledgerferry_sandbox.books.errors import Refusal
from ledgerferry_sandbox.books.settings import Tax

WITHIN = frozenset({"cgst", "sgst", "utgst"})
BETWEEN = frozenset({"igst"})


def check(book: Book, place: str, taxes: Iterable[Tax]) -> None:
    """Refuses a tax between states where the supply stays within one, and the other way round.

    Without a place of supply it is the organisation's own state. Only the Indian edition asks.
    """
    organization = book.organization
    if organization.country_code != "IN":
        return
    wrong = BETWEEN if place in ("", organization.state_code) else WITHIN
    if any(part.tax_specific_type.lower() in wrong for tax in taxes for part in tax.split):
        raise Refusal(3032, "The tax does not fit the place of supply.")
