"""What of the hub's messages one watcher gets. Who may see what is said by `hub.policy` alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.policy import GROUP_LATE_S, may_see, visible
from hub.records import NS
from hub.web.facade import Message
from hub.web.shape import without_texts

TEAM = ("time_s", "step_s", "middle", "low", "high")
LISTS = ("seconds", "group", "team", "waves", "problems")
TOLD = ("group", "team", "second", "wave", "ledger", "presenter", "speaker", "history")


class Sight:
    """One watcher's view of one session; `late`: its team's view is LATE."""

    def __init__(self, role: str, simulated: bool, over: bool, late: bool) -> None:
        self._role, self._simulated, self._over, self._late = role, simulated, over, late
        self._course: Message | None = None  # as it was last told, without the time

    def sees(self) -> dict[str, bool]:
        """What the page may expect to hear at all."""
        return {kind: self._may(kind) for kind in TOLD}

    def _may(self, kind: str) -> bool:
        return may_see(self._role, kind, self._simulated, age_s=GROUP_LATE_S, over=self._over,
                       late=self._late)

    def messages(self, messages: Iterable[Message], now_ns: int) -> list[Message]:
        """What of these is for the watcher. A course in which nothing changed that may be seen
        would tell when something else did."""
        seen = (self._one(m, now_ns) for m in messages)
        return [m for m in seen if m is not None and self._is_news(m)]

    def _is_news(self, seen: Message) -> bool:
        if seen["type"] != "course":
            return True
        before, self._course = self._course, {**seen, "now_ns": None}
        return self._course != before

    def _one(self, message: Message, now_ns: int) -> Message | None:
        if message["type"] == "team" and self._may("group"):
            return None  # one curve is enough
        if message["type"] == "course":
            self._over = self._over or message["closed_ns"] is not None
        seen = visible(self._role, message, self._simulated, now_ns, self._over, self._late)
        return without_texts(seen) if seen and seen["type"] == "course" else seen

    def snapshot(self, snapshot: Message, now_ns: int) -> list[Message]:
        """The hub's snapshot as messages: the newest words, then the curves in columns."""
        self._course = None  # a page that is told all of it knows nothing
        words = [m for name, m in snapshot.items() if name not in LISTS and m]
        newest = {s["seat"]: s for s in snapshot.get("seconds", ())}
        told = [*words, *snapshot.get("problems", ()), *newest.values(), *snapshot.get("waves", ())]
        return [*self.messages(told, now_ns), self._curves(snapshot, now_ns)]

    def _curves(self, snapshot: Message, now_ns: int) -> Message:
        group = self.messages(snapshot.get("group", ()), now_ns)
        team = self.messages([snapshot["team"]] if "team" in snapshot else [], now_ns)
        seconds = snapshot.get("seconds", ()) if self._may("second") else ()
        seats: dict[str, list[Message]] = {}
        for second in seconds:
            seats.setdefault(str(second["seat"]), []).append(second)
        columns = _columns(group, ("n", "median", "low", "high"))
        return {
            "type": "curves",
            "group": columns,
            "team": {name: team[0][name] for name in TEAM} if team else None,
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
