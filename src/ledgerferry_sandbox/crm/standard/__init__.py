"""The modules and fields that every organisation has, as data."""

from ledgerferry_sandbox.crm.standard.catalogue import FIELDS, MODULES, OWN_STAGE

__all__ = ["FIELDS", "MODULES", "OWN_STAGE"]
