"""Which way the pulse points, up in most recordings, down in the raw counts of a MAX3010x; and
whether it is a pulse at all.

The systolic upstroke is the steepest part of a pulse. So in each second the steepest rise is
compared with the steepest fall, and the mean log ratio over the last minutes decides: which way a
sensor points does not change, and steps may look like a pulse upside down for one of them. (Each is
limited: a burst of motion is as steep as it likes, either way.) A hum or a swinging hand is as
steep both ways, and its slope has no peaks: its kurtosis is that of a sine. Noise of a narrow band
has peaks, but is as steep both ways too, and its peaks come in all sizes.
"""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

import numpy as np

from hub.signals.slope import Slopes

HOLD = 8  # blocks seen before it is decided for the first time
VOTE = 0.4  # log ratio that counts at most: a pulse's usual one, so that no burst outvotes several
TURN = 0.065  # mean of those against the present polarity that turns it
FADING = 0.995  # of the vote's weight a block
ROUND, PEAKED = 1.75, 2.1  # kurtosis of a slope that is no pulse, and of one that may be (sine 1.5)
CHANCE, SURE = 2.5, 4.0  # the mean log ratio in standard errors: may be chance, is a pulse
SLOW = 0.985  # of that mean's weight a block
EARLY = 2.0  # blocks: of so many a mean in standard errors counts half
LEAST_SPREAD = 0.2  # of the log ratio, standard deviation
TINY = 1e-100


class Pulse(NamedTuple):
    """How far a block surely is a pulse, and is one if its beats are of even size; which way it
    pointed (1 or -1)."""

    surely: float
    perhaps: float
    way: float


class Upright:
    """Slopes in, slopes with rising pulses out, and for each block how far it is a pulse.
    The first HOLD blocks come out together."""

    def __init__(self) -> None:
        self._held: Slopes | None = None
        self._seen = 0
        self._vote, self._votes = 0.0, 0.0
        self._sign = 0.0
        self._peaks: list[float] = []
        self._mean, self._square, self._weight, self._weight2 = 0.0, 0.0, 0.0, 0.0

    def push(self, slopes: Slopes) -> tuple[Slopes, list[Pulse]]:
        held = slopes if self._held is None else self._held.then(slopes)
        signs: list[float] = []
        pulses: list[Pulse] = []
        for ratio, peak in zip(steepness(slopes), peakedness(slopes), strict=True):
            decided = self._decide(ratio, peak)
            signs += [self._sign] * decided
            pulses += [self._pulse()] * decided
        ready, self._held = held.split(len(signs))
        return Slopes(ready.first, ready.slope * np.array(signs)[:, None], ready.lost), pulses

    def _decide(self, ratio: float, peak: float) -> int:
        """How many blocks are decided with one more."""
        self._seen += 1
        ratio = max(-1.0, min(1.0, ratio))
        self._vote = FADING * self._vote + max(-VOTE, min(VOTE, ratio))
        self._votes = FADING * self._votes + 1.0
        self._learn(ratio)
        self._peaks = [*self._peaks[-11:], peak]
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
        mean = self._mean / self._weight
        spread = max(LEAST_SPREAD, sqrt(max(0.0, self._square / self._weight - mean * mean)))
        blocks = self._weight**2 / self._weight2
        errors = abs(mean) / spread * sqrt(blocks) * blocks / (blocks + EARLY)
        peak = sorted(self._peaks)[len(self._peaks) // 2]
        return Pulse(between(errors, CHANCE, SURE), between(peak, ROUND, PEAKED), self._sign)


def between(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, and even between."""
    if not value > low:
        return 0.0
    return 1.0 if value >= high else (value - low) / (high - low)


def steepness(slopes: Slopes) -> list[float]:
    """Log ratio of the steepest rise to the steepest fall of each block, 0: no pulse seen."""
    rises: list[float] = slopes.slope.max(axis=1).tolist()
    falls: list[float] = slopes.slope.min(axis=1).tolist()
    lost: list[int] = slopes.lost.sum(axis=1).tolist()
    return [
        log(rise / -fall) if rise > 0 > fall and not gone else 0.0
        for rise, fall, gone in zip(rises, falls, lost, strict=True)
    ]


def peakedness(slopes: Slopes) -> list[float]:
    """Kurtosis of each block's slope: 1.5 for a sine, 3 for noise."""
    squares = slopes.slope * slopes.slope
    n = squares.shape[1]
    second: list[float] = squares.sum(axis=1).tolist()
    fourth: list[float] = (squares * squares).sum(axis=1).tolist()
    return [n * b / (a * a) if a > TINY else 0.0 for a, b in zip(second, fourth, strict=True)]
