"""What each edition allows: credits in twenty-four hours, calls open at once (F75, F77)."""

from dataclasses import dataclass

from ledgerferry_sandbox.desk.meter import Limits

SUB_CONCURRENCY = 10


@dataclass(frozen=True, slots=True)
class Allowance:
    """The credits of an organisation, those of each user on top, the most of both, and open calls."""

    credits: int
    per_user: int
    most: int | None
    open: int

    def limits(self, users: int) -> Limits:
        """The limits of an organisation of so many users."""
        credit = self.credits + self.per_user * users
        day = credit if self.most is None else min(credit, self.most)
        return Limits(day=day, in_flight=self.open, sub_in_flight=SUB_CONCURRENCY)


EDITIONS = {
    "free": Allowance(5_000, 0, 5_000, 5),
    "standard": Allowance(50_000, 250, 100_000, 10),
    "professional": Allowance(50_000, 500, 3_000_000, 15),
    "enterprise": Allowance(50_000, 1_000, 5_000_000, 20),
    "ultimate": Allowance(50_000, 2_000, None, 25),
}
