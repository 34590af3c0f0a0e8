from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from hub.web.app import create_app, web_at
from tests.ports import free_port
from tests.web.fake import ROOM_TOKEN, FakeHub

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def display(hub: FakeHub) -> TestClient:
    """Somebody without a token."""
    return TestClient(create_app(hub), base_url=BASE)


@pytest.fixture
def leader(hub: FakeHub) -> TestClient:
    """Somebody who came by room-1's link."""
    client = TestClient(create_app(hub), base_url=BASE)
    client.get("/console", params={"token": ROOM_TOKEN})
    return client


@pytest.fixture
def site(hub: FakeHub) -> Iterator[str]:
    """The pages of `hub`, served on a free port; the base address."""
    web = web_at(hub, "127.0.0.1", 0)
    ready = threading.Event()
    thread = threading.Thread(target=web.run, args=(ready.set,))
    thread.start()
    assert ready.wait(180)
    yield f"http://127.0.0.1:{web.port}"
    web.stop()
    thread.join(180)
    assert not thread.is_alive()


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """Serve a hub; give its address. (The hub of a test with people is not the usual one.)"""
    stops: list[Callable[[], None]] = []

    def start(hub: FakeHub, port: int = 0) -> str:
        web = web_at(hub, "127.0.0.1", port or free_port())
        ready = threading.Event()
        thread = threading.Thread(target=web.run, args=(ready.set,))
        thread.start()
        assert ready.wait(180)
        stops.append(lambda: (web.stop(), thread.join(180)))
        return f"http://127.0.0.1:{web.port}"

    start.stops = stops  # type: ignore[attr-defined]
    yield start
    for stop in stops:
        stop()
