"""Zoho Books v3: one organisation's contacts, invoices, payments and settings (F13 to F46)."""
