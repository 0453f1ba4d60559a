"""Learning: the layout of a confirmed document, as far as its values can be found in its sheet again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook import grid, totals
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.grid import Locale, address
from ledgerferry.systems.workbook.labels import label
from ledgerferry.systems.workbook.layouts import body as bodies
from ledgerferry.systems.workbook.layouts import fingerprint, hits
from ledgerferry.systems.workbook.layouts.facts import differs, same_lines, value_of
from ledgerferry.systems.workbook.layouts.fingerprint import Likeness
from ledgerferry.systems.workbook.layouts.follow import (
    REFUSALS,
    SETTLED_HEAD,
    SETTLED_MONEY,
    Miss,
    follow,
    sums_of,
)
from ledgerferry.systems.workbook.layouts.hits import Chosen, choose
from ledgerferry.systems.workbook.layouts.marks import mark
from ledgerferry.systems.workbook.layouts.model import Body, Closing, Layout, Spot, Sums
from ledgerferry.systems.workbook.layouts.spots import Ground, name_spot, owner_of
from ledgerferry.systems.workbook.lines import CENT
from ledgerferry.systems.workbook.tables import Role
from ledgerferry.systems.workbook.totals import Sum, sum_role

ALWAYS = ("number", "issued", "due", "paid_on")
PARTIES = ("customer_name", "contact_name", "customer_email", "customer_phone", "customer_postcode", "seller_name")
_ONE = Likeness(1.0)


class Lesson(BaseModel):
    """What a confirmed document taught: its layout, the fields that are taught, why others are not, and the
    doubts that a later document of the layout would still raise.
    """

    model_config = ConfigDict(frozen=True)

    layout: Layout | None = None
    taught: tuple[str, ...] = ()
    untaught: dict[str, str] = {}
    still: tuple[str, ...] = ()


@dataclass(slots=True)
class Pupil:
    """One learning: the sheet, what the reader by itself found there, and the document as confirmed."""

    form: Shape
    found: Draft | Refusal | None
    target: Document
    orders: frozenset[str]
    file: str
    untaught: dict[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] = ()

    @property
    def locale(self) -> Locale:
        """The locale by which the confirmed values are looked up."""
        return Locale(self.form.locale.decimal or self.decimal(), self.order() or self.form.locale.order)

    @property
    def ground(self) -> Ground:
        """The confirmed sheet itself."""
        return Ground(self.form.sheet, _ONE, max(self.rows, default=None), self.file)

    def origin(self, name: str) -> str | None:
        """The cell in which a field was shown to stand."""
        name = {"paid": "amount_paid"}.get(name, name)
        place = self.target.where(name)
        return place.cell if place else None

    def order(self) -> Literal["dmy", "mdy"] | None:
        """The order of day and month: what the file proves, else what the confirmed date of an ambiguous text."""
        if len(self.orders) == 1:
            return "dmy" if "dmy" in self.orders else "mdy"
        if self.orders or self.target.issued is None:
            return None
        for hit in hits.of_day(self.form.sheet, self.target.issued, ()):
            own = [o for o in hits.ORDERS if _means(hit.cell.text, o, self.target.issued)]
            if len(own) == 1:
                return "dmy" if own == ["dmy"] else "mdy"
        return None

    def decimal(self) -> Literal[".", ","] | None:
        """The decimal sign by which an ambiguous text is the confirmed total."""
        for cell in self.form.sheet:
            read = grid.number(cell) if cell.text and self.target.total is not None else None
            if read is None or not read.ambiguous:
                continue
            for sign in (".", ","):
                other = grid.number(cell, Locale(sign))
                if other is not None and other.value == self.target.total:
                    return "." if sign == "." else ","
        return None


def _means(text: str, order: str, day: date) -> bool:
    cell = grid.Cell(1, 1, text)
    read = grid.day(cell, Locale(None, order)) if text else None
    return read is not None and read.value == day and bool(grid.day(cell) and _ambiguous(cell))


def _ambiguous(cell: grid.Cell) -> bool:
    read = grid.day(cell)
    return read is not None and read.ambiguous


def learn(
    form: Shape, found: Draft | Refusal | None, target: Document, orders: frozenset[str], file: str
) -> Lesson:
    """The lesson of one confirmed document, whose own sheet is read by it again as a check."""
    pupil = Pupil(form, found, target, orders, file)
    pupil.rows = tuple(_line_rows(pupil))
    head = _head(pupil)
    bare = Layout(
        language=target.language,
        fingerprint=fingerprint.of(form.sheet, fingerprint.rows_of(form)),
        head=head,
        settled=tuple(_settled(pupil)),
        corrected=tuple(_corrected(pupil)),
        absent=tuple(f for f in (*ALWAYS, *PARTIES) if value_of(target, f) is None and _had(found, f)),
        order=pupil.order(),
        decimal=pupil.form.locale.decimal or pupil.decimal(),  # type: ignore[arg-type]
        currency=target.currency,
    )
    layout, result = _with_money(pupil, bare)
    if layout is None:
        return Lesson(untaught=pupil.untaught)
    taught = [*layout.head, *(["lines", *_stated(layout.sums)] if layout.sums else [])]
    return Lesson(
        layout=layout.named(),
        taught=tuple(taught),
        untaught=pupil.untaught,
        still=tuple(d.code for d in result.doubts) if isinstance(result, Draft) else (),
    )


def _stated(sums: Sums | None) -> Iterator[str]:
    for name in sums_of():
        key = "taxes" if name == "tax_total" else name
        if sums is not None and getattr(sums, key):
            yield name


def _with_money(pupil: Pupil, bare: Layout) -> tuple[Layout | None, Draft | Miss]:
    """The layout with its money where that can be read again, else without; and what it makes of the sheet."""
    best: tuple[int, Layout, Draft] | None = None
    for layout in (*_monies(pupil, bare), bare):
        result = _again(pupil, layout)
        if isinstance(result, Draft) and not _wrong(pupil, layout, result):
            ignored = _ignored(pupil, layout, result)
            if ignored:
                layout = layout.model_copy(update={"ignored": ignored})
                result = _again(pupil, layout)
            if isinstance(result, Draft) and (best is None or len(result.doubts) < best[0]):
                best = len(result.doubts), layout, result
            if best is not None and best[0] == 0:
                break
    if best is None:
        pupil.untaught.setdefault("lines", "its sums cannot be read again from the cells that hold them")
        return None, Miss("")
    if best[1].sums is None and pupil.target.lines:
        pupil.untaught.setdefault("lines", "its sums cannot be read again from the cells that hold them")
    return best[1], best[2]


def _again(pupil: Pupil, layout: Layout) -> Draft | Miss:
    return follow(pupil.form, pupil.found, layout, _ONE, pupil.orders, pupil.file)


def _wrong(pupil: Pupil, layout: Layout, draft: Draft) -> bool:
    """Whether a layout gives its own sheet other values than those confirmed."""
    wanted = (*layout.head, *(sums_of() if layout.sums else ()))
    if any(differs(name, value_of(pupil.target, name), value_of(draft, name)) for name in wanted):
        return True
    return layout.sums is not None and not same_lines(pupil.target, draft)


def _line_rows(pupil: Pupil) -> list[int]:
    """The rows of the confirmed lines: as they were shown, else where their amounts stand in one column."""
    shown = []
    for index, _ in enumerate(pupil.target.lines):
        names = (f"lines.{index}.{name}" for name in ("amount", "quantity", "description"))
        cell = next((c for n in names if (c := pupil.target.where(n))), None)
        if cell is not None:
            shown.append(address(cell.cell)[0])
    if shown and len(shown) == len(pupil.target.lines):
        return shown
    columns = bodies.amount_columns(pupil.form.sheet, pupil.target.lines, pupil.locale)
    known = fingerprint.rows_of(pupil.form)
    best = max(columns, key=lambda cells: sum(c.row in known for c in cells), default=[])
    return [c.row for c in best]


def _head(pupil: Pupil) -> dict[str, Spot]:
    corrected = set(_corrected(pupil))
    spots: dict[str, Spot] = {}
    for name in (*ALWAYS, *(p for p in PARTIES if p in corrected)):
        wanted = value_of(pupil.target, name)
        if wanted is None:
            continue
        chosen = _head_spot(pupil, name, wanted)
        if chosen is not None:
            spots[name] = chosen
        else:
            pupil.untaught[name] = "no cell holds it"
    return spots


def _head_spot(pupil: Pupil, name: str, wanted: object) -> Spot | None:
    sheet = pupil.form.sheet
    skipped = pupil.rows if name in PARTIES else ()
    if isinstance(wanted, date):
        found = hits.of_day(sheet, wanted, ())
    elif name == "number":
        found = hits.of_number(sheet, str(wanted), skipped)
    else:
        found = hits.of_text(sheet, str(wanted), skipped)
    chosen = choose(pupil.ground, name, found, pupil.origin(name))
    if chosen is None and name == "number":
        return name_spot(sheet.name, pupil.file, str(wanted))
    return chosen.spot if chosen else None


def _corrected(pupil: Pupil) -> Iterator[str]:
    """The fields that the reader by itself has otherwise."""
    if not isinstance(pupil.found, Draft):
        return
    for name in (*ALWAYS, *PARTIES, *sums_of()):
        wanted = value_of(pupil.target, name)
        if differs(name, wanted, value_of(pupil.found, name)):
            yield name
    if not same_lines(pupil.target, pupil.found):
        yield "lines"


def _had(found: Draft | Refusal | None, name: str) -> bool:
    return isinstance(found, Draft) and value_of(found, name) is not None


def _settled(pupil: Pupil) -> Iterator[str]:
    if isinstance(pupil.found, Refusal):
        yield from [pupil.found.code] if pupil.found.code in REFUSALS else []
    codes = [d.code for d in pupil.found.doubts] if isinstance(pupil.found, Draft) else _unread(pupil.target)
    codes += [r.code for r in pupil.target.reasons]
    for code in dict.fromkeys(codes):
        if code in SETTLED_HEAD | SETTLED_MONEY and (code != "line-arithmetic" or _always_off(pupil.target)):
            yield code


def _unread(target: Document) -> list[str]:
    """The doubts that the reader would have had, had it read a document at all."""
    missing = {"no-number": target.number, "no-date": target.issued, "no-customer": target.customer}
    return ["untitled", "no-header", *(code for code, value in missing.items() if value is None)]


def _always_off(target: Document) -> bool:
    """Whether quantity times price is the amount on none of the lines that state a price."""
    priced = [x for x in target.lines if x.unit_price is not None]
    return len(priced) > 1 and all(
        abs((x.quantity or Decimal(1)) * (x.unit_price or Decimal(0)) - x.amount) > CENT for x in priced
    )


def _monies(pupil: Pupil, bare: Layout) -> Iterator[Layout]:
    """The layout with each body and closing that its lines and sums may be read by."""
    if not pupil.target.lines or pupil.target.total is None or not pupil.rows:
        return
    sums = _sums(pupil)
    if sums is None:
        return
    shown = pupil.form.table if pupil.form.table and pupil.form.table.rows else None
    for body in bodies.learn(pupil.ground, pupil.target.lines, shown, pupil.locale):
        for closing, coins in _closings(pupil, body):
            closed = sums.model_copy(update={"closing": closing, "coins": coins})
            yield bare.model_copy(update={"body": body, "sums": closed})


def _closings(pupil: Pupil, body: Body) -> Iterator[tuple[Closing, bool]]:
    taxed = any(c.role is Role.GROSS for c in body.columns) and pupil.target.tax_total
    plain = (Closing.PLAIN, False)
    inclusive = (Closing.INCLUSIVE, False)
    yield from (inclusive, plain) if taxed else (plain, inclusive)
    if pupil.target.paid:
        yield Closing.LESS_PAID, False
    if not pupil.target.tax_total:
        yield Closing.RATED, False
        yield Closing.RATED, True


def _sums(pupil: Pupil) -> Sums | None:
    """The spots of all the sums that the document states; ``None`` where one of them stands in no cell."""
    spots: dict[str, Chosen] = {}
    for name in ("total", "subtotal", "discount", "paid", "balance"):
        wanted = value_of(pupil.target, name)
        chosen = _sum_spot(pupil, name, wanted) if isinstance(wanted, Decimal) else None
        if chosen is not None:
            spots[name] = chosen
        elif wanted and name not in ("discount", "paid"):
            pupil.untaught[name] = "no cell holds it"
            return None
    taxes, charges = _parts(pupil, "tax_total", Sum.TAX), _parts(pupil, "charges", Sum.CHARGE)
    if charges is None:
        return None
    every = [*spots.values(), *(taxes or ()), *charges]
    last = max(pupil.rows)
    ends = [c.spot for c in every if (o := owner_of(pupil.ground, c.spot) if c.spot.mark else None) and o.row > last]
    return Sums(
        **{name: chosen.spot for name, chosen in spots.items()},  # type: ignore[arg-type]
        taxes=tuple(c.spot for c in taxes or ()),
        line_tax=taxes is None,
        charges=tuple(c.spot for c in charges),
        ends=tuple(ends),
    )


def _sum_spot(pupil: Pupil, name: str, amount: Decimal) -> Chosen | None:
    found = hits.of_amount(pupil.form.sheet, amount, _within(pupil), pupil.locale)
    return choose(pupil.ground, name, found, pupil.origin(name))


def _within(pupil: Pupil) -> frozenset[int]:
    """The rows of lines by themselves; a row that other things stand beside is looked at."""
    rows = fingerprint.rows_of(pupil.form) | frozenset(pupil.rows)
    named = (c.row for c in pupil.form.sheet if c.row in rows and c.text and sum_role(label(c.text)))
    return rows - frozenset(named)


def _parts(pupil: Pupil, name: str, kind: Sum) -> list[Chosen] | None:
    """The spot of a sum, or of the several amounts that together come to it; ``None`` where nothing does."""
    wanted = value_of(pupil.target, name)
    if not isinstance(wanted, Decimal):
        return []
    whole = _sum_spot(pupil, name, wanted) if wanted or pupil.origin(name) else None
    if whole is not None:
        return [whole]
    amounts = totals.find(pupil.form.sheet, frozenset(pupil.rows), pupil.locale)
    parts = [a for a in amounts if a.kind is kind and a.value]
    if wanted and abs(sum((a.value for a in parts), Decimal(0)) - wanted) <= CENT:
        spots = [choose(pupil.ground, name, [hits.Hit(a.cell)], a.cell.name) for a in parts]
        return [s for s in spots if s is not None]
    if wanted:
        pupil.untaught[name] = "no cell holds it"
        return None
    return []


def _ignored(pupil: Pupil, layout: Layout, draft: Draft) -> tuple[str, ...]:
    """The marks of labelled amounts that the person left unexplained."""
    cells = {d.cell.name for d in draft.doubts if d.code == "unexplained" and d.cell}
    if not cells or layout.sums is None:
        return ()
    used = {s.mark for s in (layout.sums.total, *layout.sums.ends, *layout.sums.taxes) if s.mark}
    amounts = totals.find(pupil.form.sheet, frozenset(pupil.rows), pupil.locale)
    marks = {mark(a.label.text) for a in amounts if a.cell.name in cells}
    return tuple(sorted(marks - used - {""}))
