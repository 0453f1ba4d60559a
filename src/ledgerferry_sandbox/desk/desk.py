"""The desk: what all rooms of one sandbox share."""

from datetime import UTC, datetime, tzinfo
from random import Random

from pydantic import TypeAdapter

from ledgerferry_sandbox.desk.clock import Clock, VirtualClock, second
from ledgerferry_sandbox.desk.faults import Faults, Rule
from ledgerferry_sandbox.desk.ids import Ids
from ledgerferry_sandbox.desk.log import Entry, Log
from ledgerferry_sandbox.desk.mail import MailLog
from ledgerferry_sandbox.desk.meter import Breach, Limits, Meter
from ledgerferry_sandbox.desk.outbox import Outbox, Rates
from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.switches import Switches

RULES = TypeAdapter(list[Rule])
LIMITS = TypeAdapter(dict[str, Limits])
ROLLING = frozenset({"crm"})
"""The services whose day is the twenty-four hours behind us, as documented (F75)."""


class Desk:
    """Clock, ids, chance, quotas, faults, switches, log, mail and outbox of one sandbox.

    The same seed, clock and calls bring the same ids and the same faults.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        seed: int = 0,
        limits: dict[str, Limits] | None = None,
        positions: Row | None = None,
    ) -> None:
        self.clock: Clock = clock or VirtualClock()
        self._seed = seed
        self._first_limits = limits or {}
        self._first_positions = positions or {}
        self.reset()

    def reset(self) -> None:
        """Forgets everything but the time."""
        self.ids = Ids(self._seed)
        self.zone: tzinfo = UTC
        self.switches = Switches()
        self.switches.set(self._first_positions)
        self.faults = Faults(Random(self._seed))  # noqa: S311 - chance, not secrecy
        self.log = Log()
        self.mail = MailLog()
        self.outbox = Outbox(self.clock.now, Random(self._seed))  # noqa: S311 - chance, not secrecy
        self._meters = {service: Meter(held) for service, held in self._first_limits.items()}

    def meter(self, service: str) -> Meter:
        """The counters of a service."""
        if service not in self._meters:
            self._meters[service] = Meter(Limits())
        return self._meters[service]

    def now(self) -> datetime:
        """This second, in the organisation's time zone."""
        return second(int(self.clock.now()), self.zone)

    def breach(self, service: str, entry: Entry | None = None) -> Breach | None:
        """Counts one more call of a service, or names the limit that refuses it; `entry` says its price."""
        now, today, meter = self.clock.now(), self.now().date(), self.meter(service)
        cost, heavy = (entry.cost, entry.heavy) if entry else (1, False)
        sliding, rolling = self._windows(service)
        broken = meter.breach(now, today, sliding=sliding, rolling=rolling, cost=cost, heavy=heavy)
        if broken:
            meter.refused += 1
        if not broken or self.switches.at("count_refused") == "yes":
            meter.count(now, today, cost)
        return broken

    def spent(self, service: str) -> int:
        """What the calls of a service have cost in the day that counts now."""
        _, rolling = self._windows(service)
        return self.meter(service).in_day(self.clock.now(), self.now().date(), rolling=rolling)

    def usage(self) -> Row:
        """Calls of each service: in all, in the minute, in the day, refused, open."""
        now, today = self.clock.now(), self.now().date()
        windows = {service: self._windows(service) for service in self._meters}
        return {
            service: {
                "calls": meter.calls,
                "minute": meter.in_minute(now, sliding=windows[service][0]),
                "day": meter.in_day(now, today, rolling=windows[service][1]),
                "refused": meter.refused,
                "open": meter.open,
                "limits": meter.limits.model_dump(),
            }
            for service, meter in self._meters.items()
        }

    def limit(self, rows: Row) -> None:
        """Changes some limits of some services; what is not named stays."""
        for service, given in LIMITS.validate_python(rows).items():
            self.meter(service).limits = self.meter(service).limits.model_copy(
                update={name: getattr(given, name) for name in given.model_fields_set}
            )

    def limits(self) -> Row:
        """The limits in force."""
        return {service: meter.limits.model_dump() for service, meter in self._meters.items()}

    def state(self) -> Row:
        """What must survive a restart, the log of calls and the mail apart."""
        return {
            "ids": self.ids.used,
            "switches": self.switches.row(),
            "limits": self.limits(),
            "faults": RULES.dump_python(self.faults.rules),
            "webhooks": self.outbox.rates.model_dump(),
            "meters": {service: meter.state() for service, meter in self._meters.items()},
        }

    def load(self, row: Row) -> None:
        """Takes up a state."""
        self.ids.used = max(self.ids.used, int(row.get("ids", 0)))
        self.switches.set(row.get("switches", {}))
        self.limit(row.get("limits", {}))
        if "faults" in row:
            self.faults.rules = RULES.validate_python(row["faults"])
        if "webhooks" in row:
            self.outbox.rates = Rates.model_validate(row["webhooks"])
        for service, counted in row.get("meters", {}).items():
            self.meter(service).load(counted)
        self.mail.rows = list(row.get("mail", self.mail.rows))

    def _windows(self, service: str) -> tuple[bool, bool]:
        at = self.switches.at
        return at("minute_window") == "sliding", service in ROLLING or at("day_reset") == "rolling"
