import pytest

from ledgerferry.wire.log import redact, redacting

TOKEN = "1000.8a1b2c3d4e5f60718293a4b5c6d7e8f9.0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Zoho-oauthtoken {TOKEN}",
        f"got {TOKEN} back",
        "client_secret=abcdef0123&grant_type=refresh_token",
        '{"access_token": "abcdef0123", "expires_in": 3600}',
        "Authorization: Bearer abcdef0123",
        "Basic YWxhZGRpbjpvcGVu",
    ],
)
def test_secrets_are_masked_by_shape(text: str) -> None:
    shown = redact(text)
    for secret in (TOKEN, "abcdef0123", "YWxhZGRpbjpvcGVu"):
        assert secret not in shown
    assert "[redacted]" in shown


@pytest.mark.parametrize(
    "text", ["Invoice INV-1000.50 of 1000.00 was refused (code 57)", "token life 3600 s"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_every_value_of_an_event_is_redacted() -> None:
    event = redacting(
        None, "info", {"event": TOKEN, "nested": {"x": [TOKEN]}, "error": ValueError(TOKEN), "n": 3}
    )
    assert TOKEN not in repr(event)
    assert event["n"] == 3
