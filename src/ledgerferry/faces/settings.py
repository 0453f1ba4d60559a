"""Settings of one home: the environment, the flags, and what ``ferry.toml`` says."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledgerferry.flows.policy import DatedRate, Policy, UndatedPayment
from ledgerferry.systems import zoho

CONFIG_NAME: Final = "ferry.toml"
HOME_NAME: Final = ".ferry"


class WrongUsage(Exception):
    """The command or its configuration is wrong; the message says what to do. Ends with exit code 2."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sellers(_Table):
    names: tuple[str, ...] = ()


class _Payments(_Table):
    without_date: UndatedPayment = UndatedPayment.HOLD
    mode: str = Field("others", min_length=1)


class _Rate(_Table):
    currency: str = Field(pattern="^[A-Z]{3}$")
    since: date
    rate: Decimal = Field(gt=0)


class _Periods(_Table):
    filed_until: date | None = None
    opening_balances: date | None = None


class _Config(_Table):
    """The tables of ``ferry.toml``."""

    sellers: _Sellers = _Sellers()
    payments: _Payments = _Payments()
    rates: tuple[_Rate, ...] = ()
    periods: _Periods = _Periods()

    def policy(self) -> Policy:
        """The same as the flows want it."""
        rates = tuple(DatedRate(currency=r.currency, since=r.since, rate=r.rate) for r in self.rates)
        return Policy(
            sellers=self.sellers.names,
            undated_payment=self.payments.without_date,
            payment_mode=self.payments.mode,
            rates=rates,
            filed_until=self.periods.filed_until,
            opening_balances=self.periods.opening_balances,
        )


class Settings(BaseModel):
    """Where a home lies and what was decided for it. ``key`` is what FERRY_KEY says, never shown.

    ``database_url`` is None for the home's own file; ``config`` is the file read, None where there is none.
    """

    model_config = ConfigDict(frozen=True)

    home: Path
    database_url: str | None = Field(None, repr=False)
    config: Path | None = None
    policy: Policy = Policy()
    dc_table: Path | None = None
    key: str | None = Field(None, repr=False)

    @property
    def url(self) -> str:
        """The address of the ledger's database."""
        return self.database_url or f"sqlite:///{self.home / 'ferry.db'}"

    @property
    def reports(self) -> Path:
        """The folder of the reports."""
        return self.home / "reports"

    @property
    def logs(self) -> Path:
        """The folder of the logs."""
        return self.home / "logs"

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
    return Settings(
        home=chosen.expanduser().absolute(),
        database_url=environment.get("FERRY_DATABASE_URL") or None,
        config=file,
        policy=read_policy(file) if file else Policy(),
        dc_table=Path(table) if table else None,
        key=environment.get("FERRY_KEY") or None,
    )


def _config_file(environment: Mapping[str, str], config: Path | None, here: Path) -> Path | None:
    named = config or (Path(environment["FERRY_CONFIG"]) if environment.get("FERRY_CONFIG") else None)
    if named is not None:
        return named
    default = here / CONFIG_NAME
    return default if default.is_file() else None


def read_policy(file: Path) -> Policy:
    """The policy of a ``ferry.toml``; ``WrongUsage`` says what is wrong, where, and what would be right."""
    try:
        text = file.read_text(encoding="utf-8")
        return _Config.model_validate(tomllib.loads(text, parse_float=Decimal)).policy()
    except OSError as error:
        raise WrongUsage(f"{file} cannot be read ({error.strerror}). Check --config.") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{file} is not text in UTF-8. Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"{file} is not TOML: {error}. Text values need quotation marks.") from None
    except ValidationError as error:
        raise WrongUsage(_explained(file, text, error)) from None


def _explained(file: Path, text: str, error: ValidationError) -> str:
    first = error.errors()[0]
    steps = [str(step) for step in first["loc"] if isinstance(step, str)]
    where = f"{file}, line {_line(text, steps)}: {'.'.join(str(s) for s in first['loc'])}"
    if first["type"] == "extra_forbidden":
        return f"{where} is not a key that ferry knows here. Known are {_known(steps[:-1])}."
    return f"{where}: {first['msg']}. Mend the value, or take the key out."


def _line(text: str, steps: list[str]) -> int:
    """The line that the innermost key of a path seems to stand on (1 where it is not found)."""
    for step in reversed(steps):
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(rf'\s*(\[+.*)?["\']?{re.escape(step)}["\']?\s*(=|\]|\.)', line):
                return number
    return 1


def _known(steps: list[str]) -> str:
    tables: dict[str, type[_Table]] = {
        "sellers": _Sellers,
        "payments": _Payments,
        "rates": _Rate,
        "periods": _Periods,
    }
    table = tables.get(steps[0]) if steps else _Config
    return ", ".join(table.model_fields) if table else "none"
