"""Merge: what a pair asks for, as a pure function of both records and their last agreement."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.record import AnyContent, Content

# Where a file lies says nothing of what it is.
_EVIDENCE = {"kind", "path"}
# What the target works out itself cannot be written: alone it asks for nothing, and verify names it.
_COMPUTED = {"figures"}


class Verdict(StrEnum):
    """What a pair asks for."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"


class Pair(BaseModel):
    """Both records and their agreement; ``right`` is None where the target has none."""

    model_config = ConfigDict(frozen=True)

    identity: str
    left: AnyContent
    right: AnyContent | None = None
    agreement: AnyContent | None = None


class Decision(BaseModel):
    """The verdict on a pair, and the fields that it concerns."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    fields: tuple[str, ...] = ()


def decide(pair: Pair) -> Decision:
    """Three-way merge, field by field, of a link whose left side owns every field.

    A field that only the left moved is written; one that only the right moved was a person's edit
    and is kept; one that both moved to different values is a conflict. Without an agreement the two
    must be equal, else every different field is a conflict.
    """
    if pair.right is None:
        return Decision(verdict=Verdict.CREATE)
    write, conflicts = [], []
    for field in _fields(pair.left):
        left, right = getattr(pair.left, field), getattr(pair.right, field)
        if left == right:
            continue
        agreed = getattr(pair.agreement, field) if pair.agreement is not None else None
        if pair.agreement is not None and right == agreed:
            write.append(field)
        elif pair.agreement is None or left != agreed:
            conflicts.append(field)
    if conflicts:
        return Decision(verdict=Verdict.CONFLICT, fields=tuple(conflicts))
    if any(field not in _COMPUTED for field in write):
        return Decision(verdict=Verdict.UPDATE, fields=tuple(write))
    return Decision(verdict=Verdict.UNCHANGED)


def moved(left: Content, agreement: Content) -> tuple[str, ...]:
    """The fields in which a record differs from its last agreement."""
    return tuple(f for f in _fields(left) if getattr(left, f) != getattr(agreement, f))


def _fields(content: Content) -> list[str]:
    return [f for f in type(content).model_fields if f not in _EVIDENCE]
