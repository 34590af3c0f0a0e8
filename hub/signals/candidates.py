"""Upstrokes that stand out: the local maxima of the slope, and how strong each is.

A burst of motion soon is most of what was seen in the last seconds, and a pulse may shrink to a
fifth within a few beats (a sigh, a startle): for a while the pulses after it would be too weak to
be seen. So each has a second strength, against the pulse of the last 40 s and against the last two
seconds, for beats that were believed until then.

Where the heart is fast and its beats are doubted, as in people who run, a stride is slower than a
pulse and larger: then what is slower than about 1 Hz is taken out first, and nearly every rise that
is left is a candidate as good as the next.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

import numpy as np

from hub.arrays import Floats
from hub.signals.polarity import HOLD
from hub.signals.slope import Slopes, Usual

STAND_OUT = 0.15  # of the usual steepest rise: less is not looked at
LEAST = 1e-12
BESIDE = np.arange(-1, 2)
STRIDE_S, STRIDE_HALF_S = 0.15, 0.4  # standard deviation, and half the length, of the Gaussian that
# holds what is too slow for a fast heart's pulse
RAISED = 2.5  # times as strong are the candidates left
KEPT, FEWEST = 40, 12  # steepest rises, each of a block and the one before it; so few say nothing
OVER = 1.25  # times the median of those, and the last of them, is the most that is usual
LEAST_SHARE = 0.05  # of what is usual otherwise
Rise = tuple[float, float, float]  # sample position; strength against the rises seen lately (1: a
# usual upstroke), and against the pulse before these
LATELY, PULSE = 1, 2  # which of a rise's strengths
Level = tuple[float, float]  # of both


class Candidates:
    """`find` gives the candidates of each block, `after` samples late, so that what follows a
    candidate is known: those of a block are from as much before its beginning as before its end."""

    def __init__(self, after: int, fs: float) -> None:
        self._after = after
        self._quick = quick(fs)
        self._before = len(self._quick) // 2
        self._seen: Floats = np.zeros(self._before + after + 2)
        self._first: int = 0
        self._size: int = 1
        self._levels: list[Level] = []  # of the blocks that candidates may still come from
        self._usual = UsualRise()
        self._last_rise = 0.0

    def find(self, slopes: Slopes) -> list[list[Rise]]:
        blocks: int = slopes.slope.shape[0]
        self._size = slopes.slope.shape[1]
        self._first = slopes.first - self._after - 1  # where the first middle one lies
        tail = self._seen[-self._before - self._after - 2 :]
        self._seen = np.concatenate((tail, slopes.slope.ravel()))
        self._level(slopes.slope)
        found: list[list[Rise]] = [[] for _ in range(blocks)]
        for i, rise in self._maxima(self._part(0, blocks, 0), 0, 1.0):
            found[i // self._size].append(rise)
        return found

    def find_quick(self, block: int) -> list[Rise]:
        """Those of one of the blocks found last, for a fast heart whose beats are doubted."""
        part = self._part(block, 1, self._before)
        left = np.convolve(part, self._quick, "valid")
        return [rise for _, rise in self._maxima(left, block * self._size, RAISED)]

    def _part(self, block: int, blocks: int, around: int) -> Floats:
        """What the candidates of these blocks are found in, and as much on either side."""
        start = block * self._size + self._before - around
        return self._seen[start : start + blocks * self._size + 2 + 2 * around]

    def _maxima(self, seen: Floats, start: int, raised: float) -> Iterator[tuple[int, Rise]]:
        """Those of `seen` that stand out, the middle of which begin at `start`."""
        mid = seen[1:-1]
        (at,) = ((mid > seen[:-2]) & (mid >= seen[2:]) & (mid > 0.0)).nonzero()
        around: list[list[float]] = seen[at[:, None] + (BESIDE + 1)].tolist()
        for i, (left, top, right) in zip((at + start).tolist(), around, strict=True):
            lately, before = self._levels[(i - self._after - 1) // self._size + 1]
            high = raised * top
            if high > STAND_OUT * before:
                place = self._first + i + vertex(left, top, right)
                yield i, (place, high / lately, high / before)

    def _level(self, slope: Floats) -> None:
        """Learn the usual steepest rise at the block before these and at each of them; two blocks
        always hold an upstroke."""
        rises = np.concatenate(((self._last_rise,), slope.max(axis=1)))
        pairs = np.maximum(rises[:-1], rises[1:])
        if not self._usual.begun:
            self._usual.begin(sorted(pairs[1:HOLD])[HOLD // 2])
            self._levels = [(LEAST, LEAST)]
        self._last_rise = rises[-1]
        self._levels = [self._levels[-1], *self._usual.after(pairs)]


class UsualRise:
    """The steepest rise of a usual pulse, by what was seen lately and by the pulse before."""

    def __init__(self) -> None:
        self._lately = Usual()
        self._kept: list[float] = []
        self._sorted: list[float] = []  # the same

    @property
    def begun(self) -> bool:
        return self._lately.begun

    def begin(self, rise: float) -> None:
        self._lately.begin(rise)

    def after(self, rises: Floats) -> list[Level]:
        """What is usual once each of these has been seen too."""
        return list(map(self._level, rises.tolist(), self._lately.after(rises).tolist()))

    def _level(self, rise: float, lately: float) -> Level:
        lately = max(lately, LEAST)
        self._keep(rise)
        if len(self._kept) < FEWEST:
            return lately, lately
        usual = self._sorted[len(self._sorted) // 2]
        most = OVER * (usual if usual < rise else rise)
        return lately, lately if most > lately else max(most, LEAST_SHARE * lately)

    def _keep(self, rise: float) -> None:
        self._kept.append(rise)
        insort(self._sorted, rise)
        if len(self._kept) > KEPT:
            del self._sorted[bisect_left(self._sorted, self._kept.pop(0))]


def vertex(left: float, top: float, right: float) -> float:
    """Where the parabola through three samples has its vertex, in samples from the middle one."""
    bend = left - 2 * top + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0


def quick(fs: float) -> Floats:
    """A slope less what is slow in it, odd length, zero phase."""
    half = round(STRIDE_HALF_S * fs)
    slow = np.exp(-0.5 * (np.arange(-half, half + 1) / fs / STRIDE_S) ** 2)
    kept = -slow / slow.sum()
    kept[half] += 1.0
    return kept
