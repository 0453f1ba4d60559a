"""Interning: what very many documents have alike is kept once, so that a whole folder fits in memory."""

import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final, TypeVar

from pydantic import BaseModel

from ledgerferry.model.document import Cell, Document, Origin, Reading
from ledgerferry.model.party import Party

_M = TypeVar("_M", bound=BaseModel)
_Decimals = dict[object, Decimal]
# Rates and quantities: amounts of so few digits are shared by all documents.
_FEW: Final = 2
_COMMON: Final[_Decimals] = {}


class Interner:
    """Makes readings that equal those given, and share texts, parties and amounts that are alike."""

    def __init__(self) -> None:
        self._decimals: _Decimals = {}
        self._parties: dict[tuple[Party | None, str], Party | None] = {}

    def reading(self, reading: Reading) -> Reading:
        """The same reading, its parts shared with those interned before."""
        return shared(reading.model_copy(update={"documents": tuple(map(self._document, reading.documents))}))

    def _document(self, document: Document) -> Document:
        update = {
            "file": sys.intern(document.file),
            "sheet": sys.intern(document.sheet),
            "seller": self._party(document.seller),
            "customer": self._party(document.customer),
            "origins": tuple(map(self._origin, document.origins)),
        }
        return alike(document.model_copy(update=update))

    def _party(self, party: Party | None) -> Party | None:
        return self._parties.setdefault((party, str(party.person if party else None)), party)

    def _origin(self, origin: Origin) -> Origin:
        cell = Cell(sys.intern(origin.cell.file), sys.intern(origin.cell.sheet), sys.intern(origin.cell.cell))
        return Origin(sys.intern(origin.field), cell, _same(origin.confidence, self._decimals))


def alike(model: _M, *more: BaseModel) -> _M:
    """The model itself, shared; amounts that it and more models have alike are kept once for all of them."""
    amounts: _Decimals = {}
    _merge(model, amounts)
    for other in more:
        _merge(other, amounts)
    return shared(model)


def shared(model: _M) -> _M:
    """The model itself; it and its parts take all their fields for given, in one set with their like."""
    object.__setattr__(model, "__pydantic_fields_set__", _fields(type(model)))
    for part in _parts(model):
        shared(part)
    return model


def _merge(model: BaseModel, amounts: _Decimals) -> None:
    fields = model.__dict__
    for name, value in fields.items():
        if isinstance(value, Decimal):
            fields[name] = _same(value, amounts)
    for part in _parts(model):
        _merge(part, amounts)


def _same(amount: Decimal, amounts: _Decimals) -> Decimal:
    """Of amounts with the same digits always the same one; those that everything has are kept for good."""
    told = amount.as_tuple()
    known = _COMMON if len(told.digits) <= _FEW else amounts
    return known.setdefault(told, amount)


def _parts(model: BaseModel) -> Iterator[BaseModel]:
    for value in model.__dict__.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield part


@cache
def _fields(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)
