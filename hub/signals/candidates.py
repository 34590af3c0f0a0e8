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
    """`find` gives the candidates of each block, `after` samples late, so that what follows a
    candidate is known: those of a block are from as much before its beginning as before its end."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._tail: Floats = np.zeros(after + 2)
        self._levels: list[float] = []  # of the blocks that candidates may still come from
        self._usual = Usual()
        self._last_rise = 0.0

    def find(self, slopes: Slopes) -> list[Found]:
        blocks: int = slopes.slope.shape[0]
        size: int = slopes.slope.shape[1]
        u = np.concatenate((self._tail, slopes.slope.ravel()))
        self._tail = u[-self._after - 2 :]
        seen = u[: blocks * size + 2]
        mid = seen[1:-1]
        at = np.flatnonzero((mid > seen[:-2]) & (mid >= seen[2:]) & (mid > 0.0))
        levels = self._level(slopes.slope)
        late = -self._after - 1  # the position of mid[0], from the first sample of these blocks
        found: list[Found] = [[] for _ in range(blocks)]
        around: list[list[float]] = seen[at[:, None] + (BESIDE + 1)].tolist()
        for i, (left, top, right) in zip(at.tolist(), around, strict=True):
            strength = top / levels[(i + late) // size + 1]
            if strength > STAND_OUT:
                place = slopes.first + i + late + vertex(left, top, right)
                found[i // size].append((place, strength))
        return found

    def _level(self, slope: Floats) -> list[float]:
        """The usual steepest rise at the block before these and at each of them; two blocks always
        hold an upstroke."""
        rises: list[float] = slope.max(axis=1).tolist()
        pairs: list[float] = [
            max(a, b) for a, b in zip([self._last_rise, *rises[:-1]], rises, strict=True)
        ]
        if not self._usual.begun:
            self._usual.begin(sorted(pairs[1:HOLD])[HOLD // 2])
            self._levels = [LEAST]
        self._last_rise = rises[-1]
        self._levels = [self._levels[-1], *(max(self._usual.after(p), LEAST) for p in pairs)]
        return self._levels


def vertex(left: float, top: float, right: float) -> float:
    """Where the parabola through three samples has its vertex, in samples from the middle one."""
    bend = left - 2 * top + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0
