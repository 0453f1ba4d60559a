"""A stateful local emulator of Zoho accounts and Zoho Books."""
