"""What a layout remembers: signs to know it by, and where its values stand. No value of any document."""

import hashlib
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledgerferry.systems.workbook.roles import Role


class Kept(BaseModel):
    """A part of a layout; frozen, and strict about keys because people may edit an exported one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sign(Kept):
    """A label that a sheet of this layout bears: its mark and where it stood."""

    mark: str
    row: int
    column: int


class Fingerprint(Kept):
    """What a layout is known by: its labels in the order of the sheet, and the shapes of its formulas."""

    signs: tuple[Sign, ...] = ()
    formulas: tuple[str, ...] = ()


class Place(StrEnum):
    """How the place of a value is told."""

    LABEL = "label"
    INSIDE = "inside"
    FIXED = "fixed"
    AFTER_LINES = "after lines"
    TAB = "tab"
    FILE = "file"


class Spot(Kept):
    """Where one value stands.

    ``mark`` is its label's, the ``nth`` of ``of`` such labels on the sheet; the value stands so many rows
    ``down`` and columns ``right`` of it. For ``FIXED`` it is the mark of the text next to it. ``row`` and
    ``column`` are its own address where it was taught, or for ``AFTER_LINES`` the rows after the last line.
    ``line`` counts the lines of a text of several. For the name of a tab or a file ``nth`` is which of its
    ``of`` words, none for the whole name.
    """

    place: Place
    mark: str = ""
    nth: int = 0
    of: int = 1
    down: int = 0
    right: int = 0
    row: int = 0
    column: int = 0
    line: int | None = None


class BodyColumn(Kept):
    """One column of the lines: its role, the columns it spans, and the mark of its heading if it has one."""

    role: Role
    first: int
    last: int
    mark: str = ""


class Body(Kept):
    """Where the lines stand. ``amount`` is the column of their amounts, 0 where they are only computed.

    ``height`` is how many rows the headings take, 0 where there are none; ``cropped`` says that rows are
    read within the columns only, because other things stand beside the lines.
    """

    columns: tuple[BodyColumn, ...]
    amount: int
    height: int = 0
    cropped: bool = False


class Closing(StrEnum):
    """How the sums of a layout close."""

    PLAIN = "plain"  # lines - discount + charges + tax = total
    INCLUSIVE = "inclusive"  # the lines include the tax
    LESS_PAID = "less paid"  # the total is what is left after payments
    RATED = "rated"  # the total's label names a rate of tax that is stated nowhere


class Sums(Kept):
    """Where the sums stand, and how they close.

    ``ends`` are those whose labels end the lines; ``coins`` says that a rated total is rounded to the coins
    that are in use, ``line_tax`` that only the lines state tax. ``foot`` are the marks beside all the numbers
    under the lines: another number there is something that the confirmed document did not have.
    """

    total: Spot
    subtotal: Spot | None = None
    discount: Spot | None = None
    charges: tuple[Spot, ...] = ()
    taxes: tuple[Spot, ...] = ()
    paid: Spot | None = None
    balance: Spot | None = None
    ends: tuple[Spot, ...] = ()
    foot: tuple[str, ...] = ()
    closing: Closing = Closing.PLAIN
    coins: bool = False
    line_tax: bool = False


class Layout(Kept):
    """A confirmed reading. ``head`` are the spots of fields; ``body`` and ``sums`` go together or are absent.

    ``settled`` are the doubts that the person settled for this layout, ``corrected`` the fields that the
    reader by itself had got wrong, ``absent`` those that it found where the sheet states none. ``ignored``
    are the marks of amounts that mean nothing.
    """

    id: str = ""
    language: str | None = None
    fingerprint: Fingerprint
    head: dict[str, Spot] = {}
    body: Body | None = None
    sums: Sums | None = None
    settled: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    order: Literal["dmy", "mdy"] | None = None
    decimal: Literal[".", ","] | None = None
    currency: str | None = None

    def named(self) -> "Layout":
        """The same with its id, which comes from all that it holds."""
        bare = self.model_copy(update={"id": ""})
        name = hashlib.sha256(bare.model_dump_json().encode()).hexdigest()[:12]
        return bare.model_copy(update={"id": name})
