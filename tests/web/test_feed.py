"""The live WebSocket: who hears what, and what becomes of a slow watcher."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi import WebSocketDisconnect
from fastapi.testclient import TestClient

from hub.course.phases import fold
from hub.live.messages import course_message
from hub.records import Event
from hub.web.app import create_app
from hub.web.feed import Outbox, as_json
from hub.web.places import PLACES
from hub.web.sight import Sight
from tests.web.conftest import BASE
from tests.web.fake import ROOM_TOKEN, FakeHub
from tests.web.scene import SEATS, Scene, scene

S = 1_000_000_000
LIVE = BASE.replace("http", "ws") + "/api/live"


def heard(client: TestClient, session: str, batches: int = 1, only: str = "") -> list[dict]:
    with client.websocket_connect(f"{LIVE}?session={session}&only={only}") as socket:
        return [m for _ in range(batches) for m in json.loads(socket.receive_text())]


def types(messages: list[dict[str, Any]]) -> set[str]:
    return {message["type"] for message in messages}


def people() -> tuple[FakeHub, Scene, TestClient]:
    hub = FakeHub(simulated=False)
    return hub, scene(hub), TestClient(create_app(hub), base_url=BASE)


def test_a_simulated_circle_is_open_to_see(hub: FakeHub, display: TestClient) -> None:
    made = scene(hub)
    messages = heard(display, made.info.id)
    heard_of = {"session", "course", "ledger", "curves", "second", "wave", "status"}
    assert types(messages) == heard_of
    curves = next(m for m in messages if m["type"] == "curves")
    assert len(curves["seats"]) == SEATS
    assert len(curves["group"]["time_s"]) == len(curves["group"]["median"]) > 2000
    assert curves["team"] is None, "one curve is enough"


def test_of_people_the_display_gets_the_group_late_and_nobody_alone() -> None:
    """By the rule of the team's panels: no median, no number of people, in tenths, with gaps."""
    hub, made, display = people()
    messages = heard(display, made.info.id)
    assert types(messages) == {"session", "course", "curves", "status"}
    curves = next(m for m in messages if m["type"] == "curves")
    assert curves["seats"] == {}
    assert curves["group"]["time_s"] == curves["group"]["median"] == []
    team = curves["team"]
    assert set(team) == {"time_s", "step_s", "middle", "low", "high"}
    assert 1500 < len(team["time_s"]) == len(team["middle"])
    assert team["time_s"][-1] <= hub.now_ns() // S - 60
    assert all(round(value, 1) == value for value in team["middle"])
    assert team["time_s"][-1] < made.since_s + 2300 + 30, "seat 7 is gone, and so is the curve"
    assert not any("seat 7" in str(m) for m in messages)
    course = next(m for m in messages if m["type"] == "course")
    assert course["phases"]
    assert not course["markers"]
    assert not course["presenter"]
    assert not course["history"]


def test_of_people_the_leader_gets_what_tells_of_the_kits_alone() -> None:
    _, made, leader = people()
    leader.get("/console", params={"token": ROOM_TOKEN})
    messages = heard(leader, made.info.id)
    assert "wave" not in types(messages)
    seconds = [m for m in messages if m["type"] == "second"]
    assert len(seconds) == SEATS
    assert {name for m in seconds for name in m["values"]} == {"quality_ppg", "quality_eda"}
    curves = next(m for m in messages if m["type"] == "curves")
    assert not curves["seats"]
    assert not curves["group"]["time_s"]


def test_of_people_nobody_gets_the_curve_before_the_end_where_that_was_agreed() -> None:
    hub = FakeHub(simulated=False)
    made = scene(hub)
    hub._infos[made.info.id] = replace(made.info, team_view="after")
    display = TestClient(create_app(hub), base_url=BASE)
    curves = next(m for m in heard(display, made.info.id) if m["type"] == "curves")
    assert curves["team"] is None and curves["group"]["time_s"] == []
    hub.close_session(made.info.id)
    curves = next(m for m in heard(display, made.info.id) if m["type"] == "curves")
    assert len(curves["team"]["time_s"]) > 1500


@pytest.mark.parametrize("role", ["display", "leader"])
def test_who_watches_when_a_session_ends_then_sees_its_curve(role: str) -> None:
    sight = Sight(role, simulated=False, over=False, late=False)
    team = {"type": "team", "time_ns": 100 * S, "time_s": [100], "middle": [0.5]}
    group = {"type": "group", "time_ns": 100 * S, "n": 6, "median": 1.0, "low": 0, "high": 2}
    over = course_message(fold([Event("o", "open", S, "hub", {}, S), Event("c", "close", 9 * S,
                                                                          "hub", {}, 9 * S)]))
    assert sight.messages([team, group], 999 * S) == []
    assert sight.messages([over, team, group], 999 * S)[1:] == [team]


