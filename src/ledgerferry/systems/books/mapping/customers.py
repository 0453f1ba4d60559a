"""Customers: contacts of Books with one contact person (F42, F43)."""

import re
from typing import Any, Final

from ledgerferry.model.party import Address, VatPlace
from ledgerferry.model.record import CustomerContent, Kind, Record, Ref, Summary
from ledgerferry.systems.books.catalogue import Catalogue
from ledgerferry.systems.books.fields import Row, custom_field, ident, member, members, moment, text

# Books takes 2 to 12 characters, and the country apart (F43).
_VAT: Final = re.compile(r"([A-Z]{2})?([0-9A-Z]{2,12})")
# The fields of a contact that carry a field of the content.
GROUPS: Final = {
    "name": ("contact_name", "company_name"),
    "contact": ("contact_persons",),
    "email": ("contact_persons",),
    "phone": ("contact_persons",),
    "vat_number": ("vat_reg_no", "country_code"),
    "address": ("billing_address",),
    "currency": ("currency_id",),
    "vat_place": ("vat_treatment",),
}
PLACES: Final = {VatPlace.HOME: "uk", VatPlace.OVERSEAS: "overseas",
                  VatPlace.EU_REGISTERED: "eu_vat_registered"}  # F43


def body(content: CustomerContent, catalogue: Catalogue, key: tuple[str, str] | None) -> dict[str, Any]:
    """The contact as Books takes it; ``key`` is the unique field's name and value."""
    found: dict[str, Any] = {"contact_name": content.name, "company_name": content.name,
                             "contact_type": "customer", "customer_sub_type": "business"}
    if content.currency is not None:
        found["currency_id"] = catalogue.currency(content.currency).id
    if content.address is not None:
        found["billing_address"] = _address_body(content.address)
    if content.contact or content.email or content.phone:
        found["contact_persons"] = [_person_body(content)]
    vat = _VAT.fullmatch(re.sub(r"[\s.-]", "", (content.vat_number or "").upper()))
    if vat is not None:
        found["vat_reg_no"] = vat[2]
        if vat[1]:
            found["country_code"] = vat[1]
    if content.vat_place is not None:
        found["vat_treatment"] = PLACES[content.vat_place]
    if key is not None:
        found["custom_fields"] = [{"api_name": key[0], "value": key[1]}]
    return found


def changes(content: CustomerContent, changed: tuple[str, ...], catalogue: Catalogue,
            now: Row) -> dict[str, Any]:
    """The groups of a contact that an update writes; persons other than the primary one stay.

    Name and type go with every update, since Books' specification requires them: as they are now.
    """
    whole = body(content, catalogue, None)
    wanted = {name for field in changed for name in GROUPS.get(field, ())}
    found = {name: now[name] for name in ("contact_name", "contact_type") if name in now}
    found |= {name: value for name, value in whole.items() if name in wanted}
    if "contact_persons" in wanted:
        found["contact_persons"] = _persons(whole.get("contact_persons", []), now)
    if "vat_reg_no" in wanted:
        found.setdefault("vat_reg_no", "")
    if "billing_address" in wanted:
        found.setdefault("billing_address", _address_body(Address()))
    return found


def _persons(wanted: list[dict[str, Any]], now: Row) -> list[dict[str, Any]]:
    held = [dict(person) for person in members(now, "contact_persons")]
    primary = next((p for p in held if p.get("is_primary_contact") is True), held[0] if held else {})
    others: list[dict[str, Any]] = [{k: p[k] for k in _PERSON if k in p} for p in held if p is not primary]
    own = {"contact_person_id": primary["contact_person_id"]} if "contact_person_id" in primary else {}
    return [{**person, **own} for person in wanted] + others


_PERSON: Final = ("contact_person_id", "salutation", "first_name", "last_name", "email", "phone", "mobile",
                  "designation", "department", "is_primary_contact")


def _person_body(content: CustomerContent) -> dict[str, Any]:
    first, _, last = (content.contact or "").partition(" ")
    return {"first_name": first, "last_name": last, "email": content.email or "",
            "phone": content.phone or "", "is_primary_contact": True}


def _address_body(address: Address) -> dict[str, str]:
    """Street lines apart from the town, which Books prints by itself."""
    told = {_squeezed(part) for part in (address.city, address.postcode, address.country) if part}
    town = {_squeezed(f"{address.postcode} {address.city}"), _squeezed(f"{address.city} {address.postcode}")}
    street = [line for line in address.lines if _squeezed(line) not in told | town]
    return {"address": street[0] if street else "", "street2": "\n".join(street[1:]),
            "city": address.city or "", "zip": address.postcode or "", "country": address.country or ""}


def _squeezed(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())


def content(row: Row) -> CustomerContent:
    """The customer that a contact's detail shows."""
    persons = members(row, "contact_persons")
    person = next((p for p in persons if p.get("is_primary_contact") is True), persons[0] if persons else {})
    names = [text(person, name) for name in ("first_name", "last_name")]
    return CustomerContent(
        name=text(row, "contact_name") or "",
        contact=" ".join(name for name in names if name) or None,
        email=text(person, "email"),
        phone=text(person, "phone"),
        vat_number=((text(row, "country_code") or "") + (text(row, "vat_reg_no") or "")
                    if text(row, "vat_reg_no") else None),
        address=_address(member(row, "billing_address")),
        currency=text(row, "currency_code"),
        vat_place=place_of(row),
    )


def place_of(row: Row) -> VatPlace | None:
    """Where a customer or document stands for VAT, as its row says; None where it says nothing known."""
    return next((place for place, word in PLACES.items() if word == text(row, "vat_treatment")), None)


def _address(row: Row) -> Address | None:
    street = "\n".join(part for part in (text(row, "address"), text(row, "street2")) if part).splitlines()
    city, postcode, country = text(row, "city"), text(row, "zip"), text(row, "country")
    town = " ".join(part for part in (postcode, city) if part)
    lines = tuple(line for line in (*street, town, country or "") if line)
    if not lines:
        return None
    return Address(lines=lines, city=city, postcode=postcode, country=country)


def person_ids(row: Row) -> tuple[str, ...]:
    """The ids of a contact's persons."""
    return tuple(ident(person, "contact_person_id") for person in members(row, "contact_persons"))


def summary(row: Row, connection: str, key_field: str) -> Summary:
    """A list row of contacts."""
    return Summary(
        ref=Ref(connection=connection, kind=Kind.CUSTOMER, id=ident(row, "contact_id")),
        name=text(row, "contact_name") or "", key=custom_field(row, key_field),
        currency=text(row, "currency_code"), status=text(row, "status"), email=text(row, "email"),
        modified=moment(row, "last_modified_time"))


def elsewhere(row: Row) -> dict[Kind, str]:
    """The ids in the CRM that a contact in full carries where the vendor's own sync made them (F27)."""
    told = {Kind.ACCOUNT: text(row, "zcrm_account_id"), Kind.CONTACT: text(row, "zcrm_contact_id")}
    return {kind: found for kind, found in told.items() if found}


def record(row: Row, connection: str, key_field: str) -> Record:
    """A contact in full."""
    return Record(
        ref=Ref(connection=connection, kind=Kind.CUSTOMER, id=ident(row, "contact_id")),
        content=content(row), key=custom_field(row, key_field), status=text(row, "status"),
        modified=moment(row, "last_modified_time"))
