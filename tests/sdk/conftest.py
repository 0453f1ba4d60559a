"""One sandbox in its own process, and Zoho's SDK started against it, for all tests of this folder."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_sandbox_server import Client, sandbox
from tests.sdk.vendor import REASON, built, named, operations, told

SECRETS = ("client_id", "client_secret", "refresh_token")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    own = Path(__file__).parent
    for item in items:
        if own in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:::.*zohocrmsdk"))


@dataclass(frozen=True)
class Stage:
    """The sandbox that plays Zoho, and where the SDK keeps its files."""

    client: Client
    folder: Path

    @property
    def environment(self) -> Any:
        """What a user of the SDK names instead of a data centre of Zoho."""
        url = self.client.line["url"]
        return named("crm.api.dc.DataCenter").Environment(url, f"{url}/oauth/v2/token", url)

    def token(self, **given: Any) -> Any:
        secrets = {name: self.client.line[name] for name in SECRETS}
        return named("api.authenticator.OAuthToken")(**{**secrets, **given})

    def control(self, method: str, name: str, body: object = None) -> Any:
        status, answer = self.client.call(method, f"/_sandbox/{name}", body)
        assert status == 200, answer
        return answer

    def start(self, token: Any, name: str = "tokens.csv") -> Any:
        """Starts the SDK anew, as its README says, and returns its token store."""
        store = named("api.authenticator.store.FileStore")(str(self.folder / name))
        logger = named("api.logger.Logger")
        log = logger.get_instance(level=logger.Levels.INFO, file_path=str(self.folder / "sdk.log"))
        close_log()
        named("crm.api.initializer.Initializer").initialize(
            environment=self.environment,
            token=token,
            store=store,
            resource_path=str(self.folder),
            logger=log,
        )
        return store


def close_log() -> None:
    """Closes the file that the SDK adds to its logger at every start and never closes."""
    logger = logging.getLogger("SDKLogger")
    for handler in list(logger.handlers):
        if isinstance(handler, logging.FileHandler):
            with closing(handler):
                logger.removeHandler(handler)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pytest.importorskip("zohocrmsdk", reason=REASON)
    with sandbox("--seed", "demo", "--limits", "off") as client:
        made = Stage(client, tmp_path_factory.mktemp("sdk"))
        made.control("PUT", "switches", {"search_lag_seconds": 0})
        yield made
        close_log()


@pytest.fixture(scope="module")
def zoho(stage: Stage) -> Stage:
    """The SDK, started."""
    stage.start(stage.token())
    return stage


@dataclass(frozen=True)
class Module:
    """The records of one module, as the SDK writes and reads them."""

    name: str

    @property
    def operations(self) -> Any:
        return operations("record.Record", self.name)

    def body(self, *rows: dict[str, Any], **values: Any) -> Any:
        return built("record.BodyWrapper", data=[self.record(row) for row in rows], **values)

    def record(self, row: dict[str, Any]) -> Any:
        made = built("record.Record")
        for key, value in row.items():
            made.add_key_value(key, value)
        return made

    def add(self, *rows: dict[str, Any]) -> list[int]:
        """The ids of new records."""
        status, answer = told(self.operations.create_records(self.body(*rows)))
        assert status == 201
        return [int(row.get_details()["id"]) for row in answer.get_data()]


@pytest.fixture
def accounts(zoho: Stage) -> Module:
    return Module("Accounts")


@pytest.fixture
def contacts(zoho: Stage) -> Module:
    return Module("Contacts")
