"""The products of the suite: what there is of each, what is not, and what nobody could confirm."""

from ledgerferry_sandbox.desk.meter import Limits
from ledgerferry_sandbox.suite import analytics, campaigns, helpdesk, people, projects
from ledgerferry_sandbox.suite.route import Product

PRODUCTS: tuple[Product, ...] = (
    helpdesk.PRODUCT,
    people.PRODUCT,
    projects.PRODUCT,
    campaigns.PRODUCT,
    analytics.PRODUCT,
)
LIMITS: dict[str, Limits] = {
    "desk": Limits(),
    "people": Limits(minute=100),
    "projects": Limits(minute=50),
    "campaigns": Limits(minute=100),
    "analytics": Limits(),
}
"""The least that the vendor documents for the addresses that are here, as calls of a minute."""
TITLES = {"desk": "Desk", "people": "People", "projects": "Projects", "campaigns": "Campaigns"}
TITLES |= {"analytics": "Analytics"}
SCOPES = (
    *("Desk.tickets.ALL", "Desk.contacts.ALL", "Desk.basic.READ"),
    *("ZOHOPEOPLE.forms.ALL", "ZOHOPEOPLE.employee.ALL"),
    *("ZohoProjects.portals.READ", "ZohoProjects.projects.ALL"),
    *("ZohoCampaigns.contact.ALL", "ZohoCampaigns.campaign.ALL"),
    *("ZohoAnalytics.metadata.read", "ZohoAnalytics.data.all", "ZohoAnalytics.modeling.all"),
)
"""What the sandbox's own login may do in them."""
ABSENT: dict[str, tuple[str, ...]] = {
    "Desk": (
        "accounts, agents, products, threads, comments, attachments, search, webhooks; credits of a day",
        "unconfirmed: 200 for what is created, the body without orgId, a missing scope's words, a 429's",
        "the bodies for a missing and for a wrong token, and for a wrong organisation, were seen live",
    ),
    "People": (
        "other forms, views, attendance, leave, time sheets; XML; inputData that is no strict JSON",
        "unconfirmed: the statuses and codes for a missing or wrong token, a missing scope and a 429",
        "the lock of five minutes after a broken limit; a limit for each address (one for all stands for it)",
    ),
    "Projects": (
        "the newer addresses under /api/v3, and all below a project",
        "unconfirmed: the words of every error; the body for a missing scope was told by others",
        "the lock of thirty minutes after a broken limit; 50 a minute stand for 100 in two minutes",
    ),
    "Campaigns": (
        "campaigns, topics, segments, reports; XML, which is what the vendor answers without resfmt=JSON",
        "unconfirmed: the codes for a missing or wrong token, a missing scope and a 429",
        "the lock of thirty minutes after a broken limit; 100 a minute stand for 500 in five minutes",
    ),
    "Analytics": (
        "views, rows, imports and exports, sharing, users",
        "unconfirmed: the summaries of errors, the statuses of those about workspaces, and the code of a 429",
        "the bodies for a missing and for a wrong token were seen live, that for a missing scope was told",
    ),
}
"""What is not there, and what of that which is there is unconfirmed."""
