"""A person's consent in the browser (F1, F2): the address they are sent to, and what comes back from it."""

import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from ledgerferry.model.outcome import LoginNeeded
from ledgerferry.systems.zoho.centres import Centre, Region


def consent_url(centre: Centre, client_id: str, scope: str, redirect_uri: str, state: str) -> str:
    """Where the browser goes; consent is always asked for, since only then a refresh token comes (F1)."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "scope": scope,
        "redirect_uri": redirect_uri,
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
    }
    return f"{centre.accounts_url}/oauth/v2/auth?{urlencode(query)}"


def consented(fields: Mapping[str, str], state: str, known: Iterable[Centre]) -> tuple[str, Centre | None]:
    """The grant code that a callback carries, and the centre to exchange it at (None: the one asked).

    The accounts server that the callback names is taken from the table only (F2); raises ``Region`` for
    any other, and ``LoginNeeded`` for a refusal or for an answer to another question than ours.
    """
    if not hmac.compare_digest(fields.get("state", "").encode(), state.encode()):
        raise LoginNeeded("the browser brought an answer to another login; begin again", system="zoho")
    if "error" in fields or not fields.get("code"):
        told = fields.get("error", "no code came")
        raise LoginNeeded(f"the consent was not given ({told})", system="zoho", code=told)
    named = fields.get("accounts-server", "").rstrip("/")
    if not named:
        return fields["code"], None
    centre = next((c for c in known if c.accounts_url == named), None)
    if centre is None:
        raise Region(f"the browser names the accounts server {named}, which is none of the known ones")
    return fields["code"], centre
