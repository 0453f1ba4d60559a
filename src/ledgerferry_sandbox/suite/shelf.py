"""What a product keeps: things of some kinds, each with its id, its times and its values."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Row


class Thing(BaseModel):
    """One record; `created` and `changed` are seconds since 1970."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)

    id: str
    created: float
    changed: float
    values: Row = {}

    def text(self, name: str) -> str:
        """A value as text; nothing where there is none."""
        held = self.values.get(name)
        return "" if held is None else str(held)


class Shelf:
    """The tables of one product, one for each kind."""

    def __init__(self, desk: Desk, kinds: Iterable[str]) -> None:
        self.desk = desk
        self.tables = {kind: Table(kind, Thing, lambda thing: thing.id) for kind in kinds}

    def all(self, kind: str) -> list[Thing]:
        """Every thing of a kind, in the order they were made."""
        return list(self.tables[kind])

    def get(self, kind: str, number: str) -> Thing | None:
        """A thing by its id."""
        return self.tables[kind].get(number)

    def find(self, kind: str, name: str, value: str) -> Thing | None:
        """The first thing of a kind with this value, in any case."""
        wanted = value.casefold()
        return next((each for each in self.tables[kind] if each.text(name).casefold() == wanted), None)

    def make(self, kind: str, values: Row, number: str = "") -> Thing:
        """A new thing; its id is given where it is the same in every sandbox."""
        now = self.desk.clock.now()
        made = Thing(id=number or self.desk.ids.next(), created=now, changed=now, values=values)
        return self.tables[kind].put(made)

    def change(self, kind: str, held: Thing, values: Row) -> Thing:
        """A thing with some values in place of its former ones."""
        update = {"changed": self.desk.clock.now(), "values": {**held.values, **values}}
        return self.tables[kind].put(held.model_copy(update=update))

    def drop(self, kind: str, held: Thing) -> None:
        """A thing forgotten."""
        self.tables[kind].drop(held.id)
