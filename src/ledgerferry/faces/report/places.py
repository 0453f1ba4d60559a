"""Where a person looks: the cell of a source, and the page of a record."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ledgerferry.faces.report.cells import Link, Value
from ledgerferry.model.document import Cell
from ledgerferry.model.paths import located
from ledgerferry.model.record import Kind, Ref
from ledgerferry.store.connections import Settings as ConnectionSettings
from ledgerferry.systems.zoho import CENTRES

# Pages of Books' and CRM's own web interface, as a person's browser shows them (judgement, not documented).
_BOOKS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: "invoices",
    Kind.CREDIT_NOTE: "creditnotes",
    Kind.CUSTOMER: "contacts",
    Kind.PAYMENT: "paymentsreceived",
}
_CRM: Final[Mapping[Kind, str]] = {
    Kind.ACCOUNT: "Accounts",
    Kind.CONTACT: "Contacts",
    Kind.DEAL: "Potentials",
}


class Places:
    """The addresses of one run's sources and records; ``connections`` by name."""

    def __init__(self, source: str, connections: Mapping[str, ConnectionSettings]) -> None:
        self._root = located(Path(), source)
        self._connections = connections

    def cell(self, place: Cell) -> Value:
        """A link to the cell in its workbook; its text is the cell, or what else is known of the place."""
        said = place.cell or place.sheet or "file"
        address = self._file(place.file)
        if not place.file or address is None:
            return said if place.cell else None
        spot = f"'{place.sheet.replace(chr(39), chr(39) * 2)}'!{place.cell or 'A1'}" if place.sheet else ""
        if any(c < " " or c in "#[]" for c in spot):
            spot = ""
        return Link(address, said, spot)

    def _file(self, file: str) -> str | None:
        try:
            address = located(self._root, file).as_uri()
        except ValueError:
            return None
        # XlsxWriter makes a Windows path of ``file://``. Schemes are the same in any case (RFC 3986, 3.1).
        return "File" + address.removeprefix("file")

    def record(self, ref: Ref | None) -> Value:
        """A link to the record, named by its id; only the id where no page of it is known."""
        if ref is None:
            return None
        known = self._connections.get(ref.connection)
        address = web_page(known, ref) if known else None
        return Link(address, ref.id) if address else ref.id


def web_page(known: ConnectionSettings, ref: Ref) -> str | None:
    """Where a person sees a record.

    None where its kind has no page, or the account is at none of the vendor's data centres.
    """
    if not any(centre.accounts_url == known.accounts_url for centre in CENTRES):
        return None
    record = quote(ref.id, safe="")
    if ref.kind in _BOOKS:
        books = known.accounts_url.replace("//accounts.", "//books.")
        return f"{books}/app/{known.organization}#/{_BOOKS[ref.kind]}/{record}"
    if ref.kind in _CRM:
        crm = known.accounts_url.replace("//accounts.", "//crm.")
        return f"{crm}/crm/EntityInfo.do?module={_CRM[ref.kind]}&id={record}"
    return None
