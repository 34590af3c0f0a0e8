"""Where the network's thread leaves what came, for the writer's thread to gather."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.disk.journal import Entry

WAITING_MAX = 100_000  # messages: far more than a minute of a thousand kits


class Arrived(NamedTuple):
    """A message from the broker, with the hub's time at which it came."""

    at_ns: int
    topic: str
    payload: bytes


@dataclass
class Call:
    """Something to be done on the writer's thread."""

    do: Callable[[], Any]
    done: Future[Any] = field(default_factory=Future[Any])


@dataclass
class Say:
    """An event of a session, to be durable before `done` is."""

    session: str
    id: str
    make: Callable[[], Entry]
    done: Future[Any] = field(default_factory=Future[Any])


Item = Arrived | Call | Say


class Inbox:
    """A queue whose taker waits a while for more, unless something is urgent."""

    def __init__(self) -> None:
        self.dropped = 0  # messages that found the queue full; kits send them again
        self._items: deque[Item] = deque()
        self._some = threading.Event()
        self._hurry = threading.Event()

    def put_together(self, items: Sequence[Say]) -> None:
        """Leave events that are taken together, and at once. Never waits."""
        self._items.extend(items)  # one step: the taker finds all of them, or none yet
        self._hurry.set()
        self._some.set()

    def put(self, item: Arrived | Call, urgent: bool = False) -> None:
        """Leave something. Never waits."""
        if len(self._items) >= WAITING_MAX and isinstance(item, Arrived):
            self.dropped += 1
            return
        self._items.append(item)
        if urgent:
            self._hurry.set()
        self._some.set()

    def take(self, wait_s: float, gather_s: float) -> list[Item]:
        """All that is there: waits at most `wait_s` for the first, and then gathers for
        `gather_s` more, or until something urgent comes."""
        if not self._some.wait(wait_s):
            return []
        self._hurry.wait(gather_s)
        self._some.clear()
        self._hurry.clear()
        taken: list[Item] = []
        while self._items:
            taken.append(self._items.popleft())
        return taken
