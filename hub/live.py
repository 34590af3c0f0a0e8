"""What a session looks like right now, kept from the worker's messages for whoever watches."""

from __future__ import annotations

import queue
import threading
from collections import deque
from typing import Any

Message = dict[str, Any]

WAVE_KEPT = 12  # messages per (seat, channel): about as many seconds
SECONDS_KEPT = 4 * 3600
QUEUE_MAX = 2000


class LiveView:
    """Holds the newest word about everything; safe to use from any thread.

    Messages are JSON-able dicts with a "type": second, group, wave, ledger, course, problem.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, Message] = {}
        self._seconds: dict[tuple[int, int], Message] = {}
        self._group: dict[int, Message] = {}
        self._waves: dict[tuple[int, str], deque[Message]] = {}
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
            _bounded(self._seconds, (message["time_ns"], message["seat"]), message)
        elif kind == "group":
            _bounded(self._group, message["time_ns"], message)
        elif kind == "wave":
            key = (message["seat"], message["channel"])
            self._waves.setdefault(key, deque(maxlen=WAVE_KEPT)).append(message)
        elif kind == "problem":
            self._problems.append(message)
        else:
            self._last[kind] = message

    def snapshot(self) -> Message:
        """Everything a newcomer needs: the newest course and ledger, and the curves so far."""
        with self._lock:
            return {
                **self._last,
                "seconds": [self._seconds[key] for key in sorted(self._seconds)],
                "group": [self._group[key] for key in sorted(self._group)],
                "waves": [message for kept in self._waves.values() for message in kept],
                "problems": list(self._problems),
            }

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


def _bounded(kept: dict[Any, Message], key: Any, message: Message) -> None:
    kept[key] = message
    if len(kept) > SECONDS_KEPT * 20:
        del kept[next(iter(kept))]
