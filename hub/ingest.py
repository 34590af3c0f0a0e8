"""From the broker to the disk, and back to the kit: the thread that writes.

The network's thread stamps each message with the hub's time and leaves it in the inbox. The
writer's thread gathers for a moment, commits what came to each session's journal, and only then
acknowledges. Everything that changes a session or a kit happens on the writer's thread.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, TypeVar

from firmware import wire
from hub.batch import Batch, Came, Waiting
from hub.errors import JournalError, Refused
from hub.hubclock import HubClock
from hub.inbox import Arrived, Call, Inbox, Item, Say
from hub.journal import Entry
from hub.kits import Kit, KitBook, Progress
from hub.problem_book import ProblemBook
from hub.records import Problem
from hub.route import Router
from hub.shelf import Shelf, Shelved

T = TypeVar("T")

GATHER_S = (0.02, 1.0)  # shortest and longest wait for more before a commit
SHARE = 3  # gather so many times as long as the last commits took: they get a quarter of the time
SECOND_NS = 1_000_000_000
COMMITTERS = 8  # commits that may wait for the disk at the same time
NAP_S = 0.25  # how long the writer waits for a first message
DISK = "disk"  # the code of the problem while a journal cannot be written
ANSWER_S = 10.0  # how long a caller waits for the disk

log = logging.getLogger("stillpoint")

KEPT_BAD = "Every good message is kept; nothing of this one is."
WHAT_TO_DO = {
    "bad message": (KEPT_BAD, "Look for a foreign or faulty sender on this broker."),
    "foreign session": ("Nothing of it: there is no session to keep it in.",
                        "If this hub's data folder was changed, bring back the right one."),
    "no seat": ("What it recorded on its seat is kept.", "Nothing: this is as it should be."),
    "journal": ("What the kits have not been acknowledged, they keep.",
                "Look after the disk; the hub tries again by itself."),
    "frames lost": ("All frames before and after.",
                    "See where: `stillpoint verify` dates the gap. Was the kit out of reach?"),
    "hub": ("Everything acknowledged is on the disk.", "Report this, with the hub's log."),
}


class Ingest:
    """The writer's thread and what it works with. `publish(topic, payload)` must not wait.
    `every_second()`, if it is set, is called on the writer's thread."""

    def __init__(
        self,
        clock: HubClock,
        shelf: Shelf,
        kits: KitBook,
        problems: ProblemBook,
        publish: Callable[[str, bytes], object],
    ) -> None:
        self.shelf, self.kits, self.problems = shelf, kits, problems
        self.stats = {"rows": 0, "commits": 0, "rounds": 0, "acks": 0}
        self.every_second: Callable[[], None] = lambda: None
        self._clock, self._publish = clock, publish
        self._inbox = Inbox()
        self._router = Router(shelf, kits, self.report)
        self._urgent: frozenset[str] = frozenset()  # topics of button boxes
        self._noted: list[Problem] = []
        self._second = clock.now_ns() // SECOND_NS
        self._gather_s = GATHER_S[0]
        self._stopping = False
        self._committers = ThreadPoolExecutor(COMMITTERS, "stillpoint-commit")
        self._thread = threading.Thread(target=self._run, name="stillpoint-writer", daemon=True)

    # -- any thread -------------------------------------------------------------------------------

    def arrived(self, topic: str, payload: bytes) -> None:
        """Take in a message of the broker. Never waits."""
        self._inbox.put(Arrived(self._clock.now_ns(), topic, payload), topic in self._urgent)

    def call(self, do: Callable[[], T]) -> T:
        """Do something on the writer's thread; returns or raises what it does."""
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            return do()
        item = Call(do)
        self._inbox.put(item, urgent=True)
        return self._wait(item)

    def say(self, session: str, id: str, make: Callable[[], Entry]) -> None:
        """Store an event of a session: it is durable when this returns. The same `id` twice is
        stored once. Refused for an unknown session, JournalError where the disk will not."""
        item = Say(session, id, make)
        self._inbox.put(item, urgent=True)
        self._wait(item)

    def _wait(self, item: Call | Say) -> Any:
        try:
            return item.done.result(ANSWER_S)
        except TimeoutError:
            raise JournalError(
                f"The disk did not answer within {ANSWER_S:.0f} s.",
                "It is not known whether this was stored; saying it again does no harm.",
                "Try again; if it comes back, look after the disk.",
            ) from None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Commit what is there, acknowledge it, and end."""
        self._stopping = True
        self._inbox.put(Call(lambda: None), urgent=True)
        if self._thread.is_alive():
            self._thread.join(30)
        self._committers.shutdown()

    @property
    def dropped(self) -> int:
        """Messages that found the inbox full."""
        return self._inbox.dropped

    def report(self, code: str, what: str, subject: str = "") -> None:
        """Note a problem of one of the kinds in WHAT_TO_DO."""
        kept, do = WHAT_TO_DO[code]
        self.problem(Problem(self._clock.now_ns(), code, what, kept, do), subject)

    def problem(self, problem: Problem, subject: str = "") -> None:
        """Note a problem, also in the journals of the sessions that are open."""
        if self.problems.add(problem, subject):
            self._noted.append(problem)

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
            self.report("hub", f"The hub made a mistake of its own: {error!r}.", repr(error)[:80])

    def _round(self) -> None:
        items = self._inbox.take(NAP_S, self._gather_s)
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
        self.stats["rounds"] += 1

    def _route(self, item: Item, batch: Batch) -> None:
        if isinstance(item, Arrived):
            self._router.route(item, batch)
        elif isinstance(item, Say):
            self._hear(item, batch)

    def _hear(self, item: Say, batch: Batch) -> None:
        try:
            session = self.shelf.by_id(item.session)
            if session is None:
                raise Refused(f"There is no session {item.session}.", "Nothing was changed.",
                              "`stillpoint sessions` lists them.")
            entry = None if item.id in session.events else item.make()
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
        noted, self._noted = self._noted, []
        for session in self.shelf.inwork.values():
            if session.open:
                batch.entries[session] += [_problem_entry(problem) for problem in noted]
                batch.entries[session].append(Entry(now_ns, "hub/tick", b""))
            elif session.due:
                batch.entries[session] += []
        boxes = [kit for kit in self.kits.heard() if kit.role == "box"]
        self._urgent = frozenset(kit.ack_topic[:-3] + "data" for kit in boxes)
        return True

    def _commit(self, batch: Batch) -> None:
        began = time.monotonic()
        failed = self._store(batch)
        if batch.entries:
            took = time.monotonic() - began
            self._gather_s = min(max(SHARE * took, GATHER_S[0]), GATHER_S[1])
        for waiting in batch.waiting:
            if waiting.session not in failed:
                waiting.done.set_result(None)
        self._acknowledge(batch.came, failed)

    def _store(self, batch: Batch) -> set[Shelved]:
        """Commit the batch's rows; returns the sessions whose journal would not take them. The
        commits of several sessions wait for the disk together: most of a commit is that wait."""
        before = {session: (session.seated, session.trouble) for session in batch.entries}
        work = list(batch.entries.items())
        alone = len(work) < 2
        outcomes = list(map(_attempt, work) if alone else self._committers.map(_attempt, work))
        for (session, (seated, trouble)), error in zip(before.items(), outcomes, strict=True):
            if error is not None:
                self._refuse(session, batch, error)
                continue
            if trouble is not None:
                self.problems.over(DISK, session.info.id)
            if session.seated != seated:
                self.push(session.info.room)
        self.stats["commits"] += len(outcomes)
        self.stats["rows"] += sum(map(len, batch.entries.values()))
        return {session for session, error in zip(before, outcomes, strict=True) if error}

    def _refuse(self, session: Shelved, batch: Batch, error: JournalError) -> None:
        mine = [waiting for waiting in batch.waiting if waiting.session is session]
        session.forget(waiting.entry for waiting in mine)
        for waiting in mine:
            waiting.done.set_exception(error)
        now_ns = self._clock.now_ns()
        self.problem(Problem(now_ns, DISK, error.what, error.kept, error.do), session.info.id)

    # -- acknowledgements -------------------------------------------------------------------------

    def _acknowledge(self, came: list[Came], failed: set[Shelved]) -> None:
        """One acknowledgement for each boot that something durable came from."""
        due: dict[tuple[Kit, int], Progress] = {}
        silent: set[Kit] = set()
        for one in came:
            if one.session in failed:
                silent.add(one.kit)
                continue
            lost = one.progress.base(one.base)
            if lost:
                self._lost(one, lost)
            if one.seq is not None:
                one.progress.note(one.seq)
            due[one.kit, one.boot] = one.progress
        for (kit, boot), progress in due.items():
            if kit not in silent:
                self._send(kit, boot, progress)

    def _lost(self, one: Came, lost: int) -> None:
        what = f"{lost} frames of {one.kit.name} are gone for good, before frame {one.base}."
        self.report("frames lost", what, one.kit.name)

    def _send(self, kit: Kit, boot: int, progress: Progress) -> None:
        kit.asked = self._router.wanted(kit)
        now_ns = self._clock.now_ns()
        self._publish(kit.ack_topic, wire.pack_ack(boot, progress.next, kit.asked, now_ns))
        self.stats["acks"] += 1

    def push(self, room: str) -> None:
        """Tell the kits of a room whose session has changed, without waiting for their next
        frame."""
        for kit in self.kits.known(room):
            progress = kit.boots.get(kit.boot) if kit.boot is not None else None
            if progress is not None and kit.asked != self._router.wanted(kit):
                self._send(kit, kit.boot or 0, progress)


def _attempt(work: tuple[Shelved, list[Entry]]) -> JournalError | None:
    """Commit a session's rows. Runs beside the same of other sessions."""
    session, entries = work
    try:
        session.store(entries)
    except JournalError as error:
        return error
    return None


def _answer(item: Call) -> None:
    try:
        item.done.set_result(item.do())
    except BaseException as error:
        item.done.set_exception(error)


def _problem_entry(problem: Problem) -> Entry:
    return Entry(problem.at_ns, "hub/problem", json.dumps(asdict(problem)).encode())
