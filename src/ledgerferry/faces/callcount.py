"""Call count: how many calls this process makes through a connection."""

import threading
from datetime import datetime

from ledgerferry.model.ports import Permit, Quota


class CountedQuota(Quota):
    """A quota that counts the permits that this process took."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._lock = threading.Lock()
        self._taken = 0

    def permit(self, weight: int = 1, *, heavy: bool = False) -> Permit:
        """A permit of the quota behind it."""
        permit = self._quota.permit(weight, heavy=heavy)
        with self._lock:
            self._taken += 1
        return permit

    @property
    def taken(self) -> int:
        """How many were taken that ``since_last`` has not told."""
        with self._lock:
            return self._taken

    def since_last(self) -> int:
        """How many were taken since this was asked last."""
        with self._lock:
            taken, self._taken = self._taken, 0
        return taken

    def pause(self, until: datetime, cap: str) -> None:
        """A pause of the quota behind it."""
        self._quota.pause(until, cap)

    def told(self, remaining: int) -> None:
        """What the system said, for the quota behind it."""
        self._quota.told(remaining)
