"""The coverage page, made from the tables of addresses: `python -m ledgerferry_sandbox.coverage`.

Address by address what is emulated, on which facts it rests and how sure they are, then the switches for
what is unconfirmed, and what is not there.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ledgerferry_sandbox import certainty, switches
from ledgerferry_sandbox.books.routes import PREFIX, TABLE
from ledgerferry_sandbox.crm.routes import ROUTES
from ledgerferry_sandbox.sandbox import Sandbox
from ledgerferry_sandbox.suite import products
from ledgerferry_sandbox.suite.route import Product, Route

HEAD = """# What the sandbox emulates

Made by `python -m ledgerferry_sandbox.coverage > docs/sandbox-coverage.md`; a test holds it to the code.

*Sure* is how sure the facts are that an address rests on: **documented** by the vendor (its pages or its
OpenAPI), **seen live** in a recorded answer, **told by others** who use it, or **unconfirmed**. What is
unconfirmed is a switch: its default is the cautious reading, and `PUT /_sandbox/switches` turns it.
"""
ABSENT = {
    "Accounts": (
        "a login with a password; the page takes a person as signed in",
        "server-side limits on scopes per client, and the console's own addresses",
    ),
    "Books": (
        "vendor payments and credits, expenses, bank feeds; of bills and journals all but the records",
        "estimates, sales orders, recurring and retainer invoices, sales receipts, projects, time sheets",
        "statements, portal, SMS, letters, digital signatures, delivery notes, packing slips, payment links",
        "online payments, cards and bank accounts of contacts, e-invoicing",
        "the Mexican and Gulf editions, and the Indian one but for where a supply is taxed",
        "reports, opening balances, price lists, coupons, inventory stock",
        "payment reminders by rule: one reminder a week stands for them",
    ),
    "CRM": (
        "blueprints, approvals, rules of territories, scoring, macros, functions, Kiosk, GraphQL",
        "e-mail from inside CRM, telephony, social tabs, the recycle bin's restoring",
        "several users with different rights: the caller is the administrator, profiles hold no permissions",
        "user groups; making territories, roles and layouts by a call (`POST edit` makes a layout)",
        "views of one's own, variables, sharing, assignment rules, mass deletion and owner change by job",
    ),
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what answers it, what that does, and the facts it rests on, or how sure it is without."""

    method: str
    path: str
    says: str
    facts: tuple[int, ...]
    sure: str = ""

    def row(self) -> str:
        """A row of the page."""
        cited = " ".join(f"F{number}" for number in self.facts)
        turned = ", ".join(f"`{name}`" for name in _switches(self.facts))
        sure = self.sure or certainty.of_facts(self.facts)
        return f"| `{self.method} {self.path}` | {self.says} | {cited} | {sure} | {turned} |"


def _switches(facts: tuple[int, ...]) -> list[str]:
    return [each.name for each in switches.TABLE if set(_numbers(each.fact)) & set(facts)]


def _numbers(text: str) -> tuple[int, ...]:
    """The facts that a text cites, as F31, or as F34 to F36."""
    found: set[int] = set()
    for first, last in re.findall(r"F(\d+)(?: to F(\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))


def _address(method: str, path: str, handler: Callable[..., Any]) -> Address:
    own = inspect.getdoc(handler) or ""
    module = inspect.getdoc(inspect.getmodule(handler)) or ""
    facts = _numbers(own) or _numbers(module)
    says = re.sub(r"\s*\([^)]*F\d[^)]*\)", "", own.split("\n\n")[0].replace("\n", " "))
    says = re.sub(r"^(GET|POST|PUT|PATCH|DELETE) \S*[.,:;]?\s*", "", says).replace("|", "\\|")
    return Address(method, path, says[:1].upper() + says[1:] or _plainly(method, path), facts)


def _plainly(method: str, path: str) -> str:
    """What an address does whose handler has no more to say than its address."""
    if method == "GET":
        return "Reads one." if path.endswith("}") else "Reads."
    return {"POST": "Creates, or does what the path says.", "PUT": "Changes.", "DELETE": "Deletes."}[method]


def accounts() -> list[Address]:
    """The addresses of the accounts server."""
    return [_address(*route) for route in Sandbox().accounts.routes()]


def books() -> list[Address]:
    """The addresses of Books."""
    return [_address(method, _shown(PREFIX + path), handler) for method, path, handler in TABLE]


def crm() -> list[Address]:
    """The addresses of CRM."""
    return [_address(each.method, _shown(f"/crm/{each.path}"), each.handler) for each in ROUTES]


def suite(product: Product) -> list[Address]:
    """The addresses of a product that is reached by raw calls only; no fact of the sheet speaks of it."""
    return [_unnumbered(each) for each in product.routes]


def _unnumbered(route: Route) -> Address:
    shown = _address(route.method, _shown(route.path), route.handler)
    return Address(shown.method, shown.path, shown.says, (), route.sure)


def _shown(path: str) -> str:
    return path.replace("*", "{id}")


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            *_section("Accounts", accounts()),
            *_section("Books", books()),
            *_section("CRM", crm()),
            *(row for each in products.PRODUCTS for row in _section(products.TITLES[each.name], suite(each))),
            *_turns(),
        ]
    )


def _section(name: str, addresses: Iterable[Address]) -> Iterator[str]:
    rows = [each.row() for each in addresses]
    yield f"## {name}: {len(rows)} addresses\n"
    yield "| address | what it does | facts | sure | switches |"
    yield "|---|---|---|---|---|"
    yield from rows
    yield f"\n{'Not there, or unconfirmed' if name in products.ABSENT else 'Not there'}:\n"
    yield from (f"- {each}" for each in (ABSENT | products.ABSENT)[name])
    yield ""


def _turns() -> Iterator[str]:
    yield f"## Switches: {len(switches.TABLE)}\n"
    yield "| switch | positions, the default first | fact | what it decides |"
    yield "|---|---|---|---|"
    for each in switches.TABLE:
        positions = ", ".join(each.positions) or f"a number; {each.default}"
        yield f"| `{each.name}` | {positions} | {each.fact} | {each.sentence} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
