"""How a product says no: status, code and words, and the form of the body around them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ledgerferry_sandbox.exchange import Request, Row


@dataclass(frozen=True, slots=True)
class No:
    """One refusal: HTTP status, the product's code and words, and what else its body holds."""

    status: int
    code: str | int
    message: str
    more: Row = field(default_factory=dict)


class Refusal(Exception):
    """A call that is answered with a no."""

    def __init__(self, no: No) -> None:
        super().__init__(no.message)
        self.no = no


@dataclass(frozen=True, slots=True)
class Manners:
    """A product's refusals for what can happen to any call, and the body that it puts a refusal in."""

    body: Callable[[No, Request], Row]
    unsigned: No
    dead: No
    scope: No
    unknown: No
    method: No
    busy: No
