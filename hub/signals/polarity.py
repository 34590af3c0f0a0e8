"""Which way the pulse points, up in most recordings, down in the raw counts of a MAX3010x; and
whether it is a pulse at all.

The systolic upstroke is the steepest part of a pulse. So in each second the steepest rise is
compared with the steepest fall, and the mean log ratio over the last minutes decides: which way a
sensor points does not change, and steps may look like a pulse upside down for one of them. (Each is
limited: a burst of motion is as steep as it likes, either way.) A hum or a swinging hand is as
steep both ways, and its slope has no peaks: its kurtosis is that of a sine. Noise of a narrow band
has peaks, but is as steep both ways too, and its peaks come in all sizes.

Where that leaves doubt, as of slow hearts, some of whose seconds have no upstroke, and of sensors
that let no slow change through, what has peaks is looked at once more (Further).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from itertools import pairwise
from math import log, nan, sqrt
from typing import NamedTuple

import numpy as np

from hub.arrays import Floats, Marks
from hub.signals.slope import LOST, Slopes

HOLD = 8  # blocks seen before it is decided for the first time
VOTE = 0.4  # log ratio that counts at most: a pulse's usual one, so that no burst outvotes several
TURN = 0.065  # mean of those against the present polarity that turns it
FADING = 0.995  # of the vote's weight a block
ROUND, PEAKED = 1.75, 2.1  # kurtosis of a slope that is no pulse, and of one that may be (sine 1.5)
CHANCE, SURE = 2.5, 4.0  # the mean log ratio in standard errors: may be chance, is a pulse
SLOW = 0.985  # of that mean's weight a block
EARLY = 2.0  # blocks: of so many a mean in standard errors counts half
LEAST_SPREAD = 0.2  # of the log ratio, standard deviation
RECENT, FEWEST = 12, 4  # blocks that must not contradict, and whose slopes' peaks count; of fewer
# nothing is said
EVENLY, UNEVENLY = 0.04, 0.07  # their mean log ratio and its deviation: surely no pulse, may be one
OWN_LEAST, OWN_MOST = 0.12, 0.27  # that mean and its error, of the pulse's own: no longer it, is it
OWN_FADES = 0.998  # a block
HOLES = 0.2  # of a block: with more lost nothing is seen in it
LONG = 20.0, 50.0  # blocks whose mean log ratio says that it is surely no pulse, however noisy
WITHIN = 0.35  # of a block: how far it rises and falls in that time is looked at second
LOOKED_AT = 60  # blocks, then
TINY = 1e-100


Steepest = tuple[float, float]  # logs of rise and fall


class Pulse(NamedTuple):
    """How far a block surely is a pulse, and is one if its beats are of even size (asked only where
    it is not surely one); which way it pointed (1 or -1)."""

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
        self._peaks: deque[float] = deque(maxlen=RECENT)
        self._recent: deque[float] = deque(maxlen=RECENT)  # log ratios over two blocks each
        self._before: Steepest | None = None
        self._further = Further()
        self._own = 0.0
        self._mean, self._square, self._weight, self._weight2 = 0.0, 0.0, 0.0, 0.0

    def push(self, slopes: Slopes) -> tuple[Slopes, list[Pulse]]:
        held = slopes if self._held is None else self._held.then(slopes)
        signs: list[float] = []
        pulses: list[Pulse] = []
        seen = zip(steepness(slopes), peakedness(slopes), slopes.slope, slopes.lost, strict=True)
        for steepest, peak, slope, lost in seen:
            self._see(steepest, peak)
            self._further.keep(slope, lost)
            decided = self._decided()
            signs += [self._sign] * decided
            pulses += [self._pulse()] * decided
        ready, self._held = held.split(len(signs))
        return Slopes(ready.first, ready.slope * np.array(signs)[:, None], ready.lost), pulses

    def _see(self, steepest: Steepest | None, peak: float) -> None:
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
        ratio = max(-1.0, min(1.0, steepest[0] - steepest[1]))
        self._vote = FADING * self._vote + max(-VOTE, min(VOTE, ratio))
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
        self._own = max(OWN_FADES * self._own, abs(mean))
        spread = max(LEAST_SPREAD, sqrt(max(0.0, self._square / self._weight - mean * mean)))
        blocks = self._weight**2 / self._weight2
        errors = abs(mean) / spread * sqrt(blocks) * blocks / (blocks + EARLY)
        uneven, still = contradicted(self._recent, mean, self._own)
        surely = min(between(errors, CHANCE, SURE), uneven, still)
        if surely == 1.0:
            return Pulse(1.0, 1.0, self._sign)  # the usual case
        peak = sorted(self._peaks)[len(self._peaks) // 2]
        in_all = max(between(abs(mean), EVENLY, UNEVENLY), 1.0 - between(blocks, *LONG))
        perhaps = min(uneven, in_all)
        if perhaps < 1.0 and peak > ROUND:
            perhaps = max(perhaps, self._further.surely())
        perhaps = min(between(peak, ROUND, PEAKED), perhaps)
        return Pulse(surely, perhaps, self._sign)


class Further:
    """A second look, where the first leaves doubt: whether the wave rises further within WITHIN of
    a block than it falls, two blocks at a time. What is alike both ways, as a lamp or a swing, is
    so over any time; a pulse that happens to be as steep both ways seldom is."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[Floats, Marks]] = deque(maxlen=LOOKED_AT)
        self._new = 0
        self._ratios: deque[float] = deque(maxlen=LOOKED_AT)  # log; NaN: nothing could be seen
        self._own = 0.0

    def keep(self, slope: Floats, lost: Marks) -> None:
        """One block more, to be looked at if need be."""
        self._blocks.append((slope, lost))
        self._new += 1

    def surely(self) -> float:
        """How far that differs by more than chance, and the last blocks do not contradict."""
        self._look()
        every = np.array(self._ratios)
        ratios = every[~np.isnan(every)]
        if len(ratios) < FEWEST:
            return 0.0
        mean, pairs = float(ratios.mean()), len(ratios) / 2
        errors = abs(mean) / max(LEAST_SPREAD, float(ratios.std())) * sqrt(pairs)
        lately = every[-RECENT:]
        recent: list[float] = lately[~np.isnan(lately)].tolist()
        sure = between(errors * pairs / (pairs + EARLY), CHANCE, SURE)
        self._own = max(OWN_FADES * self._own, abs(mean))
        return min(sure, *contradicted(recent, mean, self._own))

    def _look(self) -> None:
        """At the blocks that are new, with the two before them."""
        new = list(self._blocks)[-self._new - 2 :] if self._new else []
        self._new = 0
        if len(new) < 3:
            return
        slope, lost = (np.array(part) for part in zip(*new, strict=True))
        rises = rises_within(slope, round(WITHIN * slope.shape[1]))
        self._ratios.extend(of_two(a, b) for a, b in pairwise(most_of(rises, lost[1:])))


