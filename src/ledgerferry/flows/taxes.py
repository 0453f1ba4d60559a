"""Taxes of one rate: which of several a line bears where neither sheet nor ``ferry.toml`` names one. Pure."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from ledgerferry.flows.documentchecks import Unclear
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import Notice
from ledgerferry.model.document import TaxTreatment
from ledgerferry.model.record import SalesContent
from ledgerferry.systems.protocol import Profile


def percent(rate: Decimal) -> str:
    """A rate as a person reads it."""
    return f"{rate.normalize():f} %"


def check_told_apart(rate: Decimal, profile: Profile, policy: Policy, cell: str) -> None:
    """``Unclear`` where the account has several taxes of a rate, or will have, and none is the usual one."""
    names = list(_several(profile, rate))
    if policy.create_taxes:
        rules = (rule for rule in policy.vat if not rule.speaks_of_tax or rule.bears == rate)
        made = (r.tax for r in rules if r.tax is not None and profile.tax_named(r.tax) is None)
        names += dict.fromkeys(made)
    if len(names) > 1 and _usual(profile, rate) is None:
        raise Unclear(
            "tax-name",
            f"The account has, or will have, several taxes of {percent(rate)}: {', '.join(names)}. Say under "
            "[taxes] in ferry.toml which one lines bear that name none, such as "
            f'"{rate.normalize():f}" = "{names[0]}", or name one in a [[vat]] rule.',
            cell,
        )


def notices(profile: Profile, sold: Iterable[SalesContent]) -> list[Notice]:
    """Which of several taxes of a rate was taken without being named, and for how many documents."""
    counted = Counter(
        rate
        for content in sold
        for rate in {line.tax_rate for line in content.lines if line.tax_rate and line.tax is None}
        if len(_several(profile, rate)) > 1
    )
    return [
        Notice(
            kind="tax-chosen",
            text=f"{count} documents bear {percent(rate)} and nothing says which tax that is: they take "
            f"{_usual(profile, rate)}, of {', '.join(_several(profile, rate))}. If another is meant, name it "
            "under [taxes] or in a [[vat]] rule in ferry.toml.",
        )
        for rate, count in sorted(counted.items())
    ]


def _several(profile: Profile, rate: Decimal) -> tuple[str, ...]:
    """The names of an account's taxes of a rate, but for those that say reverse charge."""
    taxes = profile.taxes_of(rate)
    return tuple(t.name for t in taxes if t.treatment is not TaxTreatment.REVERSE_CHARGE)


def _usual(profile: Profile, rate: Decimal) -> str | None:
    """The one of several taxes of a rate that lines bear which name none; None where none is."""
    return next((t.name for t in profile.taxes_of(rate) if t.usual), None)
