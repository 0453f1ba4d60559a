"""Items, in the vendor's own words."""

from ledgerferry_sandbox.books.customfields import CustomInput, CustomValue
from ledgerferry_sandbox.books.wire import ZERO, Amount, Moment, Text, Text100, Wire


class ItemFields(Wire):
    """An item as a caller gives one."""

    name: Text100 = ""
    rate: Amount = ZERO
    description: Text = ""
    unit: Text = ""
    sku: Text = ""
    product_type: str = "goods"
    item_type: str = "sales"
    tax_id: Text = ""
    is_taxable: bool = True
    tax_exemption_id: Text = ""
    account_id: Text = ""
    purchase_rate: Amount = ZERO
    purchase_description: Text = ""
    custom_fields: tuple[CustomInput, ...] = ()


class Item(ItemFields):
    """Something that is sold."""

    item_id: str
    status: str = "active"
    custom_fields: tuple[CustomValue, ...] = ()
    created_time: Moment
    last_modified_time: Moment
