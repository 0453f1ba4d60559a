"""schemathesis against the sandbox: yes from more than half of all operations, and never a 5xx."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pytest
from schemathesis import GenerationMode

from ledgerferry_sandbox.desk import Desk, VirtualClock
from ledgerferry_sandbox.sandbox import Sandbox
from tests.sandbox.caller import Caller
from tests.spec import known, known_crm, scope, seeding, seeding_crm
from tests.spec.conftest import needs_specs
from tests.spec.fuzzing import Gateway, Tally, document, exercise
from tests.spec.known import Known, place, places
from tests.spec.listener import Listener, Side, listening
from tests.spec.scope import Scope
from tests.spec.seeding import Before, Seeds

pytestmark = [needs_specs, pytest.mark.slow]
SEEDED, WILD = 5, 2


@dataclass
class Product:
    """A product before schemathesis: its spec, what of it is the sandbox's, and what came back."""

    listener: Listener
    scope: Scope
    faults: tuple[Known, ...]
    seeded: Tally = field(default_factory=Tally)
    wild: Tally = field(default_factory=Tally)
    broken: list[str] = field(default_factory=list)

    def own(self) -> set[str]:
        return {str(each) for each in self.listener.spec.operations if self.scope.holds(each)}

    def whole(self) -> set[str]:
        return {str(each) for each in self.listener.spec.operations}

    def run(self, caller: Caller, seeds: Seeds, before: Before) -> None:
        """Every operation with seeded ids and the vendor's examples, then with whatever comes to mind."""
        spec, own = self.listener.spec, self.own()
        state, now = caller.sandbox.state(), caller.sandbox.desk.clock.now()

        def fresh() -> Caller:
            again = Caller(Sandbox(Desk(VirtualClock(now)), state=state))
            again.token = caller.token
            return again

        gateway = Gateway(fresh, before)
        known = {str(each) for each in spec.operations if gateway.knows(each, spec.base)}
        ids = {
            path: {name: values for name, values in named.items() if name.endswith("id")}
            for path, named in seeds.items()
        }
        with listening(self.listener, side=Side.TEST):
            exercise(
                document(spec, seeds, examples=True),
                gateway,
                self.seeded,
                GenerationMode.POSITIVE,
                often=lambda label: SEEDED if label in own & known else 0,
            )
            exercise(
                document(spec, ids, examples=False),
                gateway,
                self.wild,
                *GenerationMode,
                often=lambda label: WILD if label in known else 0,
            )
        self.broken += [*gateway.broken, *self.seeded.broken, *self.wild.broken]
        self._note()

    def served(self) -> set[str]:
        return self.seeded.served() | self.wild.served()

    def _note(self) -> None:
        own, served = self.own(), self.served()
        whole = self.whole()
        share = (
            f"{len(served & own)} of the sandbox's {len(own)} operations, {len(served)} of all {len(whole)}"
        )
        self.listener.notes += [
            f"schemathesis had a yes from {share}",
            *(f"  never a yes: {label}" for label in sorted(own - served)),
        ]


@pytest.fixture(scope="module")
def products(books: Listener, crm: Listener) -> Callable[[str], Product]:
    """Each product, called through when it is first asked for."""
    listeners = {"books": books, "crm": crm}

    @cache
    def called(name: str) -> Product:
        caller = Caller()
        made = Product(listeners[name], *PRODUCTS[name])
        sow, before = SEEDS[name]
        made.run(caller, sow(caller), before)
        return made

    return called


@pytest.fixture
def product(request: pytest.FixtureRequest, products: Callable[[str], Product]) -> Product:
    return products(request.param)


PRODUCTS = {"books": (scope.BOOKS, known.BOOKS), "crm": (scope.CRM, known_crm.CRM)}
SEEDS: dict[str, tuple[Callable[[Caller], Seeds], Before]] = {
    "books": (seeding.books, seeding.before_books),
    "crm": (seeding_crm.crm, lambda caller, path: None),
}
each_product = pytest.mark.parametrize("product", PRODUCTS, indirect=True)


@each_product
def test_half_of_what_is_the_sandboxs_says_yes(product: Product) -> None:
    own = product.own()
    assert len(product.served() & own) * 2 >= len(own)


def test_more_than_half_of_all_that_both_specs_describe_says_yes(
    products: Callable[[str], Product],
) -> None:
    both = [products(name) for name in PRODUCTS]
    described = sum(len(each.whole()) for each in both)
    assert sum(len(each.served()) for each in both) * 2 > described


@each_product
def test_nothing_ends_with_a_5xx(product: Product) -> None:
    assert product.wild.answers
    assert not product.broken


@pytest.mark.parametrize("product", ["books"], indirect=True)
def test_every_answer_is_as_described(product: Product) -> None:
    listed = places(product.faults)
    assert not [str(finding) for finding in product.listener.found if place(finding) not in listed]
