"""Folders of one company's own invoices, made without knowledge of the reader: ten layouts, planted traps."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from openpyxl import Workbook

Cells = dict[str, object]
CENT = Decimal("0.01")
PEOPLE = (
    ("Old Mill Bakery Ltd", "4 Weir Lane", "Otley LS21 1AB"),
    ("Harrow & Sons", "17 Market Place", "Ripon HG4 1BN"),
    ("St Anne's School", "Church Road", "Leeds LS6 3QS"),
    ("Northgate Dental", "2 Northgate", "York YO1 7HH"),
    ("Boulangerie du Pont", "8 quai Rambaud", "69002 Lyon"),
    ("Garage Lemaire SARL", "12 route de Dijon", "21200 Beaune"),
    ("Mairie de Saint-Pierre", "1 place de la Mairie", "38000 Grenoble"),
    ("Claire Fontaine", "31 rue des Lilas", "75020 Paris"),
)
GOODS = ("Oak shelf", "Repainting", "Door handle", "Site visit", "Étagère chêne", "Pose parquet", "Vernis")


@dataclass(frozen=True)
class Item:
    what: str
    count: Decimal
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return (self.count * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Paper:
    number: str
    day: date
    buyer: tuple[str, str, str]
    items: tuple[Item, ...]
    rate: Decimal = Decimal(20)
    off: Decimal = Decimal(0)
    trap: str = ""

    @property
    def net(self) -> Decimal:
        return sum((i.amount for i in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return ((self.net - self.off) * self.rate / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        return self.net - self.off + self.tax

    @property
    def shown(self) -> Decimal:
        """The total as the sheet states it: a wrong one where that is the trap."""
        return self.total + (Decimal("1.10") if self.trap == "sum" else 0)


Places = tuple[str, str, str, str]
Layout = Callable[[Paper], Cells]
Sums = tuple[tuple[str, Decimal], ...]


def _euro(amount: Decimal) -> str:
    whole, _, rest = f"{amount:.2f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    return f"{grouped},{rest} €"


def _lines(first: int, paper: Paper, columns: str, texts: Callable[[Decimal], object] = float) -> Cells:
    cells: Cells = {}
    for row, item in enumerate(paper.items, first):
        values = (item.what, float(item.count), texts(item.price), texts(item.amount))
        cells |= {f"{column}{row}": value for column, value in zip(columns, values, strict=True)}
    return cells


def _row(row: int, columns: str, names: tuple[str, ...]) -> Cells:
    return {f"{column}{row}": name for column, name in zip(columns, names, strict=True)}


def _head(number: str | None, day: date | None, where: Places, names: tuple[str, str]) -> Cells:
    cells: Cells = {}
    if number:
        cells |= {where[0]: names[0], where[1]: number}
    if day:
        cells |= {where[2]: names[1], where[3]: day}
    return cells


def _number(paper: Paper) -> str | None:
    return None if paper.trap == "number" else paper.number


def _day(paper: Paper) -> date | None:
    return None if paper.trap == "day" else paper.day


def beside(p: Paper) -> Cells:
    cells: Cells = {"A1": "Dale Joinery", "A2": "Unit 3, Mill Yard", "F1": "INVOICE", "A6": "Bill to"}
    cells |= _head(_number(p), _day(p), ("E3", "F3", "E4", "F4"), ("Invoice no.", "Invoice date"))
    cells |= {f"A{7 + i}": text for i, text in enumerate(p.buyer)}
    cells |= dict(
        zip(("A12", "D12", "E12", "F12"), ("Description", "Qty", "Unit price", "Amount"), strict=True)
    )
    cells |= _lines(13, p, "ADEF")
    end = 15 + len(p.items)
    sums = (("Subtotal", p.net), ("VAT 20%", p.tax), ("Total", p.shown))
    return cells | {
        f"{c}{end + i}": v for i, (t, a) in enumerate(sums) for c, v in (("E", t), ("F", float(a)))
    }


def above(p: Paper) -> Cells:
    cells: Cells = {"B2": "Dale Joinery", "F2": "Tax Invoice", "B5": "Customer"}
    if _number(p):
        cells |= {"E5": "Invoice Number", "E6": p.number}
    if _day(p):
        cells |= {"F5": "Date of issue", "F6": p.day}
    cells |= {f"B{6 + i}": text for i, text in enumerate(p.buyer)}
    cells |= _row(11, "BDEF", ("Item", "Quantity", "Price", "Line total"))
    cells |= _lines(12, p, "BDEF")
    end = 13 + len(p.items)
    sums = (("Net total", p.net), ("VAT @ 20%", p.tax), ("Amount due", p.shown))
    return cells | {
        f"{c}{end + i}": v for i, (t, a) in enumerate(sums) for c, v in (("E", t), ("F", float(a)))
    }


def hours(p: Paper) -> Cells:
    cells: Cells = {"A1": "Dale Joinery", "A2": "Invoice", "A7": f"Client: {p.buyer[0]}"}
    if _number(p):
        cells["A4"] = f"Invoice number: {p.number}"
    if _day(p):
        cells["A5"] = f"Date: {p.day.day} {p.day:%B %Y}"
    cells |= _row(9, "ABCD", ("Work", "Hours", "Hourly rate", "Total"))
    cells |= _lines(10, p, "ABCD")
    end = 11 + len(p.items)
    return cells | {f"C{end}": "Total payable", f"D{end}": float(p.shown)}


def formulas(p: Paper) -> Cells:
    cells = beside(p)
    first, end = 13, 15 + len(p.items)
    cells |= {f"F{row}": f"=D{row}*E{row}" for row in range(first, first + len(p.items))}
    cells |= {f"F{end}": f"=SUM(F{first}:F{end - 2})", f"F{end + 1}": f"=ROUND(F{end}*20%,2)"}
    total = f"=F{end}+F{end + 1}"
    return cells | {f"F{end + 2}": total + ("+1.1" if p.trap == "sum" else "")}


def classique(p: Paper) -> Cells:
    cells: Cells = {"A1": "Menuiserie Duval", "A2": "ZA du Moulin", "A3": "38500 Voiron"}
    cells["E1"] = f"FACTURE N° {p.number}" if _number(p) else "FACTURE"
    if _day(p):
        cells |= {"E2": "Date", "F2": p.day}
    cells |= {"E5": "Client"} | {f"E{6 + i}": text for i, text in enumerate(p.buyer)}
    names = ("Désignation", "Quantité", "Prix unitaire HT", "Montant HT")
    cells |= _row(12, "ADEF", names) | _lines(13, p, "ADEF")
    end = 14 + len(p.items)
    sums = (("Total HT", p.net), ("TVA 20 %", p.tax), ("Total TTC", p.shown))
    return cells | {
        f"{c}{end + i}": v for i, (t, a) in enumerate(sums) for c, v in (("E", t), ("F", float(a)))
    }


def textes(p: Paper) -> Cells:
    cells: Cells = {"A1": "Menuiserie Duval", "D1": "Facture", "A6": f"Facturé à : {p.buyer[0]}"}
    if _number(p):
        cells["D3"] = f"Numéro : {p.number}"
    if _day(p):
        cells["D4"] = f"Date d'émission : {p.day:%d/%m/%Y}"
    names = ("Libellé", "Qté", "P.U. HT", "Total HT")
    cells |= _row(9, "ABCD", names) | _lines(10, p, "ABCD", _euro)
    end = 11 + len(p.items)
    sums = (("Total HT", p.net), ("TVA (20%)", p.tax), ("Total TTC", p.shown))
    return cells | {
        f"{c}{end + i}": v for i, (t, a) in enumerate(sums) for c, v in (("C", t), ("D", _euro(a)))
    }


def acompte(p: Paper) -> Cells:
    advance = (p.total / 4).quantize(CENT, ROUND_HALF_UP)
    cells = classique(p)
    end = 17 + len(p.items)
    cells |= {f"E{end}": "Acompte versé", f"F{end}": float(advance)}
    return cells | {f"E{end + 1}": "Net à payer", f"F{end + 1}": float(p.shown - advance)}


def remise(p: Paper) -> Cells:
    cells = {
        k: v for k, v in classique(p).items() if int("".join(c for c in k if c.isdigit())) < 14 + len(p.items)
    }
    end = 14 + len(p.items)
    sums = (("Sous-total", p.net), ("Remise", -p.off), ("TVA 20%", p.tax), ("Total TTC", p.shown))
    return cells | {
        f"{c}{end + i}": v for i, (t, a) in enumerate(sums) for c, v in (("E", t), ("F", float(a)))
    }


SINGLE: tuple[tuple[Layout, str], ...] = (
    (beside, "en"), (above, "en"), (hours, "en"), (formulas, "en"),
    (classique, "fr"), (textes, "fr"), (acompte, "fr"), (remise, "fr"),
)  # fmt: skip


def register(papers: list[Paper], heads: tuple[str, ...]) -> Cells:
    cells: Cells = {f"{'ABCDEF'[i]}1": head for i, head in enumerate(heads)}
    for row, p in enumerate(papers, 2):
        values = (_number(p), _day(p), p.buyer[0], p.net, p.tax, p.shown)
        plain = (float(v) if isinstance(v, Decimal) else v for v in values)
        cells |= {f"{column}{row}": value for column, value in zip("ABCDEF", plain, strict=True)}
    return cells


REGISTERS = (
    ("en", ("Invoice no", "Invoice date", "Customer", "Net", "VAT", "Gross")),
    ("fr", ("N° facture", "Date de facture", "Client", "Montant HT", "TVA", "Montant TTC")),
)
STRAYS: dict[str, Cells] = {
    "quote": {"A1": "QUOTATION", "A2": "Quote no.", "B2": "Q-7", "A3": "Customer", "B3": "Harrow & Sons",
              "A5": "Description", "B5": "Qty", "C5": "Price", "D5": "Amount",
              "A6": "Oak shelf", "B6": 2, "C6": 10, "D6": 20, "C8": "Total", "D8": 20},
    "livraison": {"A1": "BON DE LIVRAISON", "A2": "Numéro", "B2": "BL-9", "A3": "Client", "B3": "Lemaire",
                  "A5": "Désignation", "B5": "Quantité", "A6": "Vernis", "B6": 4},
    "blank": {"A1": "INVOICE", "A2": "Invoice no.", "A3": "Date", "A4": "Bill to",
              "A6": "Description", "B6": "Qty", "C6": "Price", "D6": "Amount", "C20": "Total"},
    "statement": {"A1": "STATEMENT OF ACCOUNT",
                  "A3": "Date", "B3": "Reference", "C3": "Amount", "D3": "Balance",
                  "A4": date(2024, 1, 3), "B4": "A-1", "C4": 20, "D4": 20},
    "devis": {"A1": "DEVIS N° 12", "A3": "Client", "B3": "Garage Lemaire",
              "A5": "Désignation", "B5": "Montant HT",
              "A6": "Vernis", "B6": 80, "A8": "Total HT", "B8": 80},
}  # fmt: skip


def papers(count: int, seed: int) -> Iterator[Paper]:
    """Invoices with a trap in every twelfth: a wrong sum, no number, no date."""
    rng = random.Random(seed)
    traps = ("sum", "number", "day")
    for index in range(count):
        goods = rng.sample(GOODS, rng.randint(1, 4))
        items = tuple(
            Item(what, Decimal(rng.randint(1, 9)), Decimal(rng.randint(150, 99_900)) / 100) for what in goods
        )
        yield Paper(
            number=f"D{2020 + index % 4}-{index:04}",
            day=date(2020 + index % 4, 1, 1) + timedelta(days=rng.randint(0, 360)),
            buyer=rng.choice(PEOPLE),
            items=items,
            trap=traps[index // 12 % 3] if index % 12 == 11 else "",
        )


def dressed(paper: Paper, layout: Layout) -> Paper:
    """The paper as this layout can show it."""
    if layout is hours:
        return replace(paper, rate=Decimal(0))
    return replace(paper, off=(paper.net / 10).quantize(CENT)) if layout is remise else paper


def folder(root: Path, count: int = 300, seed: int = 7) -> tuple[dict[str, tuple[Paper, ...]], set[str]]:
    """Writes a folder; the papers of each file, and the files that hold none."""
    made = list(papers(count, seed))
    truth: dict[str, tuple[Paper, ...]] = {}
    ways = len(SINGLE) + len(REGISTERS)
    for index, (layout, _) in enumerate(SINGLE):
        for paper in made[index::ways]:
            own = dressed(paper, layout)
            truth[_write(root / f"{layout.__name__}-{own.number}.xlsx", {"Sheet1": layout(own)})] = (own,)
    for index, (language, heads) in enumerate(REGISTERS, len(SINGLE)):
        own_papers = made[index::ways]
        truth[_write(root / f"register-{language}.xlsx", {"2020": register(own_papers, heads)})] = tuple(
            own_papers
        )
    strays = {_write(root / f"{name}.xlsx", {"Sheet1": cells}) for name, cells in STRAYS.items()}
    return truth, strays


def _write(path: Path, sheets: dict[str, Cells]) -> str:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for place, value in cells.items():
            sheet[place] = value
    book.save(path)
    return path.name
