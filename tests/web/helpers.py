from __future__ import annotations

import time
import uuid
from typing import Any

from fastapi.testclient import TestClient

from hub.live.messages import problem_message
from hub.records import Problem
from hub.store.trouble import Trouble

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
