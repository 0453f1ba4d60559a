"""Learning: the layout of a confirmed document, as far as its values can be found in its sheet again."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from ledgerferry.model.document import Document
from ledgerferry.systems.workbook import grid, totals
from ledgerferry.systems.workbook.draft import Draft
from ledgerferry.systems.workbook.forms import Refusal, Shape
from ledgerferry.systems.workbook.layouts import fingerprint, heading, hits, sums
from ledgerferry.systems.workbook.layouts.facts import differs, same_lines, value_of
from ledgerferry.systems.workbook.layouts.fingerprint import UNMOVED
from ledgerferry.systems.workbook.layouts.follow import (
    REFUSALS,
    SETTLED_HEAD,
    SETTLED_MONEY,
    Miss,
    follow,
    locale_of,
    sums_of,
)
from ledgerferry.systems.workbook.layouts.hits import choose
from ledgerferry.systems.workbook.layouts.marks import mark
from ledgerferry.systems.workbook.layouts.model import Layout, Spot, Sums
from ledgerferry.systems.workbook.layouts.pupil import Pupil, line_rows
from ledgerferry.systems.workbook.layouts.spots import Hit, name_spot
from ledgerferry.systems.workbook.layouts.sums import Money
from ledgerferry.systems.workbook.layouts.taughtsums import monies
from ledgerferry.systems.workbook.lines import CENT

ALWAYS = ("number", "issued", "due", "paid_on")
PARTIES = (
    "customer_name",
    "contact_name",
    "customer_email",
    "customer_phone",
    "customer_postcode",
    "seller_name",
)


class Lesson(BaseModel):
    """What a confirmed document taught: its layout, the fields that are taught, and why others are not.

    ``still`` are the doubts that a later document of the layout would raise all the same.
    """

    model_config = ConfigDict(frozen=True)

    layout: Layout | None = None
    taught: tuple[str, ...] = ()
    untaught: dict[str, str] = {}
    still: tuple[str, ...] = ()


def learn(
    form: Shape, found: Draft | Refusal | None, target: Document, orders: frozenset[str], file: str
) -> Lesson:
    """The lesson of one confirmed document, whose own sheet is read by it again as a check."""
    pupil = Pupil(form, found, target, orders, file)
    pupil.rows = tuple(line_rows(pupil))
    head = _head(pupil)
    bare = Layout(
        language=target.language,
        fingerprint=fingerprint.of(form.sheet, fingerprint.rows_of(form)),
        head=head,
        settled=tuple(_settled(pupil)),
        corrected=tuple(_corrected(pupil)),
        absent=tuple(f for f in (*ALWAYS, *PARTIES) if value_of(target, f) is None and _had(found, f)),
        order=pupil.order(),
        decimal=pupil.form.locale.decimal or pupil.decimal(),
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
        still=tuple(d.code for d in result.doubts) if isinstance(result, Draft) else ("layout-not-followed",),
    )


def _stated(sums: Sums | None) -> Iterator[str]:
    for name in sums_of():
        key = "taxes" if name == "tax_total" else name
        if sums is not None and getattr(sums, key):
            yield name


def _with_money(pupil: Pupil, bare: Layout) -> tuple[Layout | None, Draft | Miss]:
    """The layout with its money where that can be read again; and what it makes of the sheet."""
    best: tuple[Layout, Draft] | None = None
    bare = _truthful(pupil, bare)
    for layout in (*monies(pupil, bare), bare):
        found = _kept(pupil, layout)
        if found is not None and (best is None or _flaws(pupil, found[1]) < _flaws(pupil, best[1])):
            best = found
        if best is not None and _flaws(pupil, best[1]) == (0, False):
            break
    if best is not None and best[0].sums is not None and _flaws(pupil, best[1])[1]:
        pupil.untaught["quantity"] = "no column holds it"
    if pupil.target.lines and (best is None or best[0].sums is None):
        pupil.untaught.setdefault("lines", "its sums cannot be read again from the cells that hold them")
    if best is None and not isinstance(pupil.found, Draft) and bare.head:
        return bare, Miss("")
    return best or (None, Miss(""))


def _truthful(pupil: Pupil, bare: Layout) -> Layout:
    """The layout without the spots that give its own sheet another value than the one confirmed."""
    locale = locale_of(pupil.form, bare, pupil.orders)
    told = {name: heading.told(pupil.ground, name, spot, locale) for name, spot in bare.head.items()}
    head = {
        name: spot
        for name, spot in bare.head.items()
        if (t := told[name]) and not differs(name, value_of(pupil.target, name), t.day or t.text)
    }
    pupil.untaught |= dict.fromkeys(bare.head.keys() - head.keys(), "its place cannot be told")
    return bare.model_copy(update={"head": head})


def _flaws(pupil: Pupil, draft: Draft) -> tuple[int, bool]:
    """What a reading leaves to be wished for: its doubts, and quantities that are not those confirmed."""
    return len(draft.doubts), not same_lines(pupil.target, draft, quantities=True)


def _kept(pupil: Pupil, layout: Layout) -> tuple[Layout, Draft] | None:
    """The layout and what it makes of its own sheet; ``None`` where that is not what was confirmed."""
    locale = locale_of(pupil.form, layout, pupil.orders)
    if layout.sums and not isinstance(sums.read(pupil.form, pupil.ground, layout, locale), Money):
        return None
    result = _again(pupil, layout)
    if not isinstance(result, Draft) or _wrong(pupil, layout, result):
        return None
    ignored = _ignored(pupil, layout, result)
    if ignored:
        layout = layout.model_copy(update={"ignored": ignored})
        result = _again(pupil, layout)
    return (layout, result) if isinstance(result, Draft) else None


def _again(pupil: Pupil, layout: Layout) -> Draft | Miss:
    return follow(pupil.form, pupil.found, layout, UNMOVED, pupil.orders, pupil.file)


def _wrong(pupil: Pupil, layout: Layout, draft: Draft) -> bool:
    """Whether a layout gives its own sheet other values than those confirmed."""
    wanted = (*layout.head, *(sums_of() if layout.sums else ()))
    if any(differs(name, value_of(pupil.target, name), value_of(draft, name)) for name in wanted):
        return True
    return layout.sums is not None and not same_lines(pupil.target, draft)


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
    for skipped in (pupil.rows, ()):
        chosen = choose(pupil.ground, name, _found(sheet, name, wanted, skipped), pupil.origin(name))
        if chosen is not None:
            return chosen.spot
    return name_spot(sheet.name, pupil.file, str(wanted)) if name == "number" else None


def _found(sheet: grid.Sheet, name: str, wanted: object, skipped: Collection[int]) -> list[Hit]:
    if isinstance(wanted, date):
        return hits.of_day(sheet, wanted, skipped)
    if name == "number":
        return hits.of_number(sheet, str(wanted), skipped)
    return hits.of_text(sheet, str(wanted), skipped)


def _corrected(pupil: Pupil) -> Iterator[str]:
    """The fields that the reader by itself has otherwise."""
    if not isinstance(pupil.found, Draft):
        yield from (name for name in (*ALWAYS, *PARTIES) if value_of(pupil.target, name) is not None)
        yield "lines"
        return
    for name in (*ALWAYS, *PARTIES, *sums_of()):
        wanted = value_of(pupil.target, name)
        if differs(name, wanted, value_of(pupil.found, name)):
            yield name
    if not same_lines(pupil.target, pupil.found, quantities=True):
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


def _ignored(pupil: Pupil, layout: Layout, draft: Draft) -> tuple[str, ...]:
    """The marks of labelled amounts that the person left unexplained."""
    cells = {d.cell.name for d in draft.doubts if d.code == "unexplained" and d.cell}
    if not cells or layout.sums is None:
        return ()
    used = {s.mark for s in (layout.sums.total, *layout.sums.ends, *layout.sums.taxes) if s.mark}
    amounts = totals.find(pupil.form.sheet, frozenset(pupil.rows), pupil.locale)
    marks = {mark(a.label.text) for a in amounts if a.cell.name in cells}
    return tuple(sorted(marks - used - {""}))
