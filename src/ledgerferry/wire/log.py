"""Redaction at the log's edge: no secret leaves in an event, an exception or a journal row."""

import re
from collections.abc import MutableMapping
from typing import Any

_MASK = "[redacted]"
# What secrets look like on this wire: Zoho's tokens and codes (1000.…), and values behind their names.
_SHAPES = (
    re.compile(r"\b1000\.[0-9a-zA-Z]{16,}(?:\.[0-9a-zA-Z]{16,})?"),
    re.compile(r"(?i)(?<=zoho-oauthtoken )\S+"),
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?i)(?<=basic )[a-z0-9+/=]{8,}"),
    re.compile(r"(?i)\b(access_token|refresh_token|client_secret|client_id|token)(=|\"?: ?\"?)[^&\s\",}]+"),
)


def redact(text: str) -> str:
    """The text with everything masked that has the shape of a secret."""
    for shape in _SHAPES:
        text = shape.sub(lambda m: f"{m[1]}{m[2]}{_MASK}" if m.re.groups else _MASK, text)
    return text


def redacting(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor that redacts every value of an event; put it before the renderer."""
    for name, value in event.items():
        event[name] = _clean(value)
    return event


def _clean(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if isinstance(value, BaseException):
        return redact(f"{type(value).__name__}: {value}")
    return value
