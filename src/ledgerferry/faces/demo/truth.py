"""What was planted in the samples, and whether that and nothing else is what the ferry found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict

from ledgerferry.faces.house import House
from ledgerferry.flows.result import RunResult
from ledgerferry.flows.settling import Account, account
from ledgerferry.model.ids import normal_number
from ledgerferry.model.record import Kind
from ledgerferry.store.runs import Found


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Planted(_Told):
    """One invoice or credit note as its sheet states it; ``applied`` is what a credit note takes off one."""

    kind: str = Kind.INVOICE
    path: str
    number: str
    date: date
    currency: str
    gross: Decimal
    paid: Decimal
    credits: str | None = None
    applied: Decimal = Decimal(0)


class Fault(_Told):
    """Something planted, and what should become of it: ``held``, ``rejected``, or counted ``once``."""

    kind: str
    expected: str
    paths: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    documents: tuple[Planted, ...] = ()


class Truth(_Told):
    """The samples' own word about themselves."""

    seller: str
    documents: tuple[Planted, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so, in a sentence."""

    text: str
    holds: bool

    def row(self) -> dict[str, object]:
        """The same for programs."""
        return asdict(self)


_NAMES: Final = {
    "copied-file": "one file copied twice: loaded once",
    "number-used-twice": "one number on two different invoices: both held",
    "total-contradicts-lines": "a total that its lines contradict: held",
    "credit-of-unknown-invoice": "a credit note on an invoice that is nowhere: held",
    "part-paid-by-file-name": "a file name that speaks of a part payment, and no amount: held",
    "blank-template": "an empty invoice form: rejected",
    "not-an-invoice": "a price list: rejected",
}
_Key = tuple[str, str, date, str, Decimal, Decimal]


def compare(house: House, outcome: RunResult, truth: Truth) -> list[Check]:
    """Every planted fault, and that there is nothing else; by the ledger."""
    with house.database.read() as conn:
        run = house.shelf.runs.get(conn, outcome.run)
    if run is None:
        raise LookupError(outcome.run)
    accounted = account(house.shelf, run)
    return [
        _loaded(accounted, truth),
        _credited(accounted, truth),
        *(_fault(accounted, fault) for fault in truth.faults),
        _nothing_else(accounted, truth),
        Check("source, Books and CRM agree to the cent", outcome.verify is not None and outcome.verify.equal),
        Check("nothing is left half done", not (outcome.operations.dead or outcome.operations.in_doubt)),
    ]


def _loaded(accounted: Account, truth: Truth) -> Check:
    """Every right document is loaded once, with its kind, day, currency, total and what was paid."""
    there = Counter(
        _key(
            s.document.kind,
            s.document.number,
            s.document.issued,
            s.document.currency,
            s.document.figures.gross,
            s.paid,
        )
        for _, s in accounted.loaded
    )
    wanted = Counter(_key(d.kind, d.number, d.date, d.currency, d.gross, d.paid) for d in truth.documents)
    missing, more = wanted - there, there - wanted
    text = f"{wanted.total()} right documents: each loaded once, as its sheet states it"
    if missing or more:
        text += f" (missing: {_numbers(missing)}; not as stated: {_numbers(more)})"
    return Check(text, not missing and not more)


def _credited(accounted: Account, truth: Truth) -> Check:
    """Every credit note takes off the invoice that it names what the truth says, and nothing else."""
    there = Counter(
        (normal_number(s.document.number), c.content.amount.normalize())
        for _, s in accounted.loaded
        for c in s.credits
    )
    notes = [d for d in truth.documents if d.kind == Kind.CREDIT_NOTE]
    wanted = Counter((normal_number(d.number), d.applied.normalize()) for d in notes if d.applied)
    text = f"{len(notes)} credit notes: each applied to the invoice that it names, as far as that is owed"
    return Check(text, there == wanted)


def _key(kind: str, number: str, day: date, currency: str, gross: Decimal, paid: Decimal) -> _Key:
    return kind, normal_number(number), day, currency, gross.normalize(), paid.normalize()


def _numbers(keys: Iterable[_Key]) -> str:
    return ", ".join(sorted(key[1] for key in keys)) or "none"


def _fault(accounted: Account, fault: Fault) -> Check:
    where = ", ".join(fault.paths)
    return Check(f"{_NAMES.get(fault.kind, fault.kind)} ({where})", _as_expected(accounted, fault))


def _as_expected(accounted: Account, fault: Fault) -> bool:
    if fault.expected == "held":
        return all(path in _files(accounted.held) for path in fault.paths)
    if fault.expected == "rejected":
        return all(path in _files(accounted.rejected) for path in fault.paths)
    numbers = Counter(normal_number(s.document.number) for _, s in accounted.loaded)
    return all(numbers[normal_number(number)] == 1 for number in fault.numbers)


def _nothing_else(accounted: Account, truth: Truth) -> Check:
    """Nothing is held or rejected but what was planted."""
    planted = {path for fault in truth.faults if fault.expected != "once" for path in fault.paths}
    surplus = sorted((_files(accounted.held) | _files(accounted.rejected)) - planted)
    held = sum(len(f.documents) for f in truth.faults if f.expected == "held")
    rejected = sum(len(f.paths) for f in truth.faults if f.expected == "rejected")
    right = len(accounted.held) == held and len(accounted.rejected) == rejected
    more = f" (also: {', '.join(surplus)})" if surplus else ""
    return Check(f"nothing else was held or rejected{more}", right and not surplus)


def _files(found: Sequence[Found]) -> set[str]:
    documents = {f.document.file for f in found if f.document}
    return documents | {f.rejection.file for f in found if f.rejection}
