"""For how long each seat spoke, as the console's turns say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from hub.analysis.turns import turns_of
from hub.arrays import Floats, Ints
from hub.course.phases import Course

Turns = Sequence[tuple[int, int]]  # from, to: UTC ns


def spoken_by(course: Course, last_ns: int, without: Collection[int] = ()) -> Mapping[int, Turns]:
    """By seat, its turns of speaking in order of time, but for the seats `without`. One that goes
    on ends at `last_ns`."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for turn in turns_of(course, without):
        if turn.role == "speaker":
            found[turn.seat].append((turn.start_ns, turn.end_ns or last_ns))
    return dict(found)


def share_spoken(turns: Turns, times_ns: Ints, window_ns: int) -> Floats:
    """For each moment, the share of the window up to it in which somebody with these turns
    speaks."""
    return (_spoken(turns, times_ns) - _spoken(turns, times_ns - window_ns)) / window_ns


def _spoken(turns: Turns, times_ns: Ints) -> Floats:
    """For how long somebody had spoken up to each of these moments, ns."""
    if not turns:
        return np.zeros(len(times_ns))
    edges = np.array(turns, np.int64)
    lasts = (edges[:, 1] - edges[:, 0])[:, None] * [0, 1]
    before = np.cumsum(lasts[:, 1]) - lasts[:, 1]
    start_ns = int(edges[0, 0])
    return np.interp((times_ns - start_ns).astype(np.float64),
                     (edges - start_ns).ravel().astype(np.float64),
                     (before[:, None] + lasts).ravel().astype(np.float64))
