"""Moves finance records into Zoho Books exactly once and proves it to the cent.

``ledgerferry.connect`` opens a stored account for a script; see docs/python.md. Importing this package
loads nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledgerferry.faces.library import Account, connect

__all__ = ["Account", "connect"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 of whatever type the name is
    if name in __all__:
        return getattr(import_module("ledgerferry.faces.library"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
