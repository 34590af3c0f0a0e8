"""Opening, pressing, closing."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from hub.clock import fit_exchanges
from hub.course.reasons import REASONS
from hub.errors import Refused
from hub.web.app import create_app
from tests.web.conftest import BASE
from tests.web.fake import ROOM_TOKEN, FakeHub
from tests.web.helpers import opened, press, send

MS = 1_000_000


def test_the_room_kits_and_protocols_of_a_leader(leader: TestClient) -> None:
    assert leader.get("/api/me").json()["room"] == "room-1"
    kits = leader.get("/api/kits").json()["kits"]
    assert len(kits) == 9
    assert not any("eda_us" in kit for kit in kits)
    protocols = {p["id"]: p for p in leader.get("/api/protocols").json()}
    assert {"classic-90", "short-60", "demo"} <= set(protocols)
    assert protocols["demo"]["markers"][0]["label"]["hu"]


def test_what_the_hub_does_not_do_is_refused_in_a_sentence(leader: TestClient) -> None:
    answer = leader.put("/api/kits", json={})
    assert answer.status_code == 405
    assert answer.json()["what"] == "The hub does not do that here (Method Not Allowed)."


def test_open_press_close(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader, language="hu")
    said = press("phase", {"phase": "baseline"})
    assert send(leader, session, said).json()["accepted"] == [said["id"]]
    course = leader.get(f"/api/sessions/{session}/course").json()
    assert [(p["id"], p["event"]) for p in course["phases"]] == [("baseline", said["id"])]
    assert course["seats"].keys() == {"1", "2", "3"}
    closed = leader.post(f"/api/sessions/{session}/close", json={}).json()
    assert closed["closed_ns"] == hub.sessions()[0].closed_ns


def test_a_second_session_in_the_room_is_refused_in_the_hubs_words(leader: TestClient) -> None:
    opened(leader)
    body = {"room": "room-1", "protocol": "demo", "seats": {"1": "kit-1"}}
    answer = leader.post("/api/sessions", json=body)
    assert answer.status_code == 409
    assert answer.json()["what"] == "A session is open in this room already."


@pytest.mark.parametrize(
    "wrong",
    [
        {"protocol": "no-such"}, {"seats": {}}, {"seats": {"0": "kit-1"}}, {"seats": {"x": "k"}},
        {"language": "fr"}, {"room": ""}, {"simulated": True},
    ],
)  # fmt: skip
def test_what_cannot_be_opened(leader: TestClient, wrong: dict) -> None:
    body = {"room": "room-1", "protocol": "demo", "seats": {"1": "kit-1"}, **wrong}
    answer = leader.post("/api/sessions", json=body)
    assert answer.status_code in (401, 422)
    assert set(answer.json()) >= {"what", "kept", "do"}


def test_a_press_sent_again_is_one_press(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    said = press("phase", {"phase": "baseline"})
    for _ in range(3):
        assert send(leader, session, said, said).json()["accepted"] == [said["id"]] * 2
    assert hub.calls == [said["id"]]


def test_what_a_touch_says_is_stored_together(hub: FakeHub, leader: TestClient) -> None:
    """Of a swap of kits one half alone would leave somebody on no seat."""
    session = opened(leader)
    swap = [press("seat", {"seat": 1, "kit": "kit-2"}), press("seat", {"seat": 2, "kit": "kit-1"})]
    stored = []
    hub.record_events = lambda _, events: stored.append([one.id for one in events]) or events
    send(leader, session, *swap)
    assert stored == [[one["id"] for one in swap]]


def test_a_press_is_known_again_by_a_new_web_side(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    said = press("phase", {"phase": "baseline"})
    send(leader, session, said)
    again = TestClient(create_app(hub), base_url=BASE)
    again.get("/console", params={"token": ROOM_TOKEN})
    assert send(again, session, said).json()["accepted"] == [said["id"]]
    assert len(hub.course(session).phases) == 1


def test_what_cannot_be_read_is_named_and_the_rest_is_taken(leader: TestClient) -> None:
    session = opened(leader)
    good = press("marker", {"label": "silence"})
    bad = [press("phase", {}), press("no-such", {}), press("presenter", {"seat": "x"}),
           press("marker", {"label": "x", "note": "free text"}),
           press("seat", {"seat": 1, "kit": "box-1"})]  # fmt: skip
    told = send(leader, session, *bad, good).json()
    assert told["accepted"] == [good["id"]]
    assert [one["id"] for one in told["refused"]] == [one["id"] for one in bad]
    assert all(one["what"] and one["kept"] and one["do"] for one in told["refused"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"touched_ms": math.nan}, {"touched_ms": math.inf}, {"touched_ms": -1.0},
        {"touched_ms": None}, {"ago_ms": -1.0}, {"ago_ms": 1e12}, {"at_ns": -1}, {"at_ns": 2**63},
        {"at_ns": "noon"}, {"exchanges": [[math.nan, 0, 0]]}, {"id": "short"}, {"more": 1},
    ],
)  # fmt: skip
def test_an_impossible_press_is_named_and_the_rest_is_taken(leader: TestClient, wrong: dict):
    session = opened(leader)
    good, bad = press("marker", {"label": "silence"}), press("marker", {"label": "laughter"})
    body = {"presses": [bad | wrong, good], "sent_ms": time.time() * 1000}
    head = {"content-type": "application/json"}  # json= would not send what is no number
    address = f"/api/sessions/{session}/events"
    told = leader.post(address, content=json.dumps(body), headers=head).json()
    assert told["accepted"] == [good["id"]]
    (refused,) = told["refused"]
    assert refused["id"] == (bad | wrong)["id"]
    assert next(iter(wrong)) in refused["what"]
    assert refused["kept"] and refused["do"]


@pytest.mark.parametrize("bad", [{}, {"id": 7}, {"id": "\ud800" * 8}, {"\ud800": 1}])
def test_a_press_without_a_name_is_refused_alone(leader: TestClient, bad: dict) -> None:
    good = press("marker", {"label": "silence"})
    body = {"presses": [bad, good], "sent_ms": time.time() * 1000}
    head = {"content-type": "application/json"}  # json= would not send what is no text
    address = f"/api/sessions/{opened(leader)}/events"
    told = leader.post(address, content=json.dumps(body), headers=head).json()
    assert (told["accepted"], told["refused"][0]["id"]) == ([good["id"]], None)


def test_a_correction_of_before_time_began_refuses_nothing(hub: FakeHub, leader: TestClient):
    """Its touch lies before 1970 by the phone's own clocks: no journal can hold that."""
    moved = press("retime", {"target": "x" * 8}, at_ns=1) | {"touched_ms": 0.0}
    session = opened(leader)
    assert send(leader, session, moved, sent_ms=9e13).json()["accepted"] == [moved["id"]]
    assert hub.course(session).history[-1].event.at_ns >= 0


