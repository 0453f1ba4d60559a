"""Contacts: persons in CRM, each of one account."""

from collections.abc import Mapping

from ledgerferry.model.record import ContactContent, Kind
from ledgerferry.systems.crm.mapping import fitting
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.zoho.fields import Fields

COLUMNS = ("First_Name", "Last_Name", "Email", "Phone", "Account_Name")


def groups(content: ContactContent, refs: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """CRM's fields by the content's; ``refs`` give the account's id."""
    return {
        "account": {"Account_Name": {"id": refs[content.account]}},
        "first_name": {"First_Name": fitting.words(content.first_name)},
        "last_name": {"Last_Name": content.last_name.strip()},
        "email": {"Email": fitting.email(content.email)},
        "phone": {"Phone": fitting.phone(content.phone)},
    }


def content(row: Fields, names: Names) -> ContactContent:
    """The contact that a row shows."""
    account = row.within("Account_Name").text("id")
    return ContactContent(
        account=names.identity(Kind.ACCOUNT, account) if account else "",
        customer=names.counterpart("customer"),
        first_name=row.text("First_Name"),
        last_name=row.text("Last_Name") or "",
        email=row.text("Email"),
        phone=row.text("Phone"),
    )
