"""The addresses of bills and journals."""

from ledgerferry_sandbox.books import bills, journals
from ledgerferry_sandbox.books.call import Handler

PURCHASES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "bills", bills.index),
    ("POST", "bills", bills.post),
    ("GET", "bills/*", bills.get),
    ("PUT", "bills/*", bills.put),
    ("DELETE", "bills/*", bills.delete),
    ("GET", "journals", journals.index),
    ("POST", "journals", journals.post),
    ("GET", "journals/*", journals.get),
    ("DELETE", "journals/*", journals.delete),
)
