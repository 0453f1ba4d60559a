"""Workflow rules: what CRM does by itself when records are written, unless told `trigger: []` (F57)."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Change

KINDS = {"insert": "workflow_create", "update": "workflow_edit"}
MAILED = ("Leads", "Contacts", "Accounts", "Deals", "Quotes", "Sales_Orders", "Purchase_Orders", "Invoices")


def listen(cabinet: Cabinet) -> None:
    """Lets the rules hear of every change."""
    cabinet.listeners.append(lambda change: _mail(cabinet, change))


def _mail(cabinet: Cabinet, change: Change) -> None:
    on = cabinet.switches.at("crm.workflow_mail") == "on"
    if not on or not change.triggered or change.operation not in KINDS or change.module not in MAILED:
        return
    record = cabinet.get(change.module, change.id)
    if record is None:
        return
    own = record.get("Email")
    paths = ("Contact_Name.Email", "Vendor_Name.Email", "Owner.email")
    address = own or next((found for path in paths if (found := cabinet.lookup(record, path))), None)
    about = {"module": change.module, "record": change.id, "subject": cabinet.name(record)}
    to = [str(address)] if address else []
    cabinet.desk.mail.send(cabinet.desk.clock.now(), "crm", KINDS[change.operation], to, about)
