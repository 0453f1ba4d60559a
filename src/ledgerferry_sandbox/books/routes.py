"""The addresses of Books and what answers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledgerferry_sandbox.books.call import Handler
from ledgerferry_sandbox.books.errors import Refusal
from ledgerferry_sandbox.books.routes_party import PARTY
from ledgerferry_sandbox.books.routes_purchases import PURCHASES
from ledgerferry_sandbox.books.routes_sales import SALES
from ledgerferry_sandbox.books.routes_settings import SETTINGS

PREFIX = "/books/v3/"
Ids = tuple[str, ...]
TABLE: tuple[tuple[str, str, Handler], ...] = (*SETTINGS, *PARTY, *SALES, *PURCHASES)


@dataclass(slots=True)
class Branch:
    """A branch of the tree of addresses: where the next words lead, where any other one, and who answers."""

    words: dict[str, "Branch"] = field(default_factory=dict)
    other: "Branch | None" = None
    handlers: dict[str, Handler] = field(default_factory=dict)

    def beyond(self, piece: str) -> "Branch":
        """The place that a piece of an address leads to, laid out if there is none."""
        if piece != "*":
            return self.words.setdefault(piece, Branch())
        self.other = self.other or Branch()
        return self.other

    def ends(self, parts: Sequence[str], ids: Ids = ()) -> Iterator[tuple[dict[str, Handler], Ids]]:
        """Who answers where these parts may lead, and the ids among them; the more literal way first."""
        if not parts:
            yield self.handlers, ids
            return
        part, rest = parts[0], parts[1:]
        if part in self.words:
            yield from self.words[part].ends(rest, ids)
        if self.other:
            yield from self.other.ends(rest, (*ids, part))


def _tree() -> Branch:
    tree = Branch()
    for method, path, handler in TABLE:
        place = tree
        for piece in path.split("/"):
            place = place.beyond(piece)
        place.handlers[method] = handler
    return tree


TREE = _tree()
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


def resolve(method: str, path: str) -> tuple[Handler, Ids]:
    """The handler of an address and the ids in it; error 5 for an unknown address, 37 for a wrong method."""
    found = False
    for handlers, ids in TREE.ends(path.removeprefix(PREFIX).strip("/").split("/")):
        if method in handlers:
            return handlers[method], ids
        found = found or bool(handlers)
    if found:
        raise Refusal(37, f"The HTTP method {method} is not allowed for the requested resource", 405)
    raise Refusal(5, "Invalid URL Passed", 404)


def scope(method: str, path: str) -> str:
    """The scope that a call needs, as in ZohoBooks.invoices.CREATE."""
    first = path.removeprefix(PREFIX).split("/")[0]
    module = MODULES.get(first, "settings")
    return f"ZohoBooks.{module}.{ACTIONS.get(method, 'READ')}"
