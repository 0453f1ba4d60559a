"""What one address of CRM is: who answers it, which scope it needs, and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Handler

Price = Callable[[Cabinet, Call], int]
Weight = Callable[[Cabinet, Call], bool]
Naming = Callable[[Cabinet, Call], str]


@dataclass(frozen=True, slots=True)
class Route:
    """One address below /crm/, `*` standing for any part of it.

    `scope` may hold `{}` for the module in the path, or the one that `module` finds in the body, `|` for or,
    `&` for and. `credits` is the price (F76),
    `heavy` whether the call counts among those of which ten may be open (F77).
    """

    method: str
    path: str
    handler: Handler
    scope: str
    credits: int | Price = 1
    heavy: bool | Weight = False
    module: Naming | None = None

    def demanded(self, cabinet: Cabinet, call: Call) -> str:
        """The scopes that this call needs."""
        in_path = call.ids[0] if call.ids else ""
        return self.scope.replace("{}", self.module(cabinet, call) if self.module else in_path)

    def price(self, cabinet: Cabinet, call: Call) -> int:
        """What this call costs."""
        return self.credits if isinstance(self.credits, int) else self.credits(cabinet, call)

    def weighs(self, cabinet: Cabinet, call: Call) -> bool:
        """Whether this call is a heavy one."""
        return self.heavy if isinstance(self.heavy, bool) else self.heavy(cabinet, call)


READ, CREATE, UPDATE, DELETE = (
    f"ZohoCRM.modules.{{}}.{action}" for action in ("READ", "CREATE", "UPDATE", "DELETE")
)
