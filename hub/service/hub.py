"""The hub as the pages and the commands see it: sessions, events, kits, problems."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from hub.course.library import Library, library
from hub.course.phases import Course
from hub.disk.erased import NoteUnreadable, erased_seats
from hub.disk.files import lock_folder
from hub.disk.journal import Entry
from hub.disk.reserve import release_reserve
from hub.disk.sessions import SessionInfo, clear_half_made
from hub.disk.tokens import Tokens
from hub.errors import Refused
from hub.intake.hubclock import HubClock, monotonic_ns
from hub.intake.ingest import Ingest
from hub.intake.kits import KitBook
from hub.intake.mqtt import Line, Link, OnLine, OnMessage
from hub.intake.problem_book import ProblemBook
from hub.intake.resume import Resume
from hub.intake.shelf import Shelf, Shelved
from hub.live.messages import course_message, problem_message
from hub.live.view import LiveView
from hub.live.workers import Workers
from hub.records import NS, Event, Problem
from hub.service.afterwards import Afterwards
from hub.service.cut_short import was_cut_short
from hub.service.keeper import Keeper
from hub.service.opening import start_entry
from hub.service.upkeep import Upkeep
from hub.settings import Settings
from hub.store.position import was_whole
from hub.store.sink import is_behind
from hub.store.trouble import INFLUX, NOT_YET

# By whether all is simulated: who saw a demo's link shall not open the console of people.
TOKENS = {False: "tokens.json", True: "tokens-simulated.json"}

CLOCKS = {False: "clock.json", True: "clock-simulated.json"}  # each counts by a clock of its own
START = ("start the broker as docs/deploy.md says (not mosquitto alone, which kits cannot reach), "
         "or correct broker_host and broker_port")

log = logging.getLogger("stillpoint")


class Projections(Protocol):
    """What works out the results of sessions: `hub.live.workers.Workers`."""

    def follow(self, session: str, folder: Path) -> LiveView: ...
    def seal(self, session: str) -> None: ...
    def refill(self, session: str, folder: Path) -> None: ...
    def view(self, session: str) -> LiveView | None: ...
    def stop(self) -> None: ...


class Hub:
    """One hub on one data folder. Every call may be made from any thread; what cannot be done is
    raised as HubError with the texts `what`, `kept` and `do`."""

    def __init__(
        self,
        settings: Settings,
        projections: Callable[[Settings], Projections] = Workers,
        line: Callable[[Settings, OnMessage, OnLine], Line] = Link,
    ) -> None:
        self.settings = settings
        self._line = line
        self.problem_book = ProblemBook()
        self._projections = projections
        self._lock: IO[str] | None = None
        self._wrong: dict[str, str] = {}  # protocol files with a mistake, as they were told

    # -- life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take the data folder, take up what was under way, and begin to listen. A broker that is
        not there is waited for, and said in `problems()`."""
        self._lock = lock_folder(self.settings.data_dir)
        try:
            self._start(self.settings.data_dir)
        except BaseException:
            self._lock.close()
            self._lock = None
            raise

    def _start(self, data: Path) -> None:
        clear_half_made(data)
        self.clock = HubClock(data / CLOCKS[self.simulated], mono=self._kits_own())
        self.tokens = Tokens(data / TOKENS[self.simulated])
        self.shelf = Shelf(data, self._tell_course)
        if not self.shelf.inwork:
            self.clock.follow()
        rooms = {*self.settings.rooms, *(info.room for info in self.sessions())}
        kits = KitBook(data / "kits.json", self.settings.site, rooms)
        self.link = self._line(self.settings, self._on_message, self._on_line)
        self.ingest = Ingest(self.clock, self.shelf, kits, self.problem_book, self.link.publish)
        self._keeper = Keeper(self.settings, self.clock, self.shelf, self.ingest)
        self.workers = self._projections(self.settings)
        self._afterwards = Afterwards(self._take_in)
        self.ingest.every_second = Upkeep(
            self.clock, self.ingest, self.link, self.workers.seal, self.settings.reserve_mb,
            self._afterwards,
        )
        self._take_up()
        self.ingest.start()
        self.link.start()

    def _kits_own(self) -> Callable[[], int] | None:
        """Simulated kits go by a clock that is slewed, and so does the truth that is known of them:
        by another their crystals would be off by that, too, and the truth would be none."""
        return monotonic_ns if self.simulated else None

    def _take_up(self) -> None:
        """Go on with the sessions that were under way."""
        if self.shelf.inwork and not self.clock.reused:
            sessions = self.shelf.inwork.values()
            self.ingest.resume = Resume(self.clock, sessions, self.ingest.problem)
        unset = self.clock.unset()
        if unset is not None:
            self.ingest.problem(unset)
        for what in self.shelf.unreadable:
            self.ingest.problem(self._problem(
                "session", what, "The file was not changed.",
                "Copy its folder, then run `stillpoint verify` on it.",
            ), what)
        self.protocols()
        for session in self.shelf.inwork.values():
            self.ingest.note_start(session, self._start_entry())
            self._know_kits_again(session)
            self._follow(session.info)
        for info in filter(was_cut_short, self.sessions()):
            release_reserve(info.folder)
            self._follow_to_the_end(info)
        if self.settings.influx_url:
            self._fill_influx()

    def _fill_influx(self) -> None:
        """InfluxDB was away when sessions ended: they are still owed to it. What it had whole can
        wait until no session runs."""
        for info in self.sessions():
            if info.sealed_ns is None or not is_behind(info.folder, self.settings):
                continue
            if was_whole(info.folder):
                self._afterwards.owe(info)
            else:
                self.workers.refill(info.id, info.folder)

    def _take_in(self, info: SessionInfo) -> None:
        """InfluxDB is to have what came of a session after it was sealed."""
        if self.settings.influx_url and is_behind(info.folder, self.settings):
            log.warning("%s was corrected, data came late, or a seat was erased: InfluxDB gets it "
                        "anew.", info.id)
            self.workers.refill(info.id, info.folder)

    def _know_kits_again(self, session: Shelved) -> None:
        """Of a kit that is not heard yet: that what it holds is waited for."""
        seats = session.course.state.seats.values()
        worn = {str(span.value) for spans in seats for span in spans if span.value}
        self.ingest.kits.know_room(session.info.room)
        for name in worn | set(session.course.roles):
            self.ingest.kits.get(session.info.room, name)

    def stop(self) -> None:
        """Commit and acknowledge what has come, and end. An open session stays open: the next
        start goes on with it."""
        if self._lock is None:
            return
        self.ingest.stop()
        self.link.stop()
        self.workers.stop()
        self.shelf.put_all_away()
        self._lock.close()
        self._lock = None

    @property
    def simulated(self) -> bool:
        """Are all kits of this hub simulated? Its settings say so; no page can."""
        return self.settings.simulated

    def now_ns(self) -> int:
        """The hub's time, UTC ns."""
        return self.clock.now_ns()

    def _start_entry(self) -> Entry:
        return start_entry(self.clock.describe(), self.now_ns())

    def _on_message(self, topic: str, payload: bytes) -> None:
        self.ingest.arrived(topic, payload)

    def _on_line(self, up: bool, why: str, refused: bool = False) -> None:
        where = f"{self.settings.broker_host}:{self.settings.broker_port}"
        if up:
            return self._on_line_again(where)
        self.ingest.problem(self._problem(
            "broker", f"The MQTT broker at {where} cannot be reached: {why}.",
            "Kits keep what they record and send it later.",
            f"For whoever runs this machine: {let_in(self.settings) if refused else START}.",
        ))

    def _on_line_again(self, where: str) -> None:
        for problem in self.problems():
            if problem.code == "broker":
                seconds = (self.now_ns() - problem.at_ns) // NS
                log.warning("The MQTT broker at %s is reached again, after %d s.", where, seconds)
        self.problem_book.over("broker")

    def _problem(self, code: str, what: str, kept: str, do: str) -> Problem:
        return Problem(self.now_ns(), code, what, kept, do)

    # -- sessions ---------------------------------------------------------------------------------

    def open_session(
        self,
        room: str,
        protocol_text: str,
        seats: Mapping[int, str],
        simulated: bool = False,
        language: str = "en",
    ) -> SessionInfo:
        """Begin a session: its kits record from the moment their seats are on the disk. Refused,
        with the reason, where it cannot be."""
        info = self._keeper.open(room, protocol_text, seats, simulated, language)
        self.ingest.kits.know_room(room)
        self._follow(info)
        return info

    def record_events(self, session_id: str, events: Sequence[Event]) -> list[Event | Refused]:
        """Store what was said of a session, in one commit: it is on the disk when this returns. The
        same id twice is stored once, and the first is returned; one that is refused is so by
        itself. Corrections may also come after the session was closed."""
        said = self._keeper.say(session_id, events)
        self._tell_of_influx(session_id)
        return said

    def _follow(self, info: SessionInfo) -> LiveView:
        """Its results as they are worked out; its course at once, and from here alone: a worker
        that reads the journal again goes through what was long ago."""
        view = self.workers.follow(info.id, info.folder)
        session = self.shelf.inwork.get(info.tag)
        if session is None:
            view.apply([course_message(self._keeper.course(info.id))])
        else:
            self.ingest.call(lambda: self._tell_course(session))
        return view

    def _follow_to_the_end(self, info: SessionInfo) -> LiveView:
        view = self._follow(info)
        if info.sealed_ns is not None:
            self.workers.seal(info.id)
        return view

    def _tell_course(self, session: Shelved) -> None:
        """The pages hear of a course that is new. Writer's thread only."""
        view = self.workers.view(session.info.id)
        if view is not None:
            view.apply([course_message(session.course.state)])

    def _tell_of_influx(self, session_id: str) -> None:
        """After a word on a sealed session: that InfluxDB has yet to hear of it."""
        view = self.workers.view(session_id) if self.settings.influx_url else None
        if view is not None and self.session(session_id).sealed_ns is not None:
            problem = Problem(self.now_ns(), INFLUX, NOT_YET.what, NOT_YET.kept, NOT_YET.do)
            view.apply([problem_message(problem, ends=INFLUX)])

    def close_session(self, session_id: str) -> SessionInfo:
        """End a session: kits stop recording and send what they hold. A second time changes
        nothing."""
        return self._keeper.close(session_id)

    def sessions(self) -> list[SessionInfo]:
        """All sessions, oldest first."""
        return self.shelf.infos()

    def session(self, session_id: str) -> SessionInfo:
        """One session. Refused where there is none."""
        return self._keeper.info(session_id)

    def course(self, session_id: str) -> Course:
        """What was pressed and said, as far as it is on the disk."""
        return self._keeper.course(session_id)

    def live(self, session_id: str) -> LiveView:
        """The results as they come; those of a session of old are worked out again."""
        view = self.workers.view(session_id)
        if view is None:
            view = self._follow_to_the_end(self.session(session_id))
        _honour_erasures(self.session(session_id).folder, view)
        return view

    def protocols(self) -> Library:
        """The protocols a session can be opened with, as their files are now. A file with a
        mistake is in `problems()` until it is corrected."""
        found = library(self.settings.data_dir)
        if found.wrong != self._wrong:
            self._wrong = found.wrong
            self._tell_wrong(list(found.wrong.values()))
        return found

    def _tell_wrong(self, said: list[str]) -> None:
        if not said:
            return self.problem_book.over("protocol")
        self.ingest.problem(self._problem(
            "protocol", f"A protocol cannot be used: {' '.join(said)}",
            "All other protocols can be used, and running sessions go on.",
            "Correct the file; the hub reads it again when the console is opened.",
        ))

    # -- rooms, kits, problems --------------------------------------------------------------------

    def rooms(self) -> list[str]:
        """The rooms that are configured, had a session, or were heard of."""
        return sorted(self.ingest.kits.rooms())

    def console_token(self, room: str) -> str:
        """Opens the console of a room."""
        return self.tokens.of(room)

    def kits(self) -> list[dict[str, Any]]:
        """The kits heard since the start, for the go/no-go board: see `Kit.to_dict`."""
        names = {info.tag: info.id for info in self.sessions()}
        return [kit.to_dict(names.get(kit.session), self.simulated)
                for kit in self.ingest.kits.heard()]

    def problems(self, room: str | None = None) -> list[Problem]:
        """What somebody should know, who leads `room`: of its kits and of the hub itself."""
        return self.problem_book.all(room)

    def stats(self) -> dict[str, Any]:
        """Counters, for measuring."""
        counts = dict(self.problem_book.counts)
        repeats = sum(s.repeats for s in list(self.shelf.inwork.values()))
        return {**self.ingest.stats(), "repeats": repeats,
                "mistakes": self.link.mistakes, "problems": counts}


def let_in(settings: Settings) -> str:
    """What to do where the broker does not take the hub's user and password."""
    kept = "broker_password" if settings.broker_password else (
        f"broker_password_file ({settings.broker_password_file or 'none'})")
    return (f"correct broker_user ({settings.broker_user or 'none'}) and {kept}, or start the "
            "broker again if its passwords are newer than it (docs/deploy.md)")


def _honour_erasures(folder: Path, view: LiveView) -> None:
    """Erasing is another process, and the view may be older."""
    try:
        seats = erased_seats(folder)
    except NoteUnreadable:
        view.take_back(None)
    else:
        if seats:
            view.take_back(seats)
