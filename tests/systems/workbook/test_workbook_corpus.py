"""The open corpus of other people's workbooks, where it is at hand."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledgerferry.systems.workbook import read_many, to_json

SHARED = Path(os.environ.get("FERRY_SHARED", Path(__file__).parents[4] / "shared"))
CORPUS = SHARED / "corpus"


@pytest.mark.skipif(not (CORPUS / "score.py").exists(), reason=f"the corpus of workbooks is not at {CORPUS}")
def test_the_open_corpus_is_read_well_and_never_wrongly_in_silence(tmp_path: Path) -> None:
    files = sorted((CORPUS / "dev" / "files").iterdir())
    for path, reading in zip(files, read_many([(p, p.name) for p in files]), strict=True):
        (tmp_path / f"{path.stem}.json").write_text(json.dumps(to_json(reading)), encoding="utf-8")
    command = [sys.executable, str(CORPUS / "score.py"), str(CORPUS / "dev" / "truth"), str(tmp_path)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    mean = re.search(r"MEAN OVER \d+ LAYOUTS right ([\d.]+)%, unattended ([\d.]+)%", report)
    silent = re.search(r"not flagged needs_review (\d+)", report)
    assert mean is not None, report
    assert silent is not None, report
    assert int(silent.group(1)) == 0, report
    assert float(mean.group(1)) >= 90, report
    assert float(mean.group(2)) >= 60, report
    wrongly = re.search(r"false positives on blank templates / non-invoices: \d+/\d+(.*)", report)
    assert wrongly is not None, report
    assert all("flagged" in name for name in wrongly.group(1).split(",") if name.strip()), report
