"""One plan in a process of its own: what it took, as one line of JSON."""

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time

from ledgerferry.faces.house import House
from ledgerferry.faces.settings import Settings
from ledgerferry.model.document import Reading
from ledgerferry.store.runs import Order
from ledgerferry.systems.workbook.layouts.model import Layout
from ledgerferry.wire.client import patient
from ledgerferry_bench.journey.stage import NAME
from ledgerferry_bench.plan.readings import repeated

_KIB = 1024


def main(home: Path, folder: Path, models: Path, many: int) -> None:
    """Plan so many documents for a connected home; the folder holds any workbook."""
    texts: list[str] = json.loads(models.read_text(encoding="utf-8"))
    idle = peak()
    with House.open(Settings(home=home)) as house:
        name = house.ids.fresh("run")
        order = Order(flow="migrate", connection=NAME, source=str(folder), create_taxes=True,
                      today=house.clock.now().date())  # fmt: skip
        with house.database.transaction("open") as tx:
            house.shelf.runs.open(tx, name, order, house.clock.now())
        with house.database.read() as conn:
            run = house.shelf.runs.get(conn, name)
        if run is None:
            raise LookupError(name)

        def read(_: Sequence[tuple[Path, str]], __: Sequence[Layout]) -> Iterator[Reading]:
            return repeated(texts, many)

        started, worked = perf_counter(), process_time()
        migration = house.migration(order, folder, read, lambda _: None)
        with patient(lambda _: True):
            report = migration.plan(run)
        seconds, work = perf_counter() - started, process_time() - worked
    print(json.dumps({
        "documents": many, "seconds": round(seconds, 2), "work": round(work, 2), "peak": peak(), "idle": idle,
        "planned": report.schedule[-1].documents, "calls": report.price.calls, "days": report.price.days,
    }))  # fmt: skip


def peak() -> int:
    """The most resident bytes of this program; what its parent held before it began does not count."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) * _KIB


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
