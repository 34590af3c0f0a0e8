"""Which way the pulse points, up in most recordings, down in the raw counts of a MAX3010x; and
whether it is a pulse at all.

The systolic upstroke is the steepest part of a pulse. So in each second the steepest rise is
compared with the steepest fall, and the mean log ratio over the last minutes decides: which way a
sensor points does not change, and steps may look like a pulse upside down for one of them. (Each is
limited: a burst of motion is as steep as it likes, either way.) A hum or a swinging hand is as
steep both ways, and its slope has no peaks: its kurtosis is that of a sine. Noise of a narrow band
has peaks, but is as steep both ways too, and its peaks come in all sizes.

Where that leaves doubt, as of slow hearts, some of whose seconds have no upstroke, and of sensors
that let no slow change through, what has peaks is looked at once more (further).
"""

from __future__ import annotations

from collections import deque
from math import sqrt
from typing import NamedTuple

import numpy as np

from hub.signals.asymmetry import (
    EVENLY,
    RECENT,
    TINY,
    UNEVENLY,
    Asymmetry,
    Most,
    between,
    limited,
    most_of,
    of_two,
)
from hub.signals.further import Further
from hub.signals.slope import Slopes

HOLD = 8  # blocks seen before it is decided for the first time
VOTE = 0.4  # log ratio that counts at most: a pulse's usual one, so that no burst outvotes several
TURN = 0.065  # mean of those against the present polarity that turns it
FADING = 0.995  # of the vote's weight a block
ROUND, PEAKED = 1.75, 2.1  # kurtosis of a slope that is no pulse, and of one that may be (sine 1.5)
SLOW = 0.985  # of the mean log ratio's weight a block
LONG = 20.0, 50.0  # blocks whose mean log ratio says that it is surely no pulse, however noisy


class Pulse(NamedTuple):
    """How far a block surely is a pulse, and is one if its beats are of even size (asked only where
    it is not surely one); which way it pointed (1 or -1)."""

    surely: float
    perhaps: float
    way: float


SURE = {way: Pulse(1.0, 1.0, way) for way in (1.0, -1.0, 0.0)}  # 0: not decided yet


class Upright:
    """Slopes in, slopes with rising pulses out, and for each block how far it is a pulse.
    The first HOLD blocks come out together."""

    def __init__(self) -> None:
        self._held: Slopes | None = None
        self._seen = 0
        self._vote, self._votes = 0.0, 0.0
        self._sign = 0.0
        self._peaks: deque[float] = deque(maxlen=RECENT)
        self._recent: deque[float] = deque(maxlen=RECENT)  # log ratios over two blocks each
        self._before: Most | None = None  # its steepest rise and fall
        self._asymmetry, self._further = Asymmetry(), Further()
        self._mean, self._square, self._weight, self._weight2 = 0.0, 0.0, 0.0, 0.0

    def push(self, slopes: Slopes) -> tuple[Slopes, list[Pulse]]:
        held = self._held.then(slopes) if self._held else slopes
        pulses: list[Pulse] = []
        steepest_ones = most_of(slopes.slope, slopes.lost)
        seen = zip(steepest_ones, peakedness(slopes), slopes.slope, slopes.lost, strict=True)
        for steepest, peak, slope, lost in seen:
            self._see(steepest, peak)
            self._further.keep(slope, lost)
            decided = self._decided()
            pulses += [self._pulse()] * decided
        ready, later = held.split(len(pulses))
        self._held = later if len(later.slope) else None
        ways = np.array([pulse.way for pulse in pulses])
        return Slopes(ready.first, ready.slope * ways[:, None], ready.lost), pulses

    def _see(self, steepest: Most | None, peak: float) -> None:
        """One block more; one in which nothing was seen only makes the last ones older."""
        self._seen += 1
        if steepest is None:
            self._before = None
            if self._recent:
                self._recent.popleft()
            return
        if self._before is not None:
            self._recent.append(of_two(steepest, self._before))
        self._before = steepest
        ratio = limited(steepest[0] - steepest[1], 1.0)
        self._vote = FADING * self._vote + limited(ratio, VOTE)
        self._votes = FADING * self._votes + 1.0
        self._learn(ratio)
        self._peaks.append(peak)

    def _decided(self) -> int:
        """How many blocks are decided now."""
        if self._seen < HOLD:
            return 0
        if self._seen == HOLD:
            self._sign = -1.0 if self._vote < 0 else 1.0
            return HOLD
        if self._vote * self._sign < -TURN * self._votes:
            self._sign = -self._sign
        return 1

    def _learn(self, ratio: float) -> None:
        new = 1 - SLOW
        self._mean = SLOW * self._mean + new * ratio
        self._square = SLOW * self._square + new * ratio * ratio
        self._weight = SLOW * self._weight + new
        self._weight2 = SLOW * SLOW * self._weight2 + new * new

    def _pulse(self) -> Pulse:
        if not self._peaks:
            return Pulse(0.0, 0.0, self._sign)
        mean = self._mean / self._weight
        square = self._square / self._weight - mean * mean
        spread = sqrt(square) if square > 0.0 else 0.0
        blocks = self._weight**2 / self._weight2
        surely, uneven = self._asymmetry.surely(mean, spread, blocks, self._recent)
        if surely == 1.0:
            return SURE[self._sign]  # the usual case
        peak = sorted(self._peaks)[len(self._peaks) // 2]
        in_all = max(between(abs(mean), EVENLY, UNEVENLY), 1.0 - between(blocks, *LONG))
        perhaps = min(uneven, in_all)
        if perhaps < 1.0 and peak > ROUND:
            perhaps = max(perhaps, self._further.surely())
        perhaps = min(between(peak, ROUND, PEAKED), perhaps)
        return Pulse(surely, perhaps, self._sign)


def peakedness(slopes: Slopes) -> list[float]:
    """Kurtosis of each block's slope: 1.5 for a sine, 3 for noise."""
    squares = slopes.slope * slopes.slope
    n = squares.shape[1]
    second: list[float] = squares.sum(axis=1).tolist()
    fourth: list[float] = (squares * squares).sum(axis=1).tolist()
    return [n * b / (a * a) if a > TINY else 0.0 for a, b in zip(second, fourth, strict=True)]
