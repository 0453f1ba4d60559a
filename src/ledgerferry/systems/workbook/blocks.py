"""The block of texts that names one party, taken apart into its parts as it is gathered."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ledgerferry.model.party import Address, Party
from ledgerferry.systems.workbook import contacts
from ledgerferry.systems.workbook.grid import Cell, Sheet
from ledgerferry.systems.workbook.labels import Concept, Label, label

C = Concept
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"^[+(]?[\d][\d\s().\-/]{5,20}\d$")
_POSTCODES = (
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),  # United Kingdom
    re.compile(r"\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"),  # Canada
    re.compile(r"\b\d{4} ?[A-Z]{2}\b(?!\w)"),  # Netherlands
    re.compile(r"(?<![\d/.-])\d{6}(?![\d/])"),  # India
    re.compile(r"(?<![\d/.-])\d{5}(?:-\d{4})?(?![\d/])"),
    re.compile(r"(?<![\d/.-])\d{4}(?![\d/.-])(?= [^\W\d])"),
)
FIELDS = (
    (C.EMAIL, "email"),
    (C.PHONE, "phone"),
    (C.FAX, "fax"),
    (C.WEB, "web"),
    (C.TAXID, "vat_number"),
    (C.CONTACT, "contact"),
    (C.POSTCODE, "postcode"),
    (C.ADDRESS, "address"),
    (C.CITY, "city"),
    (C.COUNTRY, "country"),
    (C.COMPANY, "name"),
    (C.NAME, "name"),
    (C.CUSTOMER, "name"),
)
TALLEST = 9
_DIGITS = 7
_TELLING = 6


@dataclass(slots=True)
class Block:
    """The parts of one party as they are gathered, and the cell of its name; whether a label says who."""

    parts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    cells: dict[str, Cell] = field(default_factory=dict)
    labelled: bool = False

    def party(self) -> Party | None:
        """The party, when at least a name was found."""
        name = self.parts.get("name") or self.parts.get("contact")
        if not name:
            return None
        self._sort()
        name = self.parts.get("name") or name
        name, sponsor = contacts.behind(name) or (name, self.parts.get("sponsor"))
        lines = [self.parts[k] for k in ("address",) if k in self.parts] + self.lines
        lines += [self.parts[k] for k in ("city",) if k in self.parts and k not in lines]
        country = contacts.country([*lines, self.parts.get("country", "")])
        found = self.parts.get("postcode") or contacts.postcode(lines, country) or postcode(lines)
        contact, vat_number, phone = (self.parts.get(k) for k in ("contact", "vat_number", "phone"))
        vat_number = vat_number or next((v for line in lines if (v := contacts.vat_in(line))), None)
        address = Address(
            lines=tuple(lines),
            city=self.parts.get("city"),
            postcode=found,
            country=self.parts.get("country"),
        )
        return Party(
            name=name,
            contact=contact if contact != name else None,
            email=self.parts.get("email"),
            phone=phone,
            vat_number=vat_number,
            person=contacts.person(name),
            phone_e164=contacts.e164(phone, country) if phone else None,
            vat_valid=contacts.tax_number(vat_number, country) if vat_number else None,
            sponsor=sponsor,
            address=address if lines or found else None,
        )

    def _sort(self) -> None:
        """Tells contact, business and address among the first lines, by titles, suffixes and e-mail."""
        if sum(ch.isdigit() for ch in self.parts.get("contact", "")) >= _DIGITS:
            self.parts.setdefault("phone", self.parts.pop("contact"))
        for line in list(self.lines):
            if (found := contacts.behind(line)) and not found[0]:
                self.parts.setdefault("sponsor", found[1])
                self.lines.remove(line)
        name, first = self.parts.get("name", ""), self.lines[0] if self.lines else ""
        if not first or "contact" in self.parts or any(ch.isdigit() for ch in first):
            return
        domain = re.sub(r"[^a-z0-9]", "", self.parts.get("email", "").rpartition("@")[2].casefold())
        owner = re.sub(r"[^a-z0-9]", "", first.casefold())
        if contacts.titled(first) and not contacts.titled(name):
            self.parts["contact"] = self.lines.pop(0)
        elif contacts.person(name) >= contacts.PERSON and (
            contacts.is_business(first) or (len(owner) >= _TELLING and domain.startswith(owner[:_TELLING]))
        ):
            self.parts["contact"], self.parts["name"] = name, self.lines.pop(0)

    def put(self, key: str, value: str, cell: Cell) -> None:
        """Keeps the first value of each part."""
        if value and key not in self.parts:
            self.parts[key] = value
            self.cells[key] = cell


def postcode(lines: list[str]) -> str | None:
    """A postcode in an address of an unknown country, by the forms that are common."""
    for line in reversed(lines):
        for pattern in _POSTCODES:
            if found := pattern.search(line):
                return found.group()
    return None


def is_label(found: Label) -> bool:
    """Whether a text is a label, alone or with its value, rather than a part of a name or an address."""
    return (
        found.pure
        or bool(found.concepts and found.value)
        or (bool(found.concepts & {C.INVOICE, C.TAXID}) and found.unknown <= 1)
    )


def take_cell(sheet: Sheet, block: Block, cell: Cell) -> bool:
    """Takes a cell into a block, with the value of the label it may be; ``False`` where the block ends."""
    if not cell.text:
        if isinstance(cell.value, Decimal):
            take_lines(block, f"{cell.value:f}", cell)
            return True
        return False
    found = label(cell.text)
    key = (
        next((k for c, k in FIELDS if found.has(c)), None) if found.concepts and found.unknown <= 1 else None
    )
    if key is None or (found.unknown and not found.value):
        if found.pure and not found.value:
            return False
        take_lines(block, cell.text, cell)
        return True
    if found.any(C.SHIP, C.SELLER, C.INVOICE, C.DATE) and key == "name" and not found.has(C.CUSTOMER):
        return False
    value = found.value
    source = cell
    if not value:
        beside = next((c for c in sheet.right_of(cell) if c.text not in (":", "-")), None)
        if beside is None or (beside.text and is_label(label(beside.text))):
            return True
        value, source = (beside.text or f"{beside.value}"), beside
    keep(block, key, value, source)
    return True


def keep(block: Block, key: str, value: str, cell: Cell) -> None:
    """Keeps the value of a label, unless the name is known already."""
    if key == "email":
        match = EMAIL.search(value)
        value = match.group() if match else value
    if key == "name" and "name" in block.parts:
        return
    block.put(key, re.sub(r"\s*\n\s*", ", ", value.strip()), cell)


def take_lines(block: Block, text: str, cell: Cell) -> None:
    """Takes the lines of a text into a block: its name first, then its parts or its address."""
    for line in (part.strip(" ,;\t") for part in text.splitlines()):
        if not line or line.endswith(":"):
            continue
        if match := EMAIL.search(line):
            block.put("email", match.group(), cell)
        elif _PHONE.match(line) and "name" in block.parts and sum(ch.isdigit() for ch in line) >= 7:
            block.put("phone", line, cell)
        elif "name" not in block.parts:
            block.put("name", line, cell)
        else:
            _labelled_line(block, line, cell)


def _labelled_line(block: Block, line: str, cell: Cell) -> None:
    found = label(line)
    key = next((k for c, k in FIELDS if found.has(c)), None) if found.value and found.unknown == 0 else None
    if key and key != "name" and found.value:
        keep(block, key, found.value, cell)
    else:
        block.lines.append(line)
