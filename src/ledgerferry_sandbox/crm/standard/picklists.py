"""The values of the standard picklists."""

Values = tuple[tuple[str, int | None, str | None], ...]


def _plain(names: str) -> Values:
    return tuple((name.strip(), None, None) for name in names.split(","))


STAGES: Values = (
    ("Qualification", 10, "Open"),
    ("Needs Analysis", 20, "Open"),
    ("Value Proposition", 40, "Open"),
    ("Identify Decision Makers", 60, "Open"),
    ("Proposal/Price Quote", 75, "Open"),
    ("Negotiation/Review", 90, "Open"),
    ("Closed Won", 100, "Closed Won"),
    ("Closed Lost", 0, "Closed Lost"),
    ("Closed Lost to Competition", 0, "Closed Lost"),
)
OWN_STAGES: Values = (
    ("New", 10, "Open"),
    ("Offer Sent", 50, "Open"),
    ("Won", 100, "Closed Won"),
    ("Lost", 0, "Closed Lost"),
)
"""The stages of an organisation that has put its own in place of the default ones (F66)."""
PICKLISTS: dict[str, Values] = {
    "stage": STAGES,
    "pipeline": _plain("Standard (Standard),Renewals"),
    "salutation": _plain("Mr.,Mrs.,Ms.,Dr.,Prof."),
    "source": _plain(
        "-None-,Advertisement,Cold Call,Employee Referral,External Referral,Online Store,Partner,"
        "Public Relations,Web Download,Web Research,Chat,Trade Show"
    ),
    "lead_status": _plain(
        "-None-,Attempted to Contact,Contact in Future,Contacted,Junk Lead,Lost Lead,Not Contacted,"
        "Pre-Qualified,Not Qualified"
    ),
    "industry": _plain(
        "-None-,ASP (Application Service Provider),Data/Telecom OEM,ERP (Enterprise Resource Planning),"
        "Government/Military,Large Enterprise,ManagementISV,MSP (Management Service Provider),"
        "Network Equipment Enterprise,Non-management ISV,Optical Networking,Service Provider,"
        "Small/Medium Enterprise,Storage Equipment,Storage Service Provider,Systems Integrator,"
        "Wireless Industry"
    ),
    "rating": _plain("-None-,Acquired,Active,Market Failed,Project Cancelled,Shut Down"),
    "account_type": _plain(
        "-None-,Analyst,Competitor,Customer,Distributor,Integrator,Investor,Other,Partner,Press,Prospect,"
        "Reseller,Supplier,Vendor"
    ),
    "ownership": _plain("-None-,Other,Private,Public,Subsidiary,Partnership,Government,Privately Held"),
    "deal_type": _plain("-None-,Existing Business,New Business"),
    "invoice_status": _plain("-None-,Created,Approved,Delivered,Paid,Cancelled"),
    "quote_stage": _plain("Draft,Negotiation,Delivered,On Hold,Confirmed,Closed Won,Closed Lost"),
    "order_status": _plain("Created,Approved,Delivered,Cancelled"),
    "carrier": _plain("FedEX,UPS,USPS,DHL,BlueDart"),
    "task_status": _plain("Not Started,Deferred,In Progress,Completed,Waiting for input"),
    "priority": _plain("High,Highest,Low,Lowest,Normal"),
    "call_type": _plain("Outbound,Inbound,Missed"),
    "call_purpose": _plain("-None-,Prospecting,Administrative,Negotiation,Demo,Project,Desk"),
    "campaign_type": _plain("-None-,Conference,Webinar,Trade Show,Public Relations,Partners,Email,Other"),
    "campaign_status": _plain("-None-,Planning,Active,Inactive,Complete"),
    "product_category": _plain("-None-,Hardware,Software,CRM Applications"),
    "usage_unit": _plain("Box,Carton,Dozen,Each,Hours,Impressions,Lb,M,Pack,Pages,Pieces,Quantity,Reams"),
    "gl_account": _plain("Sales-Software,Sales-Hardware,Rental-Income,Interest-Income,Service-Income"),
    "currency": _plain("GBP,EUR,USD"),
}
