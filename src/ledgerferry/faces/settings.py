"""Settings of one home: the environment, the flags, and what ``ferry.toml`` says (``faces.config``)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ledgerferry.faces.config import Config, CrmFields, Reporting, WrongUsage, read
from ledgerferry.flows.policy import Policy
from ledgerferry.systems import zoho

__all__ = ["CONFIG_NAME", "HOME_NAME", "CrmFields", "Settings", "WrongUsage", "load"]

CONFIG_NAME: Final = "ferry.toml"
HOME_NAME: Final = ".ferry"


class Settings(BaseModel):
    """Where a home lies and what was decided for it. ``key`` is what FERRY_KEY says, never shown.

    ``database_url`` is None for the home's own file; ``config`` is the file read, None where there is none.
    ``minutes_by_hand`` is what entering one document by hand is assumed to take. ``crm_fields`` are looked at
    when a CRM is connected.
    """

    model_config = ConfigDict(frozen=True)

    home: Path
    database_url: str | None = Field(None, repr=False)
    config: Path | None = None
    policy: Policy = Policy()
    dc_table: Path | None = None
    key: str | None = Field(None, repr=False)
    minutes_by_hand: int = Reporting().minutes_by_hand
    crm_fields: CrmFields = CrmFields()

    @property
    def url(self) -> str:
        """The address of the ledger's database."""
        return self.database_url or f"sqlite:///{self.home / 'ferry.db'}"

    @property
    def engine_url(self) -> str:
        """Where the engine keeps its own tables; they may be deleted."""
        return self.database_url or f"sqlite:///{self.home / 'engine.db'}"

    @property
    def reports(self) -> Path:
        """The folder of the reports."""
        return self.home / "reports"

    @property
    def logs(self) -> Path:
        """The folder of the logs."""
        return self.home / "logs"

    def forget_engine(self) -> None:
        """Begin the engine's own file anew, where it is one: the ledger alone says what is to be done."""
        if self.database_url is None:
            for name in ("engine.db", "engine.db-wal", "engine.db-shm"):
                (self.home / name).unlink(missing_ok=True)
            (self.home / "engine.db").touch(mode=0o600)

    def centres(self) -> tuple[zoho.Centre, ...]:
        """The data centres that a login is looked for in; ``WrongUsage`` where FERRY_DC_TABLE is no table."""
        try:
            return zoho.centres(self.dc_table)
        except OSError as error:
            raise WrongUsage(f"FERRY_DC_TABLE: {self.dc_table} cannot be read ({error.strerror}).") from None
        except ValueError as error:
            raise WrongUsage(
                f'FERRY_DC_TABLE: {error}. Give a JSON file such as {{"eu": "https://accounts.example"}}.'
            ) from None

    def prepare(self) -> None:
        """Make the home, for its owner alone; ``WrongUsage`` where that cannot be."""
        try:
            for folder in (self.home, self.reports, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WrongUsage(
                f"The home {self.home} cannot be made ({error.strerror}). "
                "Give another with --home or FERRY_HOME."
            ) from None


def load(
    environment: Mapping[str, str],
    *,
    home: Path | None = None,
    config: Path | None = None,
    folder: Path | None = None,
) -> Settings:
    """The settings by flags, then environment, then defaults below ``folder`` (the current one).

    Raises ``WrongUsage`` naming the file, the key and the remedy.
    """
    here = folder or Path()
    chosen = home or Path(environment.get("FERRY_HOME") or here / HOME_NAME)
    file = _config_file(environment, config, here)
    table = environment.get("FERRY_DC_TABLE")
    told = read(file) if file else Config()
    return Settings(
        home=chosen.expanduser().absolute(),
        database_url=environment.get("FERRY_DATABASE_URL") or None,
        config=file,
        policy=told.policy(),
        dc_table=Path(table) if table else None,
        key=environment.get("FERRY_KEY") or None,
        minutes_by_hand=told.report.minutes_by_hand,
        crm_fields=told.crm.fields,
    )


def _config_file(environment: Mapping[str, str], config: Path | None, here: Path) -> Path | None:
    named = config or (Path(environment["FERRY_CONFIG"]) if environment.get("FERRY_CONFIG") else None)
    if named is not None:
        return named
    default = here / CONFIG_NAME
    return default if default.is_file() else None
