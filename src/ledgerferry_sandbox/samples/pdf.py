"""A page printed to PDF 1.4: one A4 leaf, Helvetica, text that can be copied out again."""

from ledgerferry_sandbox.samples.page import Page, Style, shown

_LEFT, _TOP, _LEADING = 40, 800, 15
_POINTS_A_CHARACTER = 5.2


def leaf(page: Page) -> bytes:
    """The bytes of a one-page PDF with every cell's text where the sheet has it."""
    content = _content(page)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources 7 0 R >>",
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Font << /F1 4 0 R /F2 5 0 R >> >>",
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + table + trailer


def _content(page: Page) -> bytes:
    shrink = min(1.0, 515 / (sum(page.widths) * _POINTS_A_CHARACTER))
    marks = []
    for row, cells in page.rows():
        for column, cell in cells:
            x = _LEFT + sum(page.widths[:column]) * _POINTS_A_CHARACTER * shrink
            bold = cell.style in (Style.TITLE, Style.LABEL, Style.HEADER)
            font = f"/F{2 if bold else 1} {14 if cell.style is Style.TITLE else 9}"
            marks.append(f"BT {font} Tf {x:.1f} {_TOP - row * _LEADING} Td ({_escaped(shown(cell))}) Tj ET")
    return "\n".join(marks).encode("cp1252")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
