"""Clearing: the account that payments go to, by the name that a person gave, never silently a bank."""

from collections.abc import Container, Iterable

from ledgerferry.engine.planning import Wanted
from ledgerferry.flows.policy import Policy
from ledgerferry.flows.result import Notice
from ledgerferry.model.counting import counted
from ledgerferry.model.record import PaymentContent
from ledgerferry.systems.protocol import Profile, Target


class UnknownAccount(Exception):
    """``ferry.toml`` names an account that is not in the chart of accounts."""


def chosen(policy: Policy, target: Target) -> Policy:
    """The policy, with the account's own spelling of the name; ``UnknownAccount`` names those there are.

    One call, and none where no account is named.
    """
    asked = policy.payment_account
    if asked is None:
        return policy
    known = target.accounts()
    same = [name for name in known if name.casefold() == asked.casefold()]
    if not same:
        raise UnknownAccount(
            f"[payments] account: the chart of accounts has no active account {asked}. Known are "
            f"{', '.join(sorted(known))}. Correct the name in ferry.toml, or add the account."
        )
    return policy.model_copy(update={"payment_account": asked if asked in same else same[0]})


def deposits(wanted: Iterable[Wanted], bound: Container[str], profile: Profile) -> list[Notice]:
    """Where new payments go that name no account: said, so that it is nobody's surprise."""
    silent = [
        w
        for w in wanted
        if isinstance(w.content, PaymentContent) and w.content.account is None and w.identity not in bound
    ]
    if not silent:
        return []
    where = (
        f"the connection's deposit account ({profile.deposit_account})"
        if profile.deposit_account
        else "the account that Books itself chooses"
    )
    said = (
        f"No account is named for {counted(len(silent), 'payment')}, which go to {where}. Name a clearing "
        "account under [payments] account in ferry.toml if they shall not."
    )
    return [Notice(kind="deposit-account", text=said)]
