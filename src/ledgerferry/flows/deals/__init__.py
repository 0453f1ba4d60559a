"""Deals: what a migration makes in a CRM beside the books: accounts, contacts, deals and their files."""

from ledgerferry.flows.deals.plan import Beside, Books, Deals, opened
from ledgerferry.flows.deals.preflight import Misfit
from ledgerferry.flows.deals.proof import proven
from ledgerferry.flows.deals.rollbackscope import weigh
from ledgerferry.flows.deals.shape import LINK, Rules

__all__ = ["LINK", "Beside", "Books", "Deals", "Misfit", "Rules", "opened", "proven", "weigh"]
