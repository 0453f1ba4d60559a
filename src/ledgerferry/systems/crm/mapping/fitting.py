"""Values as CRM's fields take them: what does not fit is left out and told, never bent."""

import re
from typing import Final

# CRM refuses a whole record for an address or a number that is none.
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_PHONE: Final = re.compile(r"\+?[0-9x()\-./ ]{1,29}")


def email(value: str | None) -> str | None:
    """An e-mail address; None where it is none."""
    value = (value or "").strip()
    return value if _EMAIL.fullmatch(value) else None


def phone(value: str | None) -> str | None:
    """A telephone number; None where it has other characters, no digit, or more than CRM keeps."""
    value = (value or "").strip()
    fits = _PHONE.fullmatch(value) and any(c.isdigit() for c in value)
    return value if fits else None


def words(value: str | None) -> str | None:
    """A text without its outer blanks; None where nothing is left."""
    return (value or "").strip() or None
