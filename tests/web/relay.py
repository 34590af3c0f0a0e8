"""A network between page and hub that can swallow connections: they never end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    def __init__(self, port: int) -> None:
        self._hub = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lines: list[tuple[socket.socket, socket.socket]] = []
        self.swallows = False  # every connection that is begun now, for good
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                page, _ = self._listener.accept()
                hub = socket.create_connection(("127.0.0.1", self._hub))
                self._lines.append((page, hub))
                for ends in () if self.swallows else ((page, hub), (hub, page)):
                    threading.Thread(target=_carry, args=ends, daemon=True).start()

    def cut(self) -> None:
        """End what is connected, for both to see."""
        for line in self._lines:
            for end in line:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._lines.clear()

    def close(self) -> None:
        self._listener.close()
        self.cut()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(port: int) -> Iterator[Relay]:
    relay = Relay(port)
    yield relay
    relay.close()
