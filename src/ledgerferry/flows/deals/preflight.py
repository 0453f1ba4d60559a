"""Whether a CRM can take what a migration would write: told before anything is sent."""

from collections.abc import Iterable, Iterator

from ledgerferry.flows.policy import CrmPolicy
from ledgerferry.flows.result import Notice
from ledgerferry.model.record import DealContent, Kind
from ledgerferry.systems.protocol import CrmProfile

KINDS = (Kind.ACCOUNT, Kind.CONTACT, Kind.DEAL)


class Misfit(Exception):
    """The configuration and the CRM do not fit; the message says where, and what to do."""


def check(connection: str, profile: CrmProfile, policy: CrmPolicy) -> None:
    """Raise ``Misfit`` where records could not be written, or deals would get a stage that is not there."""
    found = [*_keys(connection, profile), *_stages(profile, policy), *_mandatory(profile)]
    if found:
        raise Misfit(f"{connection}: {'; '.join(found)}. Nothing was sent.")


def check_field(books: str, field: str | None, crossed: tuple[Kind, ...] | None) -> Iterator[Notice]:
    """Raise ``Misfit`` where the books were seen to lack the field for the CRM's ids; a notice if not tried.

    ``crossed`` are the kinds that have it.
    """
    if field is None:
        return
    if crossed is None:
        yield Notice(
            kind="books-field",
            text=f"Whether {books} has the field {field} for the CRM's ids was not tried: where it is "
            "missing, records go without. `ferry doctor --probe` shows it.",
        )
        return
    missing = [f"{kind}s" for kind in (Kind.CUSTOMER, Kind.INVOICE) if kind not in crossed]
    if missing:
        raise Misfit(
            f"{books}: {' and '.join(missing)} have no field {field} for the CRM's ids ([crm] books_field): "
            "make it there, a text box of a single line under Settings, as the key field is made, and run "
            "`ferry doctor --probe`, or take books_field out of ferry.toml. Nothing was sent."
        )


def rated(policy: CrmPolicy, home: str, profile: CrmProfile) -> CrmPolicy:
    """The policy for a CRM whose home currency may not be the books': rates of one are none of the other."""
    return policy if home == profile.currency else policy.model_copy(update={"exchange_rate": None})


def unrated(
    policy: CrmPolicy, home: str, profile: CrmProfile, made: Iterable[DealContent]
) -> Iterator[Notice]:
    """Deals whose exchange rate is left to the CRM, and what a person does about it."""
    foreign = sum(deal.currency != profile.currency for deal in made)
    if not foreign or policy.exchange_rate is not None:
        return
    if home == profile.currency:
        why = "say under [crm] exchange_rate in ferry.toml which way round it states rates"
    else:
        why = f"its home currency is {profile.currency}, and the documents' rates are in {home}"
    yield Notice(kind="crm-rate", text=f"{foreign} deals take the CRM's own exchange rate of the day: {why}.")


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
