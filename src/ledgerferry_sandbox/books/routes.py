"""The addresses of Books and what answers them."""

from ledgerferry_sandbox.books.call import Handler
from ledgerferry_sandbox.books.errors import Refusal
from ledgerferry_sandbox.books.routes_party import PARTY
from ledgerferry_sandbox.books.routes_purchases import PURCHASES
from ledgerferry_sandbox.books.routes_sales import SALES
from ledgerferry_sandbox.books.routes_settings import SETTINGS

PREFIX = "/books/v3/"
TABLE: tuple[tuple[str, str, Handler], ...] = (*SETTINGS, *PARTY, *SALES, *PURCHASES)
HANDLERS = {(method, tuple(path.split("/"))): handler for method, path, handler in TABLE}
SHAPES: dict[tuple[int, str], list[tuple[str, ...]]] = {}
for _shape in dict.fromkeys(shape for _, shape in HANDLERS):
    SHAPES.setdefault((len(_shape), _shape[0]), []).append(_shape)
ACTIONS = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}
MODULES = {
    "contacts": "contacts",
    "invoices": "invoices",
    "invoice": "invoices",
    "customerpayments": "customerpayments",
    "customerpayment": "customerpayments",
    "creditnotes": "creditnotes",
    "bills": "bills",
    "journals": "accountants",
    "chartofaccounts": "accountants",
}


def resolve(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """The handler of an address and the ids in it; error 5 for an unknown address, 37 for a wrong method."""
    parts = path.removeprefix(PREFIX).strip("/").split("/")
    found = False
    for shape in SHAPES.get((len(parts), parts[0]), ()):
        if all(piece in ("*", part) for piece, part in zip(shape, parts, strict=True)):
            found = True
            handler = HANDLERS.get((method, shape))
            if handler:
                ids = (part for piece, part in zip(shape, parts, strict=True) if piece == "*")
                return handler, tuple(ids)
    if found:
        raise Refusal(37, f"The HTTP method {method} is not allowed for the requested resource", 405)
    raise Refusal(5, "Invalid URL Passed", 404)


def scope(method: str, path: str) -> str:
    """The scope that a call needs, as in ZohoBooks.invoices.CREATE."""
    first = path.removeprefix(PREFIX).split("/")[0]
    module = MODULES.get(first, "settings")
    return f"ZohoBooks.{module}.{ACTIONS.get(method, 'READ')}"
