"""From the broker to the disk, and back to the kit: the thread that writes.

The network's thread stamps each message with the hub's time and leaves it in the inbox. The
writer's thread gathers for a moment, commits what came to each session's journal, and only then
acknowledges. Everything that changes a session or a kit happens on the writer's thread.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from firmware import wire
from hub.about import SIZE_MAX
from hub.disk.journal import Entry
from hub.errors import JournalError, Refused
from hub.intake.acks import Acks
from hub.intake.batch import Batch, Waiting
from hub.intake.commit import Committer
from hub.intake.hubclock import HubClock
from hub.intake.inbox import Arrived, Call, Inbox, Item, Say
from hub.intake.kits import KitBook
from hub.intake.problem_book import ProblemBook
from hub.intake.resume import Resume
from hub.intake.route import Router
from hub.intake.shelf import Shelf, Shelved, unknown
from hub.records import Problem

T = TypeVar("T")

SECOND_NS = 1_000_000_000
TOPIC_CUT, PAYLOAD_CUT = 2 * wire.TOPIC_MAX, 2 * SIZE_MAX  # more than any good message has
# Said of one session: 14 people's turns in three hours. Each is a new reading of all, and a message
# of all to each page: of so many 40 ms and 600 kB (60 packed); 50 undos without a target make it
# 200 ms. Beyond that there is room for what more depends on than on one turn of hundreds.
EVENTS_MAX, SPARE = 2000, 1000
MANY = ("event/speaker", "event/marker")  # these are refused first
NOTED_MAX = 20  # problems that go into the journals in one second
NAP_S = 0.25  # how long the writer waits for a first message
DISK = "disk"  # the code of the problem while a journal cannot be written
ANSWER_S = 10.0  # how long a caller waits for the disk

log = logging.getLogger("stillpoint")

KEPT_BEFORE = "Everything said before is kept; the recording goes on."
KEPT_BAD = "Every good message is kept; nothing of this one is."
WHAT_TO_DO = {
    "bad message": (KEPT_BAD, "Look for a foreign or faulty sender on this broker."),
    "foreign session": ("Nothing of it: there is no session to keep it in.",
                        "If this hub's data folder was changed, bring back the right one."),
    "no seat": ("What it recorded on its seat is kept.", "Nothing: this is as it should be."),
    "journal": ("Kits keep all data that the hub has not acknowledged.",
                "Check the disk; the hub tries again by itself."),
    "converter": ("All its data; skin conductance has steps of 0.02 uS instead of 0.00125.",
                  "Do not score small responses of this seat; give the kit a real ADS1115."),
    "no box": ("The phases as the leader pressed them; the keys of this device have no effect.",
               "If it is your box: call it box or box-1 to box-99, with the user box "
               "(docs/deploy.md, Kits). If not, find out who wears it."),
    "no role": ("The presses of other boxes. Nothing of this device: it is on no seat.",
                "If it is your box: set its `role` to box in its config.json. If somebody wears "
                "it: give it a kit's name and the user kit (docs/deploy.md, Kits)."),
    "twin": ("All that both send, in one journal; on a seat, two bodies are mixed into one.",
             "Switch one off now, and give it a `kit` name of its own in its config.json. Do not "
             "use this seat's figures from the time when both were on."),
    "namesake": ("What each sends, in its own room. The broker accepts one device per name and "
                 "drops the other: data of both come late, and in the end with gaps.",
                 "Switch one off now, and give it a `kit` name of its own in its config.json."),
    "frames lost": ("All frames before and after.",
                    "Run `stillpoint verify` to see when. Was the kit out of reach?"),
    "hub": ("Everything acknowledged is on the disk.", "Report this, with the hub's log."),
}


class Ingest:
    """The writer's thread and what it works with. `publish(topic, payload)` must not wait.
    `every_second()`, if it is set, is called on the writer's thread; `resume`, if it is set, hears
    each message before it is stamped."""

    def __init__(
        self,
        clock: HubClock,
        shelf: Shelf,
        kits: KitBook,
        problems: ProblemBook,
        publish: Callable[[str, bytes], object],
    ) -> None:
        self.shelf, self.kits, self.problems = shelf, kits, problems
        self.rounds = 0
        self.every_second: Callable[[], None] = lambda: None
        self.resume: Resume | None = None
        self._clock = clock
        self._inbox = Inbox()
        self._router = Router(shelf, kits, self.report, problems.over)
        self._acks = Acks(clock, self._router, publish, self.report)
        self._committer = Committer(
            lambda session: self.push(session.info.room), self._refused,
            lambda session: problems.over(DISK, session.info.id),
        )
        self._urgent: frozenset[str] = frozenset()  # topics of button boxes
        self._noted: list[tuple[Problem, str]] = []  # with the room; "": the hub's own
        self._second = clock.now_ns() // SECOND_NS
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="stillpoint-writer", daemon=True)

    # -- any thread -------------------------------------------------------------------------------

    def arrived(self, topic: str, payload: bytes) -> None:
        """Take in a message of the broker. Never waits. Of one that is far too large only so much
        is kept as shows it."""
        if self.resume is not None:
            self.resume.hear(topic, payload)
        came = Arrived(self._clock.now_ns(), topic[:TOPIC_CUT], payload[:PAYLOAD_CUT])
        self._inbox.put(came, topic in self._urgent)

    def call(self, do: Callable[[], T]) -> T:
        """Do something on the writer's thread; returns or raises what it does."""
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            return do()
        item = Call(do)
        self._inbox.put(item, urgent=True)
        return self._wait(item)

    def say(
        self, session: str, events: Sequence[tuple[str, Callable[[], Entry]]]
    ) -> list[Refused | None]:
        """Store events of a session (id, what makes the row) in one commit. Those for which it
        gives None are durable; the others were refused, each by itself. The same id twice is stored
        once. JournalError where the disk will not."""
        items = [Say(session, id, make) for id, make in events]
        self._inbox.put_together(items)
        return [self._outcome(item) for item in items]

    def _outcome(self, item: Say) -> Refused | None:
        try:
            self._wait(item)
        except Refused as refusal:
            return refusal
        return None

    def _wait(self, item: Call | Say) -> Any:
        try:
            return item.done.result(ANSWER_S)
        except TimeoutError:
            raise JournalError(
                f"The disk did not answer within {ANSWER_S:.0f} s.",
                "It is not known whether this was stored; sending it again does no harm.",
                "Try again; if it happens again, check the disk.",
                code="slow disk",
            ) from None

    def start(self) -> None:
        self._thread.start()

    def note_start(self, session: Shelved, entry: Entry) -> None:
        """The hub has started while this session was under way. Before `start` only."""
        batch = Batch()
        if session.open:
            batch.entries[session].append(entry)
        self._commit(batch)

    def stop(self) -> None:
        """Commit what is there, acknowledge it, and end."""
        self._stopping = True
        self._inbox.put(Call(lambda: None), urgent=True)
        if self._thread.is_alive():
            self._thread.join(30)
        self._committer.stop()

    def stats(self) -> dict[str, int]:
        """Counters since the start. `dropped`: messages that found the inbox full."""
        done = self._committer
        return {"rows": done.rows, "commits": done.commits, "rounds": self.rounds,
                "acks": self._acks.sent, "dropped": self._inbox.dropped}

    def report(self, code: str, what: str, subject: str = "", room: str = "") -> None:
        """Note a problem of one of the kinds in WHAT_TO_DO."""
        kept, do = WHAT_TO_DO[code]
        self.problem(Problem(self._clock.now_ns(), code, what, kept, do), subject, room)

    def problem(self, problem: Problem, subject: str = "", room: str = "") -> None:
        """Note a problem, also in the journals of the sessions that are open: one of a room's in
        that room's."""
        if self.problems.add(problem, subject, room) and len(self._noted) < NOTED_MAX:
            self._noted.append((problem, room))

    # -- the writer's thread ----------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            self._guarded(self._round)
        self._guarded(self._round)

    def _guarded(self, do: Callable[..., object], *args: Any) -> None:
        """The thread must live: what nobody foresaw is told, and the next thing is done."""
        try:
            do(*args)
        except Exception as error:
            log.exception("the writer's thread")
            self.report("hub", f"The hub has made an error: {error!r}.", repr(error)[:80])

    def _round(self) -> None:
        items = self._inbox.take(NAP_S, self._committer.gather_s)
        batch = Batch()
        calls = [item for item in items if isinstance(item, Call)]
        for item in items:
            self._guarded(self._route, item, batch)
        second = self._tick(batch)
        self._commit(batch)
        for item in calls:
            _answer(item)
        if second:
            self._guarded(self.every_second)
        self.rounds += 1

    def _route(self, item: Item, batch: Batch) -> None:
        if isinstance(item, Arrived):
            self._router.route(item, batch)
        elif isinstance(item, Say):
            self._hear(item, batch)

    def _hear(self, item: Say, batch: Batch) -> None:
        try:
            session = self.shelf.by_id(item.session)
            if session is None:
                raise unknown(item.session)
            entry = None if item.id in session.events else _made(item, session)
        except Exception as error:
            item.done.set_exception(error)
            return
        twin = next((w for w in batch.waiting if w.id == item.id and w.session is session), None)
        if entry is None:
            item.done.set_result(None)
        elif twin is not None:
            batch.waiting.append(twin._replace(done=item.done))
        else:
            batch.entries[session].append(entry)
            batch.waiting.append(Waiting(session, entry, item.id, item.done))

    def _tick(self, batch: Batch) -> bool:
        """Once a second (then True): a row in each open session, with the problems of late."""
        now_ns = self._clock.now_ns()
        if now_ns // SECOND_NS == self._second:
            return False
        self._second = now_ns // SECOND_NS
        self._router.look(now_ns)
        noted, self._noted = self._noted, []
        for session in self.shelf.inwork.values():
            if session.open:
                batch.entries[session] += [
                    _problem_entry(problem) for problem, room in noted
                    if room in ("", session.info.room)
                ]
                batch.entries[session].append(Entry(now_ns, "hub/tick", b""))
            elif session.due:
                batch.entries[session] += []
        boxes = [kit for kit in self.kits.heard() if kit.role == "box"]
        self._urgent = frozenset(kit.ack_topic[:-3] + "data" for kit in boxes)
        return True

    def _commit(self, batch: Batch) -> None:
        failed = self._committer.commit(batch)
        self._acks.acknowledge(batch.came, failed)

    def _refused(self, session: Shelved, error: JournalError) -> None:
        now_ns = self._clock.now_ns()
        self.problem(Problem(now_ns, DISK, error.what, error.kept, error.do), session.info.id)

    def push(self, room: str) -> None:
        """Tell the kits of a room at once what they are to do. Writer's thread only."""
        self._acks.push(self.kits.known(room))


def _made(item: Say, session: Shelved) -> Entry:
    entry, many = item.make(), len(session.events)
    if many >= EVENTS_MAX + SPARE:
        raise Refused(f"This session has {many} events and can take no more.", KEPT_BEFORE,
                      "Close the session and open another.", code="too many")
    if many >= EVENTS_MAX and entry.topic in MANY:
        raise Refused(
            f"This session has {many} events and takes no more speakers and markers.",
            KEPT_BEFORE, "Go on with phases, presenters and corrections: there is still room for "
            "them. To record every turn, close the session and open another.", code="many turns")
    return entry


def _answer(item: Call) -> None:
    try:
        item.done.set_result(item.do())
    except BaseException as error:
        item.done.set_exception(error)


def _problem_entry(problem: Problem) -> Entry:
    return Entry(problem.at_ns, "hub/problem", json.dumps(asdict(problem)).encode())
