"""Logins: a data centre that is none is refused, and a login that others use outlives one connection."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledgerferry.faces.connecting import Login, Parted, disconnect
from ledgerferry.faces.house import House
from ledgerferry.faces.logins import Logins
from ledgerferry.faces.settings import Settings, WrongUsage
from ledgerferry.store.connections import Settings as Account

URL = "http://127.0.0.1:9"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House.open(Settings(home=tmp_path / "home", key="k" * 43 + "=")) as opened:
        yield opened


def keep(house: House, name: str, token: str) -> None:
    """A connection with its login."""
    account = Account(product="books", dc="other", accounts_url=URL, api_url=URL)
    house.connections.save(name, account)
    vault = house.vault(name)
    for secret, value in (("client_id", "c"), ("client_secret", "s"), ("refresh_token", token)):
        vault.put(secret, value)


def test_an_unknown_data_centre_is_refused_also_beside_addresses(house: House) -> None:
    logins = Logins(house, lambda _: None)
    for login in (Login(dc="xx"), Login(dc="xx", accounts_url=URL, api_url=URL)):
        with pytest.raises(WrongUsage, match="--dc xx is not known; it is one of us, eu"):
            logins.centres(login)
    assert [c.dc for c in logins.centres(Login(dc="EU"))] == ["eu"]
    assert [c.dc for c in logins.centres(Login(dc="eu", accounts_url=URL, api_url=URL))] == ["other"]


def test_a_login_that_another_connection_uses_is_not_revoked(house: House) -> None:
    keep(house, "one", "shared")
    keep(house, "two", "shared")
    assert disconnect(house, "one") == Parted(shared=("two",))
    assert list(house.connections.all()) == ["two"]
    last = disconnect(house, "two")  # nobody answers at that address: it was tried
    assert last.why is not None
    assert not last.revoked
