"""The trial behind ``ferry doctor --probe`` for CRM: what this organisation really does, tried and undone."""

from datetime import timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.outcome import CallError, Stale
from ledgerferry.model.ports import Clock
from ledgerferry.systems.crm.calls import Calls
from ledgerferry.systems.crm.coql import Queries
from ledgerferry.systems.crm.declaration import CrmSettings
from ledgerferry.systems.crm.keyed import Keyed, KeyedRecords
from ledgerferry.systems.crm.records import RecordReceipt, Records, Result

_MODULE: Final = "Accounts"
# Home seconds between looks: few calls, over as long as a query may lag.
_PAUSES: Final = (2.0, 3.0, 5.0)


class Findings(BaseModel):
    """What a trial of CRM found. ``keyed``: a repeat by our key found its own record.

    ``settle_seconds`` is how long a query took to show a new record (the system's time; None: it never did);
    ``locks`` whether a stale write is refused (F61); ``notes`` are for a person, ``kept`` what could not be
    deleted again.
    """

    model_config = ConfigDict(frozen=True)

    keyed: bool = False
    locks: bool = False
    settle_seconds: int | None = None
    calls: int = 0
    notes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class Trial:
    """One run over two marked accounts, made and deleted with workflows kept quiet: at most ten calls."""

    def __init__(self, calls: Calls, settings: CrmSettings, clock: Clock, tag: str) -> None:
        self._records = Records(calls, _MODULE)
        self._queries = Queries(calls)
        self._client = calls.client
        self._settings = settings
        self._clock = clock
        self._tag = tag
        self._made: list[str] = []
        self._calls = 0
        self._notes: list[str] = []

    def run(self) -> Findings:
        """Try, undo, tell. Raises the ``CallError`` of a trial that could not even begin."""
        if _MODULE not in self._settings.keyed:
            return Findings(notes=(f"{_MODULE} has no field {self._settings.key_field}: nothing was tried",))
        first = self._proof(self._put("one"))
        found: dict[str, object] = {}
        try:
            found = {
                "keyed": self._repeats(first),
                "settle_seconds": self._settle(first),
                "locks": self._locks(first),
            }
        except CallError as error:
            self._notes.append(f"the trial ended early: {error}")
        kept = self._undo()
        return Findings.model_validate(
            {**found, "calls": self._calls, "notes": tuple(self._notes), "kept": kept}
        )

    def _put(self, name: str) -> Result:
        self._calls += 1
        keyed = KeyedRecords(self._records, self._queries, self._settings.key_field, present=True)
        wanted = Keyed(f"ferry-probe-{self._tag}", {"Account_Name": f"Ferry probe {self._tag} {name}"})
        return keyed.upsert([wanted])[0]

    def _proof(self, result: Result) -> RecordReceipt:
        if not isinstance(result, RecordReceipt):
            raise result
        if result.id not in self._made:
            self._made.append(result.id)
        return result

    def _repeats(self, first: RecordReceipt) -> bool:
        again = self._proof(self._put("two"))
        if again.id != first.id:
            self._notes.append(f"{self._settings.key_field} takes a value twice; make it unique")
        return again.id == first.id

    def _settle(self, first: RecordReceipt) -> int | None:
        field = self._settings.key_field
        for pause in (*_PAUSES, 0.0):
            self._calls += 1
            query = f"select id from {_MODULE} where {field} = :key"  # noqa: S608 both are our own names
            row = self._queries.first(query, key=f"ferry-probe-{self._tag}")
            if row is not None:
                return max(0, round((self._client.now() - first.at).total_seconds()))
            self._clock.sleep(pause)
        self._notes.append("queries did not show a new record in time")
        return None

    def _locks(self, first: RecordReceipt) -> bool:
        self._calls += 1
        before = (first.modified or first.at) - timedelta(hours=1)
        result = self._records.update(
            [{"id": first.id, "Account_Name": f"Ferry probe {self._tag} three"}], unless_since=before
        )[0]
        if isinstance(result, Stale):
            return True
        self._notes.append("a write over a newer record is not refused")
        return False

    def _undo(self) -> tuple[str, ...]:
        if not self._made:
            return ()
        self._calls += 1
        try:
            results = self._records.delete(self._made)
        except CallError as error:
            return tuple(f"{_MODULE} {record}: {error.why}" for record in self._made)
        return tuple(
            f"{_MODULE} {record}: {result.why}"
            for record, result in zip(self._made, results, strict=True)
            if isinstance(result, CallError)
        )
