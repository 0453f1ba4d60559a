"""Batches through the engine: few calls, no lane that waits for ever, and every record once."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest

from ledgerferry.engine.apply import Idle, LaneWorker, Rooms, Side, batches
from ledgerferry.engine.planning import Place, Planner, Tally, Wanted
from ledgerferry.model.ids import Identity, operation_key
from ledgerferry.model.outcome import Refused
from ledgerferry.model.plan import Operation, Purpose, State
from ledgerferry.model.record import AnyContent, CustomerContent, Kind
from ledgerferry.store.bindings import ConnectionBindings
from ledgerferry.store.claims import LaneKey, Moment
from ledgerferry.store.connections import Settings
from tests.engine.desk import NAME as BOOKS
from tests.engine.desk import Desk
from tests.engine.desk import receipt as proof
from tests.store.world import CountedIds
from tests.systems.crm.stage import NAME, Stage, account, contact, deal, identity

LINK = "deals"
KINDS = (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)


class Ferry:
    """A home in memory and a CRM in the sandbox; the books are settled by hand."""

    def __init__(self) -> None:
        self.desk, self.stage = Desk(), Stage()
        about = Settings(product="crm", dc="us", accounts_url="https://a.test", api_url="https://b.test")
        self.desk.connections.save(NAME, about)
        self.ids = CountedIds()
        self.begin()

    def begin(self) -> None:
        """A worker process anew."""
        desk, stage = self.desk, self.stage
        stage.begin()
        rooms = Rooms(desk.database, desk.operations, desk.claims, desk.connections, desk.settlement)
        there, books = (ConnectionBindings(desk.database, desk.bindings, n) for n in (NAME, BOOKS))
        side = Side(NAME, stage.target, stage.vendor, there, elsewhere=books)
        name = self.ids.fresh("worker")
        self.workers = {
            kind: LaneWorker(rooms, side, kind, worker=name, clock=stage.clock, ids=self.ids)
            for kind in KINDS
        }

    def plan(self, wanted: Iterable[tuple[str, AnyContent]], connection: str = NAME) -> list[Operation]:
        """Plan pairs at a connection and say yes to them."""
        tally, desk = Tally(), self.desk
        place = Place("run-1", LINK, connection, f"{connection}@1")
        planner = Planner(place, desk.operations, desk.bindings, desk.pairs, desk.ledger)
        with desk.database.transaction("plan") as tx:
            planner.plan(tx, [Wanted(i, c) for i, c in wanted], {}, tally)
            desk.operations.confirm(tx, "run-1")
        return tally.operations

    def link(self, made: Iterable[Operation], needs: Iterable[Operation]) -> list[Operation]:
        """Plan that records carry the books' ids, each after its own create and one in the books."""
        links = []
        with self.desk.database.transaction("links") as tx:
            for create, other in zip(made, needs, strict=True):
                key = operation_key("crm@1", LINK, Identity.parse(create.identity), Purpose.LINK, 1, 1)
                link = create.model_copy(update={
                    "key": key, "purpose": Purpose.LINK, "base": 1, "needs": (create.key, other.key)})
                self.desk.operations.plan(tx, link, self.desk.operations.next_seq(tx), 2)
                links.append(link)
            self.desk.operations.confirm(tx, "run-1")
        return links

    def sail(self) -> None:
        """Let the lanes work, round by round, until none has anything to do or to wait for."""
        for _ in range(200):
            idle = [self._drain(kind) for kind in KINDS]
            if all(each.for_ever for each in idle) and not self._moved():
                return
            self.stage.virtual.advance(40)
        raise AssertionError("the lanes never came to rest")

    def _drain(self, kind: Kind) -> Idle:
        for _ in range(50):
            idle = self.workers[kind].step()
            if idle is not None:
                return idle
        raise AssertionError("a lane never comes to rest")

    def _moved(self) -> bool:
        now = Moment(self.stage.clock.now(), self.stage.vendor.now())
        lanes = [(LaneKey(NAME, k), batches(self.stage.target.declaration, k)) for k in KINDS]
        with self.desk.database.read() as conn:
            return any(self.desk.claims.due(conn, *lane) for lane in ((a, now, b) for a, b in lanes))

    def left(self) -> int:
        """Operations that are neither done nor dead."""
        with self.desk.database.read() as conn:
            return self.desk.operations.counts(conn).open

    def writes(self) -> list[str]:
        return [call for call in self.stage.calls if not call.startswith("GET") and "coql" not in call]

    def records(self, module: str) -> int:
        return len(self.stage.state(module))


