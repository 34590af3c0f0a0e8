"""Opens sessions, writes down what is said of them, and closes them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from hub.course.phases import Course
from hub.disk.journal import Entry
from hub.disk.sessions import SessionInfo, create, new_session
from hub.errors import Refused
from hub.intake.hubclock import HubClock
from hub.intake.ingest import Ingest
from hub.intake.route import about_entry
from hub.intake.shelf import Shelf, Shelved, course_of, unknown
from hub.records import Event
from hub.service.opening import (
    NOTHING,
    check_kind,
    check_kits,
    check_opening,
    event,
    event_entry,
    first_rows,
    start_entry,
    team_view,
)
from hub.settings import Settings


class Keeper:
    """Every call may be made from any thread; see `hub.service.hub.Hub` for what each promises."""

    def __init__(self, settings: Settings, clock: HubClock, shelf: Shelf, ingest: Ingest) -> None:
        self._settings, self._clock, self._shelf, self._ingest = settings, clock, shelf, ingest
        self._opening = threading.Lock()
        self._courses: dict[str, Course] = {}  # of sessions that are no more in work

    def open(
        self, room: str, protocol_text: str, seats: Mapping[int, str], simulated: bool,
        language: str,
    ) -> SessionInfo:
        """Begin a session. Refused where it cannot be; JournalError where the disk fails."""
        protocol = check_opening(room, protocol_text, seats, language)
        view = team_view(protocol, self._settings, simulated)
        with self._opening:
            if self._shelf.in_room(room) is not None:
                raise Refused(f"A session is already open in {room}.", NOTHING,
                              f"Close it or go on with it on the console of {room}; "
                              "`stillpoint up` prints the link.", code="session open")
            now_ns = self._ingest.call(self._begin_ns)
            new = new_session(self._settings.site, room, now_ns, simulated, language, view)
            kits = [kit for kit in self._ingest.kits.known(room)
                    if kit.role == "box" or kit.name in seats.values()]
            start = start_entry(self._clock.describe(), now_ns)
            rows = first_rows(new, protocol_text, start, kits, seats)
            info = create(self._settings.data_dir, new, rows, self._settings.reserve_mb)
            self._ingest.call(lambda: self._begin(info))
        return info

    def _begin_ns(self) -> int:
        """When a session that is opened now begins: by the system's clock, unless another session
        is in work, whose time nothing may move."""
        if not self._shelf.inwork:
            self._clock.follow()
        return self._clock.now_ns()

    def _begin(self, info: SessionInfo) -> None:
        self._clock.not_before(info.opened_ns)  # upkeep may have set the hub's time back since
        self._shelf.add(info)
        self._ingest.push(info.room)

    def say(self, session_id: str, events: Iterable[Event]) -> list[Event | Refused]:
        """Store events in one commit; returns each as it is stored, or why it was refused."""
        said = [_checked(one) for one in events]
        kits = {one.data.get("kit") for one in said if one.kind == "seat"}
        check_kits(map(str, kits), "Nothing was changed.")
        self._courses.pop(session_id, None)
        if kits:
            self._ingest.call(lambda: self._describe(session_id, kits))
        made = [(one.id, partial(self._entry, one)) for one in said]
        refusals = self._ingest.say(session_id, made)
        stored = self._shelved(session_id).events
        return [refusal or stored[one.id] for one, refusal in zip(said, refusals, strict=True)]

    def _entry(self, said: Event) -> Entry:
        return event_entry(said, self._clock.now_ns())

    def _describe(self, session_id: str, names: set[Any]) -> None:
        """Note what the kits are that now take seats: they said so before they had a part in it."""
        session = self._take(session_id)
        known = [kit for kit in self._ingest.kits.known(session.info.room) if kit.name in names]
        if session.open and known:
            now_ns = self._clock.now_ns()
            session.store_or_forget([about_entry(kit, now_ns) for kit in known])

    def close(self, session_id: str) -> SessionInfo:
        """End a session."""
        return self._ingest.call(lambda: self._close(session_id))

    def _close(self, session_id: str) -> SessionInfo:
        session = self._take(session_id)
        if session.open:
            now_ns = self._clock.now_ns()
            closing = event("close", {}, now_ns, "console", str(uuid.uuid4()))
            session.store_or_forget([event_entry(closing, now_ns)])
            self._shelf.close(session, now_ns)
            self._ingest.push(session.info.room)
        return session.info

    def _shelved(self, session_id: str) -> Shelved:
        return self._ingest.call(lambda: self._take(session_id))

    def _take(self, session_id: str) -> Shelved:
        session = self._shelf.by_id(session_id)
        if session is None:
            raise unknown(session_id)
        return session

    def info(self, session_id: str) -> SessionInfo:
        """What a session is."""
        found = next((info for info in self._shelf.infos() if info.id == session_id), None)
        if found is None:
            raise unknown(session_id)
        return found

    def course(self, session_id: str) -> Course:
        """What was pressed and said."""
        info = self.info(session_id)
        session = self._shelf.inwork.get(info.tag)
        if session is not None:
            return self._ingest.call(lambda: session.course.state)
        if session_id not in self._courses:
            self._courses[session_id] = course_of(info.path).state
        return self._courses[session_id]


def _checked(said: Event) -> Event:
    check_kind(said.kind)
    return event(said.kind, said.data, said.at_ns, said.source, said.id)
