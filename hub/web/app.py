"""The web side, put together round one hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from hub.clock import fit_exchanges
from hub.web import calls, errors, feed, pages
from hub.web.facade import Hub
from hub.web.guard import Guard
from hub.web.places import Places
from hub.web.presses import Fit
from hub.web.serve import Web, addresses, listen


def create_app(hub: Hub, hosts: Iterable[str] = (), fit: Fit = fit_exchanges) -> FastAPI:
    """The ASGI app of `hub`. `hosts`: names besides addresses and localhost it answers to.
    `fit`: how a phone's clock exchanges place its presses."""
    app = FastAPI(title="Stillpoint", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.hub = hub
    app.state.places = Places()
    app.state.known = {}
    app.state.desk = calls.Desk(fit)
    app.include_router(calls.router)
    app.include_router(feed.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    app.add_middleware(Guard, hosts=hosts)
    errors.install(app)
    return app


def web_at(hub: Hub, host: str, port: int) -> Web:
    """`hub`'s pages at host:port (0: any free one), not yet running. PortInUse if it is taken."""
    return Web(create_app(hub, hosts={host}), listen(host, port))


def serve(
    hub: Hub, host: str, port: int, on_ready: Callable[[dict[str, str]], None] | None = None
) -> None:
    """Serve `hub`'s pages until interrupted; `on_ready` is given their addresses once they
    answer: "live", "console" (the first room's), "console <room>" (each). PortInUse if taken."""
    web = web_at(hub, host, port)
    web.run(lambda: on_ready(addresses(hub, host, web.port)) if on_ready else None)