def test_what_comes_is_passed_on(hub: FakeHub, leader: TestClient) -> None:
    made = scene(hub)
    with leader.websocket_connect(f"{LIVE}?session={made.info.id}") as socket:
        socket.receive_text()
        problem = {"type": "problem", "at_ns": 1, "code": "x", "what": "w", "kept": "k", "do": "d"}
        hub.live(made.info.id).apply([problem])
        assert problem in _until(socket, "problem")


def _until(socket: Any, kind: str) -> list[dict[str, Any]]:
    for _ in range(20):
        messages = json.loads(socket.receive_text())
        if kind in types(messages):
            return messages
    raise AssertionError(f"no {kind}")


def test_a_display_does_not_learn_when_something_is_pressed_that_it_may_not_see() -> None:
    hub, made, _ = people()
    view, sight = hub.live(made.info.id), Sight("display", False, False, False)
    mailbox = view.subscribe()
    sight.snapshot(view.snapshot(), hub.now_ns())

    def told(kind: str, **data: Any) -> list[dict[str, Any]]:
        hub.record_event(made.info.id, kind, data, hub.now_ns(), "console", f"a-{kind}")
        return [m for m in sight.messages([mailbox.get(timeout=180)], hub.now_ns())]

    assert told("speaker", seat=2) == told("presenter", seat=1) == []
    assert told("marker", label="strong-feeling") == []
    assert [m["phases"][-1]["id"] for m in told("phase", phase="closing")] == ["closing"]


def test_only_what_was_asked_for(hub: FakeHub, leader: TestClient) -> None:
    made = scene(hub)
    assert types(heard(leader, made.info.id, only="course")) == {"session", "course"}


def test_a_silent_hub_still_beats(hub: FakeHub, display: TestClient) -> None:
    info = scene(hub).info
    with display.websocket_connect(f"{LIVE}?session={info.id}") as socket:
        socket.receive_text()
        assert _until(socket, "beat")


def test_an_unknown_session_is_said_and_closed(display: TestClient) -> None:
    with display.websocket_connect(f"{LIVE}?session=none") as socket:
        (said,) = json.loads(socket.receive_text())
        assert said["type"] == "refused"
        assert said["do"]
        assert socket.receive()["code"] == 4404


def test_a_watcher_that_leaves_is_forgotten(hub: FakeHub, display: TestClient) -> None:
    info = scene(hub).info
    for _ in range(3):
        heard(display, info.id)
    assert hub.live(info.id)._watchers == []
    assert not +display.app.state.places.taken  # type: ignore[attr-defined]


def test_pages_without_a_link_do_not_keep_a_leader_out(
    hub: FakeHub, leader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLACES, "display", 2)
    monkeypatch.setitem(PLACES, "refused", 1)
    info = scene(hub).info
    stranger = TestClient(leader.app, base_url=BASE)
    url = f"{LIVE}?session={info.id}"
    with stranger.websocket_connect(url), stranger.websocket_connect(url):
        with stranger.websocket_connect(url) as third:
            (said,) = json.loads(third.receive_text())
            assert said["what"] == "2 pages are watching already."
        with pytest.raises(WebSocketDisconnect), stranger.websocket_connect(url):
            pass  # one too many to be told
        assert "ledger" in types(heard(leader, info.id))
    assert types(heard(stranger, info.id)) > {"session", "course"}


def test_pages_that_all_come_at_once_do_not_keep_a_leader_out(
    hub: FakeHub, leader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it said of them that they watch, nor that there is nothing to watch."""
    monkeypatch.setitem(PLACES, "display decided", 0)
    info = scene(hub).info
    stranger = TestClient(leader.app, base_url=BASE)
    with stranger.websocket_connect(f"{LIVE}?session={info.id}") as socket:
        (said,) = json.loads(socket.receive_text())
        assert (said["type"], said["code"], said["form"]) == ("problem", "full", "rush")
        assert said["what"] == "0 pages are being opened at this moment."
        assert socket.receive()["code"] == 1013
    assert "ledger" in types(heard(leader, info.id))


def test_a_slow_watcher_loses_the_oldest_and_knows_how_many() -> None:
    async def run() -> None:
        outbox = Outbox(size=3)
        for n in range(5):
            outbox.put({"type": "beat", "n": n})
        taken, dropped = await outbox.take()
        assert [m["n"] for m in taken] == [2, 3, 4]
        assert dropped == 2
        outbox.put({"type": "beat", "n": 9})
        assert (await outbox.take())[1] == 0

    asyncio.run(run())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_does_not_break_the_page(value: float) -> None:
    assert json.loads(as_json([{"v": value, "w": [1.5, value]}])) == [{"v": None, "w": [1.5, None]}]
