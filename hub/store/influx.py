"""Writes a session's results to InfluxDB.

Nothing waits for InfluxDB. Results go into a bounded queue; when that is full (InfluxDB has been
away for long) it is thrown away, and later made again from the journal. The row up to which
InfluxDB has everything is on disk, so a restart goes on from there. Points written twice are the
same points.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from hub.erased import erased_seats
from hub.journal import follow, last_row, read_meta
from hub.pipeline import Pipeline, Result
from hub.settings import Settings
from hub.store.makers import Line, Makers, Wanted
from hub.store.post import Away, Post, Refused, poster
from hub.store.summary import summary_apart
from hub.store.trouble import Trouble, left_out

QUEUED_LINES_MAX = 200_000  # about 20 MB
LINES_AT_ONCE = 5_000
GATHER_S = 2.0  # what comes within it goes in one post: a post costs as much as hundreds of lines
RETRY_S = (1, 2, 5, 10, 30)
RETRY_MAX_S = 300.0  # however long InfluxDB says
CLOSE_S = 10.0
DROPPED = re.compile(r"dropped=(\d+)")  # InfluxDB: how many points of a partial write


class Sink(Protocol):
    """Where a worker puts results, row by row, in order. Never blocks. `trouble`: what somebody
    should know of it; None while all is well."""

    @property
    def trouble(self) -> Trouble | None: ...

    def put(self, row: int, results: Iterable[Result]) -> None: ...

    def end(self, row: int, results: Iterable[Result], end_ns: int) -> None: ...

    def close(self) -> None: ...


def sink_for(settings: Settings, folder: Path) -> Sink | None:
    """The session's writer, or None where InfluxDB is not configured."""
    return InfluxSink(folder, poster(settings), wanted(settings)) if settings.influx_url else None


def refill(settings: Settings, folder: Path) -> InfluxSink:
    """Write the rest of a session of old, from its journal, beside everything else."""
    return InfluxSink(folder, poster(settings), wanted(settings), behind=True)


def wanted(settings: Settings) -> Wanted:
    """What the settings ask for."""
    live = settings.simulated or settings.team_view == "late"
    seats = settings.simulated or settings.seat_view == "live"
    return Wanted(settings.influx_waves, live, bool(settings.influx_team_bucket),
                  bool(settings.influx_raw_bucket), seats)


def is_behind(folder: Path) -> bool:
    """True if InfluxDB does not have all of a sealed session: it was away at the end, perhaps."""
    return read_position(folder) <= last_row(folder / "session.sqlite") + 1


