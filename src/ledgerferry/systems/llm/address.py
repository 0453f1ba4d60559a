"""Where a model may be: on this machine or in this network, unless a person says that it may be elsewhere."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
# Loopback (RFC 1122, RFC 4291), private (RFC 1918) and unique local addresses (RFC 4193). Link-local ones
# are not among them: clouds answer there with a machine's own secrets.
_NEAR: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)

Resolve = Callable[[str, int], list[str]]


class Forbidden(Exception):
    """The address is not one that a sheet's texts may be sent to; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Address:
    """A model's address: what to call (scheme, host, port and path), and the one IP that the host is."""

    base: str
    host: str
    ip: str


def resolved(host: str, port: int) -> list[str]:
    """Every IP address of a host, as this machine resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def look_up(url: str, *, remote: bool = False, resolve: Resolve = resolved) -> Address:
    """The address that a URL means, its name looked up once.

    Raises ``Forbidden`` for anything but http and https, for a URL with a password, query or fragment,
    for a name that does not resolve, and unless ``remote`` where any of its IPs is neither loopback nor
    private.
    """
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        ips = resolve(host, port)
    except OSError as error:
        why = error.strerror or "no address"
        raise Forbidden(f"{host} is not known here ({why}). Check --llm.") from None
    if not ips:
        raise Forbidden(f"{host} has no address. Check --llm.")
    far = [ip for ip in ips if not near(ip)]
    if far and not remote:
        raise Forbidden(
            f"{host} is {far[0]}, which is neither this machine nor a private network: texts of your "
            "documents would leave it. If they may, say --llm-allow-remote."
        )
    path = parts.path.rstrip("/").removesuffix("/v1")
    return Address(f"{parts.scheme}://{parts.netloc}{path}", host, ips[0])


def near(ip: str) -> bool:
    """Whether an IP address is loopback or private."""
    try:
        found: _IP = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in net for net in _NEAR if net.version == found.version)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 raises where it is no number
    except ValueError:
        raise Forbidden("--llm is no address. Give one such as http://localhost:11434.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Forbidden("--llm is no address. Give one such as http://localhost:11434.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise Forbidden("--llm takes a plain address: no user, password, query or fragment.")
    return parts
