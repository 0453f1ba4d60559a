"""Credits: which invoice each credit note is applied to, and how much of it. Pure.

The invoice is the one that the credit note names, among all that was found and all that was loaded. No more
is applied than the invoice still owes after its payments.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ledgerferry.engine.observe import Population
from ledgerferry.flows.gather import Piece
from ledgerferry.flows.policy import Doubtful, Policy
from ledgerferry.flows.result import Notice
from ledgerferry.flows.shape import Shaped, ShapedCredit
from ledgerferry.model.document import Cell, DocumentKind
from ledgerferry.model.ids import Identity, normal_number
from ledgerferry.model.money import text
from ledgerferry.model.party import name_key
from ledgerferry.model.record import CreditContent, InvoiceContent, Kind, PaymentContent, WriteOffContent
from ledgerferry.store.bindings import Binding

Reasons = dict[str, tuple[str, str]]
_ZERO = Decimal(0)
_REMEDY = (
    "Correct the number, or let such credit notes stay the customer's credit with a policy under "
    "[credit_notes] in ferry.toml."
)


@dataclass(frozen=True)
class Settled:
    """The pieces with what their credit notes are applied to; why some are held; what to know of others."""

    pieces: list[Piece]
    reasons: Reasons = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


@dataclass
class _Bill:
    """An invoice that a credit note may name, by its own number or the one that the account has it under.

    ``owed`` is what is left of it, None where it is held; ``inferred``: how much was paid is not stated.
    """

    identity: str
    customer: str
    currency: str | None
    owed: Decimal | None
    inferred: bool = False


class _Doubt(Exception):
    """A credit note whose invoice cannot be told: why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def settle(
    pieces: Sequence[Piece], live: Mapping[str, Binding], population: Population, policy: Policy
) -> Settled:
    """Apply each credit note to the invoice that it names, the oldest first."""
    notes = [p for p in pieces if p.shaped and p.found.document and _is_note(p)]
    if not notes:
        return Settled(list(pieces))
    settler = _Settler(pieces, live, population, policy)
    made: dict[int, Piece] = {}
    for piece in sorted(notes, key=_order):
        made[id(piece)] = settler.applied(piece)
    return Settled([made.get(id(p), p) for p in pieces], settler.reasons, settler.notices)


def credit_identity(note: str, invoice: str) -> str:
    """The identity of what a credit note is applied to."""
    own, named = Identity.parse(note), Identity.parse(invoice)
    return str(Identity(own.seller, "credit", f"{own.name}/{named.name}/{named.year}", own.year))


def _is_note(piece: Piece) -> bool:
    document = piece.found.document
    return document is not None and document.kind is DocumentKind.CREDIT_NOTE


def _order(piece: Piece) -> tuple[object, ...]:
    shaped = piece.shaped
    return (shaped.document.issued, shaped.identity) if shaped else ()


