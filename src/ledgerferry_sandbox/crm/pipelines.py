"""Pipelines, and the stages that each of them has (F66)."""

from dataclasses import dataclass, replace

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Choice
from ledgerferry_sandbox.crm.standard import FIELDS
from ledgerferry_sandbox.crm.standard.catalogue import standard_id


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline: its value in the field, and its stages in order."""

    id: str
    name: str
    display: str
    default: bool
    stages: tuple[Choice, ...]


_STAGES = FIELDS["Deals"]["Stage"].choices
STANDARD = Pipeline(standard_id(), "Standard (Standard)", "Standard (Standard)", default=True, stages=_STAGES)
RENEWALS = Pipeline(
    standard_id(),
    "Renewals",
    "Renewals",
    default=False,
    stages=(_STAGES[0], _STAGES[5], _STAGES[6], _STAGES[7]),
)


def pipelines(cabinet: Cabinet) -> tuple[Pipeline, ...]:
    """The pipelines in use: one, or two where pipelines are on."""
    standard = (STANDARD, RENEWALS) if cabinet.switches.at("crm.pipelines") == "on" else (STANDARD,)
    if cabinet.switches.at("crm.stages") == "default":
        return standard
    own = cabinet.fields("Deals")["Stage"].choices
    return tuple(replace(each, stages=own) for each in standard)
