"""Pages saved as an OpenDocument spreadsheet, as LibreOffice writes one, only smaller."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from ledgerferry_sandbox.samples.page import Cell, Page, Style, shown

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SAVED = (2025, 11, 3, 9, 0, 0)
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("of", "of"),
    )
)
_NUMBER = '<number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>'
_STYLES = f"""<office:automatic-styles>
<number:currency-style style:name="N1"><number:currency-symbol number:language="en" \
number:country="GB">£</number:currency-symbol>{_NUMBER}</number:currency-style>
<number:currency-style style:name="N2">{_NUMBER}<number:text> </number:text><number:currency-symbol \
number:language="fr" number:country="FR">€</number:currency-symbol></number:currency-style>
<number:date-style style:name="N3"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>\
</number:date-style>
<style:style style:name="pounds" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="euros" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="date" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="bold" style:family="table-cell">\
<style:text-properties fo:font-weight="bold"/></style:style>
</office:automatic-styles>"""
_LOOKS = {
    Style.POUNDS: "pounds",
    Style.EUROS: "euros",
    Style.DATE: "date",
    Style.TITLE: "bold",
    Style.LABEL: "bold",
    Style.HEADER: "bold",
}
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""


def workbook(pages: Mapping[str, Page]) -> bytes:
    """The bytes of an .ods with one sheet for each page; the same pages give the same bytes."""
    sheets = "".join(_sheet(name, page) for name, page in pages.items())
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document-content {_NAMESPACES} office:version="1.2">'
        f"{_STYLES}<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        # OpenDocument 1.2 part 3, 3.3: the type comes first and uncompressed.
        package.writestr(zipfile.ZipInfo("mimetype", _SAVED), _MIMETYPE)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", _MANIFEST)):
            package.writestr(zipfile.ZipInfo(name, _SAVED), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _sheet(name: str, page: Page) -> str:
    parts, above = [], -1
    for row, cells in page.rows():
        parts.append("<table:table-row><table:table-cell/></table:table-row>" * (row - above - 1))
        parts.append(f"<table:table-row>{_row(cells)}</table:table-row>")
        above = row
    return f"<table:table table:name={quoteattr(name)}>{''.join(parts)}</table:table>"


def _row(cells: list[tuple[int, Cell]]) -> str:
    parts, following = [], 0
    for column, cell in cells:
        parts.append("<table:table-cell/>" * (column - following))
        parts.append(_cell(cell))
        parts.append("<table:covered-table-cell/>" * (cell.span - 1))
        following = column + cell.span
    return "".join(parts)


def _cell(cell: Cell) -> str:
    attributes = [f'table:style-name="{_LOOKS[cell.style]}"'] if cell.style in _LOOKS else []
    if cell.span > 1:
        attributes.append(f'table:number-columns-spanned="{cell.span}"')
    if cell.formula:
        attributes.append(f"table:formula={quoteattr(_formula(cell.formula))}")
    attributes.append(_value(cell))
    text = f"<text:p>{escape(shown(cell))}</text:p>"
    return f"<table:table-cell {' '.join(attributes)}>{text}</table:table-cell>"


def _value(cell: Cell) -> str:
    match cell.value:
        case date():
            return f'office:value-type="date" office:date-value="{cell.value.isoformat()}"'
        case Decimal() if cell.style in (Style.POUNDS, Style.EUROS):
            currency = "GBP" if cell.style is Style.POUNDS else "EUR"
            return f'office:value-type="currency" office:currency="{currency}" office:value="{cell.value}"'
        case Decimal() | int():
            return f'office:value-type="float" office:value="{cell.value}"'
        case _:
            return 'office:value-type="string"'


def _formula(excel: str) -> str:
    """The A1 formula in OpenFormula: `SUM(D5:D7)` is `of:=SUM([.D5:.D7])`; commas part arguments by `;`."""
    ranges = re.sub(r"([A-Z]\d+)(?::([A-Z]\d+))?", lambda m: f"[.{m[1]}{f':.{m[2]}' if m[2] else ''}]", excel)
    return "of:=" + ranges.replace(",", ";")
