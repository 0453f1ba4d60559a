"""Tables of records: found by id or key at once, listed late.

A record is frozen; a change puts a new one in its place. So the lists can go on showing the former one for
as long as the vendor's index lags, at no cost.
"""

import heapq
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from ledgerferry_sandbox.exchange import Row

R = TypeVar("R", bound=BaseModel)
Keys = Callable[[R], Iterable[str]]
Watcher = Callable[[R | None, R | None], None]
"""Told of every change that is not silent: the record before, nothing if new, and after, nothing if gone."""
_NONE_SET: set[str] = set()


@dataclass(frozen=True, slots=True)
class Version(Generic[R]):
    """One state of one record; `born` and `changed` rise through the table."""

    record: R
    born: int
    changed: int


class Table(Generic[R]):
    """The records of one kind.

    `get` and `find` see every write at once. `listed` and `among` show a write `lag()` seconds late.
    `version` rises with every write.
    """

    def __init__(
        self,
        name: str,
        model: type[R],
        key: Callable[[R], str],
        indexes: Mapping[str, Keys[R]] | None = None,
        lag: Callable[[], float] = lambda: 0.0,
        now: Callable[[], float] = lambda: 0.0,
        orders: Mapping[str, Callable[[R], str]] | None = None,
    ) -> None:
        self.name = name
        self.model = model
        self.key = key
        self.dirty: set[str] = set()
        self.version = 0
        self._keys: Mapping[str, Keys[R]] = indexes or {}
        self._lag = lag
        self._now = now
        self.orders: Mapping[str, Callable[[R], str]] = orders or {}
        self.watcher: Watcher[R] | None = None
        self._clear()

    def _clear(self) -> None:
        self.version += 1
        self._count = 0
        self._live: dict[str, Version[R]] = {}
        self._changes: dict[str, None] = {}
        self._indexes: dict[str, dict[str, list[str]]] = {name: {} for name in self._keys}
        self._behind: dict[str, deque[tuple[float, Version[R] | None]]] = {}
        self._due: deque[tuple[float, str]] = deque()
        self._ranks: dict[str, list[tuple[str, int, str]]] = {name: [] for name in self.orders}

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[R]:
        return (version.record for version in self._live.values())

    def get(self, number: str) -> R | None:
        """The record of this id."""
        version = self._live.get(number)
        return version.record if version else None

    def find(self, index: str, value: str) -> list[R]:
        """The records that an index has under this value, in order of creation."""
        return [self._live[number].record for number in self._indexes[index].get(value, ())]

    def has(self, index: str, value: str) -> bool:
        """Whether an index has anything under this value."""
        return value in self._indexes[index]

    def put(self, record: R, *, silent: bool = False) -> R:
        """Keeps a record, new or in place of the one of its id; `silent` keeps its place in the order."""
        number = self.key(record)
        former = self._live.get(number)
        object.__setattr__(record, "__pydantic_fields_set__", _NONE_SET)
        self._fall_behind(number, former)
        self._count += 1
        born = former.born if former else self._count
        changed = former.changed if former and silent else self._count
        self._reindex(number, former, record, born)
        self._rerank(number, former, record, born)
        self._live[number] = Version(record, born, changed)
        if changed == self._count:
            self._changes.pop(number, None)
            self._changes[number] = None
        self.dirty.add(number)
        self.version += 1
        if self.watcher and not silent:
            self.watcher(former.record if former else None, record)
        return record

    def drop(self, number: str) -> None:
        """Forgets a record."""
        former = self._live[number]
        self._fall_behind(number, former)
        self._reindex(number, former, None, former.born)
        self._rerank(number, former, None, former.born)
        del self._live[number], self._changes[number]
        self.dirty.add(number)
        self.version += 1
        if self.watcher:
            self.watcher(former.record, None)

    def load(self, rows: Iterable[Row]) -> None:
        """Holds exactly these records, all of them visible."""
        self._clear()
        for row in rows:
            self.put(self.model.model_validate(row), silent=True)
        self._behind.clear()
        self._due.clear()

    def reindex(self) -> None:
        """Works out the keys of every record anew, after what they depend on has changed."""
        for index in self._indexes.values():
            index.clear()
        for number, version in self._live.items():
            self._reindex(number, None, version.record, version.born)

    def dump(self) -> list[Row]:
        """Every record, as `load` takes it."""
        return [record.model_dump(mode="json") for record in self]

    def changes(self) -> dict[str, Row | None]:
        """The records changed since the last time this was asked, null for those that are gone."""
        numbers, self.dirty = self.dirty, set()
        live = {number: self.get(number) for number in sorted(numbers)}
        return {number: kept.model_dump(mode="json") if kept else None for number, kept in live.items()}

    def absorb(self, changes: dict[str, Row | None]) -> None:
        """Makes these changes, all of them visible at once and nobody told."""
        watcher, self.watcher = self.watcher, None
        for number, row in changes.items():
            if row is not None:
                self.put(self.model.model_validate(row))
            elif self.get(number):
                self.drop(number)
        self.watcher = watcher
        self._behind.clear()
        self._due.clear()

    def listed(self, *, by_change: bool = False, descending: bool = True) -> Iterator[R]:
        """What the vendor's lists show now, in order of creation or of change."""
        held = self._changes if by_change else self._live
        rank = _rank(by_change=by_change)
        return self._as_shown(reversed(held) if descending else held, rank, descending=descending)

    def recent(self, *, descending: bool = True) -> Iterator[R]:
        """The live records in order of their last change, the latest first or last."""
        numbers: Iterable[str] = reversed(self._changes) if descending else self._changes
        return (self._live[number].record for number in numbers)

    def ranked(self, order: str, *, descending: bool = False) -> Iterator[R]:
        """What the vendor's lists show now, sorted by one of the table's orders."""
        self._catch_up()
        ranks = self._ranks[order]
        entries = reversed(ranks) if descending else iter(ranks)
        settled = (entry for entry in entries if entry[2] not in self._behind)
        text = self.orders[order]
        versions = [(version, number) for number in self._behind if (version := self._shown(number))]
        late = sorted(
            ((text(version.record), version.born, number) for version, number in versions), reverse=descending
        )
        shown = {number: version.record for version, number in versions}
        for entry in heapq.merge(settled, late, reverse=descending):
            yield shown.get(entry[2]) or self._live[entry[2]].record

    def holders(self, index: str, value: str) -> int:
        """How many records an index has under this value."""
        return len(self._indexes[index].get(value, ()))

    def among(
        self, index: str, value: str, *, by_change: bool = False, descending: bool = True
    ) -> Iterator[R]:
        """Like `listed`, for those that an index has under this value, and all whose change is not shown yet.

        So the caller checks the value again.
        """
        held, rank = self._indexes[index].get(value, []), _rank(by_change=by_change)
        if by_change:
            held = sorted(held, key=lambda number: rank(self._live[number]))
        return self._as_shown(reversed(held) if descending else held, rank, descending=descending)

    def _as_shown(
        self, numbers: Iterable[str], rank: Callable[[Version[R]], int], *, descending: bool
    ) -> Iterator[R]:
        """The live records of these numbers, which stand in order, with what is not shown yet set right."""
        self._catch_up()
        if not self._behind:
            return (self._live[number].record for number in numbers)
        settled = (self._live[number] for number in numbers if number not in self._behind)
        late = [version for number in self._behind if (version := self._shown(number))]
        late.sort(key=rank, reverse=descending)
        return (version.record for version in heapq.merge(settled, late, key=rank, reverse=descending))

    def _shown(self, number: str) -> Version[R] | None:
        waiting = self._behind.get(number)
        return waiting[0][1] if waiting else self._live.get(number)

    def _fall_behind(self, number: str, former: Version[R] | None) -> None:
        self._catch_up()
        if lag := self._lag():
            shown_at = self._now() + lag
            self._behind.setdefault(number, deque()).append((shown_at, former))
            self._due.append((shown_at, number))

    def _catch_up(self) -> None:
        while self._due and self._due[0][0] <= self._now():
            _, number = self._due.popleft()
            waiting = self._behind[number]
            waiting.popleft()
            if not waiting:
                del self._behind[number]

    def _rerank(self, number: str, former: Version[R] | None, record: R | None, born: int) -> None:
        for name, text in self.orders.items():
            ranks = self._ranks[name]
            before = text(former.record) if former else None
            after = text(record) if record else None
            if before == after:
                continue
            if before is not None:
                ranks.pop(bisect_left(ranks, (before, born, number)))
            if after is not None:
                insort(ranks, (after, born, number))

    def _reindex(self, number: str, former: Version[R] | None, record: R | None, born: int) -> None:
        for name, keys in self._keys.items():
            index = self._indexes[name]
            before = set(keys(former.record)) if former else _NONE_SET
            after = set(keys(record)) if record else _NONE_SET
            for value in before - after:
                holders, place = self._place(index, value, born)
                if holders[place : place + 1] == [number]:
                    holders.pop(place)
                if not holders:
                    del index[value]
            for value in after - before:
                holders, place = self._place(index, value, born)
                if holders[place : place + 1] != [number]:
                    holders.insert(place, number)

    def _place(self, index: dict[str, list[str]], value: str, born: int) -> tuple[list[str], int]:
        """Who has this value, in order of creation, and where one that was created then has its place."""
        holders = index.setdefault(value, [])
        if not holders or self._live[holders[-1]].born < born:
            return holders, len(holders)
        return holders, bisect_left(holders, born, key=lambda number: self._live[number].born)


def _rank(*, by_change: bool) -> Callable[[Version[R]], int]:
    return (lambda version: version.changed) if by_change else (lambda version: version.born)
