"""What happens when answers are lost, repeats are refused, and others got there first."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledgerferry.model.outcome import (
    Busy,
    Duplicate,
    InDoubt,
    LoginNeeded,
    Outcome,
    Probe,
    Receipt,
    Refused,
    Stale,
)
from ledgerferry.model.plan import Operation, Purpose, Rung
from ledgerferry.model.record import FileContent, Kind, TaxContent

from .world import RUNGS, World, customer, identity, invoice, operation, payment

MODES = ("lost", "reset", "truncate", "http_500", "html_403")
RUNG = pytest.mark.parametrize("rung", ["a", "b", "c"])


def build(rung: str) -> World:
    world = World({kind: Rung(rung) for kind in RUNGS})
    world.switch("upsert_number", "honoured")
    world.do(operation(customer("Bowman & Co"), "bowman"))
    world.do(operation(invoice("INV-0"), "inv0"), operation(invoice("INV-0"), "inv0", Purpose.SEND))
    return world


CREATES: dict[str, tuple[Callable[[], Operation], str, str]] = {
    "customer": (
        lambda: operation(customer("Newcomer Ltd", email="n@newcomer.example"), "newcomer"),
        "/contacts",
        "contacts",
    ),
    "invoice": (lambda: operation(invoice("INV-1"), "inv1"), "/invoices", "invoices"),
    "payment": (
        lambda: operation(payment({"inv0": "50"}, reference="BACS 1"), "pay1"),
        "/customerpayments",
        "customerpayments",
    ),
    "bare payment": (
        lambda: operation(payment({"inv0": "50"}), "pay2"),
        "/customerpayments",
        "customerpayments",
    ),
}


@RUNG
@pytest.mark.parametrize("what", CREATES)
@pytest.mark.parametrize("mode", MODES)
def test_a_create_in_doubt_is_found_or_absent_and_never_twice(rung: str, what: str, mode: str) -> None:
    world = build(rung)
    make, path, module = CREATES[what]
    wanted, before = make(), len(world.state(module))
    world.fault(mode, f"{path}$", method="PUT" if rung == "a" else "POST")
    [result] = world.books.perform([wanted], world.work)
    assert isinstance(result, InDoubt)
    assert world.journal.ended[-1][0] is Outcome.IN_DOUBT
    world.settle()
    acted = len(world.state(module)) - before
    probed = world.books.probe([wanted], world.work)[wanted.key]
    assert probed.probe is (Probe.FOUND if acted else Probe.ABSENT)
    if probed.receipt is None:
        [receipt] = world.do(wanted)
    else:
        receipt = probed.receipt
        assert receipt.content is not None
        assert receipt.dropped == ()
    assert len(world.state(module)) == before + 1
    assert world.books.get(receipt.ref, world.bindings) is not None


@RUNG
@pytest.mark.parametrize("what", ["customer", "invoice"])
def test_a_refused_repeat_is_a_duplicate_that_the_probe_finds(rung: str, what: str) -> None:
    world = build(rung)
    make, path, _ = CREATES[what]
    wanted = make()
    world.fault("lost", f"{path}$", method="PUT" if rung == "a" else "POST")
    world.books.perform([wanted], world.work)
    [again] = world.books.perform([wanted], world.work)
    if rung == "a":
        assert isinstance(again, Receipt)
    else:
        assert type(again) is Duplicate
    world.settle()
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND


@pytest.mark.parametrize(
    "switch",
    [
        ("duplicate_field_code", "4"),
        ("duplicate_number_code", "4004"),
        ("custom_field_filter", "ignored"),
        ("undocumented_filters", "work"),
        ("payments_list_key", "customerpayments"),
        ("contact_name_folding", "exact"),
        ("number_folding", "exact"),
    ],
)
@pytest.mark.parametrize("what", CREATES)
def test_unconfirmed_facts_may_be_either_way(switch: tuple[str, str], what: str) -> None:
    world = build("b")
    world.switch(*switch)
    wanted = CREATES[what][0]()
    world.fault("lost", CREATES[what][1] + "$", method="POST")
    world.books.perform([wanted], world.work)
    [again] = world.books.perform([wanted], world.work)
    assert type(again) is Duplicate
    world.settle()
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND


@pytest.mark.parametrize("rung", ["b", "c"])
def test_a_name_that_somebody_else_took_is_a_persons_to_look_at(rung: str) -> None:
    world = build(rung)
    for kind, fields in (("contacts", {"contact_name": "Newcomer Ltd"}),):
        world.control("POST", "edit", {"service": "books", "kind": kind, "fields": fields})
    world.settle()
    wanted = CREATES["customer"][0]()
    [result] = world.books.perform([wanted], world.work)
    assert type(result) is Refused
    assert "contact" in str(result) or "customer" in str(result)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT


@pytest.mark.parametrize("rung", ["b", "c"])
def test_a_number_that_another_operation_wrote_is_not_ours(rung: str) -> None:
    world = build(rung)
    wanted = operation(invoice("INV-0", lines=invoice().lines * 2), "other")
    world.settle()
    [result] = world.books.perform([wanted], world.work)
    assert type(result) is Refused
    probed = world.books.probe([wanted], world.work)[wanted.key]
    assert probed.probe is Probe.ABSENT
    assert probed.why


def test_two_equal_payments_are_two() -> None:
    world = build("c")
    first, second = (operation(payment({"inv0": "50"}, reference="CASH"), name) for name in ("p1", "p2"))
    world.do(first)
    world.settle()
    assert world.books.probe([second], world.work)[second.key].probe is Probe.ABSENT
    world.fault("lost", "/customerpayments$", method="POST")
    world.books.perform([second], world.work)
    world.settle()
    probed = world.books.probe([second], world.work)[second.key]
    assert probed.receipt is not None
    assert probed.receipt.ref.id != world.bindings.bound[first.identity][1]


def test_a_number_that_books_discards_is_refused_and_its_record_named() -> None:
    world = World(dict.fromkeys(RUNGS, Rung.UPSERT))
    world.do(operation(customer(), "bowman"))
    [result] = world.books.perform([operation(invoice("OWN-1"), "inv1")], world.work)
    assert type(result) is Refused
    [row] = world.state("invoices")
    assert row["invoice_number"] != "OWN-1"
    assert row["invoice_id"] in str(result)


def test_a_key_field_that_does_not_exist_is_noticed() -> None:
    world = World(seed="empty")
    [receipt] = world.do(operation(customer(), "bowman"))
    assert receipt.dropped == ("key",)


@pytest.mark.parametrize("mode", MODES)
def test_a_bulk_send_in_doubt_is_told_by_the_status(mode: str) -> None:
    world = build("b")
    bills = [invoice(f"S-{n}", issued=date(2025, 6, 1) + timedelta(days=n)) for n in range(6)]
    world.do(*[operation(bill, bill.number) for bill in bills])
    sends = [operation(bill, bill.number, Purpose.SEND) for bill in bills]
    world.fault(mode, "/status/sent", method="POST")
    with pytest.raises(InDoubt):
        world.books.perform(sends, world.work)
    world.settle()
    calls = len(world.log())
    probed = world.books.probe(sends, world.work)
    assert len(world.log()) == calls + 1
    acted = world.state("invoices")[1]["status"] != "draft"
    assert {p.probe for p in probed.values()} == {Probe.FOUND if acted else Probe.ABSENT}


def test_one_unfit_invoice_does_not_hold_up_the_others() -> None:
    world = build("b")
    bills = [invoice(f"S-{n}") for n in range(3)]
    receipts = world.do(*[operation(bill, bill.number) for bill in bills])
    world.control(
        "POST", "edit", {"service": "books", "kind": "invoices", "id": receipts[1].ref.id, "delete": True}
    )
    results = world.books.perform([operation(b, b.number, Purpose.SEND) for b in bills], world.work)
    assert [type(r) for r in results] == [Receipt, Stale, Receipt]


def test_an_update_in_doubt_is_told_by_its_fields() -> None:
    world = build("b")
    wanted = operation(
        invoice("INV-0", reference="PO 9"), "inv0", Purpose.UPDATE, changed=("reference",), base=1
    )
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT
    world.fault("lost", "/invoices/", method="PUT")
    assert isinstance(world.books.perform([wanted], world.work)[0], InDoubt)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND


@pytest.fixture
def paper(tmp_path: Path) -> FileContent:
    import hashlib

    data = b"%PDF-1.4 a small one"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "INV 1.pdf").write_bytes(data)
    return FileContent(
        document=identity(Kind.INVOICE, "inv0"),
        name="INV 1.pdf",
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        path="sub/INV 1.pdf",
    )


@pytest.mark.parametrize("mode", [None, *MODES])
def test_a_file_is_attached_once(mode: str | None, paper: FileContent, tmp_path: Path) -> None:
    world = build("b")
    world.folder = tmp_path
    wanted = operation(paper, "file", Purpose.ATTACH)
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.ABSENT
    if mode:
        world.fault(mode, "/attachment", method="POST")
        assert isinstance(world.books.perform([wanted], world.work)[0], InDoubt)
    else:
        [receipt] = world.do(wanted)
        record = world.books.get(receipt.ref, world.bindings)
        assert record is not None
        assert record.content == paper.model_copy(update={"digest": "", "path": ""})
    world.settle()
    probed = world.books.probe([wanted], world.work)[wanted.key]
    if probed.probe is Probe.ABSENT:
        world.do(wanted)
        probed = world.books.probe([wanted], world.work)[wanted.key]
    assert probed.receipt is not None
    [row] = world.state("invoices")
    assert len(row["documents"]) == 1


def test_a_file_that_changed_or_does_not_fit_is_refused(paper: FileContent, tmp_path: Path) -> None:
    world = build("b")
    world.folder = tmp_path
    calls = len(world.log())
    for bad in (
        paper.model_copy(update={"digest": "00"}),
        paper.model_copy(update={"path": "sub/none.pdf"}),
        paper.model_copy(update={"name": "INV 1.docx"}),
    ):
        [result] = world.books.perform([operation(bad, "file", Purpose.ATTACH)], world.work)
        assert type(result) is Refused
    assert len(world.log()) == calls


def test_a_tax_is_made_once_and_used_at_once() -> None:
    world = build("b")
    [result] = world.books.perform(
        [
            operation(
                invoice(
                    "T-1",
                    lines=tuple(
                        line.model_copy(update={"tax_rate": Decimal("17.5")}) for line in invoice().lines
                    ),
                ),
                "t1",
            )
        ],
        world.work,
    )
    assert type(result) is Refused
    assert "17.5" in str(result)
    wanted = operation(TaxContent(name="VAT 17.5%", rate=Decimal("17.5")), "tax")
    world.fault("lost", "/settings/taxes$", method="POST")
    assert isinstance(world.books.perform([wanted], world.work)[0], InDoubt)
    world.settle()
    assert world.books.probe([wanted], world.work)[wanted.key].probe is Probe.FOUND
    world.do(
        operation(
            invoice(
                "T-1",
                lines=tuple(
                    line.model_copy(update={"tax_rate": Decimal("17.5")}) for line in invoice().lines
                ),
            ),
            "t1",
        )
    )


@pytest.mark.parametrize(
    ("mode", "cap", "least", "most"),
    [
        ("books_43", "block", 3600, 3600),
        ("books_44", "minute", 60, 60),
        ("books_45", "day", 1, 86400),
        ("books_1070", "in_flight", 1, 5),
    ],
)
def test_f19_to_f21_every_429_is_a_wait_until_its_end(mode: str, cap: str, least: int, most: int) -> None:
    world = build("b")
    world.fault(mode, "/contacts$")
    with pytest.raises(Busy) as caught:
        world.books.perform([operation(customer("Busy Ltd"), "busy")], world.work)
    assert caught.value.cap == cap
    assert least <= (caught.value.until - world.vendor.now()).total_seconds() <= most
    assert world.quota.pauses == [(caught.value.until, cap)]
    assert len(world.state("contacts")) == 1


def test_a_wrong_organisation_is_told_with_those_that_are_there() -> None:
    world = World(organization="999")
    with pytest.raises(Refused) as caught:
        world.books.profile()
    assert "60012345678" in str(caught.value)
    assert "--organization" in str(caught.value)


def test_57_is_a_missing_scope_once_two_new_tokens_did_not_help() -> None:
    world = build("b")
    world.books = world.connect(world.settings)
    world.fault("token_expired", "/contacts$", times=5)
    for _ in range(2):
        [first] = world.books.perform([operation(customer("X Ltd"), "x")], world.work)
        assert "no longer taken" in str(first)
    with pytest.raises(LoginNeeded) as caught:
        world.books.perform([operation(customer("X Ltd"), "x")], world.work)
    assert "scope" in str(caught.value)


def test_a_missing_currency_and_a_missing_rate_are_refused_before_any_write() -> None:
    world = build("b")
    results = [
        world.books.perform([operation(bill, "i1")], world.work)[0]
        for bill in (invoice("I-1", currency="CHF"), invoice("I-1", currency="EUR"))
    ]
    assert [type(r) for r in results] == [Refused, Refused]
    assert len(world.state("invoices")) == 1


def test_unknown_codes_are_reported() -> None:
    world = build("c")
    world.switch("duplicate_number_code", "4004")
    world.settle()
    world.books.perform([operation(invoice("INV-0", reference="x"), "other")], world.work)
    assert "error code 4004" in world.unseen


def test_names_of_people_and_companies_are_in_no_error_and_no_attempt() -> None:
    world = build("c")
    world.control(
        "POST", "edit", {"service": "books", "kind": "contacts", "fields": {"contact_name": "Zebediah"}}
    )
    world.settle()
    made = operation(customer("Zebediah", email="zeb@zebediah.example"), "zebediah")
    nameless = operation(invoice("Z-1", of="zebediah"), "z1")
    errors = [world.books.perform([o], world.work)[0] for o in (made, nameless)]
    probed = world.books.probe([made], world.work)[made.key]
    kept = f"{errors} {[str(e) for e in errors]} {probed.why} {world.journal}"
    assert "ebediah" not in kept
