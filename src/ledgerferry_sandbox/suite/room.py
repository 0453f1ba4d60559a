"""A product of the suite as a room: who may call, how often, and the form of every answer."""

from typing import Any

from ledgerferry_sandbox.accounts.models import Access
from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Edit, EditRefused
from ledgerferry_sandbox.suite.refusal import Refusal
from ledgerferry_sandbox.suite.route import Call, Product, Route
from ledgerferry_sandbox.suite.shelf import Shelf

SCHEME = "Zoho-oauthtoken "


class SuiteRoom:
    """One product behind the paths of its own host."""

    modes = frozenset({"token_expired"})

    def __init__(self, desk: Desk, tokens: Tokens, product: Product) -> None:
        self.service = product.name
        self.product = product
        self._desk = desk
        self._tokens = tokens
        self.shelf = Shelf(desk, product.kinds)
        product.furnish(self.shelf)

    def owns(self, path: str) -> bool:
        """Whatever begins as the product's addresses do."""
        return path.startswith(self.product.roots)

    def answer(self, request: Request, entry: Entry) -> Answer:
        """Checks token, address, scope, what the product asks of every call, and quota, in this order."""
        try:
            access = self._admit(request)
            route, ids = self._address(request)
            if not any(access.allows(scope) for scope in route.scope.split("|")):
                raise Refusal(self.product.manners.scope)
            call = Call(request, ids)
            self.product.check(self.shelf, call)
            if broken := self._desk.breach(self.service, entry):
                entry.refused = broken
                raise Refusal(self.product.manners.busy)
            reply = route.handler(self.shelf, call)
        except Refusal as refusal:
            return Answer.of(refusal.no.status, self.product.manners.body(refusal.no, request))
        return Answer(204, {}, b"") if reply.status == 204 else Answer.of(reply.status, reply.row)

    def fault(self, mode: str, request: Request) -> Answer | None:
        """The end of the token that the call carries."""
        self._tokens.expire(request.headers.get("authorization", "").removeprefix(SCHEME))
        return None

    def tables(self) -> list[Table[Any]]:
        """Everything that the product keeps."""
        return list(self.shelf.tables.values())

    def state(self) -> Row:
        """The things of every kind as they are kept."""
        return {kind: table.dump() for kind, table in self.shelf.tables.items()}

    def load(self, row: Row) -> None:
        """Replaces the tables that are named."""
        for kind, table in self.shelf.tables.items():
            if kind in row:
                table.load(row[kind])

    def edit(self, change: Edit) -> Row:
        """A person's change; only the form is checked."""
        if change.kind not in self.shelf.tables:
            raise EditRefused(f"{self.service} has no kind {change.kind!r}: {', '.join(self.shelf.tables)}")
        if change.id is None:
            return self.shelf.make(change.kind, change.fields).model_dump()
        held = self.shelf.get(change.kind, change.id)
        if held is None:
            raise EditRefused(f"there is no {change.kind} {change.id}")
        if change.delete:
            self.shelf.drop(change.kind, held)
            return held.model_dump()
        return self.shelf.change(change.kind, held, change.fields).model_dump()

    def catch_up(self) -> None:
        """Nothing falls due here."""

    def _admit(self, request: Request) -> Access:
        header = request.headers.get("authorization", "")
        if not header.strip():
            raise Refusal(self.product.manners.unsigned)
        access = self._tokens.access(header.removeprefix(SCHEME)) if header.startswith(SCHEME) else None
        if access is None:
            raise Refusal(self.product.manners.dead)
        return access

    def _address(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        found = self.product.resolve(request)
        if found is None:
            manners = self.product.manners
            raise Refusal(manners.method if self.product.takes(request.path) else manners.unknown)
        return found
