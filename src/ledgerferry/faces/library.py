"""The Python API: an account of a home, opened for a script."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from ledgerferry.faces import accounts
from ledgerferry.faces.house import House
from ledgerferry.faces.settings import WrongUsage, load
from ledgerferry.model.outcome import Busy
from ledgerferry.systems.books import BooksLibrary
from ledgerferry.systems.crm import Crm
from ledgerferry.wire.client import patient
from ledgerferry.wire.message import Body, JsonBody, Reply

# Limits whose end is near; the day's and a block are not waited for.
_SHORT: Final = ("minute", "in_flight", "token")


class Account:
    """One connection of a home, open. A context manager; closes its database at the end.

    Calls are signed by the connection's login and paced by the limits that all processes of the home
    share. Those that a minute ends are waited for, in the thread that opened the account, unless ``wait``
    is False; then they raise ``Busy``, as the day's always do. Every write is noted in the ledger.
    """

    def __init__(self, house: House, name: str, *, wait: bool = True) -> None:
        self.name = name
        self._house = house
        self._open = ExitStack()
        self._open.enter_context(house)
        if house.connections.get(name) is None:
            self.close()
            raise WrongUsage(f"There is no connection {name}. `ferry connections` lists them.")
        if wait:
            self._open.enter_context(patient(_is_short))

    @cached_property
    def books(self) -> BooksLibrary:
        """Books, call by call."""
        return accounts.books(self._house, self.name)

    @cached_property
    def crm(self) -> Crm:
        """CRM."""
        return accounts.crm(self._house, self.name)

    def call(
        self,
        product: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Body | Mapping[str, object] | None = None,
        sink: BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Any call of any product of the account, as it came."""
        sent = JsonBody(body) if isinstance(body, Mapping) else body
        return accounts.raw(self._house, self.name, product, method, path, query or {}, sent, sink, headers)

    def close(self) -> None:
        """Close the home."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(name: str, home: str | Path | None = None, *, wait: bool = True) -> Account:
    """Open a connection that ``ferry connect`` stored, in ``home`` (else FERRY_HOME, else ./.ferry).

    Raises ``ledgerferry.faces.settings.WrongUsage`` where there is none of that name.
    """
    return Account(House.open(load(os.environ, home=None if home is None else Path(home))), name, wait=wait)


def _is_short(busy: Busy) -> bool:
    return busy.cap in _SHORT
