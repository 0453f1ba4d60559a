"""``ferry bench llm``: precision and recall of a local model's suggestions, on sheets of known values."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from ledgerferry.faces.surroundings import RealClock
from ledgerferry.flows.questions import Subject
from ledgerferry.flows.suggest import Asking
from ledgerferry.model.document import Document
from ledgerferry.model.outcome import CallError
from ledgerferry.model.suggestion import SuggestedField
from ledgerferry.store.database import silent
from ledgerferry.systems.llm import DEFAULT_MODEL, Forbidden, LocalModel, exchange, look_up, open_model
from ledgerferry.systems.workbook.api import Worker
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry_bench.llm.truth import SCORED, Known, known, right


@dataclass
class Tally:
    """What was suggested, by field; ``wanted`` is how many values the sheets hold."""

    sheets: int = 0
    asked: int = 0
    refused: int = 0
    wanted: Counter[SuggestedField] = field(default_factory=Counter)
    given: Counter[SuggestedField] = field(default_factory=Counter)
    right: Counter[SuggestedField] = field(default_factory=Counter)
    unscored: Counter[SuggestedField] = field(default_factory=Counter)

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row for each field, and one for all of them."""
        for one in SCORED:
            yield _row(one.value, self.wanted[one], self.given[one], self.right[one])
        yield _row("all", self.wanted.total(), self.given.total(), self.right.total())


def _row(name: str, wanted: int, given: int, true: int) -> dict[str, Any]:
    precision = round(true / given, 3) if given else None
    recall = round(true / wanted, 3) if wanted else None
    return {"field": name, "in_sheets": wanted, "suggested": given, "right": true,
            "precision": precision, "recall": recall}  # fmt: skip


def run(argv: Sequence[str]) -> int:
    """Ask a model about every sheet as if nothing had been read of it; 2 wrong usage, 5 no model there."""
    parser = argparse.ArgumentParser("ferry bench llm", description=run.__doc__)
    parser.add_argument("corpus", type=Path, help="a folder with files/ and truth/")
    parser.add_argument("--llm", required=True, metavar="URL", help="an Ollama or OpenAI-compatible address")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="(%(default)s)")
    parser.add_argument("--llm-allow-remote", action="store_true", help="also where it is not private")
    parser.add_argument("--limit", type=int, help="the first N sheets only")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    given = parser.parse_args(argv)
    sheets = list(islice(known(given.corpus), given.limit))
    if not sheets:
        return _stopped(2, f"{given.corpus} holds no sheets of which the values are known")
    clock = RealClock()
    try:
        address = look_up(given.llm, remote=given.llm_allow_remote)
    except Forbidden as error:
        return _stopped(2, str(error))
    out = exchange(address, clock, silent)
    began = clock.monotonic()
    try:
        tally, over = _asked(open_model(out, address, given.model), sheets)
    except CallError as error:
        return _stopped(5, str(error.why))
    finally:
        out.close()
    _tell(given.model, tally, round(clock.monotonic() - began, 1), over, as_json=given.json)
    return 5 if over else 0


def _stopped(code: int, why: str) -> int:
    print(f"ferry bench llm: {why}", file=sys.stderr)
    return code


def _asked(model: LocalModel, sheets: Iterable[Known]) -> tuple[Tally, str | None]:
    asking = Asking(model, lambda text: print(text, file=sys.stderr))
    tally = Tally()
    with Worker(DEFAULT) as worker:
        for one in sheets:
            tally.sheets += 1
            tally.wanted.update(f for f, values in one.values.items() if values)
            for subject in _subjects(worker, one):
                _count(tally, one, asking, subject)
            if asking.over:
                break
    return tally, asking.over


def _count(tally: Tally, one: Known, asking: Asking, subject: Subject) -> None:
    advice = asking.about(subject)
    tally.asked += advice.asked
    tally.refused += advice.refused
    for suggestion in advice.suggestions:
        if suggestion.field in one.values:
            tally.given[suggestion.field] += 1
            tally.right[suggestion.field] += right(suggestion, one.values[suggestion.field])
        elif suggestion.field not in SCORED:
            tally.unscored[suggestion.field] += 1


def _subjects(worker: Worker, one: Known) -> Iterator[Subject]:
    """The sheet twice: as if its reading had failed, and as if of its customer only the name was read."""
    name = one.file.name
    texts = tuple(t for t in worker.texts(one.file, name).cells if t.cell.sheet == one.sheet)
    found = [d for d in worker.read(one.file, name).documents if d.sheet == one.sheet]
    document = found[0] if len(found) == 1 else None
    yield Subject(texts, _failed(document) if document else None)
    if document is not None and document.customer is not None:
        bare = document.customer.model_copy(
            update={"contact": None, "email": None, "phone": None, "address": None})  # fmt: skip
        yield Subject(texts, _complete(document.model_copy(update={"customer": bare})))


def _failed(document: Document) -> Document:
    return document.model_copy(update={"number": None, "issued": None, "due": None, "customer": None})


def _complete(document: Document) -> Document:
    """The document with number and date, so that its reading is not asked about a second time."""
    return document.model_copy(
        update={"number": document.number or "-", "issued": document.issued or date.min})  # fmt: skip


def _tell(model: str, tally: Tally, seconds: float, over: str | None, *, as_json: bool) -> None:
    rows = list(tally.rows())
    found = {"model": model, "sheets": tally.sheets, "questions": tally.asked, "refused": tally.refused,
             "seconds": seconds, "ended_early": over, "fields": rows,
             "without_truth": {f.value: n for f, n in tally.unscored.items()}}  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return
    print(f"{model}: {tally.sheets} sheets, {tally.asked} questions, {seconds} s, "
          f"{tally.refused} claims that the sheets do not bear out")  # fmt: skip
    print(f"{'field':18} {'in sheets':>9} {'suggested':>9} {'right':>6} {'precision':>9} {'recall':>7}")
    for row in rows:
        figures = [f"{row[k]:.1%}" if row[k] is not None else "-" for k in ("precision", "recall")]
        print(f"{row['field']:18} {row['in_sheets']:9} {row['suggested']:9} {row['right']:6} "
              f"{figures[0]:>9} {figures[1]:>7}")  # fmt: skip
    for name, count in tally.unscored.items():
        print(f"{name.value:18} {'':9} {count:9}   (nobody wrote down the truth)")
