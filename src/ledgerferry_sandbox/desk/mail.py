"""What would have been e-mailed."""

from ledgerferry_sandbox.desk.clock import iso
from ledgerferry_sandbox.exchange import Row


class MailLog:
    """Every message that would have left, in order. Nothing leaves the sandbox."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def send(self, now: float, service: str, kind: str, to: list[str], about: Row) -> bool:
        """Notes a message to these addresses; without an address nothing is sent."""
        if to:
            number = len(self.rows) + 1
            self.rows.append(
                {"number": number, "time": iso(now), "service": service, "kind": kind, "to": to, **about}
            )
        return bool(to)
