"""The verbs that look back: status, ledger, and the dead letters that need a person."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.faces.status import Standing

LetterId = Annotated[str, typer.Argument(help="The operation's key, or its beginning.", metavar="ID")]
dead = typer.Typer(help="Dead letters: operations that a person must look at.", no_args_is_help=True)


@ending
def status(home: options.Home = None, config: options.Config = None, json: options.Json = False) -> int:
    """Runs, quotas, and what needs a person."""
    with opened(home, config) as house:
        from ledgerferry.faces import status
        from ledgerferry.model.counting import counted

        out, now = Output(json=json), status.of_home(house)
        out.document(now.model_dump(mode="json"))
        _runs(out, now)
        out.table(
            "Quotas",
            ["connection", "this minute", "of", "this day", "of"],
            [
                (name, q.minute.used, q.minute.limit, q.day.used, q.day.limit)
                for name, q in now.quotas.items()
            ],
        )
        needs = now.needs_person
        out.line(
            f"Needs a person: {counted(needs.held, 'held document')}, "
            f"{counted(needs.conflicts, 'conflict')}, {counted(needs.dead, 'dead letter')}.",
            "yellow" if needs.held or needs.conflicts or needs.dead else "green",
        )
        return int(Code.DONE)


def _runs(out: Output, now: "Standing") -> None:
    out.table(
        "Runs",
        ["run", "state", "opened", "found", "loaded", "held", "rejected"],
        [
            (
                f"{r.run}\n{r.source}",
                r.state + (f" until {r.waiting_until}" if r.waiting_until else ""),
                r.opened_at[:10],
                r.documents.found,
                r.documents.loaded,
                r.documents.held,
                r.documents.rejected,
            )
            for r in now.runs
        ],
        right=["found", "loaded", "held", "rejected"],
        whole=["run"],
    )


@ending
def ledger(
    check: options.Check = False,
    run: options.OfRun = None,
    about: options.About = None,
    day: options.Day = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """The history of a run, a record or a day; --check proves that nothing in it was changed."""
    with opened(home, config) as house:
        out = Output(json=json)
        return _chain(house, out) if check else _entries(house, out, run, about, _day(day))


def _chain(house: "House", out: Output) -> int:
    with house.database.read() as conn:
        found = house.ledger.check(conn)
    whole = found.broken_at is None
    out.document({"entries": found.entries, "head": found.head, "whole": whole, "broken_at": found.broken_at})
    if whole:
        out.line(f"The chain of {found.entries} entries holds. Head: {found.head}", "green")
        return int(Code.DONE)
    out.line(
        f"The chain is broken at entry {found.broken_at} of {found.entries}: an entry was changed or taken "
        "out after it was written. Compare with a copy of the home.",
        "bold red",
    )
    return int(Code.PERSON)


def _entries(house: "House", out: Output, run: str | None, about: str | None, day: date | None) -> int:
    from ledgerferry.faces.running import run_of

    chosen = run_of(house, run).id if run else None
    with house.database.read() as conn:
        found = list(house.ledger.entries(conn, chosen, about, day))
    out.document(
        {
            "entries": [
                {
                    "seq": e.seq,
                    "at": e.at.isoformat(),
                    "run": e.run,
                    "event": e.event,
                    "about": e.about,
                    "digest": e.digest,
                    "hash": e.hash,
                }
                for e in found
            ]
        }
    )
    out.table(
        f"Ledger ({len(found)} entries)",
        ["#", "at (UTC)", "event", "about", "hash"],
        [(e.seq, f"{e.at:%Y-%m-%d %H:%M:%S}", e.event, e.about or "", e.hash[:12]) for e in found],
    )
    return int(Code.DONE)


def _day(text: str | None) -> date | None:
    from ledgerferry.faces.settings import WrongUsage

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongUsage(f"{text} is no day. Write it as 2026-11-21.") from None


@dead.command("list")
@ending
def dead_list(
    run: options.OfRun = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """The dead letters of this home; exit 1 where there is one."""
    with opened(home, config) as house:
        from ledgerferry.faces import deadletters
        from ledgerferry.faces.running import run_of

        found = deadletters.listed(house, run_of(house, run).id if run else None)
        out = Output(json=json)
        out.document({"dead": [letter.row() for letter in found]})
        out.table(
            f"Dead letters ({len(found)})",
            ["id", "what", "which", "tries", "doubtful", "why"],
            [(x.key, x.what, x.name, x.tries, "yes" if x.doubtful else "no", x.why) for x in found],
        )
        if not found:
            out.line("No dead letters.", "green")
        return int(Code.PERSON if found else Code.DONE)


@dead.command("show")
@ending
def dead_show(
    letter: LetterId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """One dead letter with all that it would have written."""
    with opened(home, config) as house:
        from ledgerferry.faces import deadletters

        found = deadletters.one(house, letter)
        content = found.operation.content
        out = Output(json=json)
        out.document(found.row() | {"content": content.model_dump(mode="json")})
        for name, value in found.row().items():
            out.line(f"{name:>10}: {value}")
        out.line(content.model_dump_json(indent=1, exclude_none=True))
        return int(Code.DONE)


@dead.command("retry")
@ending
def dead_retry(
    letter: LetterId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """Let it be tried again (not where the call may have happened: settle it first)."""
    with opened(home, config) as house:
        from ledgerferry.faces import deadletters

        return _decided(Output(json=json), letter, "retry", deadletters.retry(house, letter))


@dead.command("discard")
@ending
def dead_discard(
    letter: LetterId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """It shall not happen; what needs it stays undone and is shown as held."""
    with opened(home, config) as house:
        from ledgerferry.faces import deadletters

        return _decided(Output(json=json), letter, "discard", deadletters.discard(house, letter))


@dead.command("settle")
@ending
def dead_settle(
    letter: LetterId,
    happened: options.Happened = None,
    ref: options.Ref = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Say what nobody else can know: whether a call whose answer was lost did its work."""
    with opened(home, config) as house:
        from ledgerferry.faces import deadletters
        from ledgerferry.faces.settings import WrongUsage

        if happened is None:
            raise WrongUsage("Look in the account, then say --happened or --not.")
        if happened:
            text = deadletters.happened(house, letter, ref)
        else:
            text = deadletters.not_happened(house, letter)
        return _decided(Output(json=json), letter, "happened" if happened else "not", text)


def _decided(out: Output, letter: str, what: str, text: str) -> int:
    out.line(text)
    out.document({"id": letter, "decided": what, "text": text})
    return int(Code.DONE)


VERBS: tuple[Callable[..., None], ...] = (status, ledger)
