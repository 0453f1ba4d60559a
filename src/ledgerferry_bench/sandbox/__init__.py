"""``ferry bench sandbox``: what the sandbox's calls cost with a hundred times as many invoices in it."""
