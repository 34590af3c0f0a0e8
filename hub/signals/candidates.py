"""Upstrokes that stand out: the local maxima of the slope, and how strong each is."""

from __future__ import annotations

import numpy as np

from hub.signals.polarity import HOLD
from hub.signals.slope import Floats, Slopes, Usual

STAND_OUT = 0.15  # of the usual steepest rise: less is not looked at
LEAST = 1e-12
BESIDE = np.arange(-1, 2)
Found = list[tuple[float, float]]  # (sample position, strength), strength 1: a usual upstroke


class Candidates:
    """`find` gives the candidates of each block; one in a block's last sample comes with the
    next, when it is known to be a maximum."""

    def __init__(self) -> None:
        self._tail: Floats = np.zeros(2)
        self._usual = Usual()
        self._last_rise = 0.0

    def find(self, slopes: Slopes) -> list[Found]:
        blocks: int = slopes.slope.shape[0]
        size: int = slopes.slope.shape[1]
        u = np.concatenate((self._tail, slopes.slope.ravel()))
        self._tail = u[-2:]
        mid = u[1:-1]
        at = np.flatnonzero((mid > u[:-2]) & (mid >= u[2:]) & (mid > 0)) + 1
        levels = self._levels(slopes.slope)
        found: list[Found] = [[] for _ in range(blocks)]
        around: list[list[float]] = u[at[:, None] + BESIDE].tolist()
        places: list[int] = at.tolist()
        for i, (left, top, right) in zip(places, around, strict=True):
            block = (i - 1) // size
            strength = top / levels[block]
            if strength > STAND_OUT:
                place = slopes.first + i - 2 + vertex(left, top, right)
                found[block].append((place, strength))
        return found

    def _levels(self, slope: Floats) -> list[float]:
        """The usual steepest rise at each block; two blocks always hold an upstroke."""
        rises: list[float] = slope.max(axis=1).tolist()
        pairs: list[float] = [
            max(a, b) for a, b in zip([self._last_rise, *rises[:-1]], rises, strict=True)
        ]
        if not self._usual.begun:
            self._usual.begin(sorted(pairs[1:HOLD])[HOLD // 2])
        self._last_rise = rises[-1]
        return [max(self._usual.after(p), LEAST) for p in pairs]


def vertex(left: float, top: float, right: float) -> float:
    """Where the parabola through three samples has its vertex, in samples from the middle one."""
    bend = left - 2 * top + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0
