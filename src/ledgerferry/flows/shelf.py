"""The shelf: the rooms of the store that flows use."""

from dataclasses import dataclass

from ledgerferry.engine.apply import Rooms
from ledgerferry.flows.remembering import Memories
from ledgerferry.store.bindings import BindingTable
from ledgerferry.store.ledger import Ledger
from ledgerferry.store.pairs import Pairs
from ledgerferry.store.runs import Runs
from ledgerferry.store.sightings import Sightings


@dataclass(frozen=True)
class Shelf:
    """The rooms of the store that flows use, beside the engine's."""

    rooms: Rooms
    runs: Runs
    bindings: BindingTable
    pairs: Pairs
    ledger: Ledger
    sightings: Sightings
    memories: Memories
