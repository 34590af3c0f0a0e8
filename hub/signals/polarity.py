"""Which way the pulse points, up in most recordings, down in the raw counts of a MAX3010x; and
whether it is a pulse at all.

The systolic upstroke is the steepest part of a pulse. So in each second the steepest rise is
compared with the steepest fall, and the log ratio over the last seconds decides. A hum or a
swinging hand is as steep both ways, and its slope has no peaks: its kurtosis is that of a sine.
"""

from __future__ import annotations

from math import log

import numpy as np

from hub.signals.slope import Slopes

HOLD = 8  # blocks seen before it is decided for the first time
TURN = 0.12  # log ratio against the present polarity that turns it
FADING = 0.94  # of the vote's weight a block
ROUND, PEAKED = 1.75, 2.1  # kurtosis of a slope that is no pulse, and of one that may be (sine 1.5)
EVEN, UNEVEN = 0.05, 0.15  # the same for the log ratio
TINY = 1e-100


class Upright:
    """Slopes in, slopes with rising pulses out, and for each block how far it is a pulse (0..1).
    The first HOLD blocks come out together."""

    def __init__(self) -> None:
        self._held: Slopes | None = None
        self._seen = 0
        self._vote = 0.0
        self._sign = 0.0
        self._peaks: list[float] = []

    def push(self, slopes: Slopes) -> tuple[Slopes, list[float]]:
        held = slopes if self._held is None else self._held.then(slopes)
        signs: list[float] = []
        pulses: list[float] = []
        for ratio, peak in zip(steepness(slopes), peakedness(slopes), strict=True):
            decided = self._decide(ratio, peak)
            signs += [self._sign] * decided
            pulses += [self._pulse()] * decided
        ready, self._held = held.split(len(signs))
        return Slopes(ready.first, ready.slope * np.array(signs)[:, None], ready.lost), pulses

    def _decide(self, ratio: float, peak: float) -> int:
        """How many blocks are decided with one more."""
        self._seen += 1
        self._vote = FADING * self._vote + max(-1.0, min(1.0, ratio)) * (1 - FADING)
        self._peaks = [*self._peaks[-11:], peak]
        if self._seen < HOLD:
            return 0
        if self._seen == HOLD:
            self._sign = -1.0 if self._vote < 0 else 1.0
            return HOLD
        if self._vote * self._sign < -TURN:
            self._sign = -self._sign
        return 1

    def _pulse(self) -> float:
        vote = abs(self._vote) / (1.0 - FADING**self._seen)
        peak = sorted(self._peaks)[len(self._peaks) // 2]
        return min(
            1.0, max(0.0, (vote - EVEN) / (UNEVEN - EVEN), (peak - ROUND) / (PEAKED - ROUND))
        )


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
