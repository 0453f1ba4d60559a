"""The rest of a small business: instalments, payments by file names, club fees, exports, credit notes."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ledgerferry_sandbox.samples.companies import ABROAD
from ledgerferry_sandbox.samples.compose import LAST_PAYMENT, Drafted, Part, Role, Sale
from ledgerferry_sandbox.samples.invoice import NOTHING, Customer, Invoice, Told
from ledgerferry_sandbox.samples.layouts import ABOVE, BELOW, LAYOUTS, Layout
from ledgerferry_sandbox.samples.layouts.further import (
    ACOMPTES,
    AVOIR,
    CREDIT_NOTE,
    EXPORT,
    INSTALMENTS,
    MEMBERSHIP,
)

LEAST = 24
"""Fewer invoices have no room for every kind."""
_TERMS = timedelta(days=30)
_QUARTER, _THIRD, _HALF, _WHOLE = Decimal("0.25"), Decimal("0.3"), Decimal("0.5"), Decimal(1)
_PLAIN = tuple(layout for layout in LAYOUTS if layout.selection == "one rate" and not layout.discounts)
_MONTHS = 44
_NOTES_A_HUNDRED = 4
_UNKNOWN = "INV-2021-0917"


def sales(customers: Sequence[Customer], count: int, seed: int) -> list[Sale]:
    """`count` sales of every further kind in turn, spread over the years."""
    dice = random.Random(f"full {seed}")  # noqa: S311  the figures of a sample are no secret
    english = [customer for customer in customers if customer.language == "en"]
    french = [customer for customer in customers if customer.language == "fr"] or english
    found = []
    for n in range(count):
        day = date(2022, 1, 11) + timedelta(days=int(30.4 * _MONTHS * (n + dice.random()) / count))
        kind = _KINDS[n % len(_KINDS)]
        round_ = n // len(_KINDS)
        found.append(kind(dice, day, english[round_ % len(english)], french[round_ % len(french)]))
    return [*found, _part_paid(english[-1])]


def _part_paid(customer: Customer) -> Sale:
    """A planted fault: a file's name says that a part was paid, and nothing how much."""
    part = Part(_HALF, date(2023, 6, 20), told=Told.FILE)
    return Sale(date(2023, 5, 11), customer, BELOW, Role.PART_PAID, parts=(part,))


def _instalments(dice: random.Random, day: date, english: Customer, _: Customer) -> Sale:
    parts = (
        Part(_HALF, _later(dice, day, 5), "Bank transfer"),
        Part(_HALF, _later(dice, day, 26), "Cheque", f"00{dice.randint(1000, 9999)}"),
    )
    return Sale(day, english, INSTALMENTS, parts=parts)


def _partly(dice: random.Random, day: date, english: Customer, _: Customer) -> Sale:
    parts = (
        Part(_QUARTER, _later(dice, day, 3), "Cash"),
        Part(_THIRD, _later(dice, day, 17), "Card"),
        Part(_QUARTER, _later(dice, day, 31), "Bank transfer"),
    )
    return Sale(day, english, INSTALMENTS, parts=parts)


def _on_account(dice: random.Random, day: date, english: Customer, french: Customer) -> Sale:
    if french is english:
        return _instalments(dice, day, english, french)
    parts = (Part(_THIRD, _later(dice, day, 4), "virement"), Part(_QUARTER, _later(dice, day, 21), "chèque"))
    return Sale(day, french, ACOMPTES, parts=parts)


def _club(dice: random.Random, day: date, english: Customer, _: Customer) -> Sale:
    return Sale(day, english, MEMBERSHIP, parts=(Part(_WHOLE, _later(dice, day, 12)),))


def _club_unpaid(_: random.Random, day: date, english: Customer, __: Customer) -> Sale:
    return Sale(day, english, MEMBERSHIP)


def _abroad(dice: random.Random, day: date, _: Customer, __: Customer) -> Sale:
    customer = ABROAD[dice.randrange(len(ABROAD))]
    return Sale(day, customer, EXPORT, parts=(Part(_WHOLE, _later(dice, day, 14)),))


def _by_file(dice: random.Random, day: date, english: Customer, _: Customer) -> Sale:
    return Sale(day, english, _silent(day), parts=(Part(_WHOLE, _later(dice, day, 9), told=Told.FILE),))


