"""Visits: what happens beside the calls. Clocks jump, and a person works in Books meanwhile."""

from collections.abc import Callable
from typing import Final

from ledgerferry_bench.simulator.broken import Broken
from ledgerferry_bench.simulator.hub import Hub
from ledgerferry_bench.simulator.scene import Scene
from ledgerferry_sandbox.exchange import Request
from ledgerferry_sandbox.sandbox import Sandbox

_WITHIN: Final = 25.0
_OFTEN: Final = 2
_TOKEN_LIFE: Final = 3_700.0


class Visits:
    """The visitors of a scene. What a person wrote in Books must still be there at the end."""

    def __init__(self, hub: Hub, sandbox: Sandbox, scene: Scene) -> None:
        self._hub = hub
        self._sandbox = sandbox
        self._scene = scene
        self._noted: dict[tuple[str, str], str] = {}

    def begin(self) -> None:
        """Let each visitor come once or a few times."""
        random, clock = self._hub.random, self._sandbox.desk.clock
        ways: dict[str, Callable[[], None]] = {
            "suspended": lambda: self._hub.jump(30 + 300 * random.random()),
            "token ran out": lambda: self._hub.jump(_TOKEN_LIFE / self._scene.pace),
            "home clock set forward": lambda: self._hub.set_forward(60 + 100 * random.random()),
            "system clock jumps": lambda: clock.advance(100 + 100 * random.random()),
            "person edits": self._note,
        }
        for name in self._scene.visits:
            self._hub.start(name, lambda name=name: self._come(name, ways[name]), mortal=False)  # type: ignore[misc]

    def _come(self, name: str, visit: Callable[[], None]) -> None:
        for _ in range(_OFTEN):
            self._hub.sleep(_WITHIN * self._hub.random.random())
            self._hub.met[f"visit {name}"] += 1
            visit()

    def _note(self) -> None:
        """Somebody writes a note on a contact or an invoice."""
        book = self._sandbox.books.book
        records = [("contacts", c.contact_id) for c in book.contacts]
        records += [("invoices", i.invoice_id) for i in book.invoices]
        if not records:
            return
        kind, number = self._hub.random.choice(records)
        note = f"seen {len(self._noted)}"
        row = f'{{"service": "books", "kind": "{kind}", "id": "{number}", "fields": {{"notes": "{note}"}}}}'
        answer = self._sandbox.handle(Request.to("POST", "/_sandbox/edit", (), row.encode()))
        if answer.status != 200:
            raise Broken("edit", answer.body.decode())
        self._noted[kind, number] = note

    def check(self) -> None:
        """No write of ours undid what a person wrote beside it."""
        book = self._sandbox.books.book
        for (kind, number), note in self._noted.items():
            held = book.contact(number).notes if kind == "contacts" else book.invoice(number).notes
            if held != note:
                raise Broken("overwritten", f"the note on {kind} {number} is {held!r} instead of {note!r}")
