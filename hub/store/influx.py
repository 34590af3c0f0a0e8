"""Writes a session's results to InfluxDB.

Nothing waits for InfluxDB. Results go into a bounded queue; when that is full (InfluxDB has been
away for long) it is thrown away, and later made again from the journal. The row up to which
InfluxDB has everything is on disk, so a restart goes on from there. Points written twice are the
same points. Whatever goes wrong is said (`trouble`), and tried again from there. Each post is a
turn (`hub.store.turns`): lines that come too late are let go.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from itertools import islice, takewhile
from pathlib import Path

from hub.course.log import CourseLog
from hub.disk.journal import JOURNAL, Reader, follow, last_row, read_meta
from hub.results.pipeline import CourseChanged, Result
from hub.store.again import Again
from hub.store.makers import Line, Makers, Wanted
from hub.store.position import ENDING, WHOLE, note_deleted, still_there, was_whole
from hub.store.post import NotTaken, Post, Wipe, keeps_all
from hub.store.queue import LINES_AT_ONCE, Queue
from hub.store.sending import RETRY_S, Sender
from hub.store.summary import OF_THE_WHOLE, summary_apart
from hub.store.table import RAW, TABLE, TEAM
from hub.store.trouble import OCCUPIED, UNERASED, UNSUMMED, Trouble, stumbled
from hub.store.turns import Occupied, Overtaken, Turns
from hub.team.curve import over_at, sealed_at

ROWS_AT_ONCE = 50  # read again before a rest: some 50 ms of work
CLOSE_S = 10.0
READING = {sealed: threading.Lock() for sealed in (True, False)}  # to read a journal again

log = logging.getLogger("stillpoint")


# What may stop a writer; of NotTaken only that of a deletion gets so far.
FORESEEN: dict[type[Exception], Trouble] = {Occupied: OCCUPIED, NotTaken: UNERASED}


class InfluxSink:
    """One session's way into InfluxDB. `trouble` says why it does not go on, or else what InfluxDB
    has refused for good.

    `position`: the last journal row that is in; one more once its ending is (the session was
    sealed), two more with what only the whole session tells. Then it is `done`, and its thread
    ends. `summing`: that is being worked out; `unsummed`: it could not be. Then the note on disk
    says so, and it is for the next writer.
    """

    def __init__(
        self, folder: Path, post: Post, wanted: Wanted | None = None, behind: bool = False,
        nicely: bool = True, wipe: Wipe = keeps_all, alone: bool = False,
    ) -> None:
        self._folder, self._path = folder, folder / JOURNAL
        self._turns = Turns(folder, alone)
        self._sender = Sender(self._turns.in_turn(post), self._turns.in_turn(wipe))
        self._wanted, self._nicely = wanted or Wanted(), nicely
        self.position = self._turns.begin()
        self.summing = self.unsummed = False
        self._stumbled: Trouble | None = None
        self._makers = self._fresh_makers()
        self._held = self._makers.held
        self._queue = Queue(behind)
        self._thread = threading.Thread(target=self._run, daemon=True, name="influx")
        self._thread.start()

    def _fresh_makers(self) -> Makers:
        without = self._turns.without
        return Makers(read_meta(self._path), self._wanted, without, was_whole(self._folder))

    # -- what the worker gives --------------------------------------------------------------------

    def put(self, row: int, results: Iterable[Result]) -> None:
        """Queue what one journal row led to."""
        self._hand_in(row, lambda: self._makers.lines(results))

    def end(self, row: int, results: Iterable[Result], end_ns: int) -> None:
        """Queue what the end of a sealed session led to, and after it the summary."""
        kept_back = self._makers.held  # now it may be written: from the journal, from the beginning
        make = list[Line] if kept_back else lambda: self._makers.finish(results, end_ns)
        queue = self._queue
        with queue.changed:  # or the writer might see the end, and not yet that all is to be made
            known = self.position
            self._hand_in(row, make, last=True)
            if (kept_back and self._held) or known == row:  # or the summary alone is missing
                queue.forget()
            queue.done = queue.done or known > row
            queue.changed.notify()

    def _hand_in(self, row: int, make: Callable[[], list[Line]], last: bool = False) -> None:
        """A mistake here is InfluxDB's trouble alone: pages and digest go on."""
        try:
            lines = make()
        except Exception as error:
            lines = list[Line]()
            self._stumble(error)
        with self._queue.changed:
            self._queue.put(row, lines, last, self.position)

    @property
    def trouble(self) -> Trouble | None:
        return self._stumbled or (UNSUMMED if self.unsummed else self._sender.trouble)

    @property
    def reached(self) -> bool:
        return self.settled > 0

    @property
    def settled(self) -> int:
        """Grows with each post and deletion."""
        return self._sender.settled

    @property
    def error(self) -> str | None:
        """The trouble in a sentence."""
        return self.trouble.what if self.trouble else None

    @property
    def pending(self) -> bool:
        """True while something waits to be written."""
        return self._queue.pending

    @property
    def done(self) -> bool:
        return self._queue.done

    def close(self) -> None:
        """Write what is queued, within CLOSE_S; the rest is made again from the journal later."""
        with self._queue.changed:
            self._queue.closing = True
            self._queue.changed.notify()
        self._thread.join(CLOSE_S)

    # -- the writer's thread ----------------------------------------------------------------------

    def _run(self) -> None:
        """Whatever goes wrong, go on from the position, slower each time."""
        stumbles = 0
        while not self._queue.is_over:
            try:
                self._next()
                self._stumbled, stumbles = None, 0
            except Exception as error:
                self._stumble(error)
                if self._queue.closing:
                    return
                self._queue.rest(RETRY_S[min(stumbles, len(RETRY_S) - 1)])
                stumbles += 1

    def _next(self) -> None:
        """Wait for something to do, and do it."""
        self._queue.wait()
        try:
            if still_there(self._folder, self._wanted.buckets):
                self._take_out()
            self._write()
        except Overtaken:
            self._begin_anew()

    def _take_out(self) -> None:
        """Somebody was erased since it was written, and no command has come to its end that wrote
        it anew: nothing of it may stay. What is in buckets that are not named now stays owed."""
        session = read_meta(self._path)["session"]
        for bucket, name in filter(self._is_wanted, [(one.bucket, one.name) for one in TABLE]):
            self._sender.delete(bucket, name, session)
        with self._turns.turn():
            note_deleted(self._folder, self._wanted.buckets, self._turns.without)
        self._begin_anew()

    def _write(self) -> None:
        if self._queue.behind:
            self._catch_up()
        elif self._queue:
            self._write_queued()

    def _stumble(self, error: Exception) -> None:
        """A mistake, or a journal that cannot be read: said, and all made again from there."""
        foreseen = FORESEEN.get(type(error))
        trouble = foreseen or stumbled(error)
        if trouble != self._stumbled and not foreseen:
            log.error("InfluxDB's writer of %s, after row %d", self._folder.name, self.position,
                      exc_info=error)
        with self._queue.changed:
            self._stumbled, self._queue.posting, self.summing = trouble, False, False
            self._queue.forget()
            self._queue.changed.notify()

    def _begin_anew(self) -> None:
        """From where InfluxDB is now; there is nothing to do where a command has written it all."""
        with self._queue.changed:
            self._queue.posting = self.unsummed = False
            self._stumbled = None
            self._queue.forget()
            self.position = self._turns.begin()
            self._queue.done = self.position == last_row(self._path) + WHOLE

    def _write_queued(self) -> None:
        row, batch, last = self._queue.take(self.position)
        self._deliver(row - last, batch, ENDING * last)
        if last:
            self._summarise(row - ENDING)

    def _catch_up(self) -> None:
        """Make the results again from the journal, and write those past the position. Sessions
        that go on do not wait for those that are over."""
        sealed_ns = sealed_at(read_meta(self._path))
        last = last_row(self._path)
        if sealed_ns is not None and not self._held and self.position == last + ENDING:
            return self._summarise(last)
        with self._turns.turn():
            pass  # who waits for a command keeps no other session waiting
        with READING[sealed_ns is not None]:
            self._turns.look()  # the wait may have been long
            makers = self._fresh_makers()
            if sealed_ns is not None and self._is_only_told():
                self._retell(makers, last)
            else:
                self._make_again(makers, sealed_ns)

    def _is_only_told(self) -> bool:
        """True if InfluxDB had all of it, and nothing that was measured has come since."""
        if not was_whole(self._folder):
            return False
        with Reader(self._path) as reader:
            return not any(row.topic.startswith("data/") for row in reader.rows(self.position))

    def _retell(self, makers: Makers, last: int) -> None:
        """What was said since the position, up to row `last`: no signal is worked out for it."""
        course = CourseLog()
        for row in takewhile(lambda row: row.row <= self.position, follow(self._path)):
            course.feed(row)
        makers.lines([CourseChanged(course.state)])  # these are there: some may be no more
        with Reader(self._path) as reader:
            words = filter(course.feed, reader.rows(self.position))
            made = [makers.lines([CourseChanged(course.state)]) for _ in words]
        self._deliver(last, [line for lines in made for line in lines], ENDING)
        self._summarise(last)

    def _make_again(self, makers: Makers, sealed_ns: int | None) -> None:
        if self._held and not makers.held:
            self.position = 0  # what was kept back is to be written too
        self._held = makers.held
        lazily = sealed_ns is not None and not makers.prompt
        again = Again(lazily, self._wanted.waves, self._turns.without, sealed_ns)
        at, at_ns, batch = self._read_on(again, makers)
        if not self._held and "sealed_ns" in read_meta(self._path):
            if self.position <= at:
                made = makers.finish(again.finish(at_ns), over_at(at_ns, sealed_ns))
                self._deliver(at, batch + made, ENDING)
            self._summarise(at)

    def _read_on(self, again: Again, makers: Makers) -> tuple[int, int, list[Line]]:
        """Write what the journal's rows lead to, up to the newest: that row, its time (ns)."""
        at = at_ns = 0
        batch: list[Line] = []
        with Reader(self._path) as reader:
            while True:
                begun_s = time.thread_time()
                rows = reader.rows(at, ROWS_AT_ONCE)
                for row in rows:
                    at, at_ns = row.row, row.at_ns
                    makers.before(row)
                    for of, results in again.feed(row):
                        made = makers.lines(results)
                        batch += made if of > self.position else []
                if len(batch) >= LINES_AT_ONCE or (batch and not rows):
                    self._deliver(again.through, batch)
                    batch = []
                if not rows and self._queue.is_level(at, self._held):
                    return at, at_ns, batch
                if self._nicely:
                    self._queue.rest(time.thread_time() - begun_s)

    def _summarise(self, row: int) -> None:
        """What only the whole session tells takes the place of what was known of it before."""
        self._queue.posting = True
        self._replace()
        self._deliver(row, [], ENDING if self.unsummed else WHOLE)
        self.position = row + WHOLE  # no more comes of it now
        self._stumbled = None  # before it is done: nobody looks again after that
        self._queue.behind, self._queue.done = False, True

    def _replace(self) -> None:
        """Worked out in a process of its own, whole, before anything is deleted. Who is killed in
        the middle begins again here: WHOLE is not noted yet."""
        self.summing = True
        with summary_apart(self._folder) as lines:
            self.summing, self.unsummed = False, lines is None
            if lines is None:
                return
            session = read_meta(self._path)["session"]
            for bucket, name in filter(self._is_wanted, OF_THE_WHOLE):
                self._sender.wipe(bucket, name, session)
            wanted = filter(self._is_wanted, lines)
            while batch := list(islice(wanted, LINES_AT_ONCE)):
                self._send(batch)

    def _is_wanted(self, what: tuple[str, str]) -> bool:
        return {TEAM: self._wanted.team, RAW: self._wanted.raw}.get(what[0], True)

    def _deliver(self, row: int, lines: list[Line], ended: int = 0) -> None:
        """Post until it is taken; then move the position."""
        self._send(lines)
        if not self._held:  # else all is written anew in the end
            self._turns.note(row, ended, UNSUMMED if self.unsummed else None)
        self.position = row + ended
        self._queue.posting = False

    def _send(self, lines: list[Line]) -> None:
        """Until they are in."""
        for bucket in dict.fromkeys(bucket for bucket, _ in lines):
            texts = [text for to, text in lines if to == bucket]
            for begin in range(0, len(texts), 2 * LINES_AT_ONCE):
                self._sender.send(bucket, texts[begin : begin + 2 * LINES_AT_ONCE])
