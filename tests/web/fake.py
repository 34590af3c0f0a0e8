"""A hub in memory, as real as the web side can tell: real protocols, real fold, real live view."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.course.library import Library, library
from hub.course.phases import Course, fold
from hub.errors import Refused
from hub.live.messages import course_message
from hub.live.view import LiveView
from hub.records import Event, Problem

ROOM_TOKEN = "room-token-of-room-1"
OTHER_TOKEN = "room-token-of-room-2"


@dataclass(frozen=True)
class Info:
    id: str
    room: str
    token: str
    simulated: bool
    language: str
    opened_ns: int
    closed_ns: int | None = None
    sealed_ns: int | None = None
    team_view: str | None = "late"


class FakeHub:
    def __init__(self, simulated: bool = True, kits: int = 8) -> None:
        self.simulated = simulated
        self.offset_ns = 0
        self.calls: list[str] = []  # ids in the order in which record_event was called
        self.full_disk = False
        self.trouble: list[Problem] = []  # of the hub itself
        self.silent_s: dict[str, float] = {}  # kits that are not heard, since when
        self.says: dict[str, str] = {}  # kits that give themselves another role
        self.lag_s = 0.0  # how much later the live view hears of an event
        self._order = threading.Lock()  # a later course is told later, as by the one worker
        self._kits = kits
        self._infos: dict[str, Info] = {}
        self._events: dict[str, dict[str, Event]] = {}
        self._views: dict[str, LiveView] = {}
        self._folded: dict[tuple[str, int], Course] = {}  # by session and how many events it has

    def now_ns(self) -> int:
        return time.time_ns() + self.offset_ns

    def rooms(self) -> list[str]:
        return ["room-1", "room-2"]

    def console_token(self, room: str) -> str:
        return {"room-1": ROOM_TOKEN, "room-2": OTHER_TOKEN}[room]

    def problems(self, room: str | None = None) -> list[Problem]:
        return self.trouble

    def protocols(self) -> Library:
        return library()

    def kits(self) -> list[dict[str, Any]]:
        box = {"kit": "box-1", "role": "box", "contact": None}
        people = [
            {
                "kit": f"kit-{n}",
                "role": "kit",
                "contact": n != 7,
                "contact_eda": n != 7,
                "eda_us": 3.14,
            }
            for n in range(1, self._kits + 1)
        ]
        recording = next((i.id for i in self._infos.values() if i.closed_ns is None), None)
        same = {
            "room": "room-1",
            "last_seen_ns": self.now_ns() - 300_000_000,
            "recording": recording is not None,
            "session": recording,
        }
        told = [{**kit, **same} for kit in [*people, box]] if self._kits else []
        for kit in told:
            kit["says"] = self.says.get(kit["kit"], kit["role"])
            kit["last_seen_ns"] -= round(self.silent_s.get(kit["kit"], 0) * 1e9)
        return told

    def sessions(self) -> list[Info]:
        return list(self._infos.values())

    def open_session(
        self,
        room: str,
        protocol_text: str,
        seats: dict[int, str],
        simulated: bool,
        language: str,
        opened_ns: int | None = None,
    ) -> Info:
        if any(i.room == room and i.closed_ns is None for i in self._infos.values()):
            raise Refused(
                "A session is open in this room already.",
                "It goes on as it was.",
                "Close it first, or watch it on the live page.",
                code="session open",
            )
        at_ns = opened_ns or self.now_ns()
        info = Info(
            str(uuid.uuid4()), room, f"session-token-{len(self._infos)}", simulated, language, at_ns
        )
        self._infos[info.id], self._events[info.id] = info, {}
        self._views[info.id] = LiveView()
        data = {
            "room": room,
            "protocol": protocol_text,
            "simulated": simulated,
            "language": language,
        }
        self._add(info.id, Event(f"open-{info.id}", "open", at_ns, "hub", data, at_ns))
        for seat, kit in seats.items():
            name = f"seat-{seat}-{info.id}"
            self._add(info.id, Event(name, "seat", at_ns, "hub", {"seat": seat, "kit": kit}, at_ns))
        return info

    def record_event(
        self, session_id: str, kind: str, data: dict[str, Any], at_ns: int, source: str, id: str
    ) -> Event:
        if self.full_disk:
            raise Refused(
                "The hub's disk is full.",
                "What was acknowledged is safe.",
                "Free some space on the hub.",
                code="disk",
            )
        self.calls.append(id)
        said = Event(id, kind, at_ns, source, data, self.now_ns())
        self._add(session_id, said)
        return said

    def record_events(self, session_id: str, events: Sequence[Event]) -> list[Event]:
        return [
            self.record_event(session_id, one.kind, dict(one.data), one.at_ns, one.source, one.id)
            for one in events
        ]

    def close_session(self, session_id: str, closed_ns: int | None = None) -> Info:
        now = closed_ns or self.now_ns()
        self._add(session_id, Event(f"close-{session_id}", "close", now, "console", {}, now))
        self._infos[session_id] = replace(self._infos[session_id], closed_ns=now)
        return self._infos[session_id]

    def course(self, session_id: str) -> Course:
        events = self._events[session_id]
        key = session_id, len(events)
        if key not in self._folded:
            self._folded[key] = fold(events.values())
        return self._folded[key]

    def live(self, session_id: str) -> LiveView:
        return self._views[session_id]

    def _add(self, session_id: str, event: Event) -> None:
        with self._order:
            self._events[session_id].setdefault(event.id, event)
            told = course_message(self.course(session_id))
            self._tell(session_id, [{**told, "now_ns": self.now_ns()}])

    def _tell(self, session_id: str, messages: list[Any]) -> None:
        apply = self._views[session_id].apply
        threading.Timer(self.lag_s, apply, [messages]).start() if self.lag_s else apply(messages)
