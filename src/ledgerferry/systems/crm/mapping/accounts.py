"""Accounts: companies in CRM."""

from ledgerferry.model.party import Address
from ledgerferry.model.record import AccountContent
from ledgerferry.systems.crm.mapping import fitting
from ledgerferry.systems.crm.mapping.names import Names
from ledgerferry.systems.zoho.fields import Fields

_PLACE = ("Billing_Street", "Billing_City", "Billing_Code", "Billing_Country")


def columns(vat_field: str | None) -> tuple[str, ...]:
    """The fields that an account is read from."""
    return ("Account_Name", "Phone", *_PLACE, *((vat_field,) if vat_field else ()))


def groups(content: AccountContent, vat_field: str | None) -> dict[str, dict[str, object]]:
    """CRM's fields by the content's; a VAT number goes only where a field was named for it."""
    found: dict[str, dict[str, object]] = {
        "name": {"Account_Name": content.name.strip()},
        "phone": {"Phone": fitting.phone(content.phone)},
        "address": _address(content.address or Address()),
    }
    if vat_field:
        found["vat_number"] = {vat_field: fitting.words(content.vat_number)}
    return found


def _address(address: Address) -> dict[str, object]:
    """Street lines apart from the town, which has fields of its own."""
    told = {_squeezed(part) for part in (address.city, address.postcode, address.country) if part}
    town = {_squeezed(f"{address.postcode} {address.city}"), _squeezed(f"{address.city} {address.postcode}")}
    street = "\n".join(line for line in address.lines if _squeezed(line) not in told | town)
    values = (street, address.city, address.postcode, address.country)
    return {field: fitting.words(value) for field, value in zip(_PLACE, values, strict=True)}


def _squeezed(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())


def content(row: Fields, names: Names, vat_field: str | None) -> AccountContent:
    """The account that a row shows."""
    street, city, postcode, country = (row.text(field) for field in _PLACE)
    town = " ".join(part for part in (postcode, city) if part)
    lines = tuple(line for line in (*(street or "").splitlines(), town, country or "") if line)
    address = Address(lines=lines, city=city, postcode=postcode, country=country) if lines else None
    return AccountContent(
        name=row.text("Account_Name") or "",
        customer=names.counterpart("customer"),
        phone=row.text("Phone"),
        vat_number=row.text(vat_field) if vat_field else None,
        address=address,
    )
