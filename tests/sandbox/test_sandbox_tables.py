from collections.abc import Iterable

from pydantic import BaseModel

from ledgerferry_sandbox.desk.tables import Table


class Thing(BaseModel):
    number: str
    colour: str = ""


class Watch:
    def __init__(self) -> None:
        self.now = 0.0


def colours(thing: Thing) -> Iterable[str]:
    return [thing.colour]


def table(watch: Watch, lag: float = 0.0) -> Table[Thing]:
    return Table(
        "things", Thing, lambda thing: thing.number, {"colour": colours}, lambda: lag, lambda: watch.now
    )


def numbers(things: Iterable[Thing]) -> str:
    return "".join(thing.number for thing in things)


def test_order_of_creation_and_of_change() -> None:
    things = table(Watch())
    for number in "abc":
        things.put(Thing(number=number))
    things.put(Thing(number="a", colour="red"))
    assert numbers(things.listed()) == "cba"
    assert numbers(things.listed(descending=False)) == "abc"
    assert numbers(things.listed(by_change=True)) == "acb"


def test_a_silent_change_keeps_its_place() -> None:
    things = table(Watch())
    for number in "ab":
        things.put(Thing(number=number))
    things.put(Thing(number="a", colour="red"), silent=True)
    assert numbers(things.listed(by_change=True)) == "ba"


def test_an_index_forgets_the_former_value() -> None:
    things = table(Watch())
    things.put(Thing(number="a", colour="red"))
    things.put(Thing(number="a", colour="blue"))
    assert things.find("colour", "red") == []
    assert numbers(things.find("colour", "blue")) == "a"
    things.drop("a")
    assert not things.has("colour", "blue")


def test_an_index_stands_in_order_of_creation() -> None:
    things = table(Watch())
    for number in "abcd":
        things.put(Thing(number=number, colour="red"))
    things.put(Thing(number="b", colour="blue"))
    things.put(Thing(number="a", colour="red"))
    things.put(Thing(number="b", colour="red"))
    assert numbers(things.find("colour", "red")) == "abcd"
    assert numbers(things.among("colour", "red")) == "dcba"
    assert numbers(things.among("colour", "red", by_change=True)) == "badc"
    things.drop("c")
    assert numbers(things.among("colour", "red", descending=False)) == "abd"


def test_late_records_stand_in_order_among_the_settled() -> None:
    watch = Watch()
    things = table(watch, lag=10)
    for number in "abc":
        things.put(Thing(number=number))
    watch.now = 20
    things.put(Thing(number="b", colour="red"))
    things.drop("c")
    assert numbers(things.listed()) == "cba"
    assert numbers(things.listed(by_change=True, descending=False)) == "abc"
    assert {thing.colour for thing in things.listed()} == {""}
    watch.now = 30
    assert numbers(things.listed()) == "ba"
    assert numbers(things.listed(by_change=True, descending=False)) == "ab"


def test_changes_are_told_once_and_can_be_absorbed() -> None:
    things, copy = table(Watch()), table(Watch())
    things.put(Thing(number="a"))
    things.put(Thing(number="b"))
    copy.absorb(things.changes())
    assert things.changes() == {}
    things.drop("a")
    copy.absorb(things.changes())
    assert copy.dump() == things.dump() == [{"number": "b", "colour": ""}]
