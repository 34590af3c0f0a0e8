"""What a session looks like right now, kept from the worker's messages for whoever watches."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable

from hub.live.curves import Curve
from hub.live.messages import TAKEN_BACK, TEAM, Message
from hub.records import NS
from hub.results.channels import named

POINTS = 2 * 3600  # of each curve: of a longer session not every second, but all of it
QUEUE_MAX = 2000
GROUP = ("n", "median", "low", "high")
NOBODY: frozenset[int] = frozenset()


class LiveView:
    """Holds the newest word about everything; safe to use from any thread.

    Messages are JSON-able dicts with a "type": second, group, team, status, wave, ledger, course,
    catching-up, problem. A problem takes the place of those whose code it "ends"; one that is only
    the end ("over") of what was never said is nobody's news.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, Message] = {}
        self._newest: dict[int, Message] = {}  # the last second of each seat
        self._step_s = 1  # from point to point of the curves: the same of all, so that they align
        self._arousal: dict[int, Curve] = {}
        self._group, self._team = self._new_curve(*GROUP), self._new_curve(*TEAM)
        self._waves: dict[tuple[int, str], Curve] = {}
        self._problems: deque[Message] = deque(maxlen=50)
        self._watchers: list[queue.SimpleQueue[Message]] = []
        self._erased: frozenset[int] | None = NOBODY  # None: it is not known who
        self._keepers: dict[str, Callable[[Message], None]] = {  # of any other the last is enough
            "second": self._keep_second, "group": self._keep_group, "team": self._keep_team,
            "wave": self._keep_wave, "problem": self._keep_problem,
        }

    def apply(self, messages: list[Message]) -> None:
        """Take in what the worker says, and pass it on to the watchers."""
        with self._lock:
            for message in filter(self._is_news, messages):
                self._keep(message)
                for watcher in self._watchers:
                    if watcher.qsize() < QUEUE_MAX:
                        watcher.put(message)

    def _keep(self, message: Message) -> None:
        self._keepers.get(message["type"], self._keep_last)(message)

    def _keep_last(self, message: Message) -> None:
        self._last[message["type"]] = message

    def _new_curve(self, *names: str) -> Curve:
        return Curve(names, self._step_s * NS, POINTS)

    def _put(self, curve: Curve, time_ns: int, *figures: float | None) -> None:
        while not curve.has_room(time_ns):
            self._step_s *= 2
            for one in (self._group, self._team, *self._arousal.values()):
                one.thin()
        if time_ns // NS % self._step_s == 0:
            curve.put(time_ns, *([figure] for figure in figures))

    def _keep_group(self, group: Message) -> None:
        self._put(self._group, group["time_ns"], *(group[name] for name in GROUP))

    def _keep_team(self, message: Message) -> None:
        for time_s, *figures in zip(message["time_s"], *(message[n] for n in TEAM), strict=True):
            self._put(self._team, time_s * NS, *figures)

    def take_back(self, seats: frozenset[int] | None) -> None:
        """These seats of the session were erased (None: it is not known which). The team's curve
        is no more; nothing is kept of them, nor of the group as it was worked out with them."""
        with self._lock:
            self._team = Curve(TEAM, NS, 1)
            self._last["status"] = TAKEN_BACK
            if seats != self._erased:
                self._erased = seats
                self._forget()

    def _forget(self) -> None:
        self._group = self._new_curve(*GROUP)
        self._newest = {n: kept for n, kept in self._newest.items() if not self._is_erased(n)}
        self._arousal = {n: kept for n, kept in self._arousal.items() if not self._is_erased(n)}
        self._waves = {of: kept for of, kept in self._waves.items() if not self._is_erased(of[0])}
        ledger = self._last.get("ledger")
        if ledger:
            rows = [row for row in ledger["rows"] if not self._is_erased(row["seat"])]
            self._last["ledger"] = {**ledger, "rows": rows}

    def _is_erased(self, seat: int) -> bool:
        return self._erased is None or seat in self._erased

    def _is_taken_back(self, message: Message) -> bool:
        if message["type"] == "team":
            return self._erased != NOBODY
        return "seat" in message and self._is_erased(message["seat"])

    def _is_news(self, message: Message) -> bool:
        if self._is_taken_back(message):
            return False
        if message["type"] != "problem" or not message.get("over"):
            return True
        return any(not said.get("over") for said in self._ended(message))

    def _ended(self, problem: Message) -> list[Message]:
        return [said for said in self._problems if said["code"] == problem.get("ends")]

    def _keep_problem(self, problem: Message) -> None:
        for said in self._ended(problem):
            self._problems.remove(said)
        self._problems.append(problem)

    def _keep_second(self, second: Message) -> None:
        seat = second["seat"]
        if seat not in self._arousal:
            self._arousal[seat] = self._new_curve("arousal")
        said = second["values"].get("arousal", {}).get("v")
        self._put(self._arousal[seat], second["time_ns"], said)
        if second["time_ns"] >= self._newest.get(seat, second)["time_ns"]:
            self._newest[seat] = second  # a worker that was started again begins at the beginning

    def _keep_wave(self, wave: Message) -> None:
        key, period_ns = (wave["seat"], wave["channel"]), wave["period_ns"]
        if key not in self._waves:
            kept = named(wave["channel"]).shown_s * NS // period_ns
            self._waves[key] = Curve(("value",), period_ns, kept)
        self._waves[key].put(wave["start_ns"], wave["values"])

    def snapshot(self) -> Message:
        """Everything a newcomer needs: the newest course and ledger, and the curves so far. Of
        the "seconds" of a seat the last is whole, those before it are its arousal."""
        with self._lock:
            return {
                **self._last,
                "seconds": [*self._curves(), *self._newest.values()],
                "group": [_group(t, figures) for t, figures in self._group.rows()],
                "team": _team(self._team),
                "waves": [_wave(key, kept) for key, kept in self._waves.items()],
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

    def unsubscribe(self, watcher: object) -> None:
        """Stop filling this queue."""
        with self._lock:
            self._watchers = [one for one in self._watchers if one is not watcher]


def _wave(key: tuple[int, str], kept: Curve) -> Message:
    seat, channel = key
    return {
        "type": "wave", "seat": seat, "channel": channel, "start_ns": kept.start_ns,
        "period_ns": kept.period_ns, "values": kept.column("value", named(channel).decimals),
    }


def _group(time_ns: int, figures: dict[str, float | None]) -> Message:
    n = int(figures["n"] or 0)
    return {"type": "group", "time_ns": time_ns, **figures, "n": n}


def _team(curve: Curve) -> Message:
    """In columns, where there is a figure; `step_s` from one to the next, but where there is none
    between."""
    rows = [(t, figures) for t, figures in curve.rows() if figures["middle"] is not None]
    columns = {name: [_tenths(figures[name]) for _, figures in rows] for name in TEAM}
    newest_ns = rows[-1][0] if rows else None
    times = [time_ns // NS for time_ns, _ in rows]
    step_s = curve.period_ns // NS
    return {"type": "team", "time_ns": newest_ns, "time_s": times, "step_s": step_s, **columns}


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
