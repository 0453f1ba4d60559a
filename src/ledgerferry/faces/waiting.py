"""Waiting: for lists that lag behind what was just written."""

from datetime import datetime, timedelta
from typing import Final

from ledgerferry.engine.apply import Side
from ledgerferry.engine.lane import PIECE
from ledgerferry.faces.house import House

# A record that its list does not show yet costs verify one call to read. Fewer are read than waited for.
_FEW: Final = 20
_SHORT: Final = 5.0


def let_settle(house: House, side: Side, since: datetime | None = None) -> None:
    """Wait until the account's lists show what was done up to a moment of its time (up to now)."""
    settle = timedelta(seconds=side.target.declaration.settle_seconds)
    settled = (since or side.vendor.now()) + settle
    while (seconds := side.vendor.seconds_until(settled)) > 0:
        house.clock.sleep(min(seconds, PIECE))
        house.heartbeat()
        side.target.hear()


def let_lists_catch_up(house: House, side: Side) -> None:
    """The same before a verify, where that is short, or spares more calls than it is worth."""
    try:
        now = side.vendor.now()
    except LookupError:
        return
    settle = timedelta(seconds=side.target.declaration.settle_seconds)
    with house.database.read() as conn:
        count, last = house.shelf.bindings.touched_since(conn, side.connection, now - settle)
    if last is None:
        return
    if count >= _FEW or side.vendor.seconds_until(last + settle) <= _SHORT:
        let_settle(house, side, last)
