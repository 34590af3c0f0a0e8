"""The writer of InfluxDB and nothing else, in a process of its own:
`python -m bench.writer STEPS FOLDER URL ROOMS WAVES SECONDS`.

It does with ready results what a worker does: each row's go to its session's sink when they come
(a worker looks every IDLE_S). Then the same without sinks: what that costs is not the writer's.
One line on stdin is answered with the figures.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from bench.people import Step
from hub.disk.journal import Journal
from hub.live.worker import IDLE_S
from hub.records import Second
from hub.results.pipeline import CourseChanged, Ledgers, Result
from hub.settings import Settings
from hub.store.influx import InfluxSink
from hub.store.post import Post, poster
from hub.store.sink import wanted
from tests.system.influx import TOKEN

EARLIER_S = 90  # of features that it has heard before: what a team sees is a minute late
OFF_SHARE = 0.25  # of the time, without sinks
DRAIN_S = 30.0
MB, NS = 1 << 20, 1_000_000_000
Due = list[tuple[float, int, Step]]  # s after the begin, room, what comes then


class Counted:
    """Posts, and counts what."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.posts = self.lines = self.size = 0

    def around(self, post: Post) -> Post:
        def counting(bucket: str, lines: bytes) -> None:
            post(bucket, lines)
            self.posts += 1
            self.lines += lines.count(b"\n") + 1
            self.size += len(lines)

        return counting


def session(folder: Path, name: str) -> Path:
    """The folder of a session that has just been opened."""
    path = folder / name
    path.mkdir(parents=True)
    journal = Journal(path / "session.sqlite")
    journal.set_meta(session=f"01926f3a-7b1c-{name}", tag=9, site="bench", room=name, opened_ns=0)
    journal.close()
    return path


def due(steps: Sequence[Step], rooms: int, begin_ns: int, seconds: float) -> Due:
    """So many seconds of every room. Rooms are spread over a second."""
    end_ns = begin_ns + round(seconds * NS)
    here = [step for step in steps if begin_ns <= step[1] < end_ns]
    every = [
        ((step[1] - begin_ns) / NS + room / rooms, room, step)
        for step in here
        for room in range(rooms)
    ]
    return sorted(every, key=lambda one: one[0])


def play(plan: Due, sinks: Sequence[InfluxSink]) -> None:
    """Give the sinks what is due, in real time."""
    began, at = time.monotonic(), 0
    while at < len(plan):
        while at < len(plan) and plan[at][0] <= time.monotonic() - began:
            _, room, (row, _, results) = plan[at]
            if sinks:
                sinks[room].put(row, results)
            at += 1
        time.sleep(IDLE_S)


def drained(sinks: Sequence[InfluxSink]) -> bool:
    """Wait until all is in; False where it is not within DRAIN_S."""
    end = time.monotonic() + DRAIN_S
    while any(sink.pending for sink in sinks) and time.monotonic() < end:
        time.sleep(IDLE_S)
    return not any(sink.pending for sink in sinks)


def earlier(steps: Sequence[Step], begin_ns: int) -> list[Result]:
    """What the writer has to have heard before: the course, the last features."""
    since_ns = begin_ns - EARLIER_S * NS
    return [
        result for _, at_ns, results in steps if at_ns < begin_ns for result in results
        if isinstance(result, CourseChanged)
        or (isinstance(result, Second | Ledgers) and at_ns >= since_ns)
    ]  # fmt: skip


@dataclass
class Rooms:
    """So many sessions with a writer each, that have heard what was before `begin_ns`."""

    steps: list[Step]
    seconds: float
    sinks: list[InfluxSink]
    counted: Counted

    @property
    def begin_ns(self) -> int:
        return self.steps[-1][1] - round(self.seconds * NS)

    def hear(self) -> None:
        """The past, and a first line each, so that they are connected."""
        before = earlier(self.steps, self.begin_ns)
        for sink in self.sinks:
            sink._makers.lines(before)
            sink.put(1, before[:1])
        drained(self.sinks)

    def play(self, begin: float, end: float, sinks: Sequence[InfluxSink]) -> None:
        """From one share of the time to another."""
        since_ns = self.begin_ns + round(begin * self.seconds * NS)
        plan = due(self.steps, len(self.sinks), since_ns, (end - begin) * self.seconds)
        play(plan, sinks)


def opened(folder: Path, url: str, rooms: int, waves: bool, steps: list[Step],
           seconds: float) -> Rooms:  # fmt: skip
    """The sessions, each in a folder of its own."""
    settings = Settings(influx_url=url, influx_token=TOKEN, influx_waves=waves, simulated=True)
    counted = Counted()
    sinks = [InfluxSink(session(folder, f"r{room}"), counted.around(poster(settings)),
                        wanted(settings)) for room in range(rooms)]  # fmt: skip
    return Rooms(steps, seconds, sinks, counted)


def measure(rooms: Rooms) -> dict[str, Any]:
    """The figures: CPU in s, lines, posts, bytes, memory in MB at begin, half-time and end."""
    rooms.hear()
    rooms.counted.clear()
    rss_mb, cpu_s = [_rss_mb()], -time.process_time()
    for begin, end in pairwise((0.0, 0.5, 1.0)):
        rooms.play(begin, end, rooms.sinks)
        rss_mb.append(_rss_mb())
    whole = drained(rooms.sinks)
    cpu_s += time.process_time()
    off_s = -time.process_time()
    rooms.play(0.0, OFF_SHARE, [])
    off_s += time.process_time()
    return {
        "cpu_s": cpu_s - off_s / OFF_SHARE, "rss_mb": rss_mb, "whole": whole,
        "lines": rooms.counted.lines, "posts": rooms.counted.posts, "size": rooms.counted.size,
        "troubles": sorted({sink.error for sink in rooms.sinks if sink.error}),
    }  # fmt: skip


def _rss_mb() -> float:
    return psutil.Process().memory_info().rss / MB


def main() -> None:
    path, folder, url, rooms, waves, seconds = sys.argv[1:]
    steps = pickle.loads(Path(path).read_bytes())
    for _ in sys.stdin:
        begun = opened(Path(folder), url, int(rooms), waves == "waves", steps, float(seconds))
        print(json.dumps(measure(begun)), flush=True)


if __name__ == "__main__":
    main()
