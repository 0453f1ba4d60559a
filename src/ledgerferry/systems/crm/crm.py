"""CRM as it is worked with: one organisation, its records, queries, metadata and channels."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ledgerferry.model.ports import Clock, Journal
from ledgerferry.systems.crm import related
from ledgerferry.systems.crm.bulk import BulkReads
from ledgerferry.systems.crm.bulkwrite import BulkWrites
from ledgerferry.systems.crm.calls import Calls
from ledgerferry.systems.crm.coql import Queries
from ledgerferry.systems.crm.declaration import CrmSettings
from ledgerferry.systems.crm.keyed import KeyedRecords
from ledgerferry.systems.crm.metadata import Metadata
from ledgerferry.systems.crm.parameters import Value
from ledgerferry.systems.crm.records import Records
from ledgerferry.systems.crm.related import Converted, Related
from ledgerferry.systems.crm.trial import Findings, Trial
from ledgerferry.systems.crm.watching import Watching
from ledgerferry.systems.zoho.fields import Fields
from ledgerferry.wire.client import Client


class Crm:
    """One organisation of Zoho CRM. Thread-safe; keeps its metadata in mind.

    ``unseen`` is told of error codes and field types that the ferry does not know; ``journal`` is where
    writes are noted that are given none of their own.
    """

    def __init__(
        self,
        client: Client,
        settings: CrmSettings,
        clock: Clock,
        unseen: Callable[[str], None],
        journal: Journal | None = None,
    ) -> None:
        self.settings = settings
        self._calls = Calls(client, unseen, journal)
        self._clock = clock
        self.metadata = Metadata(self._calls, unseen)
        self.queries = Queries(self._calls)
        self.bulk = BulkReads(self._calls, clock)
        self.bulk_writes = BulkWrites(self._calls, self.metadata, clock, settings.api_url)
        self.watching = Watching(self._calls)

    def hear(self) -> None:
        """Ask the accounts server for the time; costs no credits."""
        self._calls.client.hear()

    def now(self) -> datetime:
        """CRM's time, by best knowledge."""
        return self._calls.client.now()

    @property
    def timeout_seconds(self) -> float:
        """The longest that one call may take, in home seconds."""
        return self._calls.client.timeout_seconds

    def records(self, module: str) -> Records:
        """The records of a module, by its API name."""
        return Records(self._calls, module)

    def keyed(self, module: str) -> KeyedRecords:
        """The records of a module by our own key, which alone keeps a repeated write from making a second."""
        present = module in self.settings.keyed
        return KeyedRecords(self.records(module), self.queries, self.settings.key_field, present=present)

    def related(self, module: str) -> Related:
        """What hangs on the records of a module: related lists, attachments, notes."""
        return Related(self._calls, module)

    def query(self, query: str, **values: Value) -> Iterator[Fields]:
        """The rows of a COQL query with bound parameters; see ``coql``."""
        return self.queries.rows(query, **values)

    def convert(
        self,
        lead: str,
        *,
        account: str | None = None,
        contact: str | None = None,
        deal: Mapping[str, object] | None = None,
        journal: Journal | None = None,
    ) -> Converted:
        """A lead turned into an account, a contact and, where its values are given, a deal."""
        return related.convert(
            self._calls, lead, account=account, contact=contact, deal=deal, journal=journal
        )

    def upload(self, path: Path, name: str, media: str, *, journal: Journal | None = None) -> str:
        """A file put aside for a file field; the id that the field takes."""
        return related.upload(self._calls, path, name, media, journal=journal)

    def fetch(self, file: str, sink: BinaryIO) -> None:
        """The bytes of a file that was put aside."""
        related.fetch(self._calls, file, sink)

    def probe_capabilities(self, tag: str) -> Findings:
        """Try out on marked test records what this organisation does: at most 30 calls, all undone."""
        return Trial(self._calls, self.settings, self._clock, tag).run()
