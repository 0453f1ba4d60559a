"""The contact persons of customers, known so that none of them gets mail by accident."""

from threading import Lock

from ledgerferry.model.record import Kind
from ledgerferry.systems.books.api import BooksApi
from ledgerferry.systems.books.fields import Row, ident
from ledgerferry.systems.books.mapping import customers


class People:
    """Person ids by customer: from the answers that showed them, else asked for once. Thread-safe."""

    def __init__(self, api: BooksApi) -> None:
        self._api = api
        self._lock = Lock()
        self._known: dict[str, tuple[str, ...]] = {}

    def saw(self, contact: Row) -> None:
        """A contact's detail passed by."""
        with self._lock:
            self._known[ident(contact, "contact_id")] = customers.person_ids(contact)

    def of(self, customer: str) -> tuple[str, ...]:
        """The persons of a customer."""
        with self._lock:
            known = self._known.get(customer)
        if known is None:
            seen = self._api.get(Kind.CUSTOMER, customer)
            if seen is None:
                return ()
            self.saw(seen.row)
            known = customers.person_ids(seen.row)
        return known
