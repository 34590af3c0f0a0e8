"""Who is let in at the port: of too many connections the one goes that was of no use for longest.

A connection costs a file descriptor, and a process that has none left takes no press. So silent
connections, however many, keep nobody out: a leader's is new, and answered before its turn to go.
An address is no measure: behind a router or a container's bridge a whole house has one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

CONNECTIONS_MAX = 256  # live sockets are counted apart: see hub.web.places


def door(most: int = CONNECTIONS_MAX) -> type[asyncio.Protocol]:
    """The protocol of a server that keeps at most so many connections."""
    kept: OrderedDict[H11Protocol, None] = OrderedDict()  # of use last: last

    class Connection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore
            super().connection_made(transport)
            kept[self] = None
            if len(kept) > most:
                kept.popitem(last=False)[0].transport.abort()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle and not self.cycle.more_body:  # a whole request
                self._was_of_use()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._was_of_use()

        def handle_websocket_upgrade(self, event: Any) -> None:
            kept.pop(self, None)
            super().handle_websocket_upgrade(event)

        def connection_lost(self, exc: Exception | None) -> None:
            kept.pop(self, None)
            super().connection_lost(exc)

        def _was_of_use(self) -> None:
            if self in kept:
                kept.move_to_end(self)

    return Connection