class _Settler:
    """Goes through the credit notes of one plan; what one takes of an invoice the next finds taken."""

    def __init__(
        self, pieces: Sequence[Piece], live: Mapping[str, Binding], population: Population, policy: Policy
    ) -> None:
        self._live = live
        self._population = population
        self._policy = policy
        self._paid: dict[str, Decimal] = {}
        self._given_up: dict[str, Decimal] = {}
        self._before: dict[str, dict[str, CreditContent]] = {}
        self._taken: dict[tuple[str, bool], Decimal] = {}
        self._index({p.shaped.identity for p in pieces if p.shaped and _is_note(p)})
        self._bills: dict[str, list[_Bill]] = {}
        for bill, number in (*self._found(pieces), *self._loaded(pieces)):
            for mark in {Identity.parse(bill.identity).name, normal_number(number)}:
                self._bills.setdefault(mark, []).append(bill)
        self.reasons: Reasons = {}
        self.notices: list[Notice] = []

    def _index(self, notes: Collection[str]) -> None:
        """What was loaded before: payments and write-offs by invoice, credits by credit note and by invoice.

        Those of this plan's credit ``notes`` are told from others: what they take may be told anew.
        """
        for identity, binding in self._live.items():
            content = binding.content
            if isinstance(content, PaymentContent):
                for part in content.applied:
                    self._paid[part.invoice] = self._paid.get(part.invoice, _ZERO) + part.amount
            elif isinstance(content, WriteOffContent):
                self._given_up[content.invoice] = content.amount
            elif isinstance(content, CreditContent):
                self._before.setdefault(content.credit_note, {})[identity] = content
                key = content.invoice, content.credit_note in notes
                self._taken[key] = self._taken.get(key, _ZERO) + content.amount

    def applied(self, piece: Piece) -> Piece:
        """The credit note with what it is applied to."""
        document = piece.found.document
        if piece.shaped is None or document is None:
            return piece
        shaped = piece.shaped.model_copy(update={"credits": ()})
        named = (document.credits or "").strip()
        if not named:
            return self._unnamed(piece, shaped)
        try:
            bill = self._named(shaped, named)
        except _Doubt as doubt:
            return self._doubtful(piece, shaped, doubt, self._policy.unknown_invoice)
        if self._moved(shaped, bill):
            return piece
        amount = self._amount(shaped, bill)
        free = shaped.document.figures.gross - shaped.used - amount
        if free > 0 and bill.inferred:
            why = f"How much was paid of {named} is not stated, and {document.number} credits it: "
            why += "put what was paid on the invoice."
            self.reasons[shaped.identity] = self.reasons[bill.identity] = "credit-or-paid", why
        elif free > 0:
            left = text(free, shaped.document.currency)
            self._tell(piece, f"{left} of it are not needed for {named}, and stay the customer's credit.")
        return _with(piece, shaped, bill, amount) if amount > 0 else piece

    def _unnamed(self, piece: Piece, shaped: Shaped) -> Piece:
        doubt = _Doubt("credit-unnamed", "It names no invoice.")
        return self._doubtful(piece, shaped, doubt, self._policy.unnamed_invoice)

    def _doubtful(self, piece: Piece, shaped: Shaped, doubt: _Doubt, policy: Doubtful) -> Piece:
        if policy is Doubtful.HOLD:
            self.reasons[shaped.identity] = doubt.code, f"{doubt.text} {_REMEDY}"
        else:
            self._tell(piece, f"{doubt.text} It stays the customer's credit.")
        return piece

    def _named(self, shaped: Shaped, named: str) -> _Bill:
        """The one invoice of that number and customer."""
        bills = self._bills.get(normal_number(named), [])
        if not bills:
            raise _Doubt(
                "credit-unknown",
                f"It credits {named}, and no invoice of that number is among the documents or was loaded.",
            )
        alike = [b for b in bills if b.customer == shaped.customer_identity]
        if not alike:
            raise _Doubt("credit-customer", f"It credits {named}, which is an invoice of another customer.")
        if len(alike) > 1:
            raise _Doubt(
                "credit-ambiguous",
                f"It credits {named}, and there are {len(alike)} invoices of that number for its customer.",
            )
        [bill] = alike
        if bill.owed is None:
            raise _Doubt("credit-invoice-held", f"It credits {named}, which is held: clear that first.")
        if bill.currency != shaped.document.currency:
            raise _Doubt("credit-currency", f"It credits {named}, which is in {bill.currency}.")
        return bill

    def _amount(self, shaped: Shaped, bill: _Bill) -> Decimal:
        """What is applied: the credit note, or what the invoice owes where that is less."""
        owed = bill.owed or _ZERO
        amount = max(_ZERO, min(shaped.document.figures.gross - shaped.used, owed))
        identity = credit_identity(shaped.identity, bill.identity)
        agreed = self._before.get(shaped.identity, {}).get(identity)
        if agreed is not None and agreed.amount > amount:
            said = text(agreed.amount, agreed.currency)
            why = f"{said} of a credit note were applied to it in an earlier run, and less is owed now: "
            why += "roll that run back, or correct what was paid."
            self.reasons[shaped.identity] = self.reasons[bill.identity] = "credit-applied", why
        bill.owed = owed - amount
        return amount

    def _moved(self, shaped: Shaped, bill: _Bill) -> bool:
        """Whether the credit note was applied to another invoice before: then it is held."""
        wanted = credit_identity(shaped.identity, bill.identity)
        before = self._before.get(shaped.identity, {})
        other = next((c for i, c in before.items() if i != wanted), None)
        if other is None:
            return False
        number = Identity.parse(other.invoice).name
        why = f"It was applied to {number} in an earlier run: roll that run back, or name that invoice again."
        self.reasons[shaped.identity] = "credit-moved", why
        return True

    def _tell(self, piece: Piece, said: str) -> None:
        document = piece.found.document
        if document is not None:
            place = document.where("number") or Cell(file=document.file, sheet=document.sheet, cell="")
            told = f"Credit note {document.number}: {said}"
            self.notices.append(Notice(kind="credit-left-open", text=told, places=[str(place)]))

    def _found(self, pieces: Sequence[Piece]) -> Iterable[tuple[_Bill, str]]:
        """The invoices of the folder; of one that stands in several places, the one that is clear."""
        known: dict[str, tuple[_Bill, str]] = {}
        for piece in pieces:
            document, identity = piece.found.document, piece.found.identity
            if document is None or identity is None or _is_note(piece) or not document.number:
                continue
            if piece.shaped is not None:
                bill = self._clear(piece.shaped)
                silent = document.paid is None and not document.payments
                bill.inferred = silent and piece.shaped.paid > 0
                known[identity] = (bill, piece.shaped.document.number)
            else:
                named = name_key(document.customer.name) if document.customer else ""
                customer = str(Identity(Identity.parse(identity).seller, "customer", named))
                known.setdefault(identity, (_Bill(identity, customer, None, None), document.number))
        return known.values()

    def _clear(self, shaped: Shaped) -> _Bill:
        """An invoice of the folder; where its account owes less than its document says, that counts."""
        identity = shaped.identity
        owed = shaped.document.figures.gross - shaped.paid - (shaped.written_off or _ZERO)
        owed -= self._taken.get((identity, False), _ZERO)
        binding = self._live.get(identity)
        there = self._there(binding, identity) if binding is not None else None
        if there is not None:
            before = self._paid.get(identity, _ZERO) + self._given_up.get(identity, _ZERO)
            owed = min(owed, there + before - shaped.paid)
        return _Bill(identity, shaped.customer_identity, shaped.document.currency, owed)

    def _loaded(self, pieces: Sequence[Piece]) -> Iterable[tuple[_Bill, str]]:
        """The invoices that were loaded before and are not in the folder now."""
        present = {p.found.identity for p in pieces}
        for identity, binding in self._live.items():
            content = binding.content
            if isinstance(content, InvoiceContent) and identity not in present:
                owed = self._there(binding, identity)
                if owed is None:
                    paid, taken = self._paid.get(identity, _ZERO), self._taken.get((identity, False), _ZERO)
                    owed = content.figures.gross - paid - taken
                yield _Bill(identity, content.customer, content.currency, owed), content.number

    def _there(self, binding: Binding, identity: str) -> Decimal | None:
        """What the account says is owed on an invoice, before the credit notes of this plan."""
        row = self._population.ids.get((Kind.INVOICE, binding.ref.id))
        if row is None or row.balance is None:
            return None
        return row.balance + self._taken.get((identity, True), _ZERO)


def _with(piece: Piece, shaped: Shaped, bill: _Bill, amount: Decimal) -> Piece:
    content = CreditContent(
        credit_note=shaped.identity, invoice=bill.identity, amount=amount, currency=shaped.document.currency
    )
    credit = ShapedCredit(identity=credit_identity(shaped.identity, bill.identity), content=content)
    changed = shaped.model_copy(update={"credits": (credit,)})
    found = piece.found.model_copy(update={"wants": changed.model_dump_json()})
    return replace(piece, found=found, shaped=changed)
