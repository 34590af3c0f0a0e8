"""Starting and stopping."""

from __future__ import annotations

import socket

import httpx
import pytest

from hub.web.app import web_at
from hub.web.serve import PortInUse, addresses
from tests.web.fake import ROOM_TOKEN, FakeHub


def test_a_port_in_use_is_one_clear_sentence(hub: FakeHub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse) as said:
            web_at(hub, "127.0.0.1", port)
    assert f"127.0.0.1:{port}" in said.value.what
    assert "another port" in said.value.do


def test_an_address_that_is_not_here_is_not_called_a_port_in_use(hub: FakeHub) -> None:
    with pytest.raises(PortInUse) as said:
        web_at(hub, "192.0.2.1", 0)  # for documents alone (RFC 5737)
    assert "192.0.2.1" in said.value.what
    assert "--host" in said.value.do
    assert "other program" not in said.value.do


def test_it_serves_and_stops(site: str) -> None:
    assert httpx.get(f"{site}/healthz").json() == {"ok": True}


def test_the_addresses(hub: FakeHub) -> None:
    where = addresses(hub, "0.0.0.0", 8000)
    assert where["live"] == "http://127.0.0.1:8000/"
    assert where["console"] == where["console room-1"]
    assert where["console"].endswith(f"/console?token={ROOM_TOKEN}")
    assert addresses(hub, "::1", 1)["live"] == "http://[::1]:1/"


def test_every_static_file_is_ours_or_carries_its_licence(site: str) -> None:
    assert "Leon Sorokin" in httpx.get(f"{site}/static/vendor/uplot.LICENSE").text
    for page in ("/", "/console"):
        assert "http" not in httpx.get(site + page).text.replace("http-equiv", "")
