"""Records by our own key: a repeated write makes no second one, and a lost answer's is found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from ledgerferry.model.outcome import InDoubt, Probe, Refused
from ledgerferry.model.ports import Journal
from ledgerferry.systems.crm.coql import Queries
from ledgerferry.systems.crm.records import Records, Results
from ledgerferry.systems.zoho.fields import Fields, Row, ident

# What a query cannot show beside a key: whole lists.
_MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Keyed:
    """A record to write: its key, unique in its module, and its fields in CRM's words."""

    key: str
    fields: Row


@dataclass(frozen=True, slots=True)
class KeyProbe:
    """A probe's answer for one key: what CRM holds, and the fields in which that is not what was meant."""

    probe: Probe
    id: str = ""
    fields: Fields | None = None
    differs: tuple[str, ...] = ()


class KeyedRecords:
    """Writes of one module through the external-key field, and their probe.

    Without that field nothing is written: CRM's own duplicate fields merge namesakes (F63).
    """

    def __init__(self, records: Records, queries: Queries, key_field: str, *, present: bool) -> None:
        self._records = records
        self._queries = queries
        self._key_field = key_field
        self._present = present

    def upsert(self, wanted: Sequence[Keyed], *, journal: Journal | None = None) -> Results:
        """Each record new or changed by its key, with its result, in order; workflows stay quiet."""
        self._require()
        keys = [each.key for each in wanted]
        if len(set(keys)) != len(keys):
            raise Refused("a key occurs twice in one write", subject=self._records.module)
        rows = [{**each.fields, self._key_field: each.key} for each in wanted]
        return self._records.upsert(rows, by=(self._key_field,), journal=journal)

    def probe(self, wanted: Sequence[Keyed]) -> dict[str, KeyProbe]:
        """For each record, by key: does CRM hold it, and as it was meant? By queries of fifty keys each."""
        self._require()
        own = ("id", self._key_field, "Modified_Time")
        names = dict.fromkeys(name for each in wanted for name in each.fields if _shown(each.fields[name]))
        columns = ", ".join([*own, *[name for name in names if name not in own][:_MOST_SHOWN]])
        query = f"select {columns} from {self._records.module} where {self._key_field} in :keys"  # noqa: S608
        found = (
            {
                ident(row, self._key_field): row
                for row in self._queries.rows(query, keys=[each.key for each in wanted])
            }
            if wanted
            else {}
        )
        return {each.key: _held(each, found.get(each.key)) for each in wanted}

    def settle(self, wanted: Sequence[Keyed], results: Results) -> dict[str, KeyProbe]:
        """The probe of those whose result is in doubt; ask it after the settle time."""
        pairs = zip(wanted, results, strict=True)
        return self.probe([each for each, result in pairs if isinstance(result, InDoubt)])

    def _require(self) -> None:
        if not self._present:
            raise Refused(
                f"{self._records.module} has no field {self._key_field}: run ferry connect crm again, "
                "which makes it",
                subject=self._records.module,
                code="key_field",
            )


def same(held: object, meant: object) -> bool:
    """Whether a field holds what was written: numbers by value, lookups by id."""
    if isinstance(held, Mapping):
        held = held.get("id")
    if isinstance(meant, Mapping):
        meant = meant.get("id")
    if held in (None, "") or meant in (None, ""):
        return held in (None, "") and meant in (None, "")
    if isinstance(held, bool) or isinstance(meant, bool):
        return held is meant
    try:
        return Decimal(str(held)) == Decimal(str(meant))
    except InvalidOperation:
        return str(held).strip() == str(meant).strip()


def _held(wanted: Keyed, row: Fields | None) -> KeyProbe:
    if row is None:
        return KeyProbe(Probe.ABSENT)
    differs = tuple(
        name for name, meant in wanted.fields.items() if name in row and not same(row[name], meant)
    )
    return KeyProbe(Probe.FOUND, ident(row, "id"), row, differs)


def _shown(value: object) -> bool:
    return not isinstance(value, list)
