"""Runs the web side until somebody stops it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from hub.errors import HubError
from hub.web import quiet
from hub.web.door import door
from hub.web.facade import Hub

SHUTDOWN_S = 2
AT_ONCE = 100  # connections that are taken in before any of too many is closed
WAITING = 1024  # connections that wait for that
ANOTHER = "choose another port (0: any free one)"
REMEDIES = {
    errno.EADDRINUSE: f"Stop the other program, or {ANOTHER}.",
    errno.EACCES: f"Ports below 1024 are for root alone: {ANOTHER}.",
}


class PortInUse(HubError):
    """The pages cannot have their port."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; PortInUse with one clear sentence if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        why = (error.strerror or str(error)).lower()
        raise PortInUse(
            f"The pages cannot be served at {host}:{port}: {why}.",
            "Nothing was started and nothing was changed.",
            REMEDIES.get(error.errno or 0, f"Look at --host, or {ANOTHER}."),
        ) from None
    listener.listen(WAITING)
    return listener


def addresses(hub: Hub, host: str, port: int) -> dict[str, str]:
    """Where the pages are: "live", "console" (the first room's), "console <room>" (each)."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    base = f"http://{shown}:{port}"
    links = {room: f"{base}/console?token={hub.console_token(room)}" for room in hub.rooms()}
    first = {"console": next(iter(links.values()))} if links else {}
    return {"live": f"{base}/", **first, **{f"console {room}": url for room, url in links.items()}}


class _Server(uvicorn.Server):
    """Says when it is ready."""

    on_ready: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(WAITING)  # the event loop's own number is how many it takes in at once
        if self.on_ready is not None:
            self.on_ready()


class Web:
    """An app on a port: `run()` blocks; `stop()` from any thread or signal handler ends it."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        self._listener = listener
        self.port = int(listener.getsockname()[1])
        self._server = _Server(
            uvicorn.Config(
                app,
                http=door(),
                backlog=AT_ONCE,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_S,
                ws_max_size=64 * 1024,
            )
        )

    def run(self, on_ready: Callable[[], None] | None = None) -> None:
        """Serve until `stop()`, SIGINT (raises KeyboardInterrupt) or SIGTERM."""
        self._server.on_ready = on_ready
        quiet.install()
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._listener.close()

    def stop(self) -> None:
        """End `run()` within SHUTDOWN_S; open pages hear their socket close and say so."""
        self._server.should_exit = True
