"""The quota recounted: every call that reached Books, by our own windows and not by its refusals."""

from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.scene import Account
from ledgerferry_sandbox.sandbox import Sandbox

_MINUTE: Final = 60.0
_DAY: Final = 86_400.0


class Recount:
    """Reads the sandbox's log as it grows."""

    def __init__(self, sandbox: Sandbox, account: Account) -> None:
        self._sandbox = sandbox
        self._account = account
        self._read = 0
        self._calls: list[float] = []
        self._days: Counter[str] = Counter()

    def check(self, open_calls: int) -> None:
        """No minute or day, fixed or sliding, holds more calls than allowed, nor are more open at once."""
        entries = self._sandbox.desk.log.entries
        for entry in entries[self._read:]:
            if entry.service == "books":
                self._call(entry.at)
                if entry.refused is not None:
                    what = f"{entry.method} {entry.path}"
                    raise Broken("over quota", f"{what} was refused for its {entry.refused}")
        self._read = len(entries)
        if open_calls > self._account.in_flight:
            raise Broken("over quota", f"{open_calls} calls are open at once")

    def _call(self, at: float) -> None:
        self._calls.append(at)
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        self._days[day] += 1
        within = {
            "sixty seconds": (self._since(at - _MINUTE), self._account.minute),
            "24 hours": (self._since(at - _DAY), self._account.day),
            "day": (self._days[day], self._account.day),
        }
        for window, (calls, limit) in within.items():
            if calls > limit:
                raise Broken("over quota", f"{calls} calls in one {window}, of {limit}")

    def _since(self, moment: float) -> int:
        return len(self._calls) - bisect_right(self._calls, moment)