class InfluxSink:
    """One session's way into InfluxDB. `trouble` says why it does not go on, or else what InfluxDB
    has refused for good.

    `position`: the last journal row that is in; one more once its ending is (the session was
    sealed), two more with the summary of its phases.
    """

    def __init__(
        self, folder: Path, post: Post, wanted: Wanted | None = None, behind: bool = False
    ) -> None:
        self._folder, self._path = folder, folder / "session.sqlite"
        self._post, self._wanted = post, wanted or Wanted()
        self.position = read_position(folder)
        self.refused = 0  # lines that InfluxDB would not take
        self._away: Trouble | None = None
        self._left_out: Trouble | None = None
        self._makers = self._fresh_makers()
        self._held, self._afresh = self._makers.held, False
        self._queue: deque[tuple[int, list[Line]]] = deque()
        self._queued = 0
        self._newest = 0
        self._behind = behind
        self._wake = threading.Condition()
        self._closing = self._posting = self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="influx")
        self._thread.start()

    def _fresh_makers(self) -> Makers:
        return Makers(read_meta(self._path), self._wanted, erased_seats(self._folder))

    def put(self, row: int, results: Iterable[Result]) -> None:
        """Queue what one journal row led to."""
        self._enqueue(row, self._makers.lines(results))

    def end(self, row: int, results: Iterable[Result], end_ns: int) -> None:
        """Queue what the end of a sealed session led to, and after it the summary."""
        if self._makers.held:  # now all of it may be written: from the journal, from the beginning
            with self._wake:
                self._newest, self._ended, self._afresh = row, True, True
                self._forget()
                self._wake.notify()
            return
        lines = self._makers.finish(results, end_ns)
        self._ended = True
        self._enqueue(row, lines)

    def _enqueue(self, row: int, lines: list[Line]) -> None:
        with self._wake:
            self._newest = row
            if row <= self.position or self._behind or not (lines or self._ended):
                return
            self._queue.append((row, lines))
            self._queued += len(lines)
            if self._queued > QUEUED_LINES_MAX:
                self._forget()
            if len(self._queue) <= 1 or self._is_due():
                self._wake.notify()

    @property
    def trouble(self) -> Trouble | None:
        return self._away or self._left_out

    @property
    def error(self) -> str | None:
        """The trouble in a sentence."""
        return self.trouble.what if self.trouble else None

    @property
    def pending(self) -> bool:
        """True while something waits to be written."""
        return bool(self._queue) or self._behind or self._posting

    def _forget(self) -> None:
        self._queue.clear()
        self._queued = 0
        self._behind = True

    def close(self) -> None:
        """Write what is queued, within CLOSE_S; the rest is made again from the journal later."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not (self._queue or self._behind or self._closing):
                    self._wake.wait()
                self._wake.wait_for(self._is_due, GATHER_S)
                if self._closing and not (self._queue or self._behind):
                    return
            if self._behind:
                self._catch_up()
            else:
                self._write_queued()

    def _is_due(self) -> bool:
        """True where nothing is gained by waiting for more."""
        full = self._queued >= LINES_AT_ONCE
        return full or self._behind or self._closing or self._ended

    def _write_queued(self) -> None:
        batch: list[Line] = []
        row = self.position
        with self._wake:
            self._posting = True
            while self._queue and len(batch) < LINES_AT_ONCE:
                row, lines = self._queue.popleft()
                self._queued -= len(lines)
                batch += lines
            last = self._ended and not self._queue
        self._deliver(row, batch)
        if last:
            self._summarise(row)

    def _catch_up(self) -> None:
        """Make the results again from the journal, and write those past the position."""
        without = erased_seats(self._folder)
        pipeline = Pipeline(without=without)
        makers = self._fresh_makers()
        self._held = makers.held
        self.position = 0 if self._afresh else self.position
        at = last_ns = 0
        batch: list[Line] = []
        while True:
            rows = list(follow(self._path, at, 500))
            for row in rows:
                at, last_ns = row.row, row.at_ns
                made = makers.lines(pipeline.feed(row))
                batch += made if at > self.position else []
            if len(batch) >= LINES_AT_ONCE or (batch and not rows):
                self._deliver(at, batch)
                batch = []
            with self._wake:
                if not rows and at >= self._newest - self._ended:
                    self._behind = False
                    break
        if "sealed_ns" in read_meta(self._path):
            if self.position <= at:
                self._deliver(at + 1, makers.finish(pipeline.finish(last_ns), last_ns))
            self._summarise(at + 1)

    def _summarise(self, row: int) -> None:
        """What only the whole session tells: worked out in a process of its own."""
        self._posting = True
        self._deliver(row + 1, summary_apart(self._folder))

    def _deliver(self, row: int, lines: list[Line]) -> None:
        """Post until it is taken; then move the position."""
        for bucket in dict.fromkeys(bucket for bucket, _ in lines):
            self._send(bucket, [text for to, text in lines if to == bucket])
        if not self._held:  # else all is written anew in the end
            with contextlib.suppress(OSError):  # the hub's disk is full: points are written again
                write_position(self._folder, row)
        self.position = row
        self._posting = False

    def _send(self, bucket: str, lines: list[str]) -> None:
        """Until they are in; of lines that will never be taken, all others are."""
        tries = 0
        while True:
            try:
                self._post(bucket, "\n".join(lines).encode())
            except Refused as error:
                return self._without_the_bad(bucket, lines, error)
            except Away as error:
                self._away = error.trouble
                pause = error.after_s or RETRY_S[min(tries, len(RETRY_S) - 1)]
                time.sleep(min(pause, RETRY_MAX_S))
                tries += 1
            else:
                self._away = None
                return

    def _without_the_bad(self, bucket: str, lines: list[str], error: Refused) -> None:
        self._away = None
        if error.partly or len(lines) == 1:
            return self._count_refused(str(error), lines if len(lines) == 1 else [])
        half = len(lines) // 2
        self._send(bucket, lines[:half])
        self._send(bucket, lines[half:])

    def _count_refused(self, why: str, known: list[str]) -> None:
        """Said anew whenever there are twice as many: not with every line."""
        before, found = self.refused, DROPPED.search(why)
        self.refused += max(1, int(found[1]) if found else 1)
        if self.refused.bit_length() != before.bit_length():
            heads = "".join(f"; left out: {line.partition(' ')[0][:120]}" for line in known)
            self._left_out = left_out(self.refused, why + heads)  # no figure of anybody's


def read_position(folder: Path) -> int:
    """The journal row up to which InfluxDB has a session; 0: nothing."""
    try:
        said: dict[str, Any] = json.loads((folder / "influx.json").read_text(encoding="utf-8"))
        return int(said["row"])
    except (OSError, ValueError, KeyError):
        return 0


def write_position(folder: Path, row: int) -> None:
    """Without fsync: an older position, or none, only means that points are written again."""
    part = folder / "influx.part"
    part.write_text(json.dumps({"row": row}), encoding="utf-8")
    part.replace(folder / "influx.json")
