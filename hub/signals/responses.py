"""Skin conductance responses (SCRs), told apart by their slope.

A response is a bump of the slope (bumps). Its amplitude is the rise between onset and peak, above
what the last one's recovery would have done, down to where the skin was lately; at least 0.05 uS,
an absolute criterion (Boucsein 2012), and no touch or swing (losses).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.bumps import FOOT, Bump, Bumps, Trail
from hub.signals.losses import AFTER_S, LAST, LATELY_S, Losses

LEAST_US = 0.05
RISEN_US = 0.02  # of it, the skin itself rises: less, on a recovery, is a touch, a breath or noise
LULL_S = (1.0, 2.5)  # as well, or a recovery that slows down; but not what takes so long, and is
STANDS_OUT = 6.0  # so many times what was refused in LATELY_S
FELL_S, NEAR_S = 1.0, 0.5  # a skin that falls for longer after the onset did not rise yet: it began
# so soon before its lowest
EARLY = NormalDist().inv_cdf(1.0 - FOOT)  # spreads by which a sudden rise is there too soon
KEEP_S = 45.0  # more than a climb, the longest rise, AFTER_S and LATELY_S together
SHORTEST_S, LONGEST_S = 0.25, 7.0  # from onset to peak; what rises for longer is a drift


@dataclass(frozen=True, slots=True)
class Scrs:
    """Responses in order of time, s and uS. `recovery_s`: back to half, NaN: not seen."""

    onset_s: Floats
    peak_s: Floats
    amplitude_us: Floats
    recovery_s: Floats

    def __len__(self) -> int:
        return len(self.onset_s)


NO_SCRS = Scrs(*[np.empty(0)] * 4)
# Onset, peak, amplitude (uS), and when it was known, which is at the peak or a little later. All
# but the amplitude are positions in samples.
Found = tuple[float, float, float, float]


class ResponseStream:
    """Smoothed conductance and its validity in, responses now certain out. The smoothing's standard
    deviation is `spread_s`: what it does to a rise is taken back."""

    def __init__(self, rate: float, spread_s: float) -> None:
        self._rate, self._spread_s = rate, spread_s
        self._early = EARLY * spread_s * rate
        self._trail = Trail(rate)
        self._bumps = Bumps(self._trail)
        self._losses = Losses(self._trail)
        self._refused: deque[tuple[int, float]] = deque(maxlen=LAST)  # ends and heights (uS)

    @property
    def certain(self) -> float:
        """All responses known before this position are out."""
        return self._trail.now - AFTER_S * self._rate

    def push(self, level: Floats, valid: Bools) -> list[Found]:
        found: list[Found] = []
        turns = ((valid[1:] != valid[:-1]).nonzero()[0] + 1).tolist()
        for a, b in pairwise([0, *turns, len(level)]) if len(level) else ():
            found += self._follow(level[a:b], bool(valid[a]))
        self._trail.keep(KEEP_S)
        return found

    def _follow(self, level: Floats, valid: bool) -> list[Found]:
        """All of these are valid, or none."""
        slopes = self._trail.extend(level, valid)
        first = self._trail.now - len(slopes)
        if len(slopes) < len(level):
            self._bumps.begin(first - 1)
            self._losses.begin()
        ended, after = self._bumps.ended, AFTER_S * self._rate
        found: list[Found] = []
        for i in self._bumps.follow(slopes, first):
            while ended and ended[0].end < i + 1 - after:
                found += self._measure(ended.pop(0), i + 1 - after)
        return found

    def _measure(self, bump: Bump, known: float) -> list[Found]:
        """The response that this bump is, if it is one; `known` at this position."""
        bump, onset = self._settled(bump, self._onset(bump))
        a, b = onset - self._trail.first, bump.end - self._trail.first
        height = self._height(bump, a, b)
        amplitude = self._amplitude(bump, a, b, height)
        if not amplitude:
            self._refused.append((bump.end, height))
            return []
        self._losses.note(bump.end, amplitude)
        early = min(self._early, bump.end - onset - SHORTEST_S * self._rate)
        return [(onset + early, float(bump.end), amplitude, known)]

    def _amplitude(self, bump: Bump, a: int, b: int, height: float) -> float:
        """The response's amplitude (uS); 0: it is none."""
        rise = (b - a) / self._rate
        if height < LEAST_US or not SHORTEST_S <= rise <= LONGEST_S:
            return 0.0
        trend = self._losses.trend(b)
        if not bump.on_a_recovery:  # but it may be on a rise
            height -= trend * rise
        if height < LEAST_US or self._losses.is_lost(bump, a, b, trend):
            return 0.0
        if self._is_a_lull(a, b) and not self._stands_out(a, b, height):
            return 0.0
        return height

    def _onset(self, bump: Bump) -> int:
        """Where the bump leaves its foot."""
        for i in range(bump.top, bump.foot, -1):
            base = max(bump.base(i, self._rate), bump.foot_slope)
            if bump.is_foot(self._trail.slope[i - self._trail.first], base):
                return i
        return bump.foot

    def _settled(self, bump: Bump, onset: int) -> tuple[Bump, int]:
        """The bump and its onset, without what fell on for long: the slope bends up too where a
        recovery that was quick goes on slowly."""
        first = self._trail.first
        level = self._trail.level[onset - first : bump.top + 1 - first]
        lowest = onset + level.index(min(level))
        if lowest == bump.top or lowest - onset <= FELL_S * self._rate:
            return bump, onset
        foot = lowest - round(NEAR_S * self._rate)
        later = Bump(foot, self._trail.slope[foot - first], bump.top, bump.top_slope, bump.end)
        return later, self._onset(later)

    def _height(self, bump: Bump, a: int, b: int) -> float:
        """The rise above what the last one's recovery would have done (uS)."""
        risen = sum(self._trail.slope[a + 1 : b + 1]) / self._rate + self._recovering(bump, a, b)
        return risen + self._flattened(a) - self._flattened(b)

    def _recovering(self, bump: Bump, a: int, b: int) -> float:
        """What the last response's recovery would have lost meanwhile (uS): no more than the skin
        stands above its lowest lately, or every dip would be a large response."""
        if not bump.on_a_recovery:
            return 0.0
        level, first = self._trail.level, self._trail.first
        fall = -sum([bump.base(first + k, self._rate) for k in range(a + 1, b + 1)])
        lowest = min(level[self._trail.back(a, LATELY_S) : a + 1])
        return min(fall / self._rate, level[a] - lowest)

    def _flattened(self, k: int) -> float:
        """By how much the smoothing raised the level here (uS): where it bends up, more."""
        bend = (self._trail.slope[k + 1] - self._trail.slope[k]) * self._rate
        return 0.5 * self._spread_s**2 * bend

    def _is_a_lull(self, a: int, b: int) -> bool:
        """Whether the skin hardly rose, and only fell less."""
        level = self._trail.level
        return level[b] - min(level[a : b + 1]) < RISEN_US

    def _stands_out(self, a: int, b: int, height: float) -> bool:
        """Whether this takes as long as a response, and is far more than what is none here."""
        least, most = LULL_S
        if not least <= (b - a) / self._rate <= most:
            return False
        since = b + self._trail.first - LATELY_S * self._rate
        others = [other for end, other in self._refused if end >= since]
        return height > STANDS_OUT * max(others, default=0.0)
