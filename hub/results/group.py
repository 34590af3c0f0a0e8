"""The group's arousal, second by second."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from hub.records import NS, Group, Second

KEPT_S = 1800  # a seat that comes later than this changes nothing that was given
SETTLE_S = 4  # how long a second waits for the slower seats before it is first given
NO_SEAT = "no valid seat"
PARTS = ("arousal", "arousal_sympathetic", "arousal_parasympathetic")
Figures = tuple["array[float]", "array[float]", "array[float]"]


class GroupCurve:
    """Seats' seconds in, each once; the group's out. A seat that comes late (after an outage)
    makes its seconds be given once more: the newest word about a second is the true one."""

    def __init__(self) -> None:
        self._by_second: dict[int, Figures] = {}  # the valid seats' figures, packed
        self._dirty: set[int] = set()
        self._newest_ns = 0

    def add(self, second: Second) -> None:
        """One seat's second."""
        if second.time_ns < self._horizon_ns:
            return
        self._newest_ns = max(self._newest_ns, second.time_ns)
        for k, name in enumerate(PARTS):
            value = second.values.get(name)
            if value is not None and value.value is not None:
                kept = self._by_second.setdefault(
                    second.time_ns, (array("d"), array("d"), array("d"))
                )
                kept[k].append(value.value)
        self._dirty.add(second.time_ns)

    def settled(self, now_ns: int) -> list[Group]:
        """The seconds that changed and are old enough, in order."""
        ready = sorted(t for t in self._dirty if t <= now_ns - SETTLE_S * NS)
        self._dirty.difference_update(ready)
        given = [group_of(t, *self._by_second.get(t, ((), (), ()))) for t in ready]
        while self._by_second and (first := next(iter(self._by_second))) < self._horizon_ns:
            del self._by_second[first]
        return given

    @property
    def _horizon_ns(self) -> int:
        return self._newest_ns - KEPT_S * NS


def group_of(
    time_ns: int, arousal: Sequence[float], sympathetic: Sequence[float],
    parasympathetic: Sequence[float],
) -> Group:
    """The group's figures of one second from those of its valid seats."""
    parts = (median(sympathetic), median(parasympathetic), len(sympathetic), len(parasympathetic))
    if not arousal:
        return Group(time_ns, 0, None, None, None, NO_SEAT, *parts)
    ordered = sorted(arousal)
    low, middle, high = (_quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    return Group(time_ns, len(ordered), middle, low, high, None, *parts)


def median(values: Sequence[float]) -> float | None:
    """None of none."""
    return _quantile(sorted(values), 0.5) if values else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By straight lines between neighbours."""
    at = share * (len(ordered) - 1)
    i = int(at)
    after = ordered[min(i + 1, len(ordered) - 1)]
    return ordered[i] + (at - i) * (after - ordered[i])
