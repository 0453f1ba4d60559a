"""Plans and operations: what should be done, and one intended write."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.record import AnyContent, Kind, Ref


class Purpose(StrEnum):
    """What an operation is for."""

    CREATE = "create"
    UPDATE = "update"
    SEND = "send"
    ATTACH = "attach"
    DELETE = "delete"  # a record that a run created goes away again
    LINK = "link"  # the other system's id is written into a record, once both are there
    WRITE_OFF = "write_off"  # what is left to pay of an invoice is given up
    VOID = "void"  # one that cannot be deleted gives up its number and counts no longer


class State(StrEnum):
    """Where an operation stands."""

    PLANNED = "planned"  # its plan was not confirmed yet: nothing of it is sent
    READY = "ready"  # may be claimed once its needs are done and its time has come
    CLAIMED = "claimed"  # a worker holds its lease
    IN_DOUBT = "in_doubt"  # a call was made and its answer is not known; it will be probed
    DONE = "done"  # a receipt proves it
    HELD = "held"  # the system waits for a person (an approval, a closed period); a resume tries it again
    DEAD = "dead"  # a person must look
    SUPERSEDED = "superseded"  # a newer plan of its pair took its place before it was sent
    DISCARDED = "discarded"  # a person decided that it shall not happen
    KEPT = "kept"  # of a rollback: the system refuses it, so the record stays and is listed


OPEN = (State.READY, State.CLAIMED, State.IN_DOUBT)


class Rung(StrEnum):
    """The rung of the ladder that guards a create against being done twice (DESIGN, exactly once)."""

    UPSERT = "a"  # collection PUT with X-Unique-Identifier-*
    KEY = "b"  # POST with the unique key field set: a repeat is refused
    NATURAL = "c"  # POST: the system's own unique names and numbers refuse a repeat, or a probe finds it
    NONE = "d"  # nothing guards it: in doubt ends as a dead letter


class Operation(BaseModel):
    """One intended write. ``identity`` is the source's, ``target`` the record where it is known.

    ``needs`` are keys of operations that must be done before. ``base`` is the number of the
    agreement it starts from (0 for a create). ``changed`` names the fields an update writes.
    ``content`` is what the record shall hold afterwards (of a delete or void: held before);
    ``lineage`` where its evidence lies; ``former`` the agreement that an update starts from, so that
    it can be restored. ``undoes``: it is part of a rollback, and a refusal of it is no dead letter.
    ``along`` are identities whose records go away together with this one. ``seen`` is when the record of an
    update had last been modified, by the system's time, as the plan saw it; None where no list told it.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    run: str
    link: str
    connection: str
    kind: Kind
    purpose: Purpose
    identity: str
    generation: int = 1
    base: int = 0
    content: AnyContent
    changed: tuple[str, ...] = ()
    target: Ref | None = None
    needs: tuple[str, ...] = ()
    lineage: str | None = None
    former: AnyContent | None = None
    undoes: bool = False
    along: tuple[str, ...] = ()
    seen: datetime | None = None

    @property
    def lane(self) -> str:
        """The queue it goes through: one connection and kind."""
        return f"{self.connection}/{self.kind}"


class Price(BaseModel):
    """What a plan costs: calls by system, and how long they take under the account's limits.

    ``steps`` are the same calls by what they are for: to observe, to write, to verify.
    """

    model_config = ConfigDict(frozen=True)

    calls: dict[str, int]
    crm_credits: int = 0
    pipedrive_tokens: int = 0
    minutes: Decimal
    days: int
    steps: dict[str, dict[str, int]] = {}


class Day(BaseModel):
    """One day of a plan's schedule: what is spent on it by system, of calls or where these count of credits.

    ``documents`` and ``percent`` are about how many are complete at its end, of all that the plan loads.
    """

    model_config = ConfigDict(frozen=True)

    day: int
    date: date
    spent: dict[str, int]
    documents: int
    percent: int
