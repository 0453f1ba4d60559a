"""Bulk jobs: reading a module into a file, and writing a file into a module (F73, F74)."""

from ledgerferry_sandbox.crm.bulk import read_calls, upload, write_calls
from ledgerferry_sandbox.crm.bulk.jobs import furnish
from ledgerferry_sandbox.crm.bulk.work import work

ROUTES = (*read_calls.ROUTES, *upload.ROUTES, *write_calls.ROUTES)

__all__ = ["ROUTES", "furnish", "work"]
