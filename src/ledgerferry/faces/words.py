"""Words for codes, as every face says them."""

from collections.abc import Mapping
from typing import Final

GUARDS: Final[Mapping[str, str]] = {
    "a": "upsert by the key field: a repeat finds its own record",
    "b": "the unique key field: a repeat is refused",
    "c": "Books' own unique names and numbers",
    "d": "nothing: a lost answer waits for a person",
}

KEY_FIELD_STEPS: Final = """\
To let Books itself refuse a record twice, give it a key field; its interface cannot, so click:
  1. Open Books as an administrator, then Settings (the gear).
  2. Under Customization choose Customers and Vendors, tab Field Customization (or Custom Fields).
  3. + New Custom Field. Label: Ferry Key. Data type: Text Box (Single Line).
     Tick "Prevent duplicate values" (also called Unique). PII: no. Show in PDF: no. Save.
  4. Check that its API field name is cf_ferry_key (Edit shows it).
  5. Do the same under Settings, Preferences: Invoices, and again: Payments Received.
Then `ferry doctor --probe` proves it with a few harmless drafts and deletes them again."""