def test_of_a_batch_the_hub_refuses_one_alone(
    leader: TestClient, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the console would send all of it for ever."""
    session = opened(leader)
    refusal = Refused("A turn too many.", "All else is kept.", "Go on.", code="many turns")
    record = hub.record_events
    monkeypatch.setattr(hub, "record_events", lambda session, events: [
        refusal if one.kind == "speaker" else record(session, [one])[0] for one in events])
    turn, phase = press("speaker", {"seat": None}), press("phase", {"phase": "baseline"})
    for _ in range(2):  # also once more, where the answer was lost
        told = send(leader, session, turn, phase).json()
        assert told["accepted"] == [phase["id"]]
        assert [(one["id"], one["code"]) for one in told["refused"]] == [(turn["id"], "many turns")]


@pytest.mark.parametrize("kind", ["presenter", "speaker", "seat"])
@pytest.mark.parametrize("seat", [True, False, "1", 1.5, 0, 100])
def test_what_is_no_seat_is_refused(leader: TestClient, kind: str, seat: object) -> None:
    said = press(kind, {"seat": seat, **({"kit": "kit-9"} if kind == "seat" else {})})
    told = send(leader, opened(leader), said).json()
    assert [one["id"] for one in told["refused"]] == [said["id"]]


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b'{"room": 1' + b"0" * 5000])
def test_what_is_no_json_is_called_so(leader: TestClient, body: bytes) -> None:
    head = {"content-type": "application/json"}
    answer = leader.post("/api/sessions", content=body, headers=head)
    assert answer.status_code == 422
    assert answer.json()["what"] == "The hub cannot read the message: it is not valid JSON."


def sources(hub: FakeHub, session: str) -> list[str]:
    return [one.event.source for one in hub.course(session).history if one.event.kind == "phase"]


def test_a_script_says_that_it_is_one_where_all_is_simulated(
    hub: FakeHub, leader: TestClient
) -> None:
    session = opened(leader)
    told = send(leader, session, press("phase", {"phase": "baseline"}), source="script")
    assert told.status_code == 200
    send(leader, session, press("phase", {"phase": "discussion"}))
    assert sources(hub, session) == ["script", "console"]


def test_where_people_sit_nobody_presses_as_a_script(hub: FakeHub, leader: TestClient) -> None:
    hub.simulated = False
    session = opened(leader)
    told = send(leader, session, press("phase", {"phase": "baseline"}), source="script")
    assert told.status_code == 403 and set(told.json()) >= {"what", "kept", "do"}
    box = send(leader, session, press("phase", {"phase": "baseline"}), source="box")
    assert box.status_code == 422
    assert sources(hub, session) == []


def test_nothing_is_acknowledged_that_the_hub_could_not_keep(
    hub: FakeHub, leader: TestClient
) -> None:
    session = opened(leader)
    hub.full_disk = True
    answer = send(leader, session, press("phase", {"phase": "baseline"}))
    assert answer.status_code == 409
    assert answer.json()["what"] == "The hub's disk is full."
    hub.full_disk = False
    assert leader.get(f"/api/sessions/{session}/course").json()["phases"] == []


class Strange(Exception):
    what, kept, do = "This is", "no refusal", "of the hub's."


def strange(*_: Any) -> None:
    raise Strange


@pytest.mark.parametrize("broken", [None, strange])
def test_a_bug_is_answered_in_three_sentences(
    hub: FakeHub, leader: TestClient, broken: Any
) -> None:
    session = opened(leader)
    hub.record_events = broken
    client = TestClient(leader.app, base_url=BASE, raise_server_exceptions=False)
    client.get("/console", params={"token": ROOM_TOKEN})
    answer = send(client, session, press("phase", {"phase": "baseline"}))
    assert answer.status_code == 500
    assert set(answer.json()) >= {"what", "kept", "do"}


# -- the moment of the touch -------------------------------------------------------------------


def exchanges(hub: FakeHub, offset_ms: float) -> list:
    """A phone whose clock is `offset_ms` ahead of the hub's, 4 ms away."""
    now = hub.now_ns()
    made = []
    for k in range(10):
        hub_ns = now - (10 - k) * 1000 * MS
        sent = hub_ns / MS + offset_ms - 2
        made.append([sent, hub_ns, sent + 4])
    return made


def starts(hub: FakeHub, session: str) -> list[int]:
    return [phase.start_ns for phase in hub.course(session).phases]


@pytest.mark.parametrize("offset_ms", [0.0, 3_600_000.0, -7_200_000.0])
def test_a_late_press_is_dated_by_its_touch(hub: FakeHub, offset_ms: float) -> None:
    client = TestClient(create_app(hub, fit=fit_exchanges), base_url=BASE)
    client.get("/console", params={"token": ROOM_TOKEN})
    session = opened(client)
    hub.offset_ns = 60_000 * MS  # a minute passes
    known = exchanges(hub, offset_ms)
    touched = hub.now_ns() - 30_000 * MS
    said = press("phase", {"phase": "baseline"}) | {"touched_ms": touched / MS + offset_ms}
    send(client, session, said, exchanges=known, sent_ms=hub.now_ns() / MS + offset_ms)
    assert abs(starts(hub, session)[0] - touched) < 5 * MS


def test_without_exchanges_it_is_dated_by_the_time_it_waited(hub: FakeHub, leader) -> None:
    session = opened(leader)
    hub.offset_ns = 60_000 * MS
    said = press("phase", {"phase": "baseline"}) | {"touched_ms": 5_000.0}
    before = hub.now_ns()
    send(leader, session, said, sent_ms=25_000.0)
    assert before <= starts(hub, session)[0] + 20_000 * MS <= hub.now_ns()


def test_a_press_of_an_earlier_page_load_brings_its_own_exchanges(hub: FakeHub, leader) -> None:
    session = opened(leader)
    hub.offset_ns = 60_000 * MS
    touched = hub.now_ns() - 20_000 * MS
    said = press("phase", {"phase": "baseline"})
    said |= {"touched_ms": touched / MS + 9e6, "exchanges": exchanges(hub, 9e6)}
    send(leader, session, said, exchanges=exchanges(hub, 0))
    assert abs(starts(hub, session)[0] - touched) < 5 * MS


def test_a_press_that_brings_no_exchanges_goes_by_those_of_its_batch(hub: FakeHub, leader) -> None:
    session = opened(leader)
    hub.offset_ns = 60_000 * MS
    touched = hub.now_ns() - 20_000 * MS
    said = press("phase", {"phase": "baseline"}) | {"touched_ms": touched / MS, "exchanges": []}
    send(leader, session, said, exchanges=exchanges(hub, 0), sent_ms=touched / MS)
    assert abs(starts(hub, session)[0] - touched) < 5 * MS


def test_it_began_earlier(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    hub.offset_ns = 300_000 * MS
    before, now_ms = hub.now_ns(), hub.now_ns() / MS
    said = press("phase", {"phase": "baseline"}) | {"touched_ms": now_ms}
    send(leader, session, said, sent_ms=now_ms)
    moved = press("retime", {"target": said["id"]}, ago_ms=40_000) | {"touched_ms": now_ms}
    send(leader, session, moved, sent_ms=now_ms)
    assert before <= starts(hub, session)[0] + 40_000 * MS <= hub.now_ns()


def test_a_forgotten_phase_can_be_put_in(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    hub.offset_ns = 300_000 * MS
    at_ns = hub.now_ns() - 100_000 * MS
    send(leader, session, press("phase", {"phase": "baseline"}, at_ns=at_ns))
    assert starts(hub, session) == [at_ns]


def test_a_phone_from_the_future_cannot_date_a_press_there(hub: FakeHub, leader) -> None:
    session = opened(leader)
    said = press("phase", {"phase": "baseline"}) | {"touched_ms": time.time() * 1000 + 9e6}
    send(leader, session, said)
    assert starts(hub, session)[0] <= hub.now_ns()


@pytest.mark.parametrize(("kind", "why"), [("phase", "future"), ("retime", "to-future")])
def test_a_time_that_is_said_to_be_in_the_future_changes_nothing(
    hub: FakeHub, leader: TestClient, kind: str, why: str
) -> None:
    session = opened(leader)
    first = press("phase", {"phase": "baseline"})
    send(leader, session, first)
    before = hub.course(session).phases
    data = {"phase": {"phase": "questions"}, "retime": {"target": first["id"]}}[kind]
    hour_ahead = hub.now_ns() + 3_600_000 * MS
    told = send(leader, session, press(kind, data, at_ns=hour_ahead)).json()
    assert len(told["accepted"]) == 1
    said = hub.course(session).history[-1]
    assert (said.standing, said.reason) == ("ignored", REASONS[why])
    assert hub.course(session).phases == before


def test_undo_delete_and_history(hub: FakeHub, leader: TestClient) -> None:
    session = opened(leader)
    one = press("phase", {"phase": "baseline"})
    two = press("marker", {"label": "silence"})
    undo = press("undo", {"target": one["id"]})
    send(leader, session, one, two, undo, press("delete", {"target": two["id"]}))
    history = leader.get(f"/api/sessions/{session}/course").json()["history"]
    standing = {said["event"]["id"]: said["standing"] for said in history}
    assert (standing[one["id"]], standing[two["id"]]) == ("undone", "deleted")
    assert all(said["event"]["data"].get("protocol") is None for said in history)


def test_health(hub: FakeHub, display: TestClient) -> None:
    assert display.get("/healthz").json() == {"ok": True}
    assert display.get("/readyz").json()["rooms"] == 2
    before = hub.now_ns()
    assert before <= display.get("/api/clock").json()["hub_ns"] <= hub.now_ns()


@pytest.mark.parametrize("path", ["/", "/console", "/healthz", "/static/live.html"])
def test_head_is_answered_as_get_without_a_body(site: str, path: str) -> None:
    got, head = httpx.get(site + path), httpx.head(site + path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
