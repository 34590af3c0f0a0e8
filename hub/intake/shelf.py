"""The sessions that rows still go to, each with its journal and its course.

Only the ingest's writer thread works with what is in here.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hub.course.events import EventError, event_from_json
from hub.course.log import CourseLog
from hub.disk.journal import Entry, Journal, Reader, follow
from hub.disk.reserve import release_reserve
from hub.disk.sessions import SessionInfo, list_sessions, unreadable
from hub.errors import HubError, JournalError, JournalFull, Refused
from hub.records import Event, Received

HELD_MAX = 5000  # rows kept in memory while the disk refuses them; kits keep the frames anyway
RETRY_S = 1.0
IDLE_S = 600.0  # a closed session's journal is put away after so long without a row
LOOK_INTO = 8  # sessions: a kit is seldom on for longer, and no message may have all of them read

log = logging.getLogger("stillpoint")


class Shelved:
    """A session in work: where its rows go, and what was said of it. `on_course` hears of each
    change of its course, once that is durable."""

    def __init__(
        self, info: SessionInfo, on_course: Callable[[Shelved], None] = lambda _: None
    ) -> None:
        self.info = info
        self._on_course = on_course
        self.course = CourseLog()
        self.events: dict[str, Event] = {}
        self.seated: frozenset[str] = frozenset()
        self.trouble: JournalError | None = None
        self.used = time.monotonic()
        self._journal = Journal(info.path)
        self._held: deque[Entry] = deque(maxlen=HELD_MAX)
        self._retry_at = 0.0
        for row in _course_rows(self._journal):
            self._feed(row)
        self._seat()

    @property
    def open(self) -> bool:
        return self.info.closed_ns is None

    @property
    def idle_s(self) -> float:
        """How long no row has come."""
        return time.monotonic() - self.used

    @property
    def repeats(self) -> int:
        return self._journal.repeats

    def store(self, entries: Iterable[Entry]) -> list[Received]:
        """Make the entries durable, in one commit with what was held back. JournalError: they
        are held until the disk takes them."""
        self._held.extend(entries)
        self.used = time.monotonic()
        if self.trouble is not None and self.used < self._retry_at:
            raise self.trouble.with_traceback(None)
        try:
            rows = self._commit()
        except JournalError as error:
            self.trouble, self._retry_at = error, time.monotonic() + RETRY_S
            raise
        self.trouble = None
        self._held.clear()
        try:
            if any([self._feed(row) for row in rows]):
                self._seat()
                self._on_course(self)
        except Exception:  # the rows are safe; what they say is worked out again after a restart
            log.exception("the course of %s", self.info.id)
        return rows

    def store_or_forget(self, entries: Iterable[Entry]) -> None:
        """Make the entries durable, or raise JournalError and do not try again."""
        entries = list(entries)
        try:
            self.store(entries)
        except JournalError:
            self.forget(entries)
            raise

    def forget(self, entries: Iterable[Entry]) -> None:
        """Hold these no more: whoever sent them was told that they are not kept."""
        unwanted = set(map(id, entries))
        self._held = deque((e for e in self._held if id(e) not in unwanted), HELD_MAX)

    @property
    def due(self) -> bool:
        """True if what is held should be tried again."""
        return self.trouble is not None and time.monotonic() >= self._retry_at

    def _commit(self) -> list[Received]:
        try:
            return self._journal.append(self._held)
        except JournalFull:
            if release_reserve(self.info.folder):  # said, made again: `hub.disk.reserve`
                return self._journal.append(self._held)
            self._journal.reopen()
            raise
        except JournalError:
            self._journal.reopen()
            raise

    def _feed(self, row: Received) -> bool:
        if row.topic.startswith("event/"):
            self._remember(row)
        return self.course.feed(row)

    def _remember(self, row: Received) -> None:
        try:
            event = event_from_json(row.payload, row.at_ns)
            self.events.setdefault(event.id, event)
        except EventError:
            pass  # the course counts it

    def _seat(self) -> None:
        """Read from the course who sits now."""
        spans = [span for seat in self.course.state.seats.values() for span in seat]
        self.seated = frozenset(
            str(span.value) for span in spans if span.end_ns is None and span.value
        ) if self.open else frozenset()

    def wore(self, kit: str) -> list[tuple[int, int | None]]:
        """When this kit was on a seat: (start, end) in UTC ns, end None while it lasts."""
        spans = [span for seat in self.course.state.seats.values() for span in seat]
        return [(span.start_ns, span.end_ns) for span in spans if span.value == kit]

    def stored(self, kit: str, boot: int, since: int) -> list[int]:
        """The frames from `since` on that are durable, of one boot of a kit."""
        return self._journal.stored(kit, boot, since)

    def last_ns(self) -> int:
        """The latest time that its journal knows."""
        return self._journal.last_ns()

    def mark(self, **times: int) -> None:
        """Note `closed_ns` or `sealed_ns`, durably."""
        self._journal.set_meta(**times)
        self.info = replace(self.info, **times)
        self._seat()

    def put_away(self) -> None:
        """Close the journal."""
        self._journal.close()


def _course_rows(journal: Journal) -> Iterator[Received]:
    """The rows that make the course: what kits are, what was said, what boxes sent."""
    abouts = list(journal.rows("about/"))
    yield from abouts
    yield from journal.rows("event/")
    boxes = sorted({row.topic.partition("/")[2] for row in abouts if b'"box"' in row.payload})
    for box in boxes:
        yield from sorted(
            (row for kind in ("data", "stamp") for row in journal.rows(f"{kind}/{box}")
             if row.topic.partition("/")[2] == box), key=lambda row: row.row,
        )


def course_of(path: Path) -> CourseLog:
    """The course of a session that nobody writes to any more."""
    log = CourseLog()
    for row in follow(path):
        log.feed(row)
    return log


def unknown(session: str) -> Refused:
    """To who asks for a session that no page could have offered."""
    return Refused(f"There is no session {session[:60]}.", "Nothing was changed.",
                   "Reload the page: it shows the sessions that there are.", code="no session")


class Shelf:
    """The sessions by tag; those in work have their journal open. `unreadable` says what
    could not be read, and why; `on_course`: see Shelved."""

    def __init__(self, data_dir: Path, on_course: Callable[[Shelved], None] = lambda _: None):
        known, self.unreadable = list_sessions(data_dir), unreadable(data_dir)
        self._infos = {info.tag: info for info in known}
        self._on_course = on_course
        self._rooms: dict[str, Shelved] = {}
        self.inwork: dict[int, Shelved] = {}
        for info in [info for info in known if info.sealed_ns is None]:
            try:
                self.add(info)
            except Exception as error:  # one broken file must not keep the others from going on
                self.unreadable.append(f"{info.path} cannot be taken up again: {error}")

    def add(self, info: SessionInfo) -> Shelved:
        """Take up a session."""
        session = Shelved(info, self._on_course)
        closed_ns = session.course.state.closed_ns
        if session.open and closed_ns is not None:  # the hub was killed between the two
            session.mark(closed_ns=closed_ns)
        self._infos[info.tag] = session.info
        self.inwork[info.tag] = session
        if session.open:
            self._rooms[info.room] = session
        return session

    def by_tag(self, tag: int) -> Shelved | None:
        """The session of a tag, taken up again if it was put away. None: nobody knows it."""
        found = self.inwork.get(tag)
        if found is None and tag in self._infos:
            found = self.add(self._infos[tag])
        return found

    def by_id(self, session: str) -> Shelved | None:
        """The session of an id, taken up again if it was put away."""
        tag = next((tag for tag, info in self._infos.items() if info.id == session), None)
        return None if tag is None else self.by_tag(tag)

    def in_room(self, room: str) -> Shelved | None:
        """The session that is open in a room."""
        return self._rooms.get(room)

    def close(self, session: Shelved, closed_ns: int) -> None:
        """The session is over; what its kits still hold may come."""
        session.mark(closed_ns=closed_ns)
        self._rooms.pop(session.info.room, None)

    def put_away(self, session: Shelved) -> None:
        """No more rows are expected."""
        self._infos[session.info.tag] = session.info
        if self.inwork.pop(session.info.tag, None) is not None:
            session.put_away()

    def stored(self, room: str, kit: str, boot: int, since: int) -> Iterator[int]:
        """The frames from `since` on of one boot of a kit that the room's last sessions have, those
        too that were put away. A journal that cannot be read has none."""
        for info in [one for one in self.infos() if one.room == room][-LOOK_INTO:]:
            with contextlib.suppress(HubError, OSError), Reader(info.path) as reader:
                yield from reader.stored(kit, boot, since)

    def infos(self) -> list[SessionInfo]:
        """All sessions, oldest first. Safe from any thread."""
        known = {**self._infos, **{tag: s.info for tag, s in list(self.inwork.items())}}
        return sorted(known.values(), key=lambda info: (info.opened_ns, info.id))

    def put_all_away(self) -> None:
        for session in list(self.inwork.values()):
            self.put_away(session)
