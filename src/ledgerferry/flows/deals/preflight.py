"""Whether a CRM can take what a migration would write: told before anything is sent."""

from collections.abc import Iterator

from ledgerferry.flows.policy import CrmPolicy
from ledgerferry.model.record import Kind
from ledgerferry.systems.protocol import CrmProfile

KINDS = (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)


class Misfit(Exception):
    """The configuration and the CRM do not fit; the message says where, and what to do."""


def check(connection: str, profile: CrmProfile, policy: CrmPolicy) -> None:
    """Raise ``Misfit`` where records could not be written, or deals would get a stage that is not there."""
    found = [*_keys(connection, profile), *_stages(profile, policy), *_mandatory(profile)]
    if found:
        raise Misfit(f"{connection}: {'; '.join(found)}. Nothing was sent.")


def _keys(connection: str, profile: CrmProfile) -> Iterator[str]:
    missing = [str(kind) for kind in KINDS if kind not in profile.keyed]
    if missing:
        yield (
            f"{', '.join(missing)}: there is no key field, so a repeated write could make a second record; "
            f"`ferry connect crm {connection}` makes it"
        )


def _stages(profile: CrmProfile, policy: CrmPolicy) -> Iterator[str]:
    if not profile.stages:
        yield "the stages of deals cannot be read; look at the login's rights and the field Stage"
        return
    for name, stage in policy.stages.items():
        if stage not in profile.stages:
            yield (
                f"[crm.stages] {name} = {stage!r} is no stage of deals there; they are "
                f"{', '.join(profile.stages)}"
            )


def _mandatory(profile: CrmProfile) -> Iterator[str]:
    for kind, fields in profile.mandatory.items():
        if fields:
            yield f"a new {kind} needs {', '.join(fields)} there: make that optional in the layout"
