"""Sealing: what lies in the database can be read only with the home's key."""

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_NONCE: Final = 12
_SHORTEST: Final = 1 + _NONCE + 16


class WrongKey(Exception):
    """Sealed data does not open: it was sealed with another key, about something else, or was changed."""


class Seal:
    """A key in use: AES-256-GCM for what is read again, HMAC-SHA256 for what is only looked up.

    ``entropy`` gives that many unpredictable bytes; the simulator puts a seeded source in its place.
    """

    def __init__(self, key: bytes, entropy: Callable[[int], bytes] = os.urandom) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self.entropy = entropy
        self._cipher = AESGCM(_subkey(key, "seal"))
        self._blinding = _subkey(key, "blind")
        self._digesting = _subkey(key, "digest")

    def seal(self, data: bytes, about: str) -> bytes:
        """The data sealed; it opens only with the same ``about``, so that it cannot be put elsewhere."""
        nonce = self.entropy(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, data, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """The data that was sealed about this; ``WrongKey`` where it does not open."""
        if sealed[:1] != _VERSION or len(sealed) < _SHORTEST:
            raise WrongKey(f"{about}: not sealed in a form that this version knows")
        try:
            return self._cipher.decrypt(sealed[1:1 + _NONCE], sealed[1 + _NONCE:], about.encode())
        except InvalidTag:
            raise WrongKey(f"{about}: does not open with this home's key") from None

    def digest(self, text: str) -> str:
        """A digest of 64 characters that says nothing to who lacks the key."""
        return hmac.digest(self._digesting, text.encode(), hashlib.sha256).hex()

    def blind(self, text: str) -> str:
        """A name of 32 characters for a text, always the same, that says nothing to who lacks the key."""
        return hmac.digest(self._blinding, text.encode(), hashlib.sha256).hex()[:32]


def _subkey(key: bytes, use: str) -> bytes:
    info = f"ledgerferry {use}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)
