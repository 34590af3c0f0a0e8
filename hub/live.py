"""What a session looks like right now, kept from the worker's messages for whoever watches."""

from __future__ import annotations

import queue
import threading
from array import array
from bisect import bisect_left
from collections import deque
from typing import Any, TypeAlias

Message = dict[str, Any]

WAVE_KEPT = 60  # messages per (seat, channel): about as many seconds
SECONDS_KEPT = 4 * 3600  # of each curve
QUEUE_MAX = 2000
GROUP = ("n", "median", "low", "high")
NOTHING = float("nan")
Packed: TypeAlias = "tuple[int, int, array[float]]"  # of a wave: start_ns, period_ns, values


class Curve:
    """Some figures at each second, packed: the messages themselves would be a hundred megabytes
    an hour. A second that is said again is overwritten; the oldest ones fall out."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._times = array("q")
        self._columns = [array("d") for _ in names]

    def put(self, time_ns: int, figures: list[float | None]) -> None:
        """The figures of one second, by the names; None: there is none."""
        at = bisect_left(self._times, time_ns)
        numbers = [NOTHING if figure is None else figure for figure in figures]
        if at < len(self._times) and self._times[at] == time_ns:
            for column, number in zip(self._columns, numbers, strict=True):
                column[at] = number
            return
        self._times.insert(at, time_ns)
        for column, number in zip(self._columns, numbers, strict=True):
            column.insert(at, number)
        self._forget()

    def _forget(self) -> None:
        if len(self._times) > SECONDS_KEPT:
            for column in (self._times, *self._columns):
                del column[0]

    def rows(self) -> list[tuple[int, dict[str, float | None]]]:
        """Each second's time and figures, in order."""
        rows = zip(self._times, *self._columns, strict=True)
        return [(time_ns, self._named(figures)) for time_ns, *figures in rows]

    def _named(self, figures: list[float]) -> dict[str, float | None]:
        pairs = zip(self._names, figures, strict=True)
        return {name: None if figure != figure else figure for name, figure in pairs}


class LiveView:
    """Holds the newest word about everything; safe to use from any thread.

    Messages are JSON-able dicts with a "type": second, group, wave, ledger, course, problem.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, Message] = {}
        self._newest: dict[int, Message] = {}  # the last second of each seat
        self._arousal: dict[int, Curve] = {}
        self._group = Curve(GROUP)
        self._waves: dict[tuple[int, str], deque[Packed]] = {}
        self._problems: deque[Message] = deque(maxlen=50)
        self._watchers: list[queue.SimpleQueue[Message]] = []

    def apply(self, messages: list[Message]) -> None:
        """Take in what the worker says, and pass it on to the watchers."""
        with self._lock:
            for message in messages:
                self._keep(message)
                for watcher in self._watchers:
                    if watcher.qsize() < QUEUE_MAX:
                        watcher.put(message)

    def _keep(self, message: Message) -> None:
        kind = message["type"]
        if kind == "second":
            self._keep_second(message)
        elif kind == "group":
            self._group.put(message["time_ns"], [message[name] for name in GROUP])
        elif kind == "wave":
            key = (message["seat"], message["channel"])
            self._waves.setdefault(key, deque(maxlen=WAVE_KEPT)).append(_packed(message))
        elif kind == "problem":
            self._problems.append(message)
        else:
            self._last[kind] = message

    def _keep_second(self, second: Message) -> None:
        seat = second["seat"]
        curve = self._arousal.setdefault(seat, Curve(("arousal",)))
        curve.put(second["time_ns"], [second["values"].get("arousal", {}).get("v")])
        if second["time_ns"] >= self._newest.get(seat, second)["time_ns"]:
            self._newest[seat] = second  # a worker that was started again begins at the beginning

    def snapshot(self) -> Message:
        """Everything a newcomer needs: the newest course and ledger, and the curves so far. Of
        the "seconds" of a seat the last is whole, those before it are its arousal."""
        with self._lock:
            return {
                **self._last,
                "seconds": [*self._curves(), *self._newest.values()],
                "group": [_group(t, figures) for t, figures in self._group.rows()],
                "waves": [_wave(key, one) for key, kept in self._waves.items() for one in kept],
                "problems": list(self._problems),
            }

    def _curves(self) -> list[Message]:
        return [
            {"type": "second", "seat": seat, "time_ns": time_ns,
             "values": {"arousal": {"v": figures["arousal"]}}}
            for seat, curve in self._arousal.items()
            for time_ns, figures in curve.rows()
            if time_ns < self._newest[seat]["time_ns"]
        ]

    def subscribe(self) -> queue.SimpleQueue[Message]:
        """A queue that gets every message from now on; a watcher that does not read loses some."""
        watcher: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._lock:
            self._watchers.append(watcher)
        return watcher

    def unsubscribe(self, watcher: queue.SimpleQueue[Message]) -> None:
        """Stop filling this queue."""
        with self._lock:
            if watcher in self._watchers:
                self._watchers.remove(watcher)


def _packed(wave: Message) -> Packed:
    values = [NOTHING if value is None else value for value in wave["values"]]
    return wave["start_ns"], wave["period_ns"], array("d", values)


def _wave(key: tuple[int, str], packed: Packed) -> Message:
    (seat, channel), (start_ns, period_ns, values) = key, packed
    return {
        "type": "wave", "seat": seat, "channel": channel, "start_ns": start_ns,
        "period_ns": period_ns, "values": [None if v != v else v for v in values],
    }


def _group(time_ns: int, figures: dict[str, float | None]) -> Message:
    n = int(figures["n"] or 0)
    return {"type": "group", "time_ns": time_ns, **figures, "n": n}
