"""The contact persons of customers, known so that none of them gets mail by accident."""

from threading import Lock, RLock

from ledgerferry.model.record import Kind
from ledgerferry.systems.books.api import BooksApi
from ledgerferry.systems.books.fields import Row, ident
from ledgerferry.systems.books.mapping import customers


class People:
    """Person ids by customer: from the answers that showed them, else asked for once. Thread-safe.

    Documents of one customer that are written at the same time wait for the one call that asks. The lock is
    reentrant, so that workers which a simulation takes turns with in one thread never wait for each other.
    """

    def __init__(self, api: BooksApi) -> None:
        self._api = api
        self._lock = Lock()
        self._known: dict[str, tuple[str, ...]] = {}
        self._asking: dict[str, RLock] = {}

    def saw(self, contact: Row) -> None:
        """A contact's detail passed by."""
        with self._lock:
            self._known[ident(contact, "contact_id")] = customers.person_ids(contact)

    def of(self, customer: str) -> tuple[str, ...]:
        """The persons of a customer."""
        with self._lock:
            known, asking = self._known.get(customer), self._asking.setdefault(customer, RLock())
        if known is not None:
            return known
        with asking:
            return self._asked(customer)

    def _asked(self, customer: str) -> tuple[str, ...]:
        """The persons of a customer: known since another worker asked, or asked for now."""
        with self._lock:
            known = self._known.get(customer)
        if known is None:
            seen = self._api.get(Kind.CUSTOMER, customer)
            if seen is None:
                return ()
            self.saw(seen.row)
            known = customers.person_ids(seen.row)
        return known
