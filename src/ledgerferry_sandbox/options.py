"""The command line of the sandbox."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from ledgerferry_sandbox.crm.editions import EDITIONS
from ledgerferry_sandbox.desk.meter import Limits
from ledgerferry_sandbox.exchange import Row
from ledgerferry_sandbox.suite.products import LIMITS

BURST = 1_000
CENTRES = ("us", "eu", "in", "au", "jp", "ca", "sa", "uk", "cn")
"""The data centres that there are (F8)."""
CRM_USERS = 2
BOOKS_PLANS = {
    "free": Limits(minute=100, day=1_000, in_flight=5, burst=BURST),
    "standard": Limits(minute=100, day=2_000, in_flight=10, burst=BURST),
    "professional": Limits(minute=100, day=5_000, in_flight=10, burst=BURST),
    "premium": Limits(minute=100, day=10_000, in_flight=10, burst=BURST),
    "elite": Limits(minute=100, day=10_000, in_flight=10, burst=BURST),
    "ultimate": Limits(minute=100, day=10_000, in_flight=10, burst=BURST),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox is started. `seed` is empty, demo, or a state file; `positions` are first switches."""

    host: str
    port: int
    seed: str
    time_scale: float
    limits: dict[str, Limits]
    positions: Row
    state: Path | None
    centres: tuple[str, ...]
    allow_callbacks: bool = False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "ferry-sandbox",
        description="A stateful local emulator of Zoho accounts, Books and CRM, and in small of Desk, "
        "People, Projects, Campaigns and Analytics. "
        "`ferry-sandbox samples DIR` writes sample companies instead.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8900, help="0 picks a free one")
    parser.add_argument("--seed", default="empty", help="empty, demo, or a state file")
    parser.add_argument("--time-scale", type=float, default=1.0, help="how many times as fast time runs")
    parser.add_argument("--limits", choices=("real", "off"), default="real")
    parser.add_argument("--quota", default="", help="books.minute=100,books.day=2000,books.in_flight=10")
    parser.add_argument("--books-plan", choices=tuple(BOOKS_PLANS), default="standard")
    parser.add_argument("--crm-edition", choices=tuple(EDITIONS), default="enterprise")
    parser.add_argument("--state", type=Path, help="a file that keeps everything over a restart")
    parser.add_argument(
        "--dc", default="us", help="data centres, or all, each on its own port; the first is home"
    )
    parser.add_argument(
        "--allow-callbacks",
        action="store_true",
        help="send callbacks to any address, not only to this machine",
    )
    return parser


def parse(arguments: list[str]) -> Options:
    """The options in these arguments; a wrong one ends the program with status 2."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        limits = _limits(given.books_plan, given.crm_edition, given.quota, real=given.limits == "real")
    except ValueError as error:
        parser.error(str(error))
    if given.seed not in ("empty", "demo") and not Path(given.seed).is_file():
        parser.error(f"--seed: there is no file {given.seed}")
    if given.time_scale <= 0:
        parser.error("--time-scale must be above 0")
    named = CENTRES if given.dc == "all" else (name.strip() for name in given.dc.split(","))
    centres = tuple(dict.fromkeys(name for name in named if name)) or ("us",)
    if unknown := set(centres) - set(CENTRES):
        parser.error(f"--dc: no such data centre: {', '.join(sorted(unknown))}")
    return Options(
        given.host,
        given.port,
        given.seed,
        given.time_scale,
        limits,
        {"crm.edition": given.crm_edition},
        given.state,
        centres,
        given.allow_callbacks,
    )


def _limits(books: str, crm: str, quota: str, *, real: bool) -> dict[str, Limits]:
    limits = {"books": Limits(), "crm": Limits(), **dict.fromkeys(LIMITS, Limits())}
    if real:
        limits = {"books": BOOKS_PLANS[books], "crm": EDITIONS[crm].limits(CRM_USERS), **LIMITS}
    for part in filter(None, quota.split(",")):
        name, _, text = part.strip().partition("=")
        service, _, kind = name.partition(".")
        if service not in limits or kind not in Limits.model_fields or not text.isdigit():
            raise ValueError(f"--quota: {part!r} is not like books.minute=100")
        limits[service] = limits[service].model_copy(update={kind: int(text)})
    return limits
