"""Starting sandboxes on their ports, and stopping them whole."""

import asyncio
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledgerferry_sandbox import journal, seeds
from ledgerferry_sandbox.desk import Desk, ScaledClock
from ledgerferry_sandbox.exchange import Request, Row
from ledgerferry_sandbox.options import Options
from ledgerferry_sandbox.postman import Postman
from ledgerferry_sandbox.rooms import Centre
from ledgerferry_sandbox.sandbox import Sandbox
from ledgerferry_sandbox.server import Finished, Shell, unburden


@dataclass(frozen=True, slots=True)
class Launch:
    """Sockets that listen and the sandboxes behind them; the first is the account's home."""

    sockets: list[socket.socket]
    sandboxes: list[Sandbox]
    kept: journal.Journal | None
    allow_callbacks: bool = False

    def line(self) -> Row:
        """What is printed once all ports listen."""
        home = self.sandboxes[0]
        row: Row = {
            "url": home.centre.url,
            "client_id": seeds.CLIENT_ID,
            "client_secret": seeds.CLIENT_SECRET,
            "refresh_token": seeds.REFRESH_TOKEN,
            "organization_id": home.books.book.organization.organization_id,
        }
        return row | ({"centres": dict(home.centre.all)} if len(self.sandboxes) > 1 else {})


def prepare(options: Options) -> Launch:
    """Binds the ports and fills the sandboxes, from the state file if there is one."""
    ports = [options.port, *[0] * (len(options.centres) - 1)]
    sockets = [_bound(options.host, port) for port in ports]
    urls = {
        name: f"http://{options.host}:{bound.getsockname()[1]}"
        for name, bound in zip(options.centres, sockets, strict=True)
    }
    kept = journal.Journal(options.state) if options.state else None
    saved = kept.saved() if kept else []
    clock = ScaledClock(options.time_scale, saved[-1]["time"] if saved else 0.0)
    home = options.centres[0]
    sandboxes = [
        _sandbox(
            options,
            Desk(clock, order, options.limits, options.positions),
            Centre(name, urls[name], urls, home),
        )
        for order, name in enumerate(options.centres)
    ]
    if saved:
        journal.Journal.restore(sandboxes[0], saved)
    for sandbox in sandboxes:
        sandbox.desk.limit({name: held.model_dump() for name, held in options.limits.items()})
    if kept:
        kept.snapshot(sandboxes[0])
    return Launch(sockets, sandboxes, kept, options.allow_callbacks)


def _sandbox(options: Options, desk: Desk, centre: Centre) -> Sandbox:
    if options.seed in ("empty", "demo"):
        return Sandbox(desk, centre, "demo" if options.seed == "demo" else "empty")
    rows = journal.read(Path(options.seed))
    return Sandbox(desk, centre, "empty", rows[0])


def _bound(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), backlog=256)


async def run(launch: Launch, listening: Callable[[Row], None]) -> None:
    """Serves until SIGTERM or SIGINT, then saves; `listening` is told once all ports listen."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    servers, rounds = [], []
    for bound, sandbox in zip(launch.sockets, launch.sandboxes, strict=True):
        shell = Shell(sandbox, _noting(launch, sandbox))
        servers.append(await asyncio.start_server(shell.serve, sock=bound))
        postman = Postman(sandbox, anywhere=launch.allow_callbacks)
        rounds.append(asyncio.create_task(postman.run()))
    unburden()
    listening(launch.line())
    await stop.wait()
    for each in rounds:
        each.cancel()
    await asyncio.gather(*rounds, return_exceptions=True)
    for server in servers:
        server.close()
    if launch.kept:
        launch.kept.snapshot(launch.sandboxes[0])


def _noting(launch: Launch, sandbox: Sandbox) -> Finished | None:
    kept = launch.kept
    if kept is None or sandbox is not launch.sandboxes[0]:
        return None

    def noted(request: Request) -> None:
        control = request.path.startswith("/_sandbox/") and request.method != "GET"
        if control and request.path.rstrip("/").endswith(("/reset", "/state")):
            kept.snapshot(sandbox)
        else:
            kept.note(sandbox, whole_desk=control)

    return noted
