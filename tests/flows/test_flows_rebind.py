"""Corrected numbers, dates and payments: the same document where that is certain, held where it is not."""

from datetime import date

from ledgerferry.model.document import Document
from tests.flows.papers import document, held, line, moved, paid, spread
from tests.flows.stage import Stage

CHEAP = {"lines": (line("50.00"),), "tax_total": "10.00", "total": "60.00"}
OTHER = {"customer": "Other", **CHEAP}
LATER = date(2025, 3, 25)


def numbers(stage: Stage) -> dict[str, int]:
    """What Books holds: number to total."""
    return {r["invoice_number"]: r["total"] for r in stage.rows("invoices")}


def test_a_corrected_number_is_an_update_of_the_same_record(stage: Stage) -> None:
    stage.migrate(*spread(paid(), document("INV-2", **OTHER)))
    before = stage.row("invoices", "INV-1")["invoice_id"]
    walked = stage.migrate(*spread(paid("INV-1A"), document("INV-2", **OTHER)))
    assert walked.changes == {"invoice": (0, 1)}
    assert walked.verified.equal
    assert stage.row("invoices", "INV-1A")["invoice_id"] == before
    assert stage.migrate().changes == {}


def test_a_date_corrected_into_another_year_is_an_update(stage: Stage) -> None:
    stage.migrate(document(issued=date(2024, 12, 31)))
    walked = stage.migrate(document(issued=date(2025, 1, 1)))
    assert walked.changes == {"invoice": (0, 1)}
    assert stage.row("invoices", "INV-1")["date"] == "2025-01-01"


def test_two_corrected_numbers_keep_their_one_payment(stage: Stage) -> None:
    stage.migrate(*spread(paid(), paid("INV-2", of="60.00", **CHEAP)))
    walked = stage.migrate(*spread(paid("INV-1A"), paid("INV-2A", of="60.00", **CHEAP)))
    assert walked.changes == {"invoice": (0, 2)}
    assert walked.verified.equal
    assert stage.migrate().changes == {}


def test_attached_files_follow_a_corrected_number(stage: Stage) -> None:
    (stage.folder / "one.pdf").write_bytes(b"%PDF-1.4")
    stage.migrate(document())
    assert stage.migrate(document("INV-1A")).changes == {"invoice": (0, 1)}
    assert stage.migrate().changes == {}


def test_the_next_invoice_in_the_same_file_never_overwrites_the_last(stage: Stage) -> None:
    """A form that is filled in anew every month: its new number is no correction."""
    stage.migrate(document())
    walked = stage.migrate(document("INV-2", issued=LATER, **CHEAP))
    assert walked.reasons() == {"INV-2": "replaced"}
    assert numbers(stage) == {"INV-1": 120}
    assert stage.migrate().reasons() == {"INV-2": "replaced"}
    saved = stage.migrate(document(), moved(document("INV-2", issued=LATER, **CHEAP), "two.xlsx"))
    assert (saved.reasons(), numbers(stage)) == ({}, {"INV-1": 120, "INV-2": 60})


def test_another_folder_with_the_same_names_is_another_folder(stage: Stage) -> None:
    stage.migrate(document())
    stage.folder = stage.folder / "next"
    stage.folder.mkdir()
    assert stage.migrate(document("INV-2", issued=LATER)).verified.equal
    assert numbers(stage) == {"INV-1": 120, "INV-2": 120}


def test_numbers_that_moved_up_by_one_are_held(stage: Stage) -> None:
    """1, 2 became 2, 3: without care the first record would stay behind, and its sale count twice."""
    stage.migrate(*spread(document("INV-1"), document("INV-2", **OTHER)))
    walked = stage.migrate(*spread(document("INV-2"), document("INV-3", **OTHER)))
    assert walked.reasons() == {"INV-2": "renumbered", "INV-3": "renumbered"}
    assert numbers(stage) == {"INV-1": 120, "INV-2": 60}
    assert stage.migrate().reasons() == {"INV-2": "renumbered", "INV-3": "renumbered"}


def test_two_documents_that_swap_numbers_are_held(stage: Stage) -> None:
    stage.migrate(*spread(document("INV-1"), document("INV-2", **OTHER)))
    walked = stage.migrate(*spread(document("INV-2"), document("INV-1", **OTHER)))
    assert walked.reasons() == {"INV-2": "renumbered", "INV-1": "renumbered"}
    assert numbers(stage) == {"INV-1": 120, "INV-2": 60}


