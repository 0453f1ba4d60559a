"""The Target of CRM in front of the real sandbox: contents, operations, and short ways to perform them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledgerferry.model.ids import Identity
from ledgerferry.model.outcome import CallError, Receipt
from ledgerferry.model.plan import Operation, Purpose
from ledgerferry.model.record import (
    AccountContent,
    AnyContent,
    ContactContent,
    DealContent,
    Kind,
)
from ledgerferry.systems.crm import CrmSettings, CrmTarget
from ledgerferry.systems.protocol import Work
from tests.systems.books.world import SELLER, DictBindings, key
from tests.systems.crm.world import KEYED, World
from tests.systems.inprocess import URL
from tests.wire.world import ListJournal

NAME = "crm"
LINKED = {"Accounts": "Books_Customer_Id", "Contacts": "Books_Customer_Id", "Deals": "Books_Invoice_Id"}


class Stage(World):
    """One organisation of CRM, the Target before it, and what is bound there and in the books."""

    def __init__(
        self, *, keyed: tuple[str, ...] = KEYED, linked: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        linked = LINKED if linked is None else linked
        super().__init__(keyed=keyed, linked=linked, **more)
        for module, name in linked.items():
            self.crm.metadata.create_field(module, name.replace("_", " "), unique=False)
        self.settings = CrmSettings.model_validate(
            {"organization": "", "api_url": URL, "keyed": keyed, "linked": linked, **more}
        )
        self.bindings, self.books = DictBindings(), DictBindings()
        self.folder: Path | None = None
        self.begin()

    def begin(self) -> None:
        """A process anew; the calls counted from here."""
        self.target = CrmTarget(self.connect(self.settings), NAME)
        self.journal = ListJournal()
        self._logged = len(self.log())

    @property
    def work(self) -> Work:
        return Work(self.journal, self.bindings, self.folder, self.books)

    @property
    def calls(self) -> list[str]:
        """The calls since the process began, as method and path."""
        return [f"{row['method']} {row['path']}" for row in self.log()[self._logged :]]

    def perform(self, *operations: Operation) -> list[Receipt | CallError]:
        """Perform and bind what ended well."""
        results = self.target.perform(operations, self.work)
        for operation, result in zip(operations, results, strict=True):
            if isinstance(result, Receipt):
                self.bind(operation, result)
        return results

    def bind(self, operation: Operation, receipt: Receipt) -> None:
        if operation.purpose is Purpose.DELETE:
            self.bindings.bound.pop(operation.identity, None)
        else:
            self.bindings.bound[operation.identity] = (operation.kind, receipt.ref.id)

    def do(self, *operations: Operation) -> list[Receipt]:
        """Perform and bind; every one must end in a receipt."""
        results = self.perform(*operations)
        assert all(isinstance(r, Receipt) for r in results), results
        return [r for r in results if isinstance(r, Receipt)]

    def probe(self, *operations: Operation) -> list[str]:
        """What probes say, in order; what is found is bound."""
        self.virtual.advance(40)
        found = self.target.probe(operations, self.work)
        for operation in operations:
            receipt = found[operation.key].receipt
            if receipt is not None:
                self.bind(operation, receipt)
        return [str(found[o.key].probe) for o in operations]


def identity(kind: Kind, name: str) -> str:
    return str(Identity(SELLER, str(kind), name))


def operation(content: AnyContent, name: str, purpose: Purpose = Purpose.CREATE, **more: Any) -> Operation:
    values = {
        "key": key(f"{purpose}{content.kind}{name}"),
        "run": "r1",
        "link": "migrate",
        "connection": NAME,
        "kind": content.kind,
        "purpose": purpose,
        "identity": identity(content.kind, name),
        "content": content,
        **more,
    }
    return Operation(**values)


def account(name: str = "bowman", **more: Any) -> AccountContent:
    values = {"name": f"{name.title()} & Co", "customer": identity(Kind.CUSTOMER, name)}
    return AccountContent(**(values | more))


def contact(name: str = "bowman", **more: Any) -> ContactContent:
    values = {
        "account": identity(Kind.ACCOUNT, name),
        "customer": identity(Kind.CUSTOMER, name),
        "first_name": "Ada",
        "last_name": name.title(),
        "email": f"ada@{name}.example",
    }
    return ContactContent(**(values | more))


def deal(number: str = "INV-1", of: str = "bowman", **more: Any) -> DealContent:
    values = {
        "name": f"{number} {of.title()}",
        "document": identity(Kind.INVOICE, number),
        "account": identity(Kind.ACCOUNT, of),
        "contact": identity(Kind.CONTACT, of),
        "stage": "Closed Won",
        "amount": Decimal("120.50"),
        "currency": "GBP",
        "closing": date(2025, 12, 1),
    }
    return DealContent(**(values | more))


def trio(stage: Stage, name: str = "bowman", number: str = "INV-1") -> list[Operation]:
    """An account, its contact and a deal of theirs, in CRM; the operations that made them."""
    made = [
        operation(account(name), name),
        operation(contact(name), name),
        operation(deal(number, name), number),
    ]
    for each in made:
        stage.do(each)
    return made


def again(operations: Sequence[Operation], purpose: Purpose, **more: Any) -> list[Operation]:
    """Operations of another purpose on the same records."""
    return [
        o.model_copy(update={"key": key(f"{purpose}{o.key}"), "purpose": purpose, **more}) for o in operations
    ]
