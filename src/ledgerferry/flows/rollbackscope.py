"""The scope of a rollback: what of a run's records can be taken back, and what stays and why.

The order that keeps the books right: what was given up of invoices, what was paid back of credit notes and
what of them is applied, then payments come off, files of records that stay, credit notes, invoices,
customers, taxes. What a person changed is left alone, and so is everything that it leans on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledgerferry.engine.undoing import Undo
from ledgerferry.flows.kept import Code, Kept, kept, kind_of, what
from ledgerferry.flows.lateredits import LaterEdits
from ledgerferry.flows.rollbackfacts import PARTS, RollbackFacts, applied, key_of
from ledgerferry.model.money import exact_sum, text
from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import (
    Application,
    CreditContent,
    Kind,
    RefundContent,
    SalesContent,
    WriteOffContent,
)
from ledgerferry.store.bindings import Binding

# Credit notes go before the invoices that they were applied to.
_BILLS = (Kind.CREDIT_NOTE, Kind.INVOICE)
_USES = (CreditContent, RefundContent, WriteOffContent)


@dataclass
class Weighed:
    """What is to be undone, in order; what stays; and whose records are gone already."""

    undos: list[Undo] = field(default_factory=list)
    kept: list[tuple[Binding, Kept]] = field(default_factory=list)
    gone: list[Binding] = field(default_factory=list)


def weigh(facts: RollbackFacts) -> Weighed:
    """Weigh a rollback against what the account holds now."""
    scale = Scale(facts)
    scale.settle()
    return Weighed(scale.undos(), scale.kept, [facts.own[i] for i in scale.gone])


class Scale:
    """Settles for each record whether it goes; ``settle`` first."""

    def __init__(self, facts: RollbackFacts) -> None:
        self._facts = facts
        self._touched = LaterEdits(facts)
        self._own = facts.own
        self._stays: dict[str, tuple[Code, str]] = {}
        self._restored: dict[str, Undo] = {}
        self._partly: list[tuple[Binding, Kept]] = []
        self.gone: dict[str, None] = {}

    @property
    def kept(self) -> list[tuple[Binding, Kept]]:
        """What stays, and why."""
        whole = [(self._own[i], kept(self._own[i], *why)) for i, why in self._stays.items()]
        return [*whole, *self._partly]

    def settle(self) -> None:
        """From what each record says of itself to what hangs on what."""
        for binding in self._own.values():
            self._by_itself(binding)
        for binding in self._facts.live:
            operations = self._facts.written.changed.get(key_of(binding), ())
            if operations and binding.identity not in self._own:
                undo, left = self._touched.restored(binding, operations)
                self._partly += [(binding, one) for one in left]
                if undo is not None:
                    self._restored[binding.identity] = undo
        for binding in [b for kind in _BILLS for b in self._going(kind)]:
            self._foreign_money(binding)
        while found := dict(self._hanging()):
            self._stays.update(found)
        self._files()
        self._customers()
        self._taxes()

    def _by_itself(self, binding: Binding) -> None:
        identity = binding.identity
        if self._facts.is_gone(binding):
            self.gone[identity] = None
            return
        why = self._touched.barred(binding) or self._edited(binding) or self._refused(binding)
        if why is not None:
            self._stays[identity] = why

    def _edited(self, binding: Binding) -> tuple[Code, str] | None:
        fields = self._touched.edited(binding)
        if not fields:
            return None
        return Code.EDITED, f"It was changed in the account after the run: {', '.join(fields)}."

    def _refused(self, binding: Binding) -> tuple[Code, str] | None:
        last = Purpose.VOID if binding.ref.kind in _BILLS else Purpose.DELETE
        why = self._facts.refused.get((binding.identity, last))
        return None if why is None else (Code.REFUSED, f"The account refuses to take it back: {why}.")

    def _goes(self, identity: str) -> bool:
        return identity in self._own and identity not in self._stays and identity not in self.gone

    def _going(self, kind: Kind) -> Iterator[Binding]:
        return (b for i, b in self._own.items() if b.ref.kind is kind and self._goes(i))

    def _foreign_money(self, binding: Binding) -> None:
        """An invoice or credit note that something settles which did not come from here stays."""
        content, row = binding.content, self._facts.row(binding)
        if not isinstance(content, SalesContent) or self._touched.is_void(binding):
            return
        owed = content.figures.gross - self._ours(binding)
        if row is not None and row.balance == owed:
            return
        record = self._facts.get(binding.ref)
        if record is None or record.status == "void" or record.balance is None or record.balance == owed:
            return
        there, here = text(record.balance, content.currency), text(owed, content.currency)
        verb = "owed" if binding.ref.kind is Kind.INVOICE else "left of it"
        why = f"Something else in the account settles it: {there} are {verb} instead of {here}."
        self._stays[binding.identity] = Code.HUNG, why

    def _ours(self, binding: Binding) -> Decimal:
        """What the ferry put on an invoice, or used of a credit note, and is still there."""
        there = [p for p in self._settling(binding) if p.identity not in self.gone]
        paid = (a.amount for p in there for a in applied(p.content) if a.invoice == binding.identity)
        used = (c.amount for c in (p.content for p in there) if isinstance(c, _USES))
        return exact_sum((*paid, *used))

    def _settling(self, binding: Binding) -> Sequence[Binding]:
        """What settles an invoice, or uses a credit note."""
        payments = self._facts.payments_on.get(binding.identity, ())
        return (*payments, *self._facts.parts_on.get(binding.identity, ()))

    def _hanging(self) -> Iterator[tuple[str, tuple[Code, str]]]:
        """What must stay with what stays: an invoice with a payment on it, a payment with its invoices.

        The same of a credit note and what of it is applied or paid back.
        """
        for binding in [b for kind in _BILLS for b in self._going(kind)]:
            payment = next((p for p in self._settling(binding) if self._remains(p, binding)), None)
            file = next((f for f in self._facts.files_of.get(binding.identity, ())
                         if f.identity not in self._own), None)  # fmt: skip
            if payment is not None:
                yield binding.identity, (self._code(payment), f"The {what(payment)} stays on it.")
            elif file is not None:
                yield binding.identity, (self._code(file), f"The {what(file)} was attached otherwise.")
        for binding in self._going(Kind.PAYMENT):
            stays = next((a.invoice for a in applied(binding.content) if a.invoice in self._stays), None)
            if stays is not None:
                why = f"It settles the {what(self._own[stays])}, which stays."
                yield binding.identity, (self._code(self._own[stays]), why)
        for binding in [b for kind in PARTS for b in self._going(kind)]:
            stays = next((i for i in binding.content.touches() if i in self._stays), None)
            if stays is not None:
                why = f"The {what(self._own[stays])} stays."
                yield binding.identity, (self._code(self._own[stays]), why)

    def _code(self, binding: Binding) -> Code:
        """What follows for others from a record that stays: a later run's is that run's affair."""
        own = self._stays.get(binding.identity)
        later = own[0] is Code.LATER if own else self._facts.later(binding.ref) is not None
        return Code.LATER if later else Code.HUNG

    def _remains(self, payment: Binding, invoice: Binding) -> bool:
        """Whether a payment or credit is still on a document once all is undone."""
        if payment.identity in self.gone or self._goes(payment.identity):
            return False
        if payment.ref.kind in PARTS:
            return True
        undo = self._restored.get(payment.identity)
        left: Sequence[Application] = applied(undo.content if undo else payment.content)
        return any(a.invoice == invoice.identity for a in left)

    def _files(self) -> None:
        """A file stays with its document where that stays."""
        for document in [b for i, b in self._own.items() if b.ref.kind in _BILLS and i in self._stays]:
            for file in self._facts.files_of.get(document.identity, ()):
                if self._goes(file.identity):
                    self._stays[file.identity] = Code.HUNG, f"Its {kind_of(document)} stays."

    def _customers(self) -> None:
        """A customer that anything names which stays must stay too."""
        named = self._named()
        for binding in list(self._going(Kind.CUSTOMER)):
            if binding.ref.id in named:
                self._stays[binding.identity] = Code.HUNG, f"Its {named[binding.ref.id]} stays."

    def _named(self) -> dict[str, str]:
        """By customer's id, something of it that stays."""
        going = {key_of(b) for i, b in self._own.items() if self._goes(i) and not self._voids(b)}
        going |= {key_of(self._own[i]) for i in self.gone} | set(self._facts.deleted)
        former = {key_of(u.binding): getattr(u.content, "customer", None) for u in self._restored.values()}
        ids = {b.identity: b.ref.id for b in self._facts.live if b.ref.kind is Kind.CUSTOMER}
        named: dict[str, str] = {}
        for key, row in self._facts.population.ids.items():
            if key not in going and row.customer is not None:
                kind = key[0].replace("_", " ")
                named[ids.get(former.get(key) or "", row.customer)] = f"{kind} {row.name}"
        return named

    def _voids(self, binding: Binding) -> bool:
        """Whether a document can only be voided: its deletion was refused, or a person voided it."""
        refused = (binding.identity, Purpose.DELETE) in self._facts.refused
        return binding.ref.kind in _BILLS and (refused or self._touched.is_void(binding))

    def _taxes(self) -> None:
        """A tax that a document bears which stays must stay too."""
        bills = (b for b in self._facts.live if isinstance(b.content, SalesContent))
        there = (b for b in bills if b.identity not in self.gone)
        staying = (b for b in there if not self._goes(b.identity) or self._voids(b))
        borne = {identity for binding in staying for identity in binding.content.refers()}
        for binding in list(self._going(Kind.TAX)):
            if binding.identity in borne:
                self._stays[binding.identity] = Code.HUNG, "A document that stays bears it."

    def undos(self) -> list[Undo]:
        """What is undone, in the order in which the books stay right."""
        found = [self._delete(b) for b in self._going(Kind.WRITE_OFF)]
        parts = [b for kind in (Kind.REFUND, Kind.CREDIT) for b in self._going(kind)]
        found += [self._delete(b, self._given_up(b)) for b in parts]
        found += [*self._restores(Kind.REFUND), *self._restores(Kind.CREDIT)]
        found += [self._delete(b, self._given_up(b)) for b in self._going(Kind.PAYMENT)]
        found += self._restores(Kind.PAYMENT)
        found += self._given_up_again()
        found += [self._delete(b) for b in self._going(Kind.FILE) if not self._vanishes(b)]
        for kind in _BILLS:
            found += [self._bill(b) for b in self._going(kind)]
            found += self._restores(kind)
        found += [self._delete(b, self._naming(b)) for b in self._going(Kind.CUSTOMER)]
        found += self._restores(Kind.CUSTOMER)
        bills = [u.binding.identity for u in found if u.binding.ref.kind in _BILLS]
        return found + [self._delete(b, bills) for b in self._going(Kind.TAX)]

    def _given_up_again(self) -> list[Undo]:
        """Write-offs as they were, once what settles their invoices is as it was."""
        undos = [u for u in self._restored.values() if isinstance(u.content, WriteOffContent)]
        return [
            Undo(u.binding, u.purpose, u.content, u.changed, self._after(self._facts.bound[i]))
            for u in undos
            if (i := u.content.touches()[0]) in self._facts.bound
        ]

    def _restores(self, kind: Kind) -> list[Undo]:
        """Updates of a kind; of a document after its payments and credits came off."""
        undos = [u for u in self._restored.values() if u.binding.ref.kind is kind]
        return [Undo(u.binding, u.purpose, u.content, u.changed, self._after(u.binding)) for u in undos]

    def _delete(self, binding: Binding, after: Iterable[str] = ()) -> Undo:
        return Undo(binding, Purpose.DELETE, binding.content, after=tuple(after))

    def _bill(self, binding: Binding) -> Undo:
        files = tuple(f.identity for f in self._facts.files_of.get(binding.identity, ()))
        after = self._after(binding)
        if self._voids(binding):
            return Undo(binding, Purpose.VOID, binding.content, after=(*after, *files))
        return Undo(binding, Purpose.DELETE, binding.content, after=after, along=files)

    def _vanishes(self, file: Binding) -> bool:
        """Whether a file goes away with its document."""
        document = self._own.get(getattr(file.content, "document", ""))
        return document is not None and self._goes(document.identity) and not self._voids(document)

    def _after(self, binding: Binding) -> tuple[str, ...]:
        return tuple(p.identity for p in self._settling(binding))

    def _given_up(self, binding: Binding) -> tuple[str, ...]:
        """Write-offs on what a payment or credit settles: they come off first."""
        parts = (p for i in binding.content.touches() for p in self._facts.parts_on.get(i, ()))
        return tuple(p.identity for p in parts if p.ref.kind is Kind.WRITE_OFF)

    def _naming(self, customer: Binding) -> tuple[str, ...]:
        return tuple(b.identity for b in self._facts.naming.get(customer.identity, ()))
