"""Makers of hostile and odd files; each writes one file and shares nothing with the readers."""

import os
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from itertools import repeat
from pathlib import Path

import xlsxwriter
from openpyxl import Workbook
from openpyxl.chart import BarChart

from tests.systems.workbook.sheets import plain

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_LAUGHTER = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{_LAUGHTER}]>"

Maker = Callable[[Path], object]
Edit = Callable[[bytes], bytes]


def invoice(path: Path, **changes: object) -> Path:
    """An ordinary invoice, HT-0041 over 120.24."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("One")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, value in plain(**changes).items():
        sheet.write(place, value, day if isinstance(value, date) else None)
    book.close()
    return path


def edited(edits: Mapping[str, Edit | None], **changes: object) -> Maker:
    """An invoice with some of its parts edited, or taken out (``None``)."""

    def make(path: Path) -> None:
        whole = invoice(path.with_name("whole.xlsx"), **changes)
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.namelist():
                edit = edits.get(entry, bytes)
                if edit is not None:
                    new.writestr(entry, edit(old.read(entry)))
        whole.unlink()

    return make


def with_parts(parts: Mapping[str, bytes]) -> Maker:
    """An invoice with parts added."""

    def make(path: Path) -> None:
        invoice(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return make


def after(mark: str, text: str) -> Edit:
    """An edit that puts text behind the first occurrence of a mark."""
    return lambda content: content.replace(mark.encode(), (mark + text).encode(), 1)


def instead(old: str, new: str) -> Edit:
    """An edit that replaces every occurrence."""
    return lambda content: content.replace(old.encode(), new.encode())


def before_root(text: str) -> Edit:
    """An edit that puts text before the root element."""
    return lambda content: (
        text.encode() + content[content.index(b"?>") + 2 :]
        if b"?>" in content[:80]
        else (text.encode() + content)
    )


def rows(text: str) -> dict[str, Edit | None]:
    """Rows of XML behind those of the invoice."""
    return {SHEET: instead("</sheetData>", f"{text}</sheetData>")}


def cells(texts: Mapping[str, str]) -> dict[str, Edit | None]:
    """Rows of one cell each, from row 30 on; the text is what stands within ``<c>``, with its type."""
    made = (
        f'<row r="{n}"><c r="H{n}" {kind}>{text}</c></row>'
        for n, (text, kind) in enumerate(texts.items(), 30)
    )
    return rows("".join(made))


def spoilt(path: Path) -> None:
    invoice(path)
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(SHEET).header_offset + 100
    content = bytearray(path.read_bytes())
    content[start : start + 100] = bytes(100)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(invoice(path).read_bytes()[:-300])


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(BOOK, "<workbook/>")
        with archive.open(SHEET, "w") as part:
            for chunk in repeat(b" " * 1_000_000, 300):
                part.write(chunk)


def nested_bomb(path: Path) -> None:
    inner = b"0" * 10_000_000
    for level in range(4):
        packed = path.with_suffix(f".{level}")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{copy}.zip", inner)
        inner = packed.read_bytes()
        packed.unlink()
    with_parts({"xl/embeddings/more.zip": inner})(path)


def lying_size(path: Path) -> None:
    """The directory and the header of the largest part say that it has ten bytes."""
    invoice(path)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))


def many_sheets(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        names = "".join(f'<sheet name="{n}" sheetId="{n}"/>' for n in range(10_000))
        archive.writestr(BOOK, f'<workbook xmlns="{MAIN}"><sheets>{names}</sheets></workbook>')
        for number in range(10_000):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", f'<worksheet xmlns="{MAIN}"/>')


def one_part_for_many_sheets(content: bytes) -> bytes:
    start, end = content.index(b"<sheet "), content.index(b"</sheets>")
    entry = content[start:end]
    return (
        content[:start]
        + b"".join(entry.replace(b'"One"', b'"%d"' % n) for n in range(40_000))
        + content[end:]
    )


def many_strings(content: bytes) -> bytes:
    more = b"".join(b"<si><t>%x</t></si>" % (n * 0x9E3779B97F4A7C15 % 2**64) for n in range(500_000))
    return content.replace(b"</sst>", more + b"</sst>")


def long_string(content: bytes) -> bytes:
    more = f"<si><t>{os.urandom(10_000_000).hex()}</t></si>".encode()
    return content.replace(b"</sst>", more + b"</sst>")


def many_styles(content: bytes) -> bytes:
    return content.replace(b"</cellXfs>", b'<xf numFmtId="2"/>' * 1_000_000 + b"</cellXfs>")


def merged(area: str, times: int = 1) -> dict[str, Edit | None]:
    """An area merged so many times over."""

    def edit(content: bytes) -> bytes:
        merges = f'<mergeCell ref="{area}"/>'.encode() * times
        return content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")

    return {SHEET: edit}


def a_million_rows(cell: str) -> Maker:
    """An OpenDocument invoice with a row that is repeated a million times."""
    return lambda path: ods(
        path, f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>'
    )


def locked_ooxml(path: Path) -> None:
    path.write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512))


def locked_xls(path: Path) -> None:
    beginning = b"\x09\x08\x10\x00" + bytes(16) + b"\x2f\x00\x36\x00"
    path.write_bytes(OLE + bytes(504) + beginning.ljust(512, b"\0") + "Workbook".encode("utf-16-le"))


def locked_ods(path: Path) -> None:
    ods(path, "", "<manifest:encryption-data/>")


def ods(path: Path, table_rows: str, manifest: str = "") -> None:
    """An OpenDocument sheet that is an invoice, with more rows."""
    content = plain()
    lines = []
    for row in range(1, 16):
        texts = [content.get(f"{column}{row}", "") for column in "ABCD"]
        lines.append(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in texts)
            + "</table:table-row>"
        )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet><table:table>"
            f"{''.join(lines)}{table_rows}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )


def delimited(sign: str, encoding: str) -> Maker:
    """The cells of an invoice as delimited text."""

    def make(path: Path) -> None:
        content = plain()
        text = "\r\n".join(
            sign.join(str(content.get(f"{column}{row}", "")) for column in "ABCD") for row in range(1, 16)
        )
        path.write_bytes(text.encode(encoding))

    return make


def written(content: bytes | str) -> Maker:
    """A file of this content."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.write(b"PK\x03\x04")
        stream.truncate(5_000_000_000)


def charts_only(path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("Figures").add_chart(BarChart())
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n) for n in old.namelist() if "worksheets" not in n}
    parts[RELATIONS] = parts[RELATIONS].replace(b'/worksheet"', b'/gone"')
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def backslashes(path: Path) -> None:
    whole = invoice(path.with_name("whole.xlsx"))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            name = entry if entry in (BOOK, "[Content_Types].xml") else entry.replace("/", "\\").upper()
            new.writestr(name, old.read(entry))
    whole.unlink()


def loop(path: Path) -> None:
    path.symlink_to(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def unreadable(path: Path) -> None:
    invoice(path).chmod(0)


def strict(content: bytes) -> bytes:
    return content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )


def zipped(parts: Mapping[str, bytes]) -> Maker:
    """An archive of these parts."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return make
