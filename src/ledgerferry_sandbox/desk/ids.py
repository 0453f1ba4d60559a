"""Ids as Zoho gives them."""

import hashlib
from random import Random


class Ids:
    """Hands out 19-digit id strings, rising, the same ones for the same seed (F16)."""

    def __init__(self, seed: int) -> None:
        self._prefix = Random(seed).randrange(1_000_000, 9_000_000)  # noqa: S311 - chance, not secrecy
        self.used = 0

    def next(self) -> str:
        """A new id."""
        self.used += 1
        return f"{self._prefix}{self.used * 7 + 30_000:012d}"

    def token(self, kind: str) -> str:
        """A new secret of Zoho's form, `1000.<32 hex>.<32 hex>`, the same for the same seed."""
        self.used += 1
        drawn = hashlib.sha256(f"{self._prefix}/{kind}/{self.used}".encode()).hexdigest()
        return f"1000.{drawn[:32]}.{drawn[32:]}"
