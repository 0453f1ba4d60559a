"""Dead letters: the operations that a person must look at, and what a person may decide."""

from dataclasses import dataclass
from datetime import timedelta

from ledgerferry.engine.apply import Side
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import WrongUsage
from ledgerferry.model.ids import Identity
from ledgerferry.model.outcome import Receipt
from ledgerferry.model.plan import Operation, Rung, State
from ledgerferry.model.record import Ref
from ledgerferry.store.claims import Moment


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. ``doubtful``: the call may have happened, and nothing can tell but a person."""

    operation: Operation
    tries: int
    doubtful: bool
    why: str

    @property
    def key(self) -> str:
        """Its id."""
        return self.operation.key

    @property
    def what(self) -> str:
        """What it would have done, in two words."""
        return f"{self.operation.purpose} {self.operation.kind}"

    @property
    def name(self) -> str:
        """Which record it is about, as a person knows it."""
        return Identity.parse(self.operation.identity).name

    def row(self) -> dict[str, object]:
        """What the verbs print of it."""
        o = self.operation
        return {
            "id": o.key,
            "run": o.run,
            "connection": o.connection,
            "kind": o.kind.value,
            "purpose": o.purpose.value,
            "record": self.name,
            "tries": self.tries,
            "doubtful": self.doubtful,
            "why": self.why,
        }


def listed(house: House, run: str | None = None) -> list[Letter]:
    """The dead letters of the home, or of one run."""
    with house.database.read() as conn:
        found = house.shelf.rooms.operations.listed(conn, [State.DEAD], run)
    return [Letter(operation, s.tries, s.doubtful, s.why or "") for operation, s in found]


def one(house: House, key: str) -> Letter:
    """The dead letter of an id, or of an unmistakable beginning of one."""
    found = [letter for letter in listed(house) if letter.key.startswith(key)]
    if len(found) != 1:
        raise WrongUsage(
            f"{'No dead letter begins' if not found else 'Several dead letters begin'} with {key}; "
            "`ferry dead list` shows them."
        )
    return found[0]


def retry(house: House, key: str) -> str:
    """Let it be tried again; what happens next, in a sentence."""
    letter = one(house, key)
    if letter.doubtful:
        raise WrongUsage(
            f"Whether {letter.key} happened is not known, so it is not repeated blindly. Look in the "
            "account, then `ferry dead settle` it with --happened or --not."
        )
    return _move(house, letter, State.READY, "retried")


def discard(house: House, key: str) -> str:
    """It shall not happen; what follows, in a sentence."""
    letter = one(house, key)
    if letter.doubtful:
        raise WrongUsage(f"Whether {letter.key} happened is not known. `ferry dead settle` it first.")
    return _move(house, letter, State.DISCARDED, "discarded")


def not_happened(house: House, key: str) -> str:
    """A person says that the call did nothing: it is done now."""
    return _move(house, one(house, key), State.READY, "settled as not happened")


def happened(house: House, key: str, ref: str | None) -> str:
    """A person says that the call did its work; ``ref`` is the id of the record that it made there."""
    letter = one(house, key)
    operation, side = letter.operation, house.side(letter.operation.connection)
    target = operation.target or (
        Ref(connection=operation.connection, kind=operation.kind, id=ref) if ref else _bound(house, operation)
    )
    if target is None:
        raise WrongUsage(
            f"Give --ref with the id of the {operation.kind} in the account (the last part of its "
            "page's address)."
        )
    moment = _moment(house, side)
    receipt = Receipt(ref=target, at=moment.system or moment.home)
    with house.database.transaction("declare") as tx:
        house.ledger.append(tx, "declared-happened", run=operation.run, about=operation.key)
        house.shelf.rooms.settlement.write(
            tx, operation, receipt, moment, timedelta(0), rung=Rung.NONE, probing=True
        )
    return f"{letter.key} is settled as done; `ferry resume {operation.run}` does what waited for it."


def _bound(house: House, operation: Operation) -> Ref | None:
    with house.database.read() as conn:
        found = house.shelf.bindings.find(conn, operation.link, operation.identity)
    return found.ref if found else None


def _moment(house: House, side: Side) -> Moment:
    side.target.hear()
    return Moment(house.clock.now(), side.vendor.now())


def _move(house: House, letter: Letter, state: State, what: str) -> str:
    with house.database.transaction("declare") as tx:
        house.shelf.rooms.operations.release(tx, letter.key, state, why=f"a person {what} it", tried=False)
        house.ledger.append(
            tx, f"declared-{what.replace(' ', '-')}", run=letter.operation.run, about=letter.key
        )
    then = f"; `ferry apply {letter.operation.run}` does it" if state is State.READY else ""
    return f"{letter.key} is {what}{then}."
