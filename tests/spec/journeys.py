"""The ferry's own calls: what migrations, verifications and trials send to Books."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

from ledgerferry.model.party import Address
from ledgerferry.model.plan import Purpose, Rung
from ledgerferry.model.record import CustomerContent, FileContent, Kind, TaxContent
from tests.systems.books.world import RUNGS, World, customer, identity, invoice, line, operation, payment


def contacts(world: World) -> None:
    """Customers with all they may have, twice, changed, listed, read."""
    bowman = CustomerContent(
        name="Bowman & Co",
        contact="Ada Bowman",
        email="ada@bowman.example",
        phone="+44 20 7946 0018",
        vat_number="GB123456789",
        address=Address(lines=("1 Long Lane",), city="York", postcode="YO1 7AB", country="GB"),
        currency="EUR",
    )
    world.do(operation(bowman, "bowman"), operation(customer("Carter"), "carter"))
    world.settle()
    moved = bowman.model_copy(update={"email": "accounts@bowman.example"})
    world.do(operation(moved, "bowman", Purpose.UPDATE, changed=("email",), base=1))
    renamed = moved.model_copy(update={"name": "Bowman Ltd"})
    world.do(operation(renamed, "bowman", Purpose.UPDATE, changed=("name", "address"), base=2))
    world.settle()
    assert {row.name for row in world.books.rows(Kind.CUSTOMER)} == {"Bowman Ltd", "Carter"}


def invoices(world: World, folder: Path) -> None:
    """Invoices of every form, sent in bulk and alone, with a file, changed, paid, probed, listed."""
    world.folder = folder
    world.do(operation(TaxContent(name="VAT 12.5%", rate=Decimal("12.5")), "tax"))
    plain = operation(invoice("INV-1", of="carter"), "inv1")
    bill = invoice(
        "INV-2", currency="EUR", exchange_rate=Decimal("0.8512"), lines=(line(), line("7", rate="5"))
    )
    foreign = operation(bill, "inv2")
    world.do(plain, foreign, operation(invoice("INV-3", of="carter", lines=(line(rate=None),)), "inv3"))
    changed = invoice("INV-1", of="carter", lines=(line("50"), line("60")), reference="PO 7")
    world.do(operation(changed, "inv1", Purpose.UPDATE, changed=("lines", "figures", "reference"), base=1))
    corrected = changed.model_copy(update={"due": date(2026, 1, 9), "number": "INV-1A"})
    world.do(operation(corrected, "inv1", Purpose.UPDATE, changed=("number", "due"), base=2))
    sends = [operation(invoice(f"INV-{n}"), f"inv{n}", Purpose.SEND) for n in (1, 2, 3)]
    world.do(*sends[:2])
    world.do(sends[2])
    paid = operation(payment({"inv1": "20", "inv3": "30"}, of="carter"), "pay1")
    attached = operation(paper(folder), "file", Purpose.ATTACH)
    world.do(paid)
    [receipt] = world.do(attached)
    assert world.books.get(receipt.ref, world.bindings) is not None
    world.settle()
    done = [plain, foreign, *sends, paid, attached]
    assert len(world.books.probe(done, world.work)) == len({each.key for each in done})
    since = world.vendor.now()
    for kind in (Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT):
        assert list(world.books.rows(kind))
        list(world.books.rows(kind, since))


def paper(folder: Path) -> FileContent:
    """A small file that hangs on the first invoice."""
    data = b"%PDF-1.4 a small one"
    (folder / "INV 1.pdf").write_bytes(data)
    return FileContent(
        document=identity(Kind.INVOICE, "inv1"),
        name="INV 1.pdf",
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        path="INV 1.pdf",
    )


def migrate(folder: Path) -> None:
    """Every journey, on every rung of the ladder."""
    for rung in (Rung.UPSERT, Rung.KEY, Rung.NATURAL):
        world = World(dict.fromkeys(RUNGS, rung))
        world.switch("upsert_number", "honoured")
        world.books.profile()
        contacts(world)
        invoices(world, folder)
    trial = World(rungs={})
    trial.books.probe_capabilities(trial.clock, "spec")
