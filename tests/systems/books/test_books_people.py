"""The contact persons of a customer that was there before: read once, however many write at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import httpx2

from ledgerferry.model.outcome import Receipt
from tests.systems.books.world import World, customer, invoice, operation
from tests.systems.inprocess import InProcess

WORKERS = 4


class Slow(InProcess):
    """One request at a time, and a contact's detail only after a while."""

    _one = Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET" and "/contacts/" in request.url.path:
            Event().wait(0.2)
        with self._one:
            return super().handle_request(request)


def test_workers_that_write_for_one_customer_at_the_same_time_ask_once() -> None:
    world = World()
    world.do(operation(customer(), "bowman"))
    world.network = Slow
    books, start = world.connect(world.settings), Barrier(WORKERS)
    books.warm()

    def write(number: int) -> object:
        start.wait()
        return books.perform([operation(invoice(f"INV-{number}"), f"inv{number}")], world.work)[0]

    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(write, range(WORKERS)))
    assert [type(result) for result in results] == [Receipt] * WORKERS
    asked = [r for r in world.log() if r["method"] == "GET" and "/contacts/" in r["path"]]
    assert len(asked) == 1
