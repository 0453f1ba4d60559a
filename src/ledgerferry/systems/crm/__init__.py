"""Zoho CRM: declaration, api, and writes by our own key."""

from ledgerferry.systems.crm.crm import Crm
from ledgerferry.systems.crm.declaration import EDITIONS, KEY_FIELD, CrmSettings
from ledgerferry.systems.crm.errors import CREDITS_LEFT, CrmDialect, Taken
from ledgerferry.systems.crm.keyed import Keyed, KeyProbe
from ledgerferry.systems.crm.records import RecordReceipt, Records
from ledgerferry.systems.crm.target import CrmTarget
from ledgerferry.systems.crm.trial import Findings

__all__ = [
    "CREDITS_LEFT",
    "EDITIONS",
    "KEY_FIELD",
    "Crm",
    "CrmDialect",
    "CrmSettings",
    "CrmTarget",
    "Findings",
    "KeyProbe",
    "Keyed",
    "RecordReceipt",
    "Records",
    "Taken",
]
