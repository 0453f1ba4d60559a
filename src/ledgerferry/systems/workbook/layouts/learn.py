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
from ledgerferry.systems.workbook.layouts.example import Example, line_rows
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
from ledgerferry.systems.workbook.layouts.learnsums import monies
from ledgerferry.systems.workbook.layouts.marks import mark
from ledgerferry.systems.workbook.layouts.model import Layout, Spot, Sums
from ledgerferry.systems.workbook.layouts.spots import Hit, name_spot
from ledgerferry.systems.workbook.layouts.sums import Money
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
    example = Example(form, found, target, orders, file)
    example.rows = tuple(line_rows(example))
    head = _head(example)
    bare = Layout(
        language=target.language,
        fingerprint=fingerprint.of(form.sheet, fingerprint.rows_of(form)),
        head=head,
        settled=tuple(_settled(example)),
        corrected=tuple(_corrected(example)),
        absent=tuple(f for f in (*ALWAYS, *PARTIES) if value_of(target, f) is None and _had(found, f)),
        order=example.order(),
        decimal=example.form.locale.decimal or example.decimal(),
        currency=target.currency,
    )
    layout, result = _with_money(example, bare)
    if layout is None:
        return Lesson(untaught=example.untaught)
    taught = [*layout.head, *(["lines", *_stated(layout.sums)] if layout.sums else [])]
    return Lesson(
        layout=layout.named(),
        taught=tuple(taught),
        untaught=example.untaught,
        still=tuple(d.code for d in result.doubts) if isinstance(result, Draft) else ("layout-not-followed",),
    )


def _stated(sums: Sums | None) -> Iterator[str]:
    for name in sums_of():
        key = "taxes" if name == "tax_total" else name
        if sums is not None and getattr(sums, key):
            yield name


def _with_money(example: Example, bare: Layout) -> tuple[Layout | None, Draft | Miss]:
    """The layout with its money where that can be read again; and what it makes of the sheet."""
    best: tuple[Layout, Draft] | None = None
    bare = _truthful(example, bare)
    for layout in (*monies(example, bare), bare):
        found = _kept(example, layout)
        if found is not None and (best is None or _flaws(example, found[1]) < _flaws(example, best[1])):
            best = found
        if best is not None and _flaws(example, best[1]) == (0, False):
            break
    if best is not None and best[0].sums is not None and _flaws(example, best[1])[1]:
        example.untaught["quantity"] = "no column holds it"
    if example.target.lines and (best is None or best[0].sums is None):
        example.untaught.setdefault("lines", "its sums cannot be read again from the cells that hold them")
    if best is None and not isinstance(example.found, Draft) and bare.head:
        return bare, Miss("")
    return best or (None, Miss(""))


def _truthful(example: Example, bare: Layout) -> Layout:
    """The layout without the spots that give its own sheet another value than the one confirmed."""
    locale = locale_of(example.form, bare, example.orders)
    told = {name: heading.told(example.ground, name, spot, locale) for name, spot in bare.head.items()}
    head = {
        name: spot
        for name, spot in bare.head.items()
        if (t := told[name]) and not differs(name, value_of(example.target, name), t.day or t.text)
    }
    example.untaught |= dict.fromkeys(bare.head.keys() - head.keys(), "its place cannot be told")
    return bare.model_copy(update={"head": head})


def _flaws(example: Example, draft: Draft) -> tuple[int, bool]:
    """What a reading leaves to be wished for: its doubts, and quantities that are not those confirmed."""
    return len(draft.doubts), not same_lines(example.target, draft, quantities=True)


