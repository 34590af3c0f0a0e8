"""Strangers at the port: however many connections they hold, the leader is answered."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.fake import ROOM_TOKEN

CHILD = """
import resource, sys
most = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
from hub.web.app import web_at
from tests.web.fake import FakeHub
web = web_at(FakeHub(), "127.0.0.1", 0)
web.run(lambda: print(web.port, flush=True))
"""
DESCRIPTORS = 400
STRANGERS = 600


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of a hub's pages, in a process that has few file descriptors; its log is in hub.log."""
    with (tmp_path / "hub.log").open("w") as log:
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(DESCRIPTORS)],
                                 text=True, stdout=subprocess.PIPE, stderr=log)  # fmt: skip
        try:
            assert child.stdout is not None
            yield int(child.stdout.readline())
        finally:
            child.kill()
            child.wait(180)


@pytest.fixture
def strangers() -> Iterator[list[socket.socket]]:
    held: list[socket.socket] = []
    yield held
    for one in held:
        one.close()


def _come(held: list[socket.socket], port: int, says: bytes) -> None:
    for _ in range(STRANGERS):
        one = socket.create_connection(("127.0.0.1", port), timeout=180)
        held.append(one)
        one.sendall(says)


BEGUN, WRONG = b"POST /api/x HTTP/1.1\r\nhost: localhost\r\n", b"\0\r\n\r\n"


@pytest.mark.parametrize("says", [b"", BEGUN, WRONG])
def test_a_leader_is_answered_while_strangers_hold_more_connections_than_the_hub_has_descriptors(
    port: int, strangers: list[socket.socket], tmp_path: Path, says: bytes
) -> None:
    _come(strangers, port, says)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=180) as leader:
        leader.get("/console", params={"token": ROOM_TOKEN})
        opened = leader.post("/api/sessions", json={
            "room": "room-1", "protocol": "classic-90", "seats": {"1": "kit-1"}})  # fmt: skip
        assert opened.status_code == 200
    assert (tmp_path / "hub.log").stat().st_size < 5_000
