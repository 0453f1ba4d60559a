"""The workbook source: finds invoices in spreadsheets without fixed rows or columns."""

from ledgerferry.systems.workbook.api import read, read_known, read_many
from ledgerferry.systems.workbook.guards import DEFAULT, Limits
from ledgerferry.systems.workbook.mapping import to_json

__all__ = ["DEFAULT", "Limits", "read", "read_known", "read_many", "to_json"]
