"""For how long each seat spoke, as the console's turns say it.

Who taps them rests with the group: a turn that still lasts when quiet rest begins is none of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from hub.analysis.turns import turns_of
from hub.arrays import Floats, Ints
from hub.course.phases import Course

Turns = Sequence[tuple[int, int]]  # from, to: UTC ns


def spoken_by(course: Course, last_ns: int, without: Collection[int] = ()) -> Mapping[int, Turns]:
    """By seat, its turns of speaking in order of time, but for the seats `without`. One that goes
    on ends at `last_ns`, and none goes on in a quiet rest that begins while it lasts."""
    rests = [(phase.start_ns, phase.end_ns or last_ns) for phase in course.phases
             if (known := course.defined(phase.id)) and known.quiet]
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for turn in turns_of(course, without):
        if turn.role == "speaker":
            found[turn.seat] += _outside(rests, turn.start_ns, turn.end_ns or last_ns)
    return dict(found)


def _outside(rests: Turns, start_ns: int, end_ns: int) -> Iterator[tuple[int, int]]:
    """What is left of a turn without the rests that began in it."""
    for begin_ns, over_ns in rests:
        if start_ns < begin_ns < end_ns:
            yield start_ns, begin_ns
            start_ns = min(over_ns, end_ns)
    if start_ns < end_ns:
        yield start_ns, end_ns


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
