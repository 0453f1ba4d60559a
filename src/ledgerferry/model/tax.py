"""Taxes by name: the identity of one, and how one is called that nothing names."""

from decimal import Decimal


def tax_identity(seller: str, rate: Decimal, name: str | None = None) -> str:
    """The identity of a tax, as text; ``name`` where a rule tells it from others of its rate."""
    return f"{seller}|tax|{rate.normalize():f}{f'/{name}' if name else ''}|"


def plain_tax_name(rate: Decimal) -> str:
    """How a tax is called that the ferry makes for a rate, where nothing names it."""
    return f"Tax {rate.normalize():f}%"
