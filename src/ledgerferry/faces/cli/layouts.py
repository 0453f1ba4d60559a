"""The verbs of layouts: what confirmed documents have taught this home, to be seen, forgotten, carried on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output
from ledgerferry.model.counting import counted

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.store.layouts import KeptLayout

_FILE = "ferry-layouts.toml"

LayoutId = Annotated[str, typer.Argument(help="The layout's id, or its beginning.", metavar="ID")]
Source = Annotated[Path, typer.Argument(help="A file that `ferry layouts export` wrote.", metavar="FILE")]

layouts = typer.Typer(
    help="The layouts that confirmed documents have taught this home: list, show, forget, export, import.",
    no_args_is_help=True,
)


@layouts.command("list")
@ending
def layouts_list(home: options.Home = None, config: options.Config = None, json: options.Json = False) -> int:
    """Every layout: by which document it was taught, when, and how many documents it has read."""
    with opened(home, config) as house:
        with house.database.read() as conn:
            kept = house.shelf.memories.layouts.all(conn)
        rows = [_row(one) for one in kept]
        out = Output(json=json)
        out.document({"layouts": rows})
        heads = ["id", "language", "labels", "taught", "settles", "taught_at", "taught_by", "used"]
        out.table(
            f"Layouts ({len(rows)})",
            heads,
            [[", ".join(v) if isinstance(v := r[h], list) else v or "" for h in heads] for r in rows],
            right=["used"],
        )
        if not rows:
            out.line("No layout has been learnt yet: `ferry review accept` or `correct` teaches one.")
        return int(Code.DONE)


@layouts.command("show")
@ending
def layouts_show(
    layout: LayoutId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """One layout with all that it remembers: labels and places, no values."""
    with opened(home, config) as house:
        from ledgerferry.systems.workbook.layouts.tomlfile import to_toml

        kept = _one(house, layout)
        out = Output(json=json)
        out.document(_row(kept) | {"layout": _layout(kept).model_dump(mode="json", exclude_defaults=True)})
        out.line(to_toml([_layout(kept)]))
        return int(Code.DONE)


@layouts.command("forget")
@ending
def layouts_forget(
    layout: LayoutId, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """Forget a layout for good; documents of it are read by their labels again. Decisions stay."""
    with opened(home, config) as house:
        kept = _one(house, layout)
        with house.database.transaction("forget-layout") as tx:
            house.shelf.memories.layouts.forget(tx, kept.id, house.clock.now())
            house.ledger.append(tx, "layout-forgotten", run=None, about=kept.id)
        out = Output(json=json)
        out.line(f"Layout {kept.id} is forgotten.")
        out.document({"id": kept.id, "forgotten": True})
        return int(Code.DONE)


@layouts.command("export")
@ending
def layouts_export(
    to: options.To = None,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Write every layout to a file for the next client; it names nobody and holds no value."""
    with opened(home, config) as house:
        from ledgerferry.faces.settings import WrongUsage
        from ledgerferry.systems.workbook.layouts.tomlfile import to_toml

        file = to or (house.settings.config.parent if house.settings.config else Path()) / _FILE
        with house.database.read() as conn:
            kept = house.shelf.memories.layouts.all(conn)
        try:
            file.write_text(to_toml([_layout(one) for one in kept]), encoding="utf-8")
        except OSError as error:
            raise WrongUsage(
                f"{file} cannot be written ({error.strerror}). Give another with --to."
            ) from None
        out = Output(json=json)
        out.line(f"{counted(len(kept), 'layout')} written to {file}")
        out.document({"file": str(file), "layouts": [one.id for one in kept]})
        return int(Code.DONE)


@layouts.command("import")
@ending
def layouts_import(
    source: Source, home: options.Home = None, config: options.Config = None, json: options.Json = False
) -> int:
    """Take in the layouts of a file; those that are known already stay as they are."""
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.systems.workbook.layouts.tomlfile import BadLayoutFile, from_toml

    try:
        found = from_toml(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{source} cannot be read: {error}.") from None
    except BadLayoutFile as error:
        raise WrongUsage(f"{source}: {error}.") from None
    with opened(home, config) as house:
        now, memory = house.clock.now(), house.shelf.memories.layouts
        with house.database.transaction("import-layouts") as tx:
            texts = [(x.id, x.model_dump_json(exclude_defaults=True)) for x in found]
            new = [name for name, text in texts if memory.put(tx, name, text, now, None)]
            for name in new:
                house.ledger.append(tx, "layout-imported", run=None, about=name)
        out = Output(json=json)
        out.line(f"New: {len(new)} of {counted(len(found), 'layout')}.")
        out.document({"found": len(found), "imported": new})
        return int(Code.DONE)


def _one(house: "House", layout: str) -> "KeptLayout":
    from ledgerferry.faces.settings import WrongUsage

    with house.database.read() as conn:
        found = house.shelf.memories.layouts.get(conn, layout) if layout else []
    if len(found) != 1:
        raise WrongUsage(
            f"There is no layout {layout}, or several begin so: `ferry layouts list` lists them."
        )
    return found[0]


def _layout(kept: "KeptLayout") -> Any:  # noqa: ANN401 its type is imported where it is used
    from ledgerferry.systems.workbook.layouts.model import Layout

    return Layout.model_validate_json(kept.text)


def _row(kept: "KeptLayout") -> dict[str, Any]:
    layout = _layout(kept)
    taught = [*layout.head, *(["lines", "sums"] if layout.sums else [])]
    return {
        "id": kept.id,
        "language": layout.language,
        "labels": len(layout.fingerprint.signs),
        "taught": taught,
        "settles": list(layout.settled),
        "taught_at": kept.taught_at.isoformat(timespec="seconds"),
        "taught_by": kept.taught_by,
        "used": kept.used,
    }
