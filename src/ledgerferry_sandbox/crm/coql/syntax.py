"""The tree of a COQL query, as it is written: names are not looked up yet."""

from dataclasses import dataclass
from typing import Literal

from ledgerferry_sandbox.crm.conditions import Joint, Operator

Aggregate = Literal["COUNT", "SUM", "AVG", "MIN", "MAX"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: a name as written, through what function, under what alias."""

    name: str
    function: Aggregate | None = None
    alias: str | None = None

    @property
    def key(self) -> str:
        """The key under which the answer has it."""
        plain = f"{self.function}({self.name})" if self.function else self.name
        return plain if self.alias is None else self.alias


@dataclass(frozen=True, slots=True)
class Criterion:
    """One comparison. `sign` is the operator as written, `values` are texts as yet without a type."""

    column: str
    operator: Operator
    sign: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Junction:
    """Criteria that hold together (`and`) or one by one (`or`)."""

    joint: Joint
    parts: tuple["Criteria", ...]


Criteria = Criterion | Junction


@dataclass(frozen=True, slots=True)
class Order:
    """One column of `order by`."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query. `view` is the custom view of `from Leads#123`."""

    columns: tuple[Column, ...]
    module: str
    view: str
    where: Criteria
    group: tuple[str, ...]
    order: tuple[Order, ...]
    limit: int
    offset: int