def _kept(example: Example, layout: Layout) -> tuple[Layout, Draft] | None:
    """The layout and what it makes of its own sheet; ``None`` where that is not what was confirmed."""
    locale = locale_of(example.form, layout, example.orders)
    if layout.sums and not isinstance(sums.read(example.form, example.ground, layout, locale), Money):
        return None
    result = _again(example, layout)
    if not isinstance(result, Draft) or _wrong(example, layout, result):
        return None
    ignored = _ignored(example, layout, result)
    if ignored:
        layout = layout.model_copy(update={"ignored": ignored})
        result = _again(example, layout)
    return (layout, result) if isinstance(result, Draft) else None


def _again(example: Example, layout: Layout) -> Draft | Miss:
    return follow(example.form, example.found, layout, UNMOVED, example.orders, example.file)


def _wrong(example: Example, layout: Layout, draft: Draft) -> bool:
    """Whether a layout gives its own sheet other values than those confirmed."""
    wanted = (*layout.head, *(sums_of() if layout.sums else ()))
    if any(differs(name, value_of(example.target, name), value_of(draft, name)) for name in wanted):
        return True
    return layout.sums is not None and not same_lines(example.target, draft)


def _head(example: Example) -> dict[str, Spot]:
    corrected = set(_corrected(example))
    spots: dict[str, Spot] = {}
    for name in (*ALWAYS, *(p for p in PARTIES if p in corrected)):
        wanted = value_of(example.target, name)
        if wanted is None:
            continue
        chosen = _head_spot(example, name, wanted)
        if chosen is not None:
            spots[name] = chosen
        else:
            example.untaught[name] = "no cell holds it"
    return spots


def _head_spot(example: Example, name: str, wanted: object) -> Spot | None:
    sheet = example.form.sheet
    for skipped in (example.rows, ()):
        chosen = choose(example.ground, name, _found(sheet, name, wanted, skipped), example.origin(name))
        if chosen is not None:
            return chosen.spot
    return name_spot(sheet.name, example.file, str(wanted)) if name == "number" else None


def _found(sheet: grid.Sheet, name: str, wanted: object, skipped: Collection[int]) -> list[Hit]:
    if isinstance(wanted, date):
        return hits.of_day(sheet, wanted, skipped)
    if name == "number":
        return hits.of_number(sheet, str(wanted), skipped)
    return hits.of_text(sheet, str(wanted), skipped)


def _corrected(example: Example) -> Iterator[str]:
    """The fields that the reader by itself has otherwise."""
    if not isinstance(example.found, Draft):
        yield from (name for name in (*ALWAYS, *PARTIES) if value_of(example.target, name) is not None)
        yield "lines"
        return
    for name in (*ALWAYS, *PARTIES, *sums_of()):
        wanted = value_of(example.target, name)
        if differs(name, wanted, value_of(example.found, name)):
            yield name
    if not same_lines(example.target, example.found, quantities=True):
        yield "lines"


def _had(found: Draft | Refusal | None, name: str) -> bool:
    return isinstance(found, Draft) and value_of(found, name) is not None


def _settled(example: Example) -> Iterator[str]:
    if isinstance(example.found, Refusal):
        yield from [example.found.code] if example.found.code in REFUSALS else []
    target, found = example.target, example.found
    codes = [d.code for d in found.doubts] if isinstance(found, Draft) else _unread(target)
    codes += [r.code for r in target.reasons]
    for code in dict.fromkeys(codes):
        if code in SETTLED_HEAD | SETTLED_MONEY and (code != "line-arithmetic" or _always_off(target)):
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


def _ignored(example: Example, layout: Layout, draft: Draft) -> tuple[str, ...]:
    """The marks of labelled amounts that the person left unexplained."""
    cells = {d.cell.name for d in draft.doubts if d.code == "unexplained" and d.cell}
    if not cells or layout.sums is None:
        return ()
    used = {s.mark for s in (layout.sums.total, *layout.sums.ends, *layout.sums.taxes) if s.mark}
    amounts = totals.find(example.form.sheet, frozenset(example.rows), example.locale)
    marks = {mark(a.label.text) for a in amounts if a.cell.name in cells}
    return tuple(sorted(marks - used - {""}))
