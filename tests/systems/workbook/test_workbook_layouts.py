"""Layout memory: one confirmed document of a form settles the others, and none becomes wrong unseen."""

import copy
import json
import random
from pathlib import Path

import pytest

from ledgerferry.model.document import Document, DocumentKind, Reading
from ledgerferry.systems.workbook.answers import answered, parse
from ledgerferry.systems.workbook.extract import extract
from ledgerferry.systems.workbook.guards import DEFAULT
from ledgerferry.systems.workbook.layouts.learn import Lesson
from ledgerferry.systems.workbook.layouts.memory import NOTHING, Memory
from ledgerferry.systems.workbook.layouts.tomlfile import BadLayoutFile, from_toml, to_toml
from ledgerferry.systems.workbook.reader import load
from ledgerferry.systems.workbook.teaching import teach
from tests.systems.workbook.houses import HOUSES, SPOILERS, Form, House, Truth, truth, write
from tests.systems.workbook.sheets import codes, plain
from tests.systems.workbook.sheets import write as write_plain

INVOICES = 12


def read(path: Path, memory: Memory = NOTHING) -> Reading:
    return extract(load(path, DEFAULT), path.name, "", memory)


def papers(house: House) -> list[Truth]:
    chance = random.Random(house.name)
    return [truth(chance, house.number.format(101 + 7 * n), house.rate) for n in range(INVOICES)]


def taught(path: Path, told: Truth, house: House) -> Lesson:
    """What the document teaches once a person has typed its values in."""
    reading = read(path)
    sheet = load(path, DEFAULT).sheets[0].name
    blank = Document(kind=DocumentKind.INVOICE, file=path.name, sheet=sheet, number=None, issued=None)
    document = reading.documents[0] if reading.documents else blank
    answer = parse(json.dumps(told.answer(stated=house.stated)))
    return teach(load(path, DEFAULT), answered(document, answer))


def right(document: Document, told: Truth, house: House) -> bool:
    sums = (document.subtotal, document.tax_total) == (told.net, told.tax) or not house.stated
    amounts = [x.amount for x in document.lines] == [x[3] for x in told.lines]
    named = (document.number, document.issued, document.total) == (told.number, told.issued, told.gross)
    return named and sums and amounts


@pytest.mark.parametrize("house", HOUSES, ids=lambda h: h.name)
def test_one_confirmed_document_settles_all_others_of_its_form(tmp_path: Path, house: House) -> None:
    told = papers(house)
    paths = [write(tmp_path, house, one, str(n)) for n, one in enumerate(told)]
    before = [read(path) for path in paths[1:]]
    assert not all(r.documents and not r.documents[0].held for r in before), "it needs no help"
    lesson = taught(paths[0], told[0], house)
    assert lesson.layout is not None
    assert lesson.still == ()
    memory = Memory((lesson.layout,))
    for path, one in zip(paths[1:], told[1:], strict=True):
        (document,) = read(path, memory).documents
        assert right(document, one, house), path
        assert (codes(document), document.layout) == ([], lesson.layout.id)
        assert document.customer is not None
        assert document.customer.name == one.buyer


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda s: s.__name__)
@pytest.mark.parametrize("house", HOUSES, ids=lambda h: h.name)
def test_a_spoilt_document_of_a_known_form_is_held_or_right(
    tmp_path: Path, house: House, spoil: Form
) -> None:
    told = papers(house)
    lesson = taught(write(tmp_path, house, told[0], "first"), told[0], house)
    assert lesson.layout is not None
    memory = Memory((lesson.layout,))
    for number, one in enumerate(copy.deepcopy(told[1:5])):
        path = write(tmp_path, house, one, f"spoilt{number}", spoil)
        reading = read(path, memory)
        assert reading.documents, "a document of a known form is held, not turned away"
        assert all(d.held or right(d, one, house) for d in reading.documents)
        if spoil.__name__ in ("pushed_down", "pushed_right"):
            assert not reading.documents[0].held, codes(reading.documents[0])
        if spoil.__name__ in ("wrong_total", "second_total", "moving_date", "undated"):
            assert reading.documents[0].held


def test_a_layout_holds_no_value_of_its_document(tmp_path: Path) -> None:
    for house in HOUSES:
        told = papers(house)[0]
        lesson = taught(write(tmp_path, house, told, house.name), told, house)
        assert lesson.layout is not None
        text = lesson.layout.model_dump_json()
        values = [told.number, told.buyer, str(told.gross), str(told.net), told.issued.isoformat()]
        values += [word for name in (told.buyer, *(x[0] for x in told.lines)) for word in name.split()]
        assert not [v for v in values if len(v) > 3 and v.casefold() in text.casefold()], house.name


