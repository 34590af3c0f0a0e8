"""The group's arousal, second by second."""

from __future__ import annotations

import numpy as np

from hub.records import Group, Second

SETTLE_S = 4  # how long a second waits for the slower seats before it is first given


class GroupCurve:
    """Seats' seconds in, the group's out. A seat that comes late (after an outage) makes its
    seconds be given once more: the newest word about a second is the true one."""

    def __init__(self) -> None:
        self._by_second: dict[int, dict[int, float]] = {}
        self._dirty: set[int] = set()

    def add(self, second: Second) -> None:
        """One seat's second."""
        value = second.values["arousal"].value
        if value is not None:
            self._by_second.setdefault(second.time_ns, {})[second.seat] = value
        self._dirty.add(second.time_ns)

    def settled(self, now_ns: int) -> list[Group]:
        """The seconds that changed and are old enough, in order."""
        ready = sorted(t for t in self._dirty if t <= now_ns - SETTLE_S * 1_000_000_000)
        self._dirty.difference_update(ready)
        return [self._group(t) for t in ready]

    def _group(self, time_ns: int) -> Group:
        values = list(self._by_second.get(time_ns, {}).values())
        if not values:
            return Group(time_ns, 0, None, None, None, "no valid seat")
        low, median, high = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
        return Group(time_ns, len(values), median, low, high)