@pytest.fixture
def ferry() -> Iterator[Ferry]:
    made = Ferry()
    yield made
    made.desk.database.close()


def company(count: int) -> list[tuple[str, AnyContent]]:
    """So many accounts with a contact each."""
    names = [f"c{n}" for n in range(count)]
    accounts = [(identity(Kind.ACCOUNT, name), account(name)) for name in names]
    return [*accounts, *((identity(Kind.CONTACT, name), contact(name)) for name in names)]


def deals(count: int, companies: int) -> list[tuple[str, AnyContent]]:
    return [
        (identity(Kind.DEAL, f"INV-{n}"), deal(f"INV-{n}", f"c{n % companies}")) for n in range(count)
    ]


def customers(count: int) -> list[tuple[str, AnyContent]]:
    return [(identity(Kind.CUSTOMER, f"c{n}"), CustomerContent(name=f"C{n}")) for n in range(count)]


def test_sixty_companies_and_three_hundred_deals_are_five_calls(ferry: Ferry) -> None:
    ferry.plan([*company(60), *deals(300, 60)])
    ferry.sail()
    assert ferry.left() == 0
    assert ferry.writes() == [
        "POST /crm/v8/Accounts/upsert",
        "POST /crm/v8/Contacts/upsert",
        *["POST /crm/v8/Deals/upsert"] * 3,
    ]
    assert [ferry.records(m) for m in ("Accounts", "Contacts", "Deals")] == [60, 60, 300]


@pytest.mark.parametrize("order", [KINDS, KINDS[::-1]])
def test_a_partial_batch_goes_once_nothing_more_can_come(ferry: Ferry, order: tuple[Kind, ...]) -> None:
    ferry.workers = {kind: ferry.workers[kind] for kind in order}
    ferry.plan([*company(130), *deals(170, 130)])
    ferry.sail()
    assert ferry.left() == 0
    assert len(ferry.writes()) == 2 + 2 + 2


def test_a_dead_account_holds_nobody_else_back(ferry: Ferry) -> None:
    wanted = company(3)
    wanted[1] = (wanted[1][0], account("x" * 250))
    ferry.plan([*wanted, *deals(6, 3)])
    ferry.sail()
    assert [ferry.records(m) for m in ("Accounts", "Contacts", "Deals")] == [2, 2, 4]
    assert len(ferry.writes()) == 3
    with ferry.desk.database.read() as conn:
        (letter, _), *more = ferry.desk.operations.listed(conn, [State.DEAD])
    assert (letter.kind, more) == (Kind.ACCOUNT, [])
    assert ferry.left() == 3


def test_links_wait_for_the_books_and_go_together(ferry: Ferry) -> None:
    made = [o for o in ferry.plan(company(40)) if o.kind is Kind.ACCOUNT]
    books = ferry.plan(customers(40), BOOKS)
    ferry.link(made, books)
    ferry.sail()
    assert ferry.writes() == ["POST /crm/v8/Accounts/upsert", "POST /crm/v8/Contacts/upsert"]
    for n, each in enumerate(books[:39]):
        ferry.desk.settle(each, proof(Kind.CUSTOMER, f"90{n}"))
    ferry.sail()
    assert len(ferry.writes()) == 2
    ferry.desk.settle(books[39], proof(Kind.CUSTOMER, "9039"))
    ferry.sail()
    assert ferry.writes()[2:] == ["PUT /crm/v8/Accounts"]
    ids = {row["Account_Name"]: row["Books_Customer_Id"] for row in ferry.stage.state("Accounts")}
    assert ids["C7 & Co"] == "907"
    assert ferry.left() == 0


