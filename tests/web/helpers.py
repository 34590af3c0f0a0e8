from __future__ import annotations

import re
import time
import uuid
from typing import Any

from fastapi.testclient import TestClient
from playwright.sync_api import Locator

from hub.live.messages import problem_message
from hub.records import NS, Problem
from hub.store.trouble import Trouble
from tests.waiting import wait_for

SEATS = {"1": "kit-1", "2": "kit-2", "3": "kit-3"}


def opened(leader: TestClient, **changed: Any) -> str:
    """Open a session in room-1; its id."""
    body = {"room": "room-1", "protocol": "classic-90", "seats": SEATS, **changed}
    answer = leader.post("/api/sessions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def press(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    touched = time.time() * 1000
    return {"id": str(uuid.uuid4()), "kind": kind, "data": data, "touched_ms": touched, **more}


def send(leader: TestClient, session: str, *presses: dict[str, Any], **more: Any) -> Any:
    body = {"presses": list(presses), "sent_ms": time.time() * 1000, **more}
    return leader.post(f"/api/sessions/{session}/events", json=body)


def influx_said(trouble: Trouble, at_ns: int, over: bool = False) -> dict[str, Any]:
    """What a worker says of InfluxDB."""
    problem = Problem(at_ns, "influxdb", trouble.what, trouble.kept, trouble.do)
    return problem_message(problem, ends="influxdb", over=over, form=trouble.form)


def until_it_shows(clock: Locator, since_ns: int, before: str = "", late_ns: int = 0) -> None:
    """Wait until this shows the span since then to the second (or since up to `late_ns` later),
    with these words before it: a busy machine may look at it at any second."""
    def shows() -> bool:
        shortest = time.time_ns() - since_ns - late_ns
        said = clock.inner_text()
        longest = time.time_ns() - since_ns
        seconds = range(shortest // NS - 1, longest // NS + 2)
        return any(re.search(rf"{before}(?<![\d:]){span(s)}(?![\d:])", said) for s in seconds)

    wait_for(shows, f"{before}the span since {since_ns}")


def span(seconds: int) -> str:
    """75: "1:15", 3675: "1:01:15"."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