def test_a_renumbered_document_in_another_file_is_held(stage: Stage) -> None:
    stage.migrate(document())
    walked = stage.migrate(moved(document("INV-9"), "renamed.xlsx"))
    assert walked.reasons() == {"INV-9": "renumbered"}
    both = stage.migrate(document(), moved(document("INV-9"), "renamed.xlsx"))
    assert both.verified.equal
    assert numbers(stage) == {"INV-1": 120, "INV-9": 120}


def test_rows_that_shift_are_no_corrections(stage: Stage) -> None:
    """A register of like sales: a row goes, one comes on top, all others stand elsewhere."""

    def register(*numbers: int) -> list[Document]:
        days = [(n, date(2025, n, 1)) for n in numbers]
        return [document(f"R-{n}", at=f"A{row}", issued=day) for row, (n, day) in enumerate(days, 1)]

    stage.migrate(*register(1, 2, 3))
    assert stage.migrate(*register(4, 1, 2, 3)).changes == {"invoice": (1, 0)}
    assert stage.migrate(*register(4, 2, 3)).changes == {}
    corrected = document("R-3A", at="A3", issued=date(2025, 3, 1))
    assert stage.migrate(*register(4, 2), corrected).changes == {"invoice": (0, 1)}
    assert sorted(numbers(stage)) == ["R-1", "R-2", "R-3A", "R-4"]


def test_a_corrected_payment_date_moves_the_payment(stage: Stage) -> None:
    stage.migrate(paid(of="50.00"))
    walked = stage.migrate(paid(of="50.00", paid_on=LATER))
    assert walked.changes == {"payment": (0, 1)}
    assert walked.verified.equal
    (payment,) = stage.rows("customerpayments")
    assert (payment["date"], payment["amount"]) == ("2025-03-25", 50)
    assert stage.migrate().changes == {}


def test_one_of_two_invoices_paid_on_another_day_takes_its_money_along(stage: Stage) -> None:
    stage.migrate(*spread(paid(of="50.00"), paid("INV-2", of="20.00")))
    walked = stage.migrate(*spread(paid(of="50.00"), paid("INV-2", of="20.00", paid_on=LATER)))
    assert walked.verified.equal
    assert sorted((p["date"], p["amount"]) for p in stage.rows("customerpayments")) == [
        ("2025-03-20", 50),
        ("2025-03-25", 20),
    ]


def test_two_payments_that_become_one_are_held(stage: Stage) -> None:
    stage.migrate(
        *spread(paid(of="50.00", paid_on=date(2025, 3, 21)), paid("INV-2", of="20.00", paid_on=LATER))
    )
    walked = stage.migrate(*spread(paid(of="50.00"), paid("INV-2", of="20.00")))
    assert set(walked.reasons().values()) == {"payment-moved"}
    assert len(stage.rows("customerpayments")) == 2


def test_a_held_document_keeps_its_share_of_a_payment(stage: Stage) -> None:
    stage.migrate(*spread(paid(), paid("INV-2", of="60.00", **CHEAP)))
    walked = stage.migrate(*spread(paid(), held("INV-2", paid="60.00", **CHEAP)))
    assert walked.changes == {}
    assert walked.verified.equal
    assert stage.row("invoices", "INV-2")["balance"] == 0


def test_a_silent_document_takes_no_detail_of_its_customer_away(stage: Stage) -> None:
    told = {"name": "Bowman & Co", "email": "ann@example.com", "contact": "Ann Bowman"}
    stage.migrate(document(customer=told))
    assert stage.migrate(document()).changes == {}
    assert stage.row("contacts", "Bowman & Co")["contact_persons"][0]["email"] == "ann@example.com"


def test_one_persons_name_never_gets_anothers_address(stage: Stage) -> None:
    bob = {"name": "Bowman & Co", "email": "bob@example.com", "contact": "Bob", "phone": "1"}
    ann = {"name": "Bowman & Co", "contact": "Ann", "vat_number": None}
    stage.migrate(*spread(document(customer=bob), document("INV-2", customer=ann, issued=LATER)))
    (person,) = stage.row("contacts", "Bowman & Co")["contact_persons"]
    assert (person["first_name"], person["email"], person["phone"]) == ("Ann", "", "")
