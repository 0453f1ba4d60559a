"""Zoho CRM v8: one organisation's modules, records, files and settings (F57 to F82)."""
