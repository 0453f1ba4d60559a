"""Zoho accounts: who may call, for how long, and what for (F1 to F12)."""