def test_layouts_survive_a_file_for_the_next_client(tmp_path: Path) -> None:
    layouts = []
    for house in HOUSES:
        told = papers(house)[0]
        lesson = taught(write(tmp_path, house, told, house.name), told, house)
        assert lesson.layout is not None
        layouts.append(lesson.layout)
    assert from_toml(to_toml(layouts)) == layouts
    assert len({x.id for x in layouts}) == len(HOUSES)


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not TOML"), ("a = 1", "no [[layouts]]"), ("[[layouts]]\nid = 3", "id of layout 1"),
     ("[[layouts]]\nfingerprint = {}\nbody = {columns = 3, amount = 1}", "body.columns of layout 1")],
)  # fmt: skip
def test_a_file_that_holds_no_layouts_is_told_why(text: str, says: str) -> None:
    with pytest.raises(BadLayoutFile, match=says.replace("[", r"\[").replace("]", r"\]")):
        from_toml(text)


def test_a_form_of_another_house_is_left_alone(tmp_path: Path) -> None:
    """Every layout at once: each document is read by its own, and what needs none is not disturbed."""
    lessons = {}
    for house in HOUSES:
        told = papers(house)[0]
        lessons[house.name] = taught(write(tmp_path, house, told, house.name), told, house).layout
    memory = Memory(tuple(x for x in lessons.values() if x))
    for house in HOUSES:
        one = papers(house)[1]
        (document,) = read(write(tmp_path, house, one, f"{house.name}-2"), memory).documents
        own = lessons[house.name]
        assert own is not None
        assert (document.layout, right(document, one, house)) == (own.id, True)
    path = write_plain(tmp_path / "plain.xlsx", {"One": plain()})
    assert read(path, memory).documents == read(path).documents


def test_accepting_a_wrong_reading_of_the_sums_teaches_no_sums(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.xlsx", {"One": plain(D15=999)})
    (document,) = read(path).documents
    assert codes(document) == ["does-not-close"]
    lesson = teach(load(path, DEFAULT), document)
    assert lesson.layout is not None
    assert lesson.layout.sums is None
    assert "lines" in lesson.untaught
    other = write_plain(tmp_path / "b.xlsx", {"One": plain(D3="HT-0042", D15=998)})
    assert codes(read(other, Memory((lesson.layout,))).documents[0])[0] == "does-not-close"


def test_a_field_that_no_cell_holds_is_asked_for_again(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.xlsx", {"One": plain()})
    (document,) = read(path).documents
    target = answered(document, parse('{"invoice_number": "2024/HT-0041"}'))
    lesson = teach(load(path, DEFAULT), target)
    assert lesson.layout is not None
    assert (lesson.layout.corrected, lesson.untaught) == (("number",), {"number": "no cell holds it"})
    other = write_plain(tmp_path / "b.xlsx", {"One": plain(D3="HT-0042")})
    assert codes(read(other, Memory((lesson.layout,))).documents[0]) == ["by-hand"]


def test_what_the_reader_had_wrong_is_not_trusted_where_the_layout_cannot_be_followed(tmp_path: Path) -> None:
    first = {"C2": "Date", "D2": 5, "E4": "PO", "F4": "HT-7"}
    path = write_plain(tmp_path / "a.xlsx", {"One": plain(**first)})
    (document,) = read(path).documents
    assert document.number == "HT-0041"
    lesson = teach(load(path, DEFAULT), answered(document, parse('{"invoice_number": "HT-7"}')))
    assert lesson.layout is not None
    memory = Memory((lesson.layout,))
    good = write_plain(tmp_path / "b.xlsx", {"One": plain(**first | {"F4": "HT-8", "D3": "HT-0042"})})
    (document,) = read(good, memory).documents
    assert (document.number, codes(document)) == ("HT-8", [])
    gone = {"F4": None, "E4": None, "D3": "HT-0043"}
    bad = write_plain(tmp_path / "c.xlsx", {"One": plain(**first | gone)})
    assert codes(read(bad, memory).documents[0]) == ["layout-not-followed"]


def test_two_layouts_that_differ_leave_a_doubt(tmp_path: Path) -> None:
    more = {"E4": "PO", "F4": "HT-7"}
    path = write_plain(tmp_path / "a.xlsx", {"One": plain(**more)})
    (document,) = read(path).documents
    lessons = [
        teach(load(path, DEFAULT), answered(document, parse(json.dumps({"invoice_number": number})))).layout
        for number in ("HT-7", "HT-0041")
    ]
    memory = Memory(tuple(x for x in lessons if x))
    assert len(memory.layouts) == 2
    assert codes(read(path, memory).documents[0]) == ["layouts-differ"]
