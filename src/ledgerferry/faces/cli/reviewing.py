"""The verbs of review: what is held, what a person decides about it, and the layouts that this taught."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ledgerferry.faces.cli import advice, options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output, asks

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.flows.review import Case, Decided, Review
    from ledgerferry.model.document import Document

_QUEUE = "queue"

RunId = Annotated[
    str | None, typer.Argument(help="A run's id, or its beginning; else all that is held.", metavar="RUN")
]
DocumentId = Annotated[
    str,
    typer.Argument(
        help="The document's id, or its beginning; PATH#SHEET where nothing was found.", metavar="ID"
    ),
]


class _Verbs(TyperGroup):
    """The verbs of review, where no verb means the queue itself: ``ferry review RUN``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 typer's own click's or click's
        """Put the queue's own name before what is no verb."""
        if not {"--help", *self.commands} & set(args[:1]):
            args = [_QUEUE, *args]
        return super().parse_args(ctx, args)


review = typer.Typer(
    cls=_Verbs,
    help="What is held for a person: look, accept, correct, reject. `ferry review [RUN]` asks one by one, "
    "with `--llm URL` a local model first.",
)


@review.command(_QUEUE, hidden=True)
@ending
def queue(
    run: RunId = None,
    llm: options.Llm = None,
    model: options.Model = "qwen2.5:14b",
    remote: options.LlmAllowRemote = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Go through what is held, one document after the other; without a terminal only list it."""
    with opened(home, config) as house:
        out = Output(json=json)
        desk = review_of(house)
        cases = desk.held(_run(house, run))
        advice.ask(house, out, cases, llm, model, remote=remote)
        if json or not asks():
            return _listed(out, cases)
        from ledgerferry.faces.cli.asking import Asking

        asking = Asking(desk, out, house.clock, lambda case: advice.of(house, case))
        return int(Code.PERSON if asking.through(cases) else Code.DONE)


@review.command("list")
@ending
def review_list(
    run: RunId = None,
    llm: options.Llm = None,
    model: options.Model = "qwen2.5:14b",
    remote: options.LlmAllowRemote = False,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """What is held and not decided: of a run, or of the newest one and of all extracts."""
    with opened(home, config) as house:
        out, cases = Output(json=json), review_of(house).held(_run(house, run))
        advice.ask(house, out, cases, llm, model, remote=remote)
        return _listed(out, cases)


@review.command("show")
@ending
def review_show(
    document: DocumentId,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """One document: its values, why it is held, and its sheet with the cells in question marked."""
    with opened(home, config) as house:
        from ledgerferry.faces.cli import drawing

        desk, out = review_of(house), Output(json=json)
        case = _case(desk, document)
        picture = desk.look(case)
        suggestions = advice.of(house, case)
        out.document(drawing.plain(case, picture) | advice.plain(suggestions))
        drawing.show(out, case, picture)
        advice.table(out, suggestions)
        return int(Code.DONE)


@review.command("accept")
@ending
def review_accept(
    document: DocumentId,
    note: options.Note = "",
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """The document is right as it was read; its layout is learnt."""
    with opened(home, config) as house:
        desk = review_of(house)
        return _told(Output(json=json), desk.accept(_case(desk, document), note))


@review.command("correct")
@ending
def review_correct(
    document: DocumentId,
    values: options.With,
    note: options.Note = "",
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """The document is right with the values of a JSON file; its layout is learnt from where they stand."""
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.systems.workbook.answers import BadAnswer, parse

    try:
        given = parse(values.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"--with {values} cannot be read: {error}.") from None
    except BadAnswer as error:
        raise WrongUsage(f"--with {values}: {error}.") from None
    with opened(home, config) as house:
        desk = review_of(house)
        return _told(Output(json=json), desk.correct(_case(desk, document), given, note))


@review.command("reject")
@ending
def review_reject(
    document: DocumentId,
    note: options.Note = "",
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """It is no document to be loaded: it becomes a rejection, with the note as its reason."""
    with opened(home, config) as house:
        desk = review_of(house)
        return _told(Output(json=json), desk.reject(_case(desk, document), note))


def review_of(house: "House") -> "Review":
    """The review of a house, which looks at files in worker processes."""
    from ledgerferry.flows.review import Eyes
    from ledgerferry.systems.workbook import api

    return house.review(Eyes(api.teach, api.look, api.content_digest))


def _run(house: "House", run: str | None) -> Any:  # noqa: ANN401 its type is imported where it is used
    from ledgerferry.faces.running import run_of

    return run_of(house, run) if run is not None else None


def _case(desk: "Review", name: str) -> "Case":
    return desk.place(name) or desk.case(name)


def _listed(out: Output, cases: "list[Case]") -> int:
    from ledgerferry.faces.cli import drawing

    out.document({"held": [drawing.row(case) for case in cases]})
    out.table(
        f"Held for review ({len(cases)})",
        ["id", "where", "number", "total", "why"],
        [
            (
                case.id,
                f"{case.document.file} [{case.document.sheet}]",
                case.document.number or "",
                _total(case.document),
                "\n".join(r.text for r in case.document.reasons),
            )
            for case in cases
        ],
        right=["total"],
        whole=["id"],
    )
    if not cases:
        out.line("Nothing waits for review.", "green")
    return int(Code.PERSON if cases else Code.DONE)


def _total(document: "Document") -> str:
    """What it says that it comes to, with its currency."""
    from ledgerferry.model.money import NO_CURRENCY, text

    if document.total is None:
        return ""
    return f"{document.currency or ''} {text(document.total, document.currency or NO_CURRENCY)}".strip()


def _told(out: Output, decided: "Decided") -> int:
    from ledgerferry.faces.cli import drawing

    out.document(drawing.decision(decided))
    for text in drawing.sentences(decided):
        out.line(text)
    return int(Code.DONE)