def rises_within(slope: Floats, n: int) -> Floats:
    """How far it rises over the `n` samples up to each, of each block but the first."""
    heights = slope.cumsum(axis=1)
    rises: Floats = heights[1:].copy()
    rises[:, n:] -= heights[1:, :-n]
    rises[:, :n] += heights[:-1, -1:] - heights[:-1, -n:]
    return rises


def of_two(one: Steepest | None, other: Steepest | None) -> float:
    """Log ratio, within 1, of rise and fall of two blocks together; NaN: one was not seen."""
    if one is None or other is None:
        return nan
    return max(-1.0, min(1.0, max(one[0], other[0]) - max(one[1], other[1])))


def contradicted(recent: Collection[float], mean: float, own: float) -> tuple[float, float]:
    """How far the `recent` log ratios, of two blocks each, are not surely those of what is as steep
    both ways, and are as the pulse was that was known."""
    n = len(recent)
    if n < FEWEST:
        return 1.0, 1.0
    middle = sorted(recent)[n // 2]
    usual = middle if mean > 0 else -middle
    if usual >= max(UNEVENLY, OWN_MOST * own):
        return 1.0, 1.0  # the usual case, whatever they deviate by
    deviation = sqrt(sum([(x - middle) * (x - middle) for x in recent]) / n)
    still = (usual + deviation / sqrt(n)) / max(own, TINY)
    return between(abs(usual) + deviation, EVENLY, UNEVENLY), between(still, OWN_LEAST, OWN_MOST)


def between(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, and even between."""
    if not value > low:
        return 0.0
    return 1.0 if value >= high else (value - low) / (high - low)


def steepness(slopes: Slopes) -> list[Steepest | None]:
    """The logs of the steepest rise and of the steepest fall of each block; None: no pulse can be
    seen."""
    return most_of(slopes.slope, slopes.lost)


def most_of(blocks: Floats, marks: Marks) -> list[Steepest | None]:
    """The logs of the highest and of the lowest, turned over, of each; None: nothing is seen."""
    rises: list[float] = blocks.max(axis=1).tolist()
    falls: list[float] = blocks.min(axis=1).tolist()
    lost: list[int] = [0] * len(rises)
    if marks.any():
        lost = (marks == LOST).sum(axis=1).tolist()
    most = HOLES * marks.shape[1]
    return [
        (log(rise), log(-fall)) if rise > 0 > fall and gone <= most else None
        for rise, fall, gone in zip(rises, falls, lost, strict=True)
    ]


def peakedness(slopes: Slopes) -> list[float]:
    """Kurtosis of each block's slope: 1.5 for a sine, 3 for noise."""
    squares = slopes.slope * slopes.slope
    n = squares.shape[1]
    second: list[float] = squares.sum(axis=1).tolist()
    fourth: list[float] = (squares * squares).sum(axis=1).tolist()
    return [n * b / (a * a) if a > TINY else 0.0 for a, b in zip(second, fourth, strict=True)]
