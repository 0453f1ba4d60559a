"""Drawing a document under review: its values, why it is held, and its sheet with the cells in question."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ledgerferry.faces.cli.output import WIDTH, Output
from ledgerferry.systems.workbook.grid import address, letters
from ledgerferry.systems.workbook.mapping import invoice

if TYPE_CHECKING:
    from ledgerferry.flows.review import Case, Decided
    from ledgerferry.systems.workbook.picture import Drawn, Picture

_AROUND = 3
_MOST_ROWS = 60
_MOST_COLUMNS = 10
_WIDEST, _NARROWEST = 22, 9
_SHOWN = (
    "invoice_number", "invoice_date", "due_date", "currency", "seller_name", "customer_name", "subtotal",
    "discount", "charges", "tax_total", "total", "amount_paid", "balance",
)  # fmt: skip


def row(case: "Case") -> dict[str, Any]:
    """A held document as JSON: what the list shows of it."""
    document = case.document
    return {
        "id": case.id,
        "run": case.run,
        "path": str(case.path),
        "file": document.file,
        "sheet": document.sheet,
        "invoice_number": document.number,
        "total": None if document.total is None else f"{document.total:f}",
        "currency": document.currency,
        "reasons": [
            {"code": r.code, "text": r.text, "cell": r.cell.cell if r.cell else None}
            for r in document.reasons
        ],
    }


def plain(case: "Case", picture: "Picture") -> dict[str, Any]:
    """A document and its sheet as JSON."""
    return {
        **row(case),
        "document": invoice(case.document),
        "decided": case.decision.verdict.value if case.decision else None,
        "grid": {drawn.cell: drawn.text for drawn in picture.cells},
        "fault": picture.fault,
    }


def show(out: Output, case: "Case", picture: "Picture") -> None:
    """Everything about a document, for a person."""
    document = case.document
    out.line(f"{document.file} [{document.sheet}]   {case.id}", "bold")
    for reason in document.reasons:
        where = f" {reason.cell.cell}" if reason.cell else ""
        out.line(f"  {reason.code}{where}: {reason.text}", "yellow")
    if case.decision is not None:
        out.line(f"  decided: {case.decision.verdict.value} {case.decision.note}".rstrip(), "green")
    values = invoice(document)
    out.table(
        "Read",
        ["field", "value", "cell"],
        [(name, values[name], values["cells"].get(name, "")) for name in _SHOWN if values[name] is not None],
    )
    out.table(
        f"Lines ({len(document.lines)})",
        ["description", "quantity", "price", "amount"],
        [(x.description, x.quantity or "", x.unit_price or "", x.amount) for x in document.lines],
        right=["quantity", "price", "amount"],
    )
    if picture.fault is not None:
        out.say(picture.fault, "yellow")
    else:
        out.draw(grid(picture, asked(case), read(case)))


def asked(case: "Case") -> set[str]:
    """The cells in question."""
    return {r.cell.cell for r in case.document.reasons if r.cell}


def read(case: "Case") -> set[str]:
    """The cells that values were read from."""
    return {origin.cell.cell for origin in case.document.origins}


def grid(picture: "Picture", asked: set[str], read: set[str]) -> Group:
    """The sheet: cells in question in reverse, those that were read underlined; what is far is left out."""
    cells = {drawn.at: drawn for drawn in picture.cells}
    rows = _rows(cells, {address(name)[0] for name in asked | read})
    columns = _columns(cells, rows, asked, read)
    wide = min(_WIDEST, max(_NARROWEST, WIDTH // max(len(columns), 1) - 2))
    table = Table(title=f"[{escape(picture.sheet)}]", title_justify="left", header_style="dim", box=None)
    table.add_column("", style="dim", justify="right", min_width=3)
    for column in columns:
        table.add_column(letters(column), no_wrap=True)
    for number in rows:
        drawn = [_cell(cells.get((number, column)), asked, read, wide) for column in columns]
        table.add_row(str(number), *drawn)
    left = len({number for number, _ in cells}) - len(rows)
    note = f"{left} more rows are not drawn." if left else ""
    return Group(table, Text(note, style="dim"))


def _rows(cells: dict[tuple[int, int], "Drawn"], wanted: set[int]) -> list[int]:
    filled = sorted({number for number, _ in cells})
    near = [n for n in filled if not wanted or any(abs(n - w) <= _AROUND for w in wanted)]
    return near[:_MOST_ROWS]


def _columns(
    cells: dict[tuple[int, int], "Drawn"], rows: list[int], asked: set[str], read: set[str]
) -> list[int]:
    """The columns to draw: those in question, those that were read, then others while there is room."""
    filled = sorted({column for number, column in cells if number in rows})
    ranked = [{address(name)[1] for name in names} for names in (asked, read)]
    order = sorted(filled, key=lambda c: (c not in ranked[0], c not in ranked[1]))
    return sorted(order[:_MOST_COLUMNS])


def _cell(drawn: "Drawn | None", asked: set[str], read: set[str], wide: int) -> Text:
    if drawn is None:
        return Text("")
    text = drawn.text.replace("\n", " ⏎ ")
    if drawn.cell in asked:
        return Text(f"▶{_cut(text, wide - 2)}◀", style="reverse yellow")
    return Text(_cut(text, wide), style="underline" if drawn.cell in read else "")


def _cut(text: str, wide: int) -> str:
    return text if len(text) <= wide else text[: wide - 1] + "…"


def decision(decided: "Decided") -> dict[str, Any]:
    """A decision and what it taught, as JSON."""
    lesson = decided.lesson
    layout = lesson.layout if lesson else None
    return {
        "id": decided.case.id,
        "decided": decided.decision.verdict.value,
        "document": invoice(decided.decision.document),
        "layout": layout.id if layout else None,
        "taught": list(lesson.taught) if lesson else [],
        "not_taught": lesson.untaught if lesson else {},
        "still_asks": list(lesson.still) if lesson else [],
        "seconds": decided.decision.seconds,
        "measured": decided.decision.measured,
    }


def sentences(decided: "Decided") -> Iterator[str]:
    """The same for a person."""
    yield f"{decided.case.id}: {_DONE[decided.decision.verdict.value]}. Plan or extract again to take it up."
    lesson = decided.lesson
    if lesson is None:
        return
    if lesson.layout is None:
        why = "; ".join(f"{name}: {text}" for name, text in lesson.untaught.items())
        yield f"Nothing was learnt for other documents ({why or 'nothing stands out'})."
        return
    yield f"Layout {lesson.layout.id} learnt: {', '.join(lesson.taught) or 'what it settles'}."
    for name, text in lesson.untaught.items():
        yield f"  not taught: {name} ({text})"
    if lesson.still:
        yield f"  documents like this one will still be asked about: {', '.join(dict.fromkeys(lesson.still))}"


_DONE = {"accept": "accepted as read", "correct": "corrected", "reject": "rejected"}
