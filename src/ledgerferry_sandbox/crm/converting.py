"""Leads that become contacts, accounts and deals (F76: five credits; F77: heavy)."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.call import Call, Reply
from ledgerferry_sandbox.crm.errors import Refusal, invalid, invalid_id
from ledgerferry_sandbox.crm.models import Record
from ledgerferry_sandbox.crm.route import Route
from ledgerferry_sandbox.crm.writing import Writing
from ledgerferry_sandbox.exchange import Row

TO_CONTACT = {
    name: name
    for name in (
        "Salutation",
        "First_Name",
        "Last_Name",
        "Email",
        "Phone",
        "Mobile",
        "Fax",
        "Lead_Source",
        "Skype_ID",
    )
} | {
    "Designation": "Title",
    "Street": "Mailing_Street",
    "City": "Mailing_City",
    "State": "Mailing_State",
    "Zip_Code": "Mailing_Zip",
    "Country": "Mailing_Country",
}
TO_ACCOUNT = {
    "Company": "Account_Name",
    "Phone": "Phone",
    "Fax": "Fax",
    "Website": "Website",
    "Industry": "Industry",
    "Annual_Revenue": "Annual_Revenue",
    "No_of_Employees": "Employees",
    "Street": "Billing_Street",
    "City": "Billing_City",
    "State": "Billing_State",
    "Zip_Code": "Billing_Code",
    "Country": "Billing_Country",
}
SCOPE = "ZohoCRM.modules.Leads.UPDATE|ZohoCRM.modules.Leads.CREATE"


def convert(cabinet: Cabinet, call: Call) -> Reply:
    """POST /Leads/{id}/actions/convert."""
    lead = cabinet.get("Leads", call.ids[0])
    if lead is None:
        raise invalid_id()
    if lead.get("Converted__s"):
        details: Row = {"id": lead.id}
        raise Refusal("ID_ALREADY_CONVERTED", "id already converted", details)
    row = call.rows("data", most=1)[0]
    return Reply({"data": [_converted(cabinet, call, lead, row)]})


def _converted(cabinet: Cabinet, call: Call, lead: Record, row: Row) -> Row:
    how = Writing(cabinet, call.user)
    account = _met(
        cabinet, how, "Accounts", row, _mapped(lead, TO_ACCOUNT), over=row.get("overwrite") is True
    )
    person = _mapped(lead, TO_CONTACT) | ({"Account_Name": account.id} if account else {})
    contact = _met(cabinet, how, "Contacts", row, person, over=row.get("overwrite") is True)
    deal = None
    if isinstance(given := row.get("Deals"), dict):
        links = {
            "Account_Name": account.id if account else None,
            "Contact_Name": contact.id if contact else None,
        }
        deal = how.insert("Deals", {**links, **given}, "$.data[0].Deals")
    made = {"Accounts": account, "Contacts": contact, "Deals": deal}
    marks: Row = {"Converted__s": True, "Modified_Time": cabinet.now(), "Modified_By": call.user}
    marks |= {f"Converted_{name[:-1]}": held.id for name, held in made.items() if held}
    cabinet.update(lead.model_copy(update={"values": lead.values | marks}))
    details = {name: _named(cabinet, held) for name, held in made.items()}
    text = "The record has been converted successfully"
    return {"code": "SUCCESS", "details": details, "message": text, "status": "success"}


def _mapped(lead: Record, names: dict[str, str]) -> Row:
    return {there: lead.values[here] for here, there in names.items() if here in lead.values}


def _met(cabinet: Cabinet, how: Writing, module: str, row: Row, values: Row, *, over: bool) -> Record | None:
    given = row.get(module)
    path = f"$.data[0].{module}"
    if given is None:
        return how.insert(module, values, path) if values.get(cabinet_name(module)) else None
    number = given.get("id") if isinstance(given, dict) else given
    held = cabinet.get(module, str(number))
    if held is None:
        raise invalid({"api_name": module, "json_path": path}, "the id given seems to be invalid")
    return how.update(held, values, path) if over else held


def cabinet_name(module: str) -> str:
    """The field without which a converted lead makes no record of this module."""
    return {"Accounts": "Account_Name", "Contacts": "Last_Name"}[module]


def _named(cabinet: Cabinet, held: Record | None) -> Row | None:
    return {"name": cabinet.name(held), "id": held.id} if held else None


ROUTES = (Route("POST", "v8/Leads/*/actions/convert", convert, SCOPE, 5, heavy=True),)
