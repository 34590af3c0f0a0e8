"""What was worked out for each seat, second by second: a column for each feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats, Ints
from hub.records import NS
from hub.results.pipeline import Stretch
from hub.signals.after import after
from hub.signals.column import Column, below


@dataclass(frozen=True, slots=True)
class SeatSeconds:
    """One seat's seconds: `time_ns`, whole seconds of UTC, rising; `features`, as many long, and
    the kit that the seat had at each (with another it may be another person)."""

    time_ns: Ints
    features: dict[str, Column]
    kit: Texts

    @property
    def kits(self) -> list[str]:
        """All that it had, in the order in which they came."""
        return list(dict.fromkeys(self.kit.tolist()))

    def of(self, kit: str) -> SeatSeconds:
        """Those with this kit alone."""
        mine = self.kit == kit
        if mine.all():
            return self
        features = {name: column.at(mine) for name, column in self.features.items()}
        return SeatSeconds(self.time_ns[mine], features, self.kit[mine])

    def after(self) -> dict[str, Column]:
        """What only the whole session tells, of each kit's seconds by themselves."""
        parts = [after(self.of(kit).features) for kit in self.kits]
        where = [np.flatnonzero(self.kit == kit) for kit in self.kits]
        order = np.argsort(np.concatenate(where))
        return {name: below([part[name] for part in parts]).at(order) for name in parts[0]}

    def between(self, begin_ns: int, end_ns: int) -> tuple[int, int]:
        """Which of them lie from `begin_ns` to `end_ns`: the first, and the one behind the last."""
        begin, end = np.searchsorted(self.time_ns, (begin_ns, end_ns + 1)).tolist()
        return begin, end


Texts = NDArray[np.object_]
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
    kit = np.repeat(np.array([one.kit for one in several], np.object_),
                    [len(one.time_ns) for one in several])
    return SeatSeconds(np.concatenate([one.time_ns for one in several]), columns, kit)


def members(seats: Seats) -> list[tuple[int, SeatSeconds]]:
    """Each seat with each kit that it had, by its number: as many people, as far as is known."""
    return [(seat, rows.of(kit)) for seat, rows in sorted(seats.items()) for kit in rows.kits]


def matrix(seats: Seats, feature: str) -> tuple[int, Floats]:
    """When it begins (UTC ns), and (members, seconds) of one feature, NaN where it is withheld; in
    the order of `members`."""
    if not seats:
        return 0, np.empty((0, 0))
    first = min(int(seat.time_ns[0]) for seat in seats.values())
    last = max(int(seat.time_ns[-1]) for seat in seats.values())
    there = members(seats)
    out = np.full((len(there), (last - first) // NS + 1), np.nan)
    for row, (_, seat) in zip(out, there, strict=True):
        row[(seat.time_ns - first) // NS] = seat.features[feature].value
    return first, out
