"""What of the hub's messages one watcher gets. Who may see what is said by `hub.policy` alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from hub.policy import GROUP_LATE_S, may_see, visible
from hub.web.facade import Message
from hub.web.shape import without_texts

NS = 1_000_000_000
LATE_NS = int(GROUP_LATE_S * NS)
LISTS = ("seconds", "group", "waves", "problems")
TOLD = ("group", "second", "wave", "ledger", "presenter", "speaker", "history")


class Sight:
    """One watcher's view of one session. A group's figure that may only be seen late waits here."""

    def __init__(self, role: str, simulated: bool, over: bool) -> None:
        self._role, self._simulated, self._over = role, simulated, over
        self._waiting: deque[Message] = deque()

    def sees(self) -> dict[str, bool]:
        """What the page may expect to hear at all."""
        return {kind: self._may(kind) for kind in TOLD}

    def _may(self, kind: str) -> bool:
        return may_see(self._role, kind, self._simulated, n=99, age_s=GROUP_LATE_S, over=self._over)

    def messages(self, messages: Iterable[Message], now_ns: int) -> list[Message]:
        """What of these is for the watcher now, and what was not yet a while ago."""
        return [*self._due(now_ns), *self._seen(messages, now_ns)]

    def _seen(self, messages: Iterable[Message], now_ns: int) -> list[Message]:
        return [seen for m in messages if (seen := self._one(m, now_ns)) is not None]

    def _one(self, message: Message, now_ns: int) -> Message | None:
        seen = visible(self._role, message, self._simulated, now_ns, self._over)
        if seen is None and message["type"] == "group" and self._may("group"):
            self._waiting.append(message)
        return without_texts(seen) if seen and seen["type"] == "course" else seen

    def _due(self, now_ns: int) -> list[Message]:
        due: list[Message] = []
        while self._waiting and self._waiting[0]["time_ns"] <= now_ns - LATE_NS:
            message = self._waiting.popleft()
            if visible(self._role, message, self._simulated, now_ns, self._over) is not None:
                due.append(message)
        return due

    def snapshot(self, snapshot: Message, now_ns: int) -> list[Message]:
        """The hub's snapshot as messages: the newest words, then the curves in columns."""
        self._waiting.clear()
        words = [m for name, m in snapshot.items() if name not in LISTS and m]
        newest = {s["seat"]: s for s in snapshot.get("seconds", ())}
        told = [*words, *snapshot.get("problems", ()), *newest.values(), *snapshot.get("waves", ())]
        return [*self._seen(told, now_ns), self._curves(snapshot, now_ns)]

    def _curves(self, snapshot: Message, now_ns: int) -> Message:
        group = self._seen(snapshot.get("group", ()), now_ns)
        seconds = snapshot.get("seconds", ()) if self._may("second") else ()
        seats: dict[str, list[Message]] = {}
        for second in seconds:
            seats.setdefault(str(second["seat"]), []).append(second)
        columns = _columns(group, ("n", "median", "low", "high"))
        return {
            "type": "curves",
            "group": columns,
            "seats": {seat: _arousal(rows) for seat, rows in seats.items()},
        }


def _columns(rows: list[Message], names: tuple[str, ...]) -> dict[str, list[Any]]:
    times = {"time_s": [row["time_ns"] // NS for row in rows]}
    return times | {name: [_short(row[name]) for row in rows] for name in names}


def _arousal(seconds: list[Message]) -> dict[str, list[Any]]:
    values = [second["values"].get("arousal", {}).get("v") for second in seconds]
    times = [second["time_ns"] // NS for second in seconds]
    return {"time_s": times, "arousal": [_short(value) for value in values]}


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
