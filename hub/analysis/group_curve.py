"""The group's arousal over a whole session: what `hub.results.group` gives second by second."""

from __future__ import annotations

from typing import Any

import numpy as np

from hub.analysis.seats import Seats, matrix
from hub.arrays import Floats
from hub.records import NS, Group
from hub.results.group import NO_SEAT, PARTS
from hub.signals.column import share_of


def whole_curve(seats: Seats) -> list[Group]:
    """Every second that any seat has, in order."""
    if not seats:
        return []
    parts = [_Sorted(*matrix(seats, name)) for name in PARTS]
    arousal, sympathetic, parasympathetic = parts
    columns = [
        arousal.n.tolist(), *(arousal.share(share) for share in (0.5, 0.25, 0.75)),
        [None if n else NO_SEAT for n in arousal.n.tolist()],
        sympathetic.share(0.5), parasympathetic.share(0.5),
        sympathetic.n.tolist(), parasympathetic.n.tolist(),
    ]
    rows = [(arousal.first_ns + k * NS, *row) for k, row in enumerate(zip(*columns, strict=True))]
    anybody = set(np.concatenate([seat.time_ns for seat in seats.values()]).tolist())
    return [Group(*row) for row in rows if row[0] in anybody]


class _Sorted:
    """One figure of all seats, (seats, seconds): how many there are each second, and shares."""

    def __init__(self, first_ns: int, values: Floats) -> None:
        self.first_ns = first_ns
        self._ordered = np.sort(values.T, axis=1)  # NaN last
        self.n = np.isfinite(values).sum(axis=0)

    def share(self, share: float) -> list[Any]:
        """By straight lines between neighbours; None of none."""
        found = share_of(self._ordered, share).tolist()
        return [x if n else None for x, n in zip(found, self.n.tolist(), strict=True)]