def test_links_do_not_wait_for_a_dead_letter_of_the_books_at_whatever_remove(ferry: Ferry) -> None:
    made = [o for o in ferry.plan(company(2)) if o.kind is Kind.ACCOUNT]
    first = (identity(Kind.CUSTOMER, "first"), CustomerContent(name="F"))
    root, *books = ferry.plan([first, *customers(2)], BOOKS)
    with ferry.desk.database.transaction("need") as tx:
        behind = books[1].model_copy(update={"needs": (root.key,)})
        ferry.desk.operations.plan(tx, behind, ferry.desk.operations.next_seq(tx), 1)
        ferry.desk.operations.confirm(tx, "run-1")
    ferry.link(made, books)
    ferry.sail()
    ferry.desk.settle(books[0], proof(Kind.CUSTOMER, "901"))
    ferry.sail()
    assert "PUT /crm/v8/Accounts" not in ferry.writes()
    ferry.desk.settle(root, Refused("no"))
    ferry.sail()
    assert ferry.writes().count("PUT /crm/v8/Accounts") == 1
    assert [row.get("Books_Customer_Id") for row in ferry.stage.state("Accounts")] == ["901", None]


def test_a_link_leaves_the_agreement_as_it_was(ferry: Ferry) -> None:
    made = [o for o in ferry.plan(company(1)) if o.kind is Kind.ACCOUNT]
    books = ferry.plan(customers(1), BOOKS)
    (link,) = ferry.link(made, books)
    ferry.desk.settle(books[0], proof(Kind.CUSTOMER, "901"))
    with ferry.desk.database.transaction("edit") as tx:
        stale = link.model_copy(update={"content": account("c0", phone="stale")})
        ferry.desk.operations.plan(tx, stale, 99, 1)
        ferry.desk.operations.confirm(tx, "run-1")
    ferry.sail()
    with ferry.desk.database.read() as conn:
        bound = ferry.desk.bindings.find(conn, LINK, made[0].identity)
    assert bound is not None
    assert (bound.content, bound.agreement) == (made[0].content, 2)


@pytest.mark.parametrize("mode", ["lost", "truncate", "http_500", "crm_429", "token_expired", "reset"])
def test_whatever_is_lost_each_record_is_there_once(ferry: Ferry, mode: str) -> None:
    ferry.stage.control(
        "PUT", "faults", [{"mode": mode, "path": "/crm/v8/", "rate": 0.4, "times": 12, "service": "crm"}]
    )
    made = [o for o in ferry.plan([*company(120), *deals(230, 120)]) if o.kind is Kind.ACCOUNT]
    books = ferry.plan(customers(120), BOOKS)
    ferry.link(made, books)
    for n, each in enumerate(books):
        ferry.desk.settle(each, proof(Kind.CUSTOMER, f"9{n}"))
    ferry.sail()
    assert ferry.left() == 0
    assert [ferry.records(m) for m in ("Accounts", "Contacts", "Deals")] == [120, 120, 230]
    (rule,) = ferry.stage.control("GET", "faults")
    assert rule["times"] < 12
    assert all(row["Books_Customer_Id"] for row in ferry.stage.state("Accounts"))


def test_a_batch_of_a_worker_that_died_is_taken_over_and_probed_together(ferry: Ferry) -> None:
    ferry.plan(company(100))
    taken = ferry.workers[Kind.ACCOUNT].take()
    assert not isinstance(taken, Idle)
    assert len(taken.keys) == 100
    ferry.workers[Kind.ACCOUNT].work(taken)
    again = ferry.plan([(identity(Kind.ACCOUNT, f"d{n}"), account(f"d{n}")) for n in range(100)])
    lost = ferry.workers[Kind.ACCOUNT].take()
    assert not isinstance(lost, Idle)
    work = ferry.workers[Kind.ACCOUNT]._work(lost)
    ferry.stage.target.perform(work[0], work[1])
    ferry.begin()
    ferry.stage.virtual.advance(timedelta(minutes=3).total_seconds())
    ferry.sail()
    assert ferry.left() == 0
    assert ferry.records("Accounts") == 100 + len(again)
    accounts = [call for call in ferry.stage.calls if "Contacts" not in call and "settings" not in call]
    assert accounts == ["POST /crm/v8/coql"] * 2
