"""Books as a script meets it: every register of one organisation, in Books' own words."""

from collections.abc import Sequence
from typing import Final

from ledgerferry.model.ports import Journal
from ledgerferry.systems.books.register import BooksCalls, Naming, Register, fields
from ledgerferry.systems.books.sales import CreditNotes, Invoices, Payments
from ledgerferry.systems.zoho.envelope import rows_of
from ledgerferry.systems.zoho.fields import Fields
from ledgerferry.wire.client import Client

_MOST_RESENT: Final = 10  # F51


class Webhooks(Register):
    """Webhooks (F51). By itself one is told of nothing: a workflow rule fires it (F52)."""

    def __init__(self, calls: BooksCalls) -> None:
        super().__init__(calls, Naming("/settings/webhooks", "webhook", ("webhooks",), "webhook_id"))

    def histories(self, **filters: str) -> list[Fields]:
        """What was sent lately, the newest first."""
        return list(
            self._calls.listed("/settings/webhooks/histories", ("histories", "webhook_histories"), filters)
        )

    def resend(self, histories: Sequence[str], *, journal: Journal | None = None) -> None:
        """Sent again, ten a call."""
        self._together("POST", "histories/bulkresend", "history_ids", histories, _MOST_RESENT, journal)


class BooksLibrary:
    """One organisation of Books: calls as they are, typed, paced and signed; nothing is guarded."""

    def __init__(self, client: Client, organization: str, journal: Journal | None = None) -> None:
        self._calls = BooksCalls(client, organization, journal)
        self.invoices = Invoices(self._calls)
        self.credit_notes = CreditNotes(self._calls)
        self.payments = Payments(self._calls)
        self.contacts = self._register("/contacts", "contact")
        self.items = self._register("/items", "item")
        self.taxes = Register(self._calls, Naming("/settings/taxes", "tax", ("taxes",), "tax_id"))
        self.currencies = Register(
            self._calls, Naming("/settings/currencies", "currency", ("currencies",), "currency_id")
        )
        self.accounts = Register(
            self._calls, Naming("/chartofaccounts", "chart_of_account", ("chartofaccounts",), "account_id")
        )
        self.users = self._register("/users", "user")
        self.locations = self._register("/locations", "location")
        self.webhooks = Webhooks(self._calls)

    def organizations(self) -> list[Fields]:
        """Every organisation that the login sees."""
        return list(map(Fields, rows_of(fields(self._calls.read("/organizations")), "organizations")))

    def _register(self, path: str, one: str) -> Register:
        return Register(self._calls, Naming(path, one, (f"{one}s",), f"{one}_id"))
