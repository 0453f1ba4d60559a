"""Notifications: channels that tell an address what changes in which modules (F80 to F82)."""

from ledgerferry_sandbox.crm.notifications.calls import ROUTES
from ledgerferry_sandbox.crm.notifications.news import News

__all__ = ["ROUTES", "News"]
