"""Writes a session's results to InfluxDB: the only place that knows influxdb_client.

Nothing waits for InfluxDB. Results go into a bounded queue; when that is full (InfluxDB has been
away for long) it is thrown away, and later made again from the journal. The row up to which
InfluxDB has everything is on disk, so a restart goes on from there. Points written twice are the
same points.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

from hub.journal import follow, last_row, read_meta
from hub.lines import LineMaker
from hub.pipeline import Pipeline, Result
from hub.settings import Settings

QUEUED_LINES_MAX = 200_000  # about 20 MB
LINES_AT_ONCE = 5_000
RETRY_S = (1, 2, 5, 10, 30)
REFUSED = (400, 413, 422)  # these lines will never be taken: the rest must go on
CLOSE_S = 10.0

Post = Callable[[bytes], None]


class Sink(Protocol):
    """Where a worker puts results, row by row, in order. Never blocks. `error`: why it does not
    go on; None while it does."""

    error: str | None

    def put(self, row: int, results: Iterable[Result]) -> None: ...

    def close(self) -> None: ...


def sink_for(settings: Settings, folder: Path) -> Sink | None:
    """The session's writer, or None where InfluxDB is not configured."""
    return InfluxSink(folder, poster(settings)) if settings.influx_url else None


def refill(settings: Settings, folder: Path) -> Sink:
    """Write the rest of a session of old, from its journal, beside everything else."""
    return InfluxSink(folder, poster(settings), behind=True)


def is_behind(folder: Path) -> bool:
    """True if InfluxDB does not have all of a sealed session: it was away at the end, perhaps."""
    last = last_row(folder / "session.sqlite")
    return _read_position(folder / "influx.json") <= last


def poster(settings: Settings) -> Post:
    """Posts line protocol to the configured bucket; raises ApiException or OSError."""
    client = InfluxDBClient(
        url=settings.influx_url, token=settings.influx_token, org=settings.influx_org,
        enable_gzip=True, timeout=10_000,
    )
    write = client.write_api(write_options=SYNCHRONOUS)  # type: ignore[reportUnknownMemberType]
    return lambda lines: write.write(bucket=settings.influx_bucket, record=lines)  # type: ignore[reportUnknownMemberType]


class InfluxSink:
    """One session's way into InfluxDB. `error` says why it does not go on, None while it does."""

    def __init__(self, folder: Path, post: Post, behind: bool = False) -> None:
        self._path, self._position_path = folder / "session.sqlite", folder / "influx.json"
        self._post = post
        self.position = _read_position(self._position_path)
        self.error: str | None = None
        self.refused = 0  # batches that InfluxDB would not take
        self._maker = self._fresh_maker()
        self._queue: deque[tuple[int, list[str]]] = deque()
        self._queued = 0
        self._newest = 0
        self._behind = behind
        self._wake = threading.Condition()
        self._closing = self._posting = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="influx")
        self._thread.start()

    def _fresh_maker(self) -> LineMaker:
        meta = read_meta(self._path)
        return LineMaker(meta["site"], meta["room"], meta["session"])

    def put(self, row: int, results: Iterable[Result]) -> None:
        """Queue what one journal row led to."""
        lines = [line for result in results for line in self._maker.lines(result)]
        with self._wake:
            self._newest = row
            if row <= self.position or self._behind or not lines:
                return
            self._queue.append((row, lines))
            self._queued += len(lines)
            if self._queued > QUEUED_LINES_MAX:
                self._forget()
            self._wake.notify()

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
                if self._closing and not (self._queue or self._behind):
                    return
            if self._behind:
                self._catch_up()
            else:
                self._write_queued()

    def _write_queued(self) -> None:
        batch: list[str] = []
        row = self.position
        with self._wake:
            self._posting = True
            while self._queue and len(batch) < LINES_AT_ONCE:
                row, lines = self._queue.popleft()
                self._queued -= len(lines)
                batch += lines
        self._deliver(row, batch)

    def _catch_up(self) -> None:
        """Make the results again from the journal, and write those past the position."""
        pipeline, maker = Pipeline(), self._fresh_maker()
        at = last_ns = 0
        batch: list[str] = []
        while True:
            rows = list(follow(self._path, at, 500))
            for row in rows:
                at, last_ns = row.row, row.at_ns
                made = [line for result in pipeline.feed(row) for line in maker.lines(result)]
                batch += made if at > self.position else []
            if len(batch) >= LINES_AT_ONCE or (batch and not rows):
                self._deliver(at, batch)
                batch = []
            with self._wake:
                if not rows and at >= self._newest:
                    self._behind = False
                    break
        if "sealed_ns" in read_meta(self._path):
            ending = pipeline.finish(last_ns)
            self._deliver(at + 1, [line for result in ending for line in maker.lines(result)])

    def _deliver(self, row: int, lines: list[str]) -> None:
        """Post until it is taken; then move the position."""
        tries = 0
        while lines and not self._taken(lines):
            time.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1
        self.position = row
        _write_position(self._position_path, row)
        self._posting = False

    def _taken(self, lines: list[str]) -> bool:
        try:
            self._post("\n".join(lines).encode())
        except ApiException as error:
            status, reason = int(_said(error, "status") or 0), _said(error, "reason")
            self.error = f"InfluxDB answers {status}: {reason}"
            if status not in REFUSED:
                return False
            self.refused += 1
            return True
        except Exception as error:  # the library raises urllib3's and its own
            self.error = f"InfluxDB cannot be reached: {error}"
            return False
        self.error = None
        return True


def _said(error: ApiException, name: str) -> Any:
    """An attribute that the library leaves untyped."""
    return getattr(error, name, None)


def _read_position(path: Path) -> int:
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return int(said["row"])
    except (OSError, ValueError, KeyError):
        return 0


def _write_position(path: Path, row: int) -> None:
    """Without fsync: an older position, or none, only means that points are written again."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"row": row}), encoding="utf-8")
    part.replace(path)
