"""The page on which a person lets an application in (F1, F2)."""

from html import escape
from urllib.parse import urlencode

from ledgerferry_sandbox.accounts.models import Client
from ledgerferry_sandbox.accounts.tokens import Tokens
from ledgerferry_sandbox.exchange import Answer, Request
from ledgerferry_sandbox.rooms import Centre

PAGE = """<!DOCTYPE html>
<html><head><title>Sandbox accounts</title></head><body>
<h1>{client} wants to enter</h1><p>It asks for:</p><ul>{scopes}</ul>
<form method="get" action="/oauth/v2/auth">{fields}
<button name="consent" value="accept">Accept</button>
<button name="consent" value="reject">Reject</button></form></body></html>"""


class Consent:
    """Shows who asks for what, and sends the browser back with a code.

    A caller that does not ask for a page, or says `consent=accept`, is let in at once.
    """

    def __init__(self, tokens: Tokens, centre: Centre) -> None:
        self._tokens = tokens
        self._centre = centre

    def answer(self, request: Request) -> Answer:
        """GET /oauth/v2/auth. A centre that is not the account's home sends the browser there."""
        if self._centre.name != self._centre.home:
            target = f"{self._centre.all[self._centre.home]}/oauth/v2/auth?{urlencode(request.query)}"
            return Answer(302, {"location": target}, b"")
        form = request.form()
        client = self._tokens.clients.get(form.get("client_id", ""))
        if wrong := _wrong(client, form):
            return Answer.of(400, {"error": wrong})
        decided = form.get("consent", "")
        if not decided and "text/html" in request.headers.get("accept", ""):
            return _page(form)
        if decided == "reject":
            return _back(form, {"error": "access_denied"})
        return self._let_in(form)

    def _let_in(self, form: dict[str, str]) -> Answer:
        grant = self._tokens.consent(
            form["client_id"],
            form["scope"],
            form["redirect_uri"],
            offline=form.get("access_type") == "offline",
            forced=form.get("prompt") == "consent",
        )
        place = {"location": self._centre.name, "accounts-server": self._centre.url}
        return _back(form, {"code": grant.code, **place})


def _wrong(client: Client | None, form: dict[str, str]) -> str:
    if client is None:
        return "invalid_client"
    if form.get("response_type") != "code":
        return "invalid_response_type"
    if not form.get("redirect_uri"):
        return "invalid_redirect_uri"
    return "" if form.get("scope") else "invalid_scope"


def _back(form: dict[str, str], told: dict[str, str]) -> Answer:
    if "state" in form:
        told = {**told, "state": form["state"]}
    redirect = form["redirect_uri"]
    return Answer(302, {"location": f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(told)}"}, b"")


def _page(form: dict[str, str]) -> Answer:
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in form["scope"].split(","))
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in form.items()
    )
    text = PAGE.format(client=escape(form["client_id"]), scopes=scopes, fields=fields)
    return Answer(200, {"content-type": "text/html;charset=UTF-8"}, text.encode())
