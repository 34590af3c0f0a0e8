"""The door: origin, host, type, size, headers, tokens."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from hub.web.access import pass_for
from hub.web.guard import MAX_BODY, known_host
from tests.web.fake import OTHER_TOKEN, ROOM_TOKEN, FakeHub
from tests.web.helpers import SEATS, opened, press, send

BODY = {"room": "room-1", "protocol": "classic-90", "seats": SEATS}


def sentences(answer) -> tuple[str, str, str]:
    body = answer.json()
    said = body["what"], body["kept"], body["do"]
    assert all(text.endswith(".") for text in said)
    return said


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 421),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_who_may_post(leader: TestClient, headers: dict[str, str], status: int) -> None:
    answer = leader.post("/api/sessions", json=BODY, headers=headers)
    assert answer.status_code == status
    if status != 200:
        sentences(answer)


def test_a_large_body_is_refused_with_and_without_a_length(leader: TestClient) -> None:
    text = b'{"room":"' + b"x" * MAX_BODY + b'"}'
    headers = {"content-type": "application/json"}
    assert leader.post("/api/sessions", content=text, headers=headers).status_code == 413
    parts = (text[k : k + 65536] for k in range(0, len(text), 65536))
    answer = leader.post("/api/sessions", content=parts, headers=headers)
    assert answer.status_code == 413
    sentences(answer)


def test_every_answer_carries_the_headers(display: TestClient) -> None:
    for path in ("/", "/console", "/api/clock", "/nothing", "/static/css/base.css"):
        headers = display.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == (
            "no-cache" if path.startswith("/static/") else "no-store"
        )


def test_hosts() -> None:
    for host in ("127.0.0.1:80", "[::1]:80", "localhost", "hub.local:8000", "mine"):
        assert known_host(host, {"mine"})
    for host in ("evil.example", "", "local", "127.0.0.1.evil.example", "[::1"):
        assert not known_host(host, {"mine"})


def test_the_token_becomes_a_strict_cookie(display: TestClient) -> None:
    answer = display.get("/console", params={"token": ROOM_TOKEN})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert display.get("/api/me").json()["room"] == "room-1"


def test_a_wrong_token_gets_nothing(display: TestClient) -> None:
    for token in ("", "x", ROOM_TOKEN + "x", "tökén"):
        assert "set-cookie" not in display.get("/console", params={"token": token}).headers
    assert display.get("/api/me").json()["role"] == "display"


def test_without_a_token_nothing_can_be_changed_or_learnt(
    display: TestClient, leader: TestClient
) -> None:
    session = opened(leader)
    base = f"/api/sessions/{session}"
    said = press("phase", {"phase": "baseline"})
    answers = [
        display.post("/api/sessions", json=BODY),
        display.post(f"{base}/close", json={}),
        send(display, session, said),
        display.get(f"{base}/course"),
        display.get("/api/problems"),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    for answer in answers:
        sentences(answer)


def test_another_rooms_leader_does_not_find_the_session(
    hub: FakeHub, display: TestClient, leader: TestClient
) -> None:
    session = opened(leader)
    display.get("/console", params={"token": OTHER_TOKEN})
    assert send(display, session, press("marker", {"label": "silence"})).status_code == 404
    assert display.post(f"/api/sessions/{session}/close", json={}).status_code == 404
    assert display.post("/api/sessions", json=BODY).status_code == 401
    assert hub.calls == []


def test_a_sessions_token_opens_that_session_only(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    held = pass_for(hub, hub.sessions()[0].token)
    assert (held.room, held.session) == ("room-1", session)
    leader.get("/console", params={"token": hub.sessions()[0].token})
    assert send(leader, session, press("marker", {"label": "silence"})).json()["accepted"]
    assert leader.post("/api/sessions", json=BODY).status_code == 401


def test_a_sessions_token_does_not_tell_how_kits_sit_in_the_next(
    hub: FakeHub, leader: TestClient
) -> None:
    leader.post(f"/api/sessions/{opened(leader)}/close", json={})
    opened(leader)
    earlier, running = hub.sessions()
    for token, told in ((ROOM_TOKEN, {running.id}), (earlier.token, set()),
                        (running.token, {running.id})):
        leader.get("/console", params={"token": token})
        kits = leader.get("/api/kits").json()["kits"]
        assert {kit["session"] for kit in kits} == told


def test_no_token_is_ever_told(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    told = "".join(
        leader.get(path).text
        for path in ("/api/sessions", f"/api/sessions/{session}", "/api/kits", "/api/me",
                     f"/api/sessions/{session}/course")
    )  # fmt: skip
    assert hub.sessions()[0].token not in told
    assert ROOM_TOKEN not in told


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_foreign_page_cannot_listen(leader: TestClient, origin: str) -> None:
    address = f"ws://127.0.0.1:8000/api/live?session={opened(leader)}"
    with (
        pytest.raises(WebSocketDisconnect),
        leader.websocket_connect(address, headers={"origin": origin}),
    ):
        pass
    own = {"origin": "http://127.0.0.1:8000"}
    with leader.websocket_connect(address, headers=own) as socket:
        assert socket.receive_text()
