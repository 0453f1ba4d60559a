"""The small registers of an organisation: accounts, users, locations, tax authorities and exemptions."""

from pydantic import Field

from ledgerferry_sandbox.books.wire import Moment, Text, Text100, Wire
from ledgerferry_sandbox.exchange import Row


class AccountFields(Wire):
    """An account of the chart of accounts as a caller gives it."""

    account_name: Text100 = ""
    account_code: Text = ""
    account_type: Text = "other_asset"
    currency_id: Text = ""
    description: Text = ""
    parent_account_id: Text = ""


class Account(AccountFields):
    """An account of the chart of accounts."""

    account_id: str
    is_active: bool = True
    is_user_created: bool = True
    is_system_account: bool = False
    created_time: Moment
    last_modified_time: Moment


class UserFields(Wire):
    """A user as an administrator gives one."""

    name: Text100 = ""
    email: Text100 = ""
    role_id: Text = ""


class User(UserFields):
    """Someone who may enter these books."""

    user_id: str
    user_role: str = "staff"
    user_type: str = "zoho"
    status: str = "invited"
    is_current_user: bool = False
    created_time: Moment


class LocationFields(Wire):
    """A location as a caller gives one."""

    location_name: Text100 = ""
    type: Text = "general"
    email: Text = ""
    phone: Text = ""
    country: Text = ""
    address: Row = Field(default_factory=dict)
    parent_location_id: Text = ""
    tax_settings_id: Text = ""


class Location(LocationFields):
    """A place of business."""

    location_id: str
    is_primary: bool = False
    status: str = "active"


class TaxAuthorityFields(Wire):
    """A tax authority as a caller gives it (F44)."""

    tax_authority_name: Text100 = ""
    description: Text = ""
    registration_number: Text = ""
    registration_number_label: Text = ""


class TaxAuthority(TaxAuthorityFields):
    """A tax authority."""

    tax_authority_id: str


class ExemptionFields(Wire):
    """A reason not to tax, as a caller gives it (F44)."""

    tax_exemption_code: Text100 = ""
    description: Text = ""
    type: Text = ""


class Exemption(ExemptionFields):
    """A reason not to tax a customer or an item."""

    tax_exemption_id: str
