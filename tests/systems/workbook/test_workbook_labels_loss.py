"""How much of the open corpus hangs on labels that only one of its repositories uses."""

import json
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledgerferry.systems.workbook import labels, to_json
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.grid import Book
from ledgerferry.systems.workbook.guards import DEFAULT, Refused
from ledgerferry.systems.workbook.labels import LONGEST, Vocabulary
from ledgerferry.systems.workbook.reader import load

SHARED = Path(os.environ.get("FERRY_SHARED", Path(__file__).parents[4] / "shared"))
CORPUS = SHARED / "corpus"
Phrase = tuple[str, ...]
MOST = 5.0


def matched(text: str, vocabulary: Vocabulary) -> Iterator[Phrase]:
    words = labels.words(text)
    at = 0
    while at < len(words):
        keys = [tuple(words[at : at + size]) for size in (3, 2, 1) if at + size <= len(words)]
        found = next((key for key in keys if key in vocabulary.phrases), None)
        if found:
            yield found
        at += len(found or "-")


def books() -> dict[str, Book]:
    found = {}
    for path in sorted((CORPUS / "dev" / "files").iterdir()):
        try:
            found[path.name] = load(path, DEFAULT)
        except Refused:
            continue
    return found


def forget() -> None:
    for cached in (labels.label, labels.compound, labels.misspelt, labels.long_words):
        cached.cache_clear()


def score(found: dict[str, Book], out: Path) -> tuple[float, float, int]:
    out.mkdir()
    for name, book in found.items():
        reading = extract(book, name, "")
        (out / f"{Path(name).stem}.json").write_text(json.dumps(to_json(reading)), encoding="utf-8")
    command = [sys.executable, str(CORPUS / "score.py"), str(CORPUS / "dev" / "truth"), str(out)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    mean = re.search(r"MEAN OVER \d+ LAYOUTS right ([\d.]+)%, unattended ([\d.]+)%", report)
    silent = re.search(r"not flagged needs_review (\d+)", report)
    assert mean is not None
    assert silent is not None
    return float(mean.group(1)), float(mean.group(2)), int(silent.group(1))


@pytest.mark.skipif(not (CORPUS / "score.py").exists(), reason=f"the corpus of workbooks is not at {CORPUS}")
def test_without_the_labels_of_single_repositories_little_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found, whole = books(), labels.vocabulary()
    users: dict[Phrase, set[str]] = defaultdict(set)
    for name, book in found.items():
        truth = json.loads((CORPUS / "dev" / "truth" / f"{Path(name).stem}.json").read_text(encoding="utf-8"))
        for text in {c.text for sheet in book.sheets for c in sheet if 0 < len(c.text) <= LONGEST}:
            for phrase in matched(text, whole):
                users[phrase].add(truth["source_repo"])
    lonely = {phrase for phrase, repositories in users.items() if len(repositories) == 1}
    before = score(found, tmp_path / "before")
    less = replace(whole, phrases={k: v for k, v in whole.phrases.items() if k not in lonely})
    with monkeypatch.context() as patch:
        patch.setattr(labels, "vocabulary", lambda: less)
        forget()
        after = score(found, tmp_path / "after")
    forget()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(lonely)} of {len(users)} labels met stand in one repository only; without them "
            f"{after[0]:.1f}% of {before[0]:.1f}% right, {after[1]:.1f}% of {before[1]:.1f}% unattended\n"
        )
    assert len(lonely) > 0
    assert before[0] - after[0] < MOST
    assert after[2] == 0


@pytest.mark.skipif(not (CORPUS / "score.py").exists(), reason=f"the corpus of workbooks is not at {CORPUS}")
@pytest.mark.parametrize(("seed", "share"), [(13, 0.1), (19, 0.25), (33, 0.1), (3, 0.15)])
def test_a_vocabulary_with_holes_is_never_wrong_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, share: float
) -> None:
    chance, whole = random.Random(seed), labels.vocabulary()
    kept = {k: v for k, v in sorted(whole.phrases.items()) if chance.random() > share}
    less = replace(whole, phrases=kept)
    with monkeypatch.context() as patch:
        patch.setattr(labels, "vocabulary", lambda: less)
        forget()
        right, _, silent = score(books(), tmp_path / "holes")
    forget()
    assert silent == 0
    assert right > 0
