"""The source of a simulation: a few customers, their invoices and payments, and a person who edits them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random

from ledgerferry.engine.planning import Wanted
from ledgerferry.model.ids import Identity, customer_identity, document_identity
from ledgerferry.model.record import (
    AnyContent,
    Application,
    CreditContent,
    CreditNoteContent,
    CustomerContent,
    Figures,
    FileContent,
    InvoiceContent,
    LineContent,
    PaymentContent,
    RefundContent,
    SalesContent,
)
from ledgerferry_bench.simulator.crediting import Crediting

_SELLER = "60012345678"
_PAID, _TAKEN_BACK, _ONLY_NOTED = 0.6, 0.6, 0.3
_FIRST_DAY = date(2025, 3, 3)
_NOTHING = Figures(net=Decimal(0), tax=Decimal(0), gross=Decimal(0))


class Source:
    """What the source says now. ``predict`` is the target's own arithmetic."""

    def __init__(self, random: Random, predict: Callable[[SalesContent], Figures], folder: Path,
                 crediting: Crediting) -> None:
        self._random = random
        self._crediting = crediting
        self._predict = predict
        self._folder = folder
        self.wanted: dict[str, AnyContent] = {}
        self._unpaid: set[str] = set()
        self._edits = 0
        self._before: dict[str, AnyContent] = {}

    def fill(self, customers: int, invoices: int) -> None:
        """Invent the records."""
        names = [f"Customer {n}" for n in range(1, customers + 1)]
        for name in names:
            self.wanted[str(customer_identity(_SELLER, name))] = CustomerContent(
                name=name, email=f"{name.replace(' ', '.').lower()}@example.com", currency="GBP")
        owed: dict[tuple[str, date], list[tuple[str, Decimal]]] = {}
        for number in range(1, invoices + 1):
            identity, content = self._invoice(number, self._random.choice(names))
            self.wanted[identity] = content
            if self._random.random() < _PAID:
                part = self._random.choice((1, 1, 3))
                owed.setdefault((content.customer, content.issued + timedelta(days=20)), []).append(
                    (identity, round(content.figures.gross / part, 2)))
            else:
                self._unpaid.add(identity)
        for (customer, day), settled in owed.items():
            self._pay(customer, day, settled)
        self._crediting.fill(self.wanted, self._unpaid)
        self._attach(next(i for i, c in self.wanted.items() if isinstance(c, InvoiceContent)))

    def _invoice(self, number: int, customer: str) -> tuple[str, InvoiceContent]:
        issued = _FIRST_DAY + timedelta(days=self._random.randrange(3))
        lines = tuple(LineContent(description=f"Work {n}", quantity=Decimal(self._random.randrange(1, 5)),
                                  price=self._price(), tax_rate=Decimal(20))
                      for n in range(self._random.randrange(1, 3)))
        text = f"S-{number:03}"
        bare = InvoiceContent(
            number=text, customer=str(customer_identity(_SELLER, customer)), issued=issued, currency="GBP",
            due=issued + timedelta(days=30), lines=lines, figures=_NOTHING)
        content = bare.model_copy(update={"figures": self._predict(bare)})
        return str(document_identity(_SELLER, "invoice", text, issued)), content

    def _pay(self, customer: str, day: date, settled: list[tuple[str, Decimal]]) -> None:
        name = Identity.parse(customer).name
        identity = str(Identity(_SELLER, "payment", f"{name}/{day}/others//GBP"))
        self.wanted[identity] = PaymentContent(
            customer=customer, paid_on=day, amount=sum((a for _, a in settled), Decimal(0)), currency="GBP",
            mode="others", applied=tuple(Application(invoice=i, amount=a) for i, a in settled))

    def _attach(self, document: str) -> None:
        path = self._folder / "S-001.pdf"
        data = b"%PDF-1.4 simulated"
        if not path.exists():
            path.write_bytes(data)
        owner = Identity.parse(document)
        identity = Identity(_SELLER, "file", f"{owner.name}/{path.name}", owner.year)
        self.wanted[str(identity)] = FileContent(
            document=document, name=path.name, size=len(data), digest=sha256(data).hexdigest(),
            path=path.name)

    def edit(self) -> str:
        """A person corrects a record, or takes the last correction of it back: its identity."""
        applied = self._crediting.edit(self.wanted)
        if applied is not None:
            return applied
        chosen = self._random.choice([i for i, c in self.wanted.items()
                                      if isinstance(c, InvoiceContent | CustomerContent)])
        if chosen in self._before and self._random.random() < _TAKEN_BACK:
            self.wanted[chosen] = self._before.pop(chosen)
            return chosen
        content = self.wanted[chosen]
        self._before.setdefault(chosen, content)
        self._edits += 1
        if isinstance(content, CustomerContent):
            self.wanted[chosen] = content.model_copy(update={"email": f"office{self._edits}@example.com"})
        elif isinstance(content, InvoiceContent):
            self.wanted[chosen] = self._corrected(content, priced=chosen in self._unpaid)
        return chosen

    def _corrected(self, content: InvoiceContent, *, priced: bool) -> InvoiceContent:
        """Another reference, or where it is not paid yet, another price."""
        if not priced or self._random.random() < _ONLY_NOTED:
            return content.model_copy(update={"reference": f"ref {self._edits}"})
        first = content.lines[0].model_copy(update={"price": self._price()})
        changed = content.model_copy(update={"lines": (first, *content.lines[1:])})
        return changed.model_copy(update={"figures": self._predict(changed)})

    def _price(self) -> Decimal:
        return Decimal(self._random.randrange(100, 9999)) / 100

    def wants(self, identities: list[str] | None = None) -> list[Wanted]:
        """What the source wants of some records, or of all."""
        chosen = identities if identities is not None else list(self.wanted)
        return [Wanted(i, self.wanted[i]) for i in chosen]

    def name_of(self, identity: str) -> str:
        """What the target calls the record of an identity."""
        content = self.wanted[identity]
        if isinstance(content, CustomerContent):
            return f"customer {content.name}"
        if isinstance(content, InvoiceContent):
            return f"invoice {content.number}"
        if isinstance(content, CreditNoteContent):
            return f"credit note {content.number}"
        if isinstance(content, CreditContent):
            return f"credit {self._number(content.credit_note)} {self._number(content.invoice)}"
        if isinstance(content, RefundContent):
            return f"refund {self._number(content.credit_note)} {content.refunded_on}"
        if isinstance(content, PaymentContent):
            return f"payment {self.wanted[content.customer].name} {content.paid_on}"  # type: ignore[union-attr]
        if isinstance(content, FileContent):
            return f"file {self.wanted[content.document].number}"  # type: ignore[union-attr]
        raise TypeError(type(content).__name__)

    def _number(self, identity: str) -> str:
        content = self.wanted[identity]
        return content.number if isinstance(content, SalesContent) else identity
