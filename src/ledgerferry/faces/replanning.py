"""Whether what is left of a run must be planned again."""

from ledgerferry.faces.house import House
from ledgerferry.faces.productsettings import books_settings
from ledgerferry.flows.deals import LINK as DEALS
from ledgerferry.flows.migrate import LINK
from ledgerferry.flows.result import PlanReport
from ledgerferry.store.runs import Run


def outdated(house: House, run: Run) -> str | None:
    """Why what is left of a run must be planned again, in a sentence; None where it need not be."""
    if run.plan is None:
        return None
    plan = PlanReport.model_validate_json(run.plan)
    if _rounds_otherwise(house, run, plan):
        return "The account rounds tax otherwise than was planned: the rest is planned again"
    if _settled_since(house, plan):
        return "Calls whose answers were not known are settled: what was left out for them is planned now"
    with house.database.read() as conn:
        moved = house.shelf.pairs.moved(conn, DEALS)
    if moved > plan.moved:
        return "Records of the CRM were changed there after the plan: what is left of them is planned again"
    return None


def _rounds_otherwise(house: House, run: Run, plan: PlanReport) -> bool:
    """Whether the account showed another rounding since; what was written comes out as it was planned."""
    known = house.connections.get(run.order.connection)
    shown = books_settings(known).tax_rounding if known is not None else None
    return plan.tax_rounding is not None and shown is not None and plan.tax_rounding is not shown


def _settled_since(house: House, plan: PlanReport) -> bool:
    """Whether fewer of the pairs that the plan left out for open calls have such a call now."""
    if not plan.unsettled:
        return False
    pairs, operations = house.shelf.pairs, house.shelf.rooms.operations
    with house.database.read() as conn:
        still = [operations.unsettled_pairs(conn, n) & pairs.marked(conn, n).keys() for n in (LINK, DEALS)]
    return sum(map(len, still)) < plan.unsettled
