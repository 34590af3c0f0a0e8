"""What a session looks like right now, kept from the worker's messages for whoever watches."""

from __future__ import annotations

import queue
import threading
from array import array
from collections import deque
from typing import Any, TypeAlias

Message = dict[str, Any]

WAVE_KEPT = {"ppg": 12, "eda": 60}  # messages of a seat: about as many seconds
SECONDS_KEPT = 2 * 3600  # of each curve: a group lasts 60 or 90 minutes
NS = 1_000_000_000
QUEUE_MAX = 2000
GROUP = ("n", "median", "low", "high")
NOTHING = float("nan")
Packed: TypeAlias = "tuple[int, int, array[float]]"  # of a wave: start_ns, period_ns, values


class Curve:
    """Some figures at each second of the last SECONDS_KEPT. All the memory it will ever have is
    taken at once, so that a hub with a thousand kits does not grow while they record."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._columns = [array("f", [NOTHING]) * SECONDS_KEPT for _ in names]
        self._first = self._last = -1  # UTC seconds; -1: none yet

    def put(self, time_ns: int, figures: list[float | None]) -> None:
        """The figures of one whole second, by the names; None: there is none. Said again, the
        last word counts; what is older than the curve is passed over."""
        second = time_ns // NS
        if self._first < 0:
            self._first = second
        if second < self._first:
            return
        self._make_room(second - self._first)
        for column, figure in zip(self._columns, figures, strict=True):
            column[second - self._first] = NOTHING if figure is None else figure
        self._last = max(self._last, second)

    def _make_room(self, at: int) -> None:
        over = at + 1 - len(self._columns[0])
        if over <= 0:
            return
        for column in self._columns:
            gone = min(over, len(column))
            del column[:gone]
            column.extend([NOTHING] * gone)
        self._first += over

    def rows(self) -> list[tuple[int, dict[str, float | None]]]:
        """Each second's time and figures, in order, from the first to the last that was said."""
        if self._first < 0:
            return []
        seconds = range(self._first, self._last + 1)
        rows = zip(seconds, *self._columns, strict=False)
        return [(second * NS, self._named(figures)) for second, *figures in rows]

    def _named(self, figures: list[float]) -> dict[str, float | None]:
        pairs = zip(self._names, figures, strict=True)
        return {name: None if figure != figure else round(figure, 5) for name, figure in pairs}


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
            kept = self._waves.setdefault(key, deque(maxlen=WAVE_KEPT[message["channel"]]))
            kept.append(_packed(message))
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
