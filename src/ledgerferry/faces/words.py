"""Words for codes, as every face says them."""

from collections.abc import Mapping
from typing import Final

GUARDS: Final[Mapping[str, str]] = {
    "a": "upsert by the key field: a repeat finds its own record",
    "b": "the unique key field: a repeat is refused",
    "c": "names and numbers that Books takes once",
    "d": "nothing: a lost answer waits for a person",
}

# What guards a record that has neither a key field nor a name or number of its own.
_OWN: Final[Mapping[str, str]] = {
    "payment": "a lost answer is looked for among the customer's payments, by the key in the reference",
    "credit": "a lost answer is looked for on the credit note: what it is applied to",
    "refund": "a lost answer is looked for on the credit note: its refunds, by the key that they bear",
    "write_off": "a lost answer is looked for on the invoice: what it says was given up",
    "file": "a lost answer is looked for on the document: the name, which carries key and size",
}


def guard_of(kind: str, rung: str) -> str:
    """What keeps out a second record of a kind that is guarded by this rung."""
    return _OWN.get(kind, GUARDS[rung]) if rung == "c" else GUARDS[rung]


_THEN: Final = "then migrate the folder again: exactly this then follows."
REMEDIES: Final[Mapping[str, str]] = {
    "held": f"Mend the cell in the sheet, or decide with `ferry review`; {_THEN}",
    "conflict": "Both sides moved: decide which is right, mend the other, then migrate again.",
    "archived": "Nothing: it is kept out of the books on purpose, and counts as held.",
    "rejected": f"If it is an invoice, make it readable (see the reason); {_THEN} If it is none: nothing.",
    "notice": "Look whether this is right. Nothing was held or changed because of it.",
    "again": "Nothing.",
    "difference": "Open the record beside the cell, correct the wrong one, then `ferry verify`.",
    "dead letter": "`ferry dead show`, then retry, settle or discard it; `ferry apply` goes on.",
    "not-written": "`ferry dead list` shows what stopped it; then `ferry apply` goes on.",
    "arithmetic": "Add it up again, and mend the sheet. Where it is held too, its own flag says so.",
    "number-repeated": "Look which of them bears the right number. Where they are held, their flags say so.",
    "number-gap": "Look for the missing documents: another folder, a drawer, or a number never given out.",
    "same-invoice": "If it is one invoice under two numbers, take one file out and plan again.",
    "alike-customers": "If they are one customer, give them one name in the sheets, and plan again.",
    "filed-period": f"Leave it out, or give --accept-filed once the return was corrected; {_THEN}",
    "not-an-invoice": "Nothing, unless it is an invoice after all: then `ferry review` takes it up.",
}

KEY_FIELD_STEPS: Final = """\
To let Books itself refuse a record twice, give it a key field; its interface cannot, so click:
  1. Open Books as an administrator, then Settings (the gear).
  2. Under Customization choose Customers and Vendors, tab Field Customization (or Custom Fields).
  3. + New Custom Field. Label: Ferry Key. Data type: Text Box (Single Line).
     Tick "Prevent duplicate values" (also called Unique). PII: no. Show in PDF: no. Save.
  4. Check that its API field name is cf_ferry_key (Edit shows it).
  5. Do the same under Settings, Preferences: Invoices, again: Payments Received, again: Credit Notes.
Then `ferry doctor --probe` proves it with a few harmless drafts and deletes them again."""
# What each system counts its daily allowance in.
UNITS: Final = {"books": "API calls", "crm": "API credits", "pipedrive": "API tokens"}
