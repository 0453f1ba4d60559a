"""``ferry bench calls``: our calls by class, the floor, the bound, and the one-by-one way, in one run."""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.model.plan import Purpose
from ledgerferry.model.record import Kind
from ledgerferry_bench.calls.floor import ROWS, Account, Measured
from ledgerferry_bench.calls.plain import Script
from ledgerferry_bench.journey.kill import made
from ledgerferry_bench.journey.stage import NAME, Ferry, Row, Said, migrating, sandbox
from ledgerferry_sandbox import samples

_SECONDS: Final = 1_800
_ID: Final = re.compile(r"/\d{4,}")
_NEEDS_PERSON: Final = 1
_CRM: Final = "sales"
# The connection of each system, and the write whose bulk size its floor is counted with.
_SIDES: Final = (("books", NAME, Kind.INVOICE, Purpose.SEND), ("crm", _CRM, Kind.DEAL, Purpose.CREATE))


def run(argv: Sequence[str]) -> int:
    """Count the calls of a migration; 1 where they are beyond the bound or not what the plan said."""
    parser = argparse.ArgumentParser("ferry bench calls", description=run.__doc__)
    parser.add_argument("--invoices", type=int, default=300, help="to generate (%(default)s)")
    parser.add_argument("--customers", type=int, default=60, help="of so many (%(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="other invoices")
    parser.add_argument("--folder", type=Path, help="migrate these workbooks instead")
    parser.add_argument("--scale", type=float, default=60, help="the sandbox's pace (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as where:
        folder = given.folder or Path(where) / "docs"
        if given.folder is None:
            samples.write(folder, given.customers, given.invoices, given.seed)
        rows = measured(folder.absolute(), Path(where) / "at", given.scale)
    told = [_row(each) for each in rows]
    print(json.dumps({"systems": told}) if given.json else "\n\n".join(map(_told, rows)))
    return int(not all(each.kept for each in rows))


def measured(folder: Path, where: Path, scale: float = 60) -> list[Measured]:
    """A migration of a folder, then the same documents one by one into the same account, made empty."""
    where.mkdir()
    ferry = Ferry(where / "home")
    with sandbox("--books-plan", "premium", "--limits", "off", scale=scale) as box:
        made(ferry, box, "--plan", "premium")
        if (crm := ferry.connect(box, product="crm", name=_CRM)).code:
            raise ChildProcessError(crm.told)
        before, start = box.get("state"), len(box.log())
        dry = ferry.run(*migrating(folder, "--crm", _CRM, "--dry-run"), seconds=_SECONDS)
        planned = len(box.log())
        said = ferry.run(*migrating(folder, "--crm", _CRM), seconds=_SECONDS)
        if max(dry.code, said.code) > _NEEDS_PERSON or planned == start:
            raise ChildProcessError(said.told)
        log, after = box.log(planned), box.get("state")
        box.post("reset", {"seed": "demo"})
        box.put("state", before)
        books, crm_account = (Account(before[s], after[s], _bulk(ferry, n, k, p)) for s, n, k, p in _SIDES)
        script = Script(box)
        plain = {"books": script.carry(books), "crm": script.carry_deals(crm_account)}
    accounts = {"books": books, "crm": crm_account}
    return [_measured(system, log, accounts[system], dry, plain[system]) for system in accounts]


def _measured(system: str, log: Sequence[Row], account: Account, dry: Said, plain: int) -> Measured:
    classes = Counter(_class(call) for call in log if call["service"] == system)
    price = dry.json["price"]
    return Measured(
        system=system,
        classes=dict(sorted(classes.items())),
        floor=ROWS[system](account),
        priced=price["calls"][system],
        one_by_one=plain,
        documents=len(account.new("invoices") or account.new("Deals")),
        by_step=price["steps"][system],
    )


def _class(call: Row) -> str:
    """What kind of call it is: its method, and its path without ids."""
    return f"{call['method']} {_ID.sub('/…', call['path'])}"


def _bulk(ferry: Ferry, name: str, kind: Kind, purpose: Purpose) -> int:
    """How many records the connection writes in one call."""
    with House.open(Settings(home=ferry.home)) as house:
        return house.side(name).target.declaration.batch_of(kind, purpose)


def _row(each: Measured) -> dict[str, Any]:
    return {
        "system": each.system,
        "documents": each.documents,
        "classes": dict(each.classes),
        "calls": each.calls,
        "apart": each.floor.apart,
        "floor": each.floor.calls,
        "parts": dict(each.floor.parts),
        "bound": each.floor.bound,
        "priced": each.priced,
        "one_by_one": each.one_by_one,
        "ratio": each.ratio,
        "kept": each.kept,
    }


def _told(each: Measured) -> str:
    lines = [f"{each.system}: {each.documents:,} documents, calls by class"]
    lines += [f"  {count:>7,}  {name}" for name, count in each.classes.items()]
    made_of = ", ".join(f"{count:,} {name}" for name, count in each.floor.parts.items())
    apart = f", and {each.floor.apart:,} of files apart" if each.floor.apart else ""
    kept = "kept" if each.kept else "NOT KEPT"
    lines += [
        f"  calls {each.calls:,}{apart}; the plan said {each.priced:,}",
        f"  floor {each.floor.calls:,} = {made_of}",
        f"  bound {each.floor.bound:,} ({each.floor.margin} times the floor and {each.floor.spare}): {kept}",
        f"  one by one {each.one_by_one:,} without files: {each.ratio} times ours",
    ]
    return "\n".join(lines)
