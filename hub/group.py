"""The group's arousal, second by second."""

from __future__ import annotations

from array import array

from hub.records import Group, Second

SETTLE_S = 4  # how long a second waits for the slower seats before it is first given


class GroupCurve:
    """Seats' seconds in, each once; the group's out. A seat that comes late (after an outage)
    makes its seconds be given once more: the newest word about a second is the true one."""

    def __init__(self) -> None:
        self._by_second: dict[int, array[float]] = {}  # the valid seats' figures, packed
        self._dirty: set[int] = set()

    def add(self, second: Second) -> None:
        """One seat's second."""
        value = second.values["arousal"].value
        if value is not None:
            self._by_second.setdefault(second.time_ns, array("d")).append(value)
        self._dirty.add(second.time_ns)

    def settled(self, now_ns: int) -> list[Group]:
        """The seconds that changed and are old enough, in order."""
        ready = sorted(t for t in self._dirty if t <= now_ns - SETTLE_S * 1_000_000_000)
        self._dirty.difference_update(ready)
        return [self._group(t) for t in ready]

    def _group(self, time_ns: int) -> Group:
        values = sorted(self._by_second.get(time_ns, ()))
        if not values:
            return Group(time_ns, 0, None, None, None, "no valid seat")
        low, median, high = (_quantile(values, share) for share in (0.25, 0.5, 0.75))
        return Group(time_ns, len(values), median, low, high)


def _quantile(ordered: list[float], share: float) -> float:
    """By straight lines between neighbours."""
    at = share * (len(ordered) - 1)
    i = int(at)
    after = ordered[min(i + 1, len(ordered) - 1)]
    return ordered[i] + (at - i) * (after - ordered[i])
