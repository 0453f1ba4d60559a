"""The words of a proof: how a proof was made and what it shows, as every face says it."""

from ledgerferry.flows.result import Method, Verified
from ledgerferry.model.counting import counted


def how(verified: Verified) -> str:
    """How a proof was made."""
    if verified.method is Method.SUMS:
        since = f" {verified.rows_at:%Y-%m-%d %H:%M}" if verified.rows_at else ""
        return (
            f"{counted(verified.read_in_full, 'record')} read in full; the rest by sums and times of "
            f"modification since the proof by rows{since}, the account's time"
        )
    if verified.details:
        return "every record read in full"
    return f"{counted(verified.read_in_full, 'record')} read in full"


def agreement(verified: Verified) -> str:
    """What a proof that found no difference shows, and no more than that."""
    if verified.method is Method.SUMS:
        return f"no change shows at the {verified.compared:,} loaded documents"
    return f"all {verified.compared:,} loaded documents agree to the cent"
