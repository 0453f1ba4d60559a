"""Pipelines, and the stages that each of them has (F66)."""

from ledgerferry_sandbox.crm.cabinet import Cabinet
from ledgerferry_sandbox.crm.models import Choice, Pipeline
from ledgerferry_sandbox.crm.standard import FIELDS
from ledgerferry_sandbox.crm.standard.catalogue import standard_id

_STAGES = FIELDS["Deals"]["Stage"].choices
STANDARD = Pipeline(
    id=standard_id(), name="Standard (Standard)", display="Standard (Standard)", default=True, stages=_STAGES
)
RENEWALS = Pipeline(
    id=standard_id(),
    name="Renewals",
    display="Renewals",
    stages=(_STAGES[0], _STAGES[5], _STAGES[6], _STAGES[7]),
)


def pipelines(cabinet: Cabinet) -> tuple[Pipeline, ...]:
    """The pipelines in use: the vendor's (one, or two where pipelines are on), and those that were made."""
    known = {each.id for each in (STANDARD, RENEWALS)}
    held = [cabinet.pipelines.get(each.id) or each for each in _standard(cabinet)]
    held += [each for each in cabinet.pipelines if each.id not in known]
    return tuple(each for each in held if not each.deleted)


def _standard(cabinet: Cabinet) -> list[Pipeline]:
    """The vendor's pipelines; an organisation that changed its stages has those in each of them."""
    found = [STANDARD, RENEWALS] if cabinet.switches.at("crm.pipelines") == "on" else [STANDARD]
    if cabinet.switches.at("crm.stages") == "default":
        return found
    own = cabinet.fields("Deals")["Stage"].choices
    return [each.model_copy(update={"stages": own}) for each in found]


def keep(cabinet: Cabinet, pipeline: Pipeline) -> Pipeline:
    """Keeps a pipeline; its name is a value of the field, and only one is the default."""
    for other in pipelines(cabinet) if pipeline.default else ():
        if other.default and other.id != pipeline.id:
            cabinet.pipelines.put(other.model_copy(update={"default": False}))
    kept = cabinet.pipelines.put(pipeline)
    _offer(cabinet, kept)
    return kept


def _offer(cabinet: Cabinet, pipeline: Pipeline) -> None:
    """Lets the field Pipeline of deals take the name of a pipeline."""
    field = cabinet.fields("Deals")["Pipeline"]
    others = [each for each in field.choices if each.actual_value != pipeline.name]
    held = next((each for each in field.choices if each.actual_value == pipeline.name), None)
    choice = Choice(
        id=held.id if held else cabinet.new_id(),
        actual_value=pipeline.name,
        display_value=pipeline.display,
        sequence_number=held.sequence_number if held else len(field.choices) + 1,
    )
    choices = sorted([*others, choice], key=lambda each: each.sequence_number)
    if tuple(choices) != field.choices:
        cabinet.custom_fields.put(field.model_copy(update={"choices": tuple(choices)}))
