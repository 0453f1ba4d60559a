"""What a room is: the emulation of one product behind the sandbox's one address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Answer, Request, Row


class Edit(BaseModel):
    """A change that a person makes in a system: without `id` it creates, with `delete` it deletes.

    `force` also sets computed fields and checks nothing; `silent` leaves the modification time alone.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    service: str
    kind: str
    id: str | None = None
    fields: Row = {}
    delete: bool = False
    force: bool = False
    silent: bool = False


class EditRefused(ValueError):
    """A person could not have made this change; the message says why."""


@dataclass(frozen=True, slots=True)
class Centre:
    """One data centre: its name, its address, the addresses of all, and the name of the account's home."""

    name: str = "us"
    url: str = "http://sandbox.localhost"
    all: Mapping[str, str] = field(default_factory=lambda: {"us": "http://sandbox.localhost"})
    home: str = "us"


class Room(Protocol):
    """One product. It answers its paths, keeps its tables, and can be edited as a person would."""

    service: str
    modes: frozenset[str]

    def owns(self, path: str) -> bool:
        """Whether this path is one of the product's."""

    def answer(self, request: Request, entry: Entry) -> Answer:
        """Does what is asked."""

    def fault(self, mode: str, request: Request) -> Answer | None:
        """Acts out one of the product's own fault modes; without an answer the request takes its course."""

    def tables(self) -> Iterable[Table[Any]]:
        """Everything the product remembers."""

    def state(self) -> Row:
        """The tables as the control plane shows them."""

    def load(self, row: Row) -> None:
        """Replaces the tables that are named."""

    def edit(self, change: Edit) -> Row:
        """Makes a person's change and returns the record."""

    def catch_up(self) -> None:
        """Does what the passing of time has made due."""
