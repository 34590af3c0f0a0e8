"""What was worked out for each seat, second by second: a column for each feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats, Ints
from hub.records import NS
from hub.results.pipeline import Stretch
from hub.signals.column import Column, below


@dataclass(frozen=True, slots=True)
class SeatSeconds:
    """One seat's seconds: `time_ns`, whole seconds of UTC, rising; `features`, as many long."""

    time_ns: Ints
    features: dict[str, Column]

    def between(self, begin_ns: int, end_ns: int) -> tuple[int, int]:
        """Which of them lie from `begin_ns` to `end_ns`: the first, and the one behind the last."""
        begin, end = np.searchsorted(self.time_ns, (begin_ns, end_ns + 1)).tolist()
        return begin, end


Seats = Mapping[int, SeatSeconds]


def by_seat(stretches: Iterable[Stretch]) -> dict[int, SeatSeconds]:
    """Each seat's stretches, which come in order of time, as one."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        found[stretch.seat].append(stretch)
    return {seat: _together(several) for seat, several in sorted(found.items())}


def _together(several: list[Stretch]) -> SeatSeconds:
    names = several[0].features
    columns = {name: below([one.features[name] for one in several]) for name in names}
    return SeatSeconds(np.concatenate([one.time_ns for one in several]), columns)


def matrix(seats: Seats, feature: str) -> tuple[int, Floats]:
    """When it begins (UTC ns), and (seats, seconds) of one feature, NaN where it is withheld; the
    seats in the order of their numbers."""
    if not seats:
        return 0, np.empty((0, 0))
    first = min(int(seat.time_ns[0]) for seat in seats.values())
    last = max(int(seat.time_ns[-1]) for seat in seats.values())
    out = np.full((len(seats), (last - first) // NS + 1), np.nan)
    for row, (_, seat) in zip(out, sorted(seats.items()), strict=True):
        row[(seat.time_ns - first) // NS] = seat.features[feature].value
    return first, out
