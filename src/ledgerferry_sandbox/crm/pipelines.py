"""Pipelines, and the stages that each of them has (F66)."""

from dataclasses import dataclass

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Choice
from ledgerferry_sandbox.crm.standard.catalogue import standard_id


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline: its value in the field, and its stages in order."""

    id: str
    name: str
    display: str
    default: bool
    stages: tuple[Choice, ...]


STANDARD, RENEWALS = standard_id(), standard_id()
LATE = frozenset({"Negotiation/Review", "Closed Won", "Closed Lost", "Offer Sent", "Won", "Lost"})


def pipelines(cabinet: Cabinet) -> tuple[Pipeline, ...]:
    """The pipelines in use: one with all stages; where pipelines are on, one more with some of them."""
    stages = cabinet.fields("Deals")["Stage"].choices
    name = "Standard (Standard)"
    standard = Pipeline(STANDARD, name, name, default=True, stages=stages)
    if cabinet.switches.at("crm.pipelines") == "off":
        return (standard,)
    fewer = (stages[0], *(stage for stage in stages[1:] if stage.actual_value in LATE))
    return standard, Pipeline(RENEWALS, "Renewals", "Renewals", default=False, stages=fewer)