def _par_fichier(dice: random.Random, day: date, english: Customer, french: Customer) -> Sale:
    if french is english:
        return _by_file(dice, day, english, french)
    part = Part(_WHOLE, _later(dice, day, 9), told=Told.FILE)
    return Sale(day, french, _francais(day), parts=(part,))


def _by_folder(_: random.Random, day: date, english: Customer, __: Customer) -> Sale:
    return Sale(day, english, _silent(day), parts=(Part(_WHOLE, day + _TERMS, told=Told.FOLDER),))


def _par_dossier(dice: random.Random, day: date, english: Customer, french: Customer) -> Sale:
    if french is english:
        return _by_folder(dice, day, english, french)
    return Sale(day, french, _francais(day), parts=(Part(_WHOLE, day + _TERMS, told=Told.FOLDER),))


def _scanned(_: random.Random, day: date, english: Customer, __: Customer) -> Sale:
    return Sale(day, english, _silent(day), scan=True)


_KINDS = (
    *(_instalments, _by_file, _club, _on_account, _by_folder, _abroad, _partly, _par_fichier),
    *(_club_unpaid, _par_dossier, _scanned),
)
KINDS = len(_KINDS)
"""How many kinds of sale there are here."""


def _later(dice: random.Random, day: date, days: int) -> date:
    return min(day + timedelta(days=days + dice.randint(0, 4)), LAST_PAYMENT)


def _silent(day: date) -> Layout:
    """An English layout of the year whose sheet says nothing of payments where there is none."""
    return BELOW if day.year in BELOW.years else ABOVE


def _francais(day: date) -> Layout:
    return next(one for one in _PLAIN if one.language == "fr" and day.year in one.years)


def credit_notes(drafts: Sequence[Drafted], invoices: int) -> list[Drafted]:
    """Credit notes on some of the true invoices, of a part and of all, and one on an invoice not there."""
    fitting = [d for d in drafts if d.role is Role.TRUE and d.layout in _PLAIN and d.invoice.lines]
    wanted = max(_NOTES_A_HUNDRED, invoices * _NOTES_A_HUNDRED // 100)
    step = max(1, len(fitting) // wanted)
    used: Counter[tuple[Layout, int]] = Counter()
    found = [_note(d, n, used) for n, d in enumerate(_spread(fitting, step, wanted))]
    lost = next(d for d in fitting if d.invoice.customer.language == "en")
    astray = _note(lost, 1, used)
    astray = replace(astray, invoice=replace(astray.invoice, credits=_UNKNOWN), role=Role.UNKNOWN_CREDIT)
    return [*found, astray]


def _spread(fitting: Sequence[Drafted], step: int, wanted: int) -> Iterator[Drafted]:
    """So many of them, unpaid and paid in turn as far as there are both."""
    unpaid = [d for d in fitting if not d.invoice.paid][::step] or list(fitting)
    paid = [d for d in fitting if d.invoice.paid][::step]
    both = [d for pair in zip(unpaid, [*paid, *unpaid], strict=False) for d in pair]
    yield from list({d.invoice.number: d for d in [*both, *unpaid, *paid]}.values())[:wanted]


def _note(draft: Drafted, n: int, used: Counter[tuple[Layout, int]]) -> Drafted:
    """The credit note on an invoice: every third of the whole of it, the others of its first line."""
    invoice = draft.invoice
    layout = CREDIT_NOTE if invoice.customer.language == "en" else AVOIR
    issued = invoice.issued + timedelta(days=12)
    running = layout.numbers.first + used[layout, issued.year]
    number = layout.numbers.pattern.format(year=issued.year, n=running)
    used[layout, issued.year] += 1
    lines = invoice.lines if n % 3 == 0 else invoice.lines[:1]
    note = Invoice(number, issued, issued, invoice.customer, lines, credits=invoice.number)
    return Drafted(note, layout, Role.TRUE)


def applied(drafts: Sequence[Drafted]) -> dict[str, Decimal]:
    """What each true credit note takes of its invoice, the oldest first: no more than is left to pay."""
    true = [d.invoice for d in drafts if d.role is Role.TRUE]
    owed = {one.number: one.balance for one in true if not one.credits}
    found = {}
    for note in sorted(true, key=lambda one: (one.issued, one.number)):
        if note.credits:
            found[note.number] = min(note.gross, owed.get(note.credits, NOTHING))
            owed[note.credits] = owed.get(note.credits, NOTHING) - found[note.number]
    return found
