"""How old a sample is when it comes to the live page."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.stage import get


def live_url(page: str, session: str, only: str) -> str:
    """The live page's WebSocket."""
    return f"{page.replace('http', 'ws', 1)}api/live?session={session}&only={only}"


def hub_ahead_ns(page: str) -> int:
    """The hub's clock less the monotonic clock of this machine."""
    took = []
    for _ in range(10):
        before = time.monotonic_ns()
        hub_ns = get(f"{page}api/clock")["hub_ns"]
        after = time.monotonic_ns()
        took.append((after - before, hub_ns - (before + after) // 2))
    return min(took)[1]


class Page:
    """A watcher of the waves; `ages_s` holds how old each point was when it came."""

    def __init__(self, page: str, session: str) -> None:
        self.ages_s: list[float] = []
        self._ahead_ns = hub_ahead_ns(page)
        self._socket = connect(live_url(page, session, "wave"), proxy=None)
        self._socket.recv()  # the past
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        try:
            for text in self._socket:
                now_ns = time.monotonic_ns() + self._ahead_ns
                for message in json.loads(text):
                    self.ages_s += ages_s(message, now_ns)
        except ConnectionClosed:
            pass

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)


def ages_s(message: dict[str, Any], now_ns: int) -> list[float]:
    """The age of each point of a PPG wave."""
    if message["type"] != "wave" or message["channel"] != "ppg":
        return []
    start, period = message["start_ns"], message["period_ns"]
    return [(now_ns - start - k * period) * 1e-9 for k in range(len(message["values"]))]


def told_until_ns(page: str, session: str) -> int | None:
    """Up to when the session's results are worked out: the time of its newest ledger."""
    with connect(live_url(page, session, "ledger"), proxy=None) as socket:
        told = [m["now_ns"] for m in json.loads(socket.recv()) if m["type"] == "ledger"]
    return max(told, default=None)
