"""The accounts server's addresses."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from ledgerferry_sandbox.accounts.consent import Consent
from ledgerferry_sandbox.accounts.models import Access, Client, Refresh
from ledgerferry_sandbox.accounts.tokens import TOKEN_SECONDS, TokenRefused, Tokens, TooManyTokens
from ledgerferry_sandbox.desk import Desk
from ledgerferry_sandbox.desk.log import Entry
from ledgerferry_sandbox.desk.tables import Table
from ledgerferry_sandbox.exchange import Answer, Request, Row
from ledgerferry_sandbox.rooms import Centre, Edit, EditRefused

THROTTLED_CN = "您连续发出的请求过多，请稍后再试。"
WELL_KNOWN = "/.well-known/openid-configuration"
THROTTLED = {
    "error_description": ("You have made too many requests continuously. Please try again after some time."),
    "error": "Access Denied",
    "status": "failure",
}


class AccountsRoom:
    """Tokens for a consent, a code or a client, over the addresses of Zoho's accounts server."""

    service = "accounts"
    modes: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, centre: Centre, tokens: Tokens) -> None:
        self._desk = desk
        self._tokens = tokens
        self.centre = centre
        self._consent = Consent(tokens, centre)
        self._routes: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/oauth/serverinfo"): self._serverinfo,
            ("GET", WELL_KNOWN): self._configuration,
            ("GET", "/oauth/v2/auth"): self._authorise,
            ("POST", "/oauth/v2/token"): self._token,
            ("POST", "/oauth/v2/token/revoke"): self._revoke,
            ("POST", "/oauth/v2/revoke/token"): self._revoke_signed,
        }

    def owns(self, path: str) -> bool:
        """All of /oauth/v2, /oauth/serverinfo and the description of both."""
        return path.startswith("/oauth/v2/") or path in ("/oauth/serverinfo", WELL_KNOWN)

    def answer(self, request: Request, entry: Entry) -> Answer:
        """Answers one address."""
        entry.cost = 0
        route = self._routes.get((request.method, request.path))
        return route(request) if route else Answer.of(404, {"error": "invalid_request"})

    def fault(self, mode: str, request: Request) -> Answer | None:
        """The accounts server has no fault modes of its own."""
        return None

    def tables(self) -> list[Table[Any]]:
        """Clients, codes and tokens."""
        tokens = self._tokens
        return [tokens.clients, tokens.grants, tokens.refreshes, tokens.accesses]

    def state(self) -> Row:
        """Clients, codes and tokens, secrets and all."""
        return {table.name: [record.model_dump() for record in table] for table in self.tables()}

    def load(self, row: Row) -> None:
        """Replaces the tables that are named."""
        for table in self.tables():
            if table.name in row:
                table.load(row[table.name])

    def edit(self, change: Edit) -> Row:
        """What a person does in the console: a code (`grants`), or a refresh token of some scope."""
        client_id = change.fields.get("client_id") or next(iter(self._tokens.clients)).client_id
        scope = change.fields.get("scope", "ZohoBooks.fullaccess.all")
        if change.kind == "grants":
            return self._tokens.grant(client_id, scope, change.fields.get("redirect_uri", "")).model_dump()
        if change.kind == "refreshes":
            return self._tokens.entrust(client_id, scope, change.fields.get("token", "")).model_dump()
        raise EditRefused(f"accounts has no kind {change.kind!r}: grants, refreshes")

    def catch_up(self) -> None:
        """Nothing falls due here: a token's end is looked at when it is used."""

    def routes(self) -> list[tuple[str, str, Callable[[Request], Answer]]]:
        """Every address with what answers it."""
        return [(method, path, handler) for (method, path), handler in self._routes.items()]

    def _serverinfo(self, request: Request) -> Answer:
        """The addresses of all data centres (F8)."""
        shown = self._desk.switches.at("serverinfo_cn") == "listed"
        centres = {name: url for name, url in self.centre.all.items() if name != "cn" or shown}
        word: object = self._desk.switches.at("serverinfo_result")
        return Answer.of(200, {"result": True if word == "true" else word, "locations": centres})

    def _configuration(self, request: Request) -> Answer:
        """Where everything is, in the words of OpenID (F7, F8)."""
        url = self.centre.url
        return Answer.of(
            200,
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/oauth/v2/auth",
                "token_endpoint": f"{url}/oauth/v2/token",
                "revocation_endpoint": f"{url}/oauth/v2/token/revoke",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "dc_info": f"{url}/oauth/serverinfo",
            },
        )

    def _authorise(self, request: Request) -> Answer:
        """The consent page, or for a caller that asks for none its outcome (F1, F2)."""
        try:
            return self._consent.answer(request)
        except TooManyTokens:
            return self._throttled()

    def _token(self, request: Request) -> Answer:
        """Tokens for a code, a refresh token or a client's own credentials (F3 to F6, F9)."""
        form = request.form()
        try:
            client = self._client(request, form)
            return self._issue(client, form)
        except TokenRefused as refused:
            return Answer.of(200, {"error": str(refused)})
        except TooManyTokens:
            return self._throttled()

    def _throttled(self) -> Answer:
        """Too many token calls, told in the centre's language (F10)."""
        chinese = self.centre.name == "cn"
        row = THROTTLED | ({"error_description": THROTTLED_CN} if chinese else {})
        return Answer.of(int(self._desk.switches.number("token_throttle_status")), row)

    def _issue(self, client: Client, form: dict[str, str]) -> Answer:
        grant_type = form.get("grant_type")
        if grant_type == "refresh_token":
            return self._issued(self._tokens.refresh(client, form.get("refresh_token", "")))
        if grant_type == "authorization_code":
            code, redirect = form.get("code", ""), form.get("redirect_uri", "")
            return self._issued(*self._tokens.exchange(client, code, redirect))
        if grant_type == "client_credentials":
            if not form.get("soid"):
                raise TokenRefused("missing_org_info")
            if not form.get("scope"):
                raise TokenRefused("invalid_scope")
            return self._issued(self._tokens.of_client(form["scope"]))
        raise TokenRefused("invalid_client")

    def _issued(self, access: Access, refresh: Refresh | None = None) -> Answer:
        row: Row = {"access_token": access.token}
        if refresh:
            row["refresh_token"] = refresh.token
        row |= {"scope": access.scope.replace(",", " "), "api_domain": self.centre.url}
        row |= {"token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        told = self._desk.switches.at("expires_in_sec") == "present"
        return Answer.of(200, row | ({"expires_in_sec": TOKEN_SECONDS} if told else {}))

    def _revoke(self, request: Request) -> Answer:
        """Revokes a token, whoever asks (F7)."""
        known = self._tokens.revoke(request.form().get("token", ""))
        body = {"status": "success"} if self._desk.switches.at("revoke_body") == "success" else {}
        return Answer.of(200, body if known else {"error": "invalid_code"})

    def _revoke_signed(self, request: Request) -> Answer:
        """Revokes a token, in the newer form that only its client may use (F7)."""
        if not request.headers.get("authorization", "").startswith("Basic "):
            return Answer.of(200, {"error": "invalid_client"})
        try:
            self._client(request, request.form())
        except TokenRefused as refused:
            return Answer.of(200, {"error": str(refused)})
        return self._revoke(request)

    def _client(self, request: Request, form: dict[str, str]) -> Client:
        basic = request.headers.get("authorization", "")
        if basic.startswith("Basic "):
            try:
                client_id, _, secret = b64decode(basic[6:]).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise TokenRefused("invalid_client") from None
        else:
            client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        return self._tokens.known(client_id, secret)
