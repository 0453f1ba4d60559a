"""The verb that only reads: extract."""

import json as standard_json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledgerferry.faces.cli import options
from ledgerferry.faces.cli.exits import Code, ending
from ledgerferry.faces.cli.opening import opened
from ledgerferry.faces.cli.output import Output

if TYPE_CHECKING:
    from ledgerferry.faces.house import House
    from ledgerferry.model.document import Reading

Paths = Annotated[list[Path], typer.Argument(help="Workbooks, or folders of them.", metavar="PATH...")]


@ending
def extract(
    paths: Paths,
    out: options.Out,
    home: options.Home = None,
    config: options.Config = None,
    json: options.Json = False,
) -> int:
    """Read spreadsheets only: one JSON file each, every value with its cell; exit 1 when any needs review."""
    files = _files(paths)
    with opened(home, config) as house:
        rows = _read(house, files, out)
    shown = Output(json=json)
    shown.document({"files": rows})
    shown.table(
        "Read",
        ["file", "kind", "invoices", "to review"],
        [(r["file"], r["kind"], r["invoices"], r["needs_review"]) for r in rows],
        right=["invoices", "to review"],
    )
    return int(Code.PERSON if any(r["needs_review"] for r in rows) else Code.DONE)


def _read(house: "House", files: Sequence[tuple[Path, str]], out: Path) -> list[dict[str, Any]]:
    """Read the files by what the home remembers and write their results; a row for each."""
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.systems.workbook.api import read_known
    from ledgerferry.systems.workbook.mapping import to_json

    names, rows = _names([name for _, name in files]), []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for (path, name), reading in zip(files, house.remembering(read_known)(files), strict=True):
            house.extracted(path, reading)
            target = out / f"{names[name]}.json"
            text = standard_json.dumps(to_json(reading), ensure_ascii=False, indent=1)
            target.write_text(text + "\n", encoding="utf-8")
            rows.append(_row(name, target, reading))
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or out} cannot be written ({error.strerror}). Check --out."
        ) from None
    return rows


def _row(name: str, target: Path, reading: "Reading") -> dict[str, Any]:
    return {
        "file": name,
        "out": str(target),
        "kind": reading.kind.value,
        "invoices": len(reading.documents),
        "needs_review": sum(1 for d in reading.documents if d.held),
        "rejections": [r.model_dump(mode="json", exclude_none=True) for r in reading.rejections],
    }


def _files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """The files meant, each with the name it goes by; ``NothingThere`` for a folder without any."""
    from ledgerferry.faces.settings import WrongUsage
    from ledgerferry.flows.gather import workbooks
    from ledgerferry.model.paths import spelled

    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            found += workbooks(path)
        elif path.is_file():
            found.append((path, spelled(path.name if path.is_absolute() else path.as_posix())))
        else:
            raise WrongUsage(f"There is no file or folder {path}.")
    return found


def _names(files: Sequence[str]) -> dict[str, str]:
    """What each result is called: the stem, or where stems repeat the whole path with ``_`` for ``/``."""
    stems = [Path(f).stem for f in files]
    return {
        f: stem if stems.count(stem) == 1 else f.strip("/.").replace("/", "_")
        for f, stem in zip(files, stems, strict=True)
    }


VERBS: tuple[Callable[..., None], ...] = (extract,)
