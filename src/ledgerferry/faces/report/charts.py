"""The charts of the overview: native ones, over cells that everybody can read."""

from collections.abc import Sequence
from typing import Final

from xlsxwriter.chart import Chart

from ledgerferry.faces.report.pages import Page, Pages

_SIZE: Final = (560, 290)
_COLOURS: Final = ("#1B6E3C", "#D08A1D", "#B3261E", "#1F3A5F", "#8FB3D9")
_FAINT: Final = {"color": "#DDDDDD"}


def outcome(pages: Pages, page: Page, place: str, row: int) -> None:
    """Documents by what became of them: the heads and numbers of two rows, columns B to D."""
    chart = pages.chart("bar")
    chart.add_series(
        {
            "name": "documents",
            "categories": f"='{page.name}'!$B${row}:$D${row}",
            "values": f"='{page.name}'!$B${row + 1}:$D${row + 1}",
            "points": [{"fill": {"color": c}} for c in _COLOURS[:3]],
            "data_labels": {"value": True},
            "gap": 60,
        }
    )
    chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
    chart.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
    _dress(chart, "Documents by outcome")
    page.put_chart(place, chart, *_SIZE)


def months(pages: Pages, page: Page, place: str, currency: str, rows: tuple[int, int]) -> None:
    """Value by month of issue, found beside held in Books: columns B (month), C and D of these rows.

    Months without any document keep their place.
    """
    first, last = rows
    chart = pages.chart("column")
    for column, name, colour in (("C", "found in the source", _COLOURS[4]), ("D", "in Books", _COLOURS[3])):
        chart.add_series(
            {
                "name": name,
                "categories": f"='{page.name}'!$B${first + 1}:$B${last + 1}",
                "values": f"='{page.name}'!${column}${first + 1}:${column}${last + 1}",
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 0,
            }
        )
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": _FAINT}})
    chart.set_x_axis(
        {
            "date_axis": True,
            "major_unit_type": "months",
            "num_format": "yyyy-mm",
            "num_font": {"rotation": -45, "size": 8},
            "label_position": "low",
        }
    )
    chart.set_legend({"position": "bottom"})
    _dress(chart, f"Value by month of issue, {currency}", legend=True)
    page.put_chart(place, chart, *_SIZE)


def calls(pages: Pages, page: Page, place: str, span: str, rows: tuple[int, int]) -> None:
    """Calls that wrote: columns A (when) and B of these rows."""
    first, last = rows
    chart = pages.chart("column")
    chart.add_series(
        {
            "name": "calls",
            "categories": f"='{page.name}'!$A${first + 1}:$A${last + 1}",
            "values": f"='{page.name}'!$B${first + 1}:$B${last + 1}",
            "fill": {"color": _COLOURS[3]},
            "gap": 60,
        }
    )
    chart.set_y_axis({"min": 0, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": _FAINT}})
    chart.set_x_axis({"num_font": {"rotation": -45, "size": 8}})
    _dress(chart, f"Calls that wrote, by {span} (UTC)")
    page.put_chart(place, chart, *_SIZE)


def grouped(by_minute: Sequence[tuple[str, int]]) -> tuple[str, list[tuple[str, int]]]:
    """Calls by day, where they took several; else by hour or minute. The unit, and each one's number."""
    for unit, length in (("day", 10), ("hour", 13), ("minute", 16)):
        found: dict[str, int] = {}
        for minute, count in by_minute:
            found[minute[:length]] = found.get(minute[:length], 0) + count
        if len(found) > 1 or unit == "minute":
            break
    names = {"day": "", "hour": ":00", "minute": ""}
    return unit, [(at.replace("T", " ") + names[unit], count) for at, count in found.items()]


def _dress(chart: Chart, title: str, *, legend: bool = False) -> None:
    chart.set_title(
        {"name": title, "name_font": {"size": 12, "bold": True, "color": "#1F3A5F"}, "overlay": False}
    )
    chart.set_chartarea({"border": {"color": "#CCCCCC"}})
    if not legend:
        chart.set_legend({"none": True})
