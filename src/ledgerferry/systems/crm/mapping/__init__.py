"""Accounts, contacts, deals and files, in the ferry's words and in CRM's."""

from collections.abc import Mapping, Sequence

from ledgerferry.model.record import (
    AccountContent,
    AnyContent,
    ContactContent,
    DealContent,
    Kind,
    Record,
    Ref,
    Summary,
)
from ledgerferry.systems.crm.declaration import MODULES, CrmSettings
from ledgerferry.systems.crm.mapping import accounts, contacts, deals
from ledgerferry.systems.crm.mapping.deals import Board
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.zoho.fields import Fields, ident, moment, text

Written = AccountContent | ContactContent | DealContent
Groups = dict[str, dict[str, object]]


def groups(content: Written, refs: Mapping[str, str], settings: CrmSettings, board: Board | None) -> Groups:
    """CRM's fields by the field of the content that they carry.

    A field of the content that is missing here, or empty though it has a value, is not carried. A deal needs
    a ``board``; raises ``Refused`` for one that it has no stage or currency for.
    """
    if isinstance(content, AccountContent):
        return accounts.groups(content, settings.vat_field)
    if isinstance(content, ContactContent):
        return contacts.groups(content, refs)
    if board is None:
        raise TypeError("a deal cannot be written without its board")
    return deals.groups(content, refs, board)


def body(groups: Groups, names: Sequence[str] | None = None) -> dict[str, object]:
    """The record that groups make: whole and without blanks, or of some fields, blanks to empty them."""
    chosen = groups if names is None else {name: groups[name] for name in names if name in groups}
    merged = {field: value for group in chosen.values() for field, value in group.items()}
    return merged if names is not None else {f: v for f, v in merged.items() if v is not None}


def left_out(content: Written, groups: Groups) -> tuple[str, ...]:
    """The fields of a content that have a value which does not fit CRM's field."""
    return tuple(
        name
        for name, group in groups.items()
        if getattr(content, name) is not None and all(value is None for value in group.values())
    )


def columns(kind: Kind, settings: CrmSettings, *, own_currency: bool) -> tuple[str, ...]:
    """The fields of a module that a record in full is read from."""
    module = MODULES[kind]
    own = (settings.key_field,) if module in settings.keyed else ()
    linked = (settings.linked[module],) if module in settings.linked else ()
    if kind is Kind.ACCOUNT:
        carried = accounts.columns(settings.vat_field)
    elif kind is Kind.CONTACT:
        carried = contacts.COLUMNS
    else:
        carried = deals.columns(own_currency=own_currency)
    return ("id", *carried, *own, *linked, "Modified_Time")


def content(kind: Kind, row: Fields, names: Names, settings: CrmSettings, currency: str) -> AnyContent:
    """What a row shows; ``currency`` is the organisation's, for deals that name none."""
    if kind is Kind.ACCOUNT:
        return accounts.content(row, names, settings.vat_field)
    if kind is Kind.CONTACT:
        return contacts.content(row, names)
    return deals.content(row, names, currency)


def kept(content: AnyContent, settings: CrmSettings) -> dict[str, object]:
    """What of a content CRM keeps, in a form that can be compared; nothing of what it does not hold."""
    if isinstance(content, AccountContent):
        return dict(accounts.groups(content, settings.vat_field))
    if isinstance(content, ContactContent):
        return dict(contacts.groups(content, {content.account: content.account}))
    return deals.kept(content) if isinstance(content, DealContent) else {}


def record(
    kind: Kind, row: Fields, connection: str, names: Names, settings: CrmSettings, currency: str
) -> Record:
    """A record in full."""
    return Record(
        ref=Ref(connection=connection, kind=kind, id=ident(row, "id")),
        content=content(kind, row, names, settings, currency),
        key=text(row, settings.key_field),
        status=text(row, "Stage"),
        modified=moment(row, "Modified_Time"),
    )


def summary(kind: Kind, row: Fields, connection: str, settings: CrmSettings) -> Summary:
    """A list row: ``customer`` is the account's id in CRM, ``reference`` the other system's id."""
    name = {Kind.ACCOUNT: "Account_Name", Kind.CONTACT: "Full_Name", Kind.DEAL: "Deal_Name"}[kind]
    linked = settings.linked.get(MODULES[kind])
    return Summary(
        ref=Ref(connection=connection, kind=kind, id=ident(row, "id")),
        name=text(row, name) or "",
        key=text(row, settings.key_field),
        customer=row.within("Account_Name").text("id") if kind is not Kind.ACCOUNT else None,
        day=row.day("Closing_Date"),
        currency=text(row, "Currency") if kind is Kind.DEAL else None,
        total=row.number("Amount"),
        status=text(row, "Stage"),
        email=text(row, "Email"),
        person=row.within("Contact_Name").text("id") if kind is Kind.DEAL else None,
        reference=text(row, linked) if linked else None,
        modified=moment(row, "Modified_Time"),
    )


def listed(kind: Kind, settings: CrmSettings, *, own_currency: bool) -> tuple[str, ...]:
    """The fields of a module that a list row is read from."""
    module = MODULES[kind]
    own = (settings.key_field,) if module in settings.keyed else ()
    linked = (settings.linked[module],) if module in settings.linked else ()
    if kind is Kind.ACCOUNT:
        carried: tuple[str, ...] = ("Account_Name",)
    elif kind is Kind.CONTACT:
        carried = ("Full_Name", "Email", "Account_Name")
    else:
        carried = deals.columns(own_currency=own_currency)
    return ("id", *carried, *own, *linked, "Modified_Time")
