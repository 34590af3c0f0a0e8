"""Ports of the loopback for servers that a test starts, ends, and starts again."""

from __future__ import annotations

import socket

_kept: list[socket.socket] = []


def free_port() -> int:
    """A port that nobody listens on, and that until these tests end nobody else is given: a server
    that asks for this very port (with SO_REUSEADDR, as servers do) gets it each time."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _kept.append(kept)
    return kept.getsockname()[1]
