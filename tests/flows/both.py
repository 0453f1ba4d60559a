"""A stage with two connections: Books and CRM of one sandbox."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ledgerferry.engine.apply import LaneWorker, Side
from ledgerferry.faces import connecting, driving
from ledgerferry.flows import settling
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import PlanReport, Verified
from ledgerferry.flows.rollbacks import Rollbacks
from ledgerferry.model.document import Document
from ledgerferry.model.record import Kind
from ledgerferry.store.runs import Order, Run
from ledgerferry_sandbox import seeds
from ledgerferry_sandbox.rooms import Edit
from tests.flows.stage import NAME, Stage

CRM = "sales"
# The address that the sandbox itself gives out.
HOST = "http://sandbox.localhost"
MODULES = ("Accounts", "Contacts", "Deals")


class Both(Stage):
    """The same home, connected to CRM as well."""

    def __init__(self, folder: Path, policy: Policy | None = None) -> None:
        super().__init__(folder, policy=policy)
        login = connecting.Login(
            seeds.CLIENT_ID, seeds.CLIENT_SECRET, seeds.REFRESH_TOKEN, accounts_url=HOST, api_url=HOST
        )
        connecting.connect(self.house, CRM, login, connecting.Wishes(products=("crm",)))
        self.virtual.advance(60)

    @property
    def crm(self) -> Side:
        return self.house.side(CRM, self.folder)

    def plan(self, *documents: Document, **order: Any) -> tuple[Run, PlanReport]:
        return super().plan(*documents, **({"crm": CRM} | order))

    def work(self, lanes: Sequence[Kind] = ()) -> None:
        """Let every lane of both connections work until none has anything to do."""
        house, today = self.house, self.clock.now().date()
        order = Order(flow="", connection=NAME, crm=CRM, source="", today=today)
        workers = [
            LaneWorker(house.shelf.rooms, side, kind, worker="one", clock=house.clock, ids=house.ids)
            for side in house.sides(order, self.folder)
            for kind in side.target.declaration.kinds
        ]
        while any([worker.step() is None for worker in workers]):  # noqa: C419 every lane works each round
            pass

    def verify(self, run: Run, *, details: bool = False) -> Verified:
        self.virtual.advance(60)
        books, *beside = driving.sides(self.house, run)
        policy = self.house.settings.policy.crm
        crm = beside[0] if beside else None
        return settling.verify(self.house.shelf, books, run, crm=crm, policy=policy, details=details)

    def records(self, module: str) -> list[dict[str, Any]]:
        """What CRM holds of a module."""
        found: list[dict[str, Any]] = self.sandbox.state()["crm"][module]
        return found

    def record(self, module: str, name: str) -> dict[str, Any]:
        """The one record of a name."""
        (found,) = [r for r in self.records(module)
                    if name in (r.get("Account_Name"), r.get("Full_Name"), r.get("Deal_Name"))]  # fmt: skip
        return found

    def person(self, module: str, record: str | None, **fields: Any) -> dict[str, Any]:
        """A change that a person makes in CRM, long enough ago for queries to show it."""
        ways = {way: fields.pop(way) for way in ("delete",) if way in fields}
        change = Edit(service="crm", kind=module, id=record, fields=fields, **ways)
        made: dict[str, Any] = self.sandbox.crm.edit(change)
        self.virtual.advance(60)
        return made

    def crm_calls(self) -> int:
        """How many calls CRM has received."""
        return self.sandbox.desk.meter("crm").calls

    def undoing(self, *runs: str, **order: Any) -> tuple[Run, Rollbacks]:
        return super().undoing(*runs, **({"crm": CRM} | order))
