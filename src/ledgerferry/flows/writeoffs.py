"""Write-offs from one run to the next: taken back where a sheet says so no more, else as it says. Pure."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from ledgerferry.engine.planning import Wanted
from ledgerferry.model.money import text
from ledgerferry.model.record import WriteOffContent
from ledgerferry.store.bindings import Binding

Reasons = dict[str, tuple[str, str]]


def taken_back(
    wanted: Sequence[Wanted], live: Mapping[str, Binding], spoken: Collection[str]
) -> list[Wanted]:
    """The wants, before them what was given up of these documents and is not any more: then nothing of it.

    It comes first, since Books takes no payment or credit on what is given up.
    """
    asked = {one.identity for one in wanted}
    gone = [
        Wanted(identity, content.model_copy(update={"amount": Decimal(0)}))
        for identity, content in _given_up(live)
        if content.invoice in spoken and identity not in asked
    ]
    return [*gone, *wanted]


def lessened(wanted: Sequence[Wanted], live: Mapping[str, Binding]) -> Reasons:
    """Why documents are held of which less is given up than in an earlier run, but not nothing.

    Books gives up all that is left: payments could only come between taking it back and giving it up anew.
    """
    asked = {one.identity: one.content for one in wanted}
    found: Reasons = {}
    for identity, former in _given_up(live):
        now = asked.get(identity)
        if isinstance(now, WriteOffContent) and 0 < now.amount < former.amount:
            before, after = (text(c.amount, c.currency) for c in (former, now))
            why = f"{before} of it were written off in an earlier run, and {after} are now: take it "
            why += f"out of the sheet and migrate once, then put it back with {after} and migrate again."
            found[former.invoice] = "write-off-less", why
    return found


def _given_up(live: Mapping[str, Binding]) -> list[tuple[str, WriteOffContent]]:
    contents = ((identity, binding.content) for identity, binding in live.items())
    return [(i, c) for i, c in contents if isinstance(c, WriteOffContent) and c.amount]
