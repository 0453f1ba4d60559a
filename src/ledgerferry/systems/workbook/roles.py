"""What a column of a table holds, by the words of its heading."""

from enum import StrEnum

from ledgerferry.systems.workbook.labels import Concept, Label

C = Concept


class Role(StrEnum):
    """What a column of a table holds."""

    DESCRIPTION = "description"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    NET = "net"
    GROSS = "gross"
    TAX = "tax"
    TAX_RATE = "tax rate"
    DISCOUNT = "discount"
    DISCOUNT_RATE = "discount rate"
    CHARGE = "charge"
    CODE = "code"
    SERIAL = "serial"
    MEASURE = "measure"
    NUMBER = "number"
    DATE = "date"
    DUE = "due"
    CUSTOMER = "customer"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CONTACT = "contact"
    CURRENCY = "currency"
    STATUS = "status"
    PAID = "paid"
    PAID_ON = "paid on"
    BALANCE = "balance"
    SELLER = "seller"
    KIND = "kind"
    EXCHANGE = "exchange rate"


SUMS = (Role.AMOUNT, Role.NET, Role.GROSS)
_FIRST: tuple[tuple[Concept, Role | None], ...] = (
    (C.PERIOD, None),
    (C.EXCHANGE, Role.EXCHANGE),
    (C.BANK, None),
    (C.TAXID, None),
    (C.EMAIL, Role.EMAIL),
    (C.POSTCODE, Role.POSTCODE),
    (C.PHONE, Role.PHONE),
    (C.FAX, None),
    (C.ADDRESS, Role.ADDRESS),
    (C.CITY, None),
    (C.COUNTRY, None),
    (C.STATUS, Role.STATUS),
)


def column_role(found: Label) -> Role | None:
    """What a column under this heading holds."""
    for concept, role in _FIRST:
        if found.has(concept):
            return role
    return _dated(found) or _money(found) or _named(found)


def _dated(found: Label) -> Role | None:
    if found.has(C.DUE) and not found.any(C.AMOUNT, C.TOTAL):
        return Role.DUE
    if found.any(C.DATE, C.ISSUED):
        return Role.PAID_ON if found.has(C.PAYMENT) else None if found.any(C.ORDER, C.SHIP) else Role.DATE
    if found.any(C.INVOICE, C.CREDIT) and found.has(C.NUMBER) and not found.any(C.ORDER, C.CUSTOMER):
        return Role.NUMBER
    return None


def _money(found: Label) -> Role | None:
    if found.has(C.DISCOUNT) and found.concepts != {C.DISCOUNT, C.DESCRIPTION}:
        return Role.DISCOUNT_RATE if found.has(C.RATE) else Role.DISCOUNT
    if found.any(C.BALANCE):
        return Role.BALANCE
    if found.has(C.PAID) and not found.has(C.UNIT):
        return Role.PAID
    if found.has(C.TAX) and not found.any(C.NET, C.GROSS):
        return Role.TAX_RATE if found.has(C.RATE) and not found.any(C.AMOUNT, C.TOTAL) else Role.TAX
    if found.has(C.QUANTITY) and not found.any(C.PRICE, C.AMOUNT, C.RATE):
        return Role.QUANTITY
    if found.any(C.PRICE, C.RATE) or (found.has(C.UNIT) and found.has(C.AMOUNT)):
        return Role.AMOUNT if found.has(C.TOTAL) else Role.PRICE
    if found.any(C.AMOUNT, C.TOTAL, C.SUB, C.NET, C.GROSS):
        return Role.NET if found.has(C.NET) else Role.GROSS if found.has(C.GROSS) else Role.AMOUNT
    return None


def _named(found: Label) -> Role | None:
    order = (
        (C.MEASURE, Role.MEASURE),
        (C.CODE, Role.CODE),
        (C.SERIAL, Role.SERIAL),
        (C.SELLER, Role.SELLER),
        (C.CURRENCY, Role.CURRENCY),
        (C.CUSTOMER, Role.CUSTOMER),
        (C.DESCRIPTION, Role.DESCRIPTION),
        (C.CHARGE, Role.CHARGE),
        (C.UNIT, Role.MEASURE),
        (C.NUMBER, Role.SERIAL),
    )
    if found.has(C.CUSTOMER) and found.any(C.NUMBER, C.CODE, C.REFERENCE):
        return None
    return next((role for concept, role in order if found.has(concept)), None)
