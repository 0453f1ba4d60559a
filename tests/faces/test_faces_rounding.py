"""A run that meets another rounding than it was planned by: it plans the rest anew and ends right."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.faces.stage import at, ferry, login, sandbox

_RULES = """\
[sellers]
names = ["Ashdown Orchards & Gardens Ltd"]

[[vat]]
match = "youth"
treatment = "zero-rated"
"""


@pytest.fixture
def books() -> Iterator[dict[str, Any]]:
    with sandbox("--seed", "demo", "--time-scale", "60") as told:
        yield told


def workbook(path: Path, number: str, prices: list[str], tax: str, total: str) -> None:
    """An invoice of single things at 20 % VAT."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[str | float]] = [
        ["INVOICE"],
        ["Invoice number", number],
        ["Invoice date", "2025-03-03"],
        ["Bill to", "Bowman & Co"],
        ["Currency", "GBP"],
        [],
        ["Description", "Quantity", "Unit price", "VAT %", "Amount"],
    ]
    rows += [[f"Adult badge {n}", 1, float(p), "20%", float(p)] for n, p in enumerate(prices)]
    rows += [["", "", "", "VAT 20%", float(tax)], ["", "", "", "Total", float(total)]]
    for row in rows:
        sheet.append(row)
    book.save(path)


def put(told: dict[str, Any], path: str, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    asked = urllib.request.Request(f"{told['url']}/_sandbox/{path}", data, method="PUT")
    asked.add_header("Content-Type", "application/json")
    urllib.request.urlopen(asked).close()


def state(told: dict[str, Any]) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{told['url']}/_sandbox/state") as answer:
        rows: list[dict[str, Any]] = json.load(answer)["books"]["invoices"]
    return rows


def test_one_run_learns_the_rounding_and_plans_the_rest_by_it(
    tmp_path: Path, books: dict[str, Any]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "ferry.toml").write_text(_RULES)
    workbook(tmp_path / "in" / "1.xlsx", "A-1", ["0.33", "0.33", "0.33"], "0.20", "1.19")
    workbook(tmp_path / "in" / "2.xlsx", "A-2", ["0.33", "0.33", "0.33"], "0.21", "1.20")
    workbook(tmp_path / "in" / "3.xlsx", "A-3", ["10.00"], "2.00", "12.00")
    connected = ferry(tmp_path, "connect", "books", "acme", *login(books), *at(books), "--plan", "standard")
    assert connected.code == 0, connected.err
    put(books, "switches", {"tax_rounding": "item_level"})
    ended = ferry(tmp_path, "migrate", "in", "--books", "acme", "--json", "--mail-checked", "--yes")
    assert ended.code == 1, ended.err
    told = ended.json()
    assert told["documents"] == {"found": 3, "loaded": 2, "held": 1, "rejected": 0}
    assert told["verify"]["equal"]
    assert "planned again" in ended.err
    assert {(r["invoice_number"], r["tax_total"]) for r in state(books)} == {("A-2", 0.21), ("A-3", 2)}
    again = ferry(tmp_path, "migrate", "in", "--books", "acme", "--json", "--mail-checked", "--yes").json()
    assert (again["changes"]["invoice"]["create"], again["changes"]["invoice"]["update"]) == (0, 0)
