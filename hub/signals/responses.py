"""Skin conductance responses (SCRs), told apart by their slope.

A response is a bump of the slope; one that begins while another still rises, or on its way down,
is a bump of its own. Its amplitude is the rise between onset and peak, above what the last one's
recovery would have done, down to where the skin was lately; at least 0.05 uS, an absolute criterion
(Boucsein 2012).

A response rises faster than it recovers: what is lost again as fast as it rose is a touch, or a
swing as of breathing. An earlier recovery may add to the loss, but only down to where the skin was
lately, and what the responses before may have left; a swing is down there already. Where rises
usually lose much, those count as swings that begin in a fall, and what rises from rest is a
response that recovers fast.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp
from statistics import NormalDist

import numpy as np

from hub.signals.slope import Floats

LEAST_US = 0.05
RISEN_US = 0.02  # of it, the skin itself rises: less, on a recovery, is a breath or noise as well
TURN_US_S = 0.012  # a slope that comes back by this has turned
TURN_SHARE = 0.25  # and by this share of the bump
LOW_S = 6.0  # the lowest slope is forgotten after this
CLIMB_S = 12.0  # a slope that climbs for longer recovered first; what rises now began later
FOOT = 0.1  # of a bump's height: onset and end
FELL_S, NEAR_S = 1.0, 0.5  # a skin that falls for longer after the onset did not rise yet: it began
# so soon before its lowest
EARLY = NormalDist().inv_cdf(1.0 - FOOT)  # spreads by which a sudden rise is there too soon
FALLING_US_S = 0.03  # slower is not a recovery, but noise or drift
RECOVERY_S = 4.0  # how fast the last response's fall fades
KEEP_S = 45.0  # more than CLIMB_S, the longest rise, AFTER_S and LATELY_S together
RISE_S = (0.25, 7.0)  # shortest and longest from onset to peak
LOST_SHARE = 0.9  # of a rise: what loses more as fast as it rose is no response
SWING_SHARE, STRICT_SHARE = 0.55, 0.4  # where more than the one is usual, more than the other
SWING_FALLS, JUST_S = 0.15, 2.0  # of its rise, as fast, a swing comes down just before it rises
USUAL = 5  # rises that say what is usual
AFTER_S = 1.5  # looked at on both sides of the peak for that
LATELY_S = 20.0  # looked back for how low the skin was, and how it rose
TREND_S = 5.0  # and at least, for that
LAST = 20  # responses that may have left something
QUICK_S = 2.0  # how fast a quick recovery fades
TINY_US = 1e-9


@dataclass(frozen=True, slots=True)
class Scrs:
    """Responses in order of time, s and uS. `recovery_s`: back to half, NaN: not seen."""

    onset_s: Floats
    peak_s: Floats
    amplitude_us: Floats
    recovery_s: Floats

    def __len__(self) -> int:
        return len(self.onset_s)


# Onset, peak, amplitude (uS), and when it was known, which is at the peak or a little later. All
# but the amplitude are positions in samples.
Found = tuple[float, float, float, float]


@dataclass(slots=True)
class Bump:
    """A bump of the slope that is being followed: where it left, its top, where it ended."""

    foot: int
    foot_slope: float
    top: int
    top_slope: float
    end: int = -1


class ResponseStream:
    """Smoothed conductance and its validity in, responses now certain out. The smoothing's standard
    deviation is `spread_s`: what it does to a rise is taken back."""

    def __init__(self, rate: float, spread_s: float) -> None:
        self._rate = rate
        self._spread_s = spread_s
        self._early = EARLY * spread_s * rate
        self._level: list[float] = []
        self._slope: list[float] = []
        self._first = 0  # position of the lists' first
        self._since = 0  # position from which on all is valid
        self._lost = [0.0] * USUAL  # share of each of the last rises
        self._low = (0.0, 0)  # slope and position of the lowest since the last top
        self._up: Bump | None = None  # rises, not yet turned
        self._open: Bump | None = None  # turned, not yet ended
        self._ended: list[Bump] = []  # ended, to be looked at AFTER_S later
        self._stands: deque[tuple[int, float]] = deque(maxlen=LAST)  # peaks and heights (uS)
        self._blind = True

    @property
    def _now(self) -> int:
        return self._first + len(self._level)

    @property
    def certain(self) -> float:
        """All responses known before this position are out."""
        return self._now - AFTER_S * self._rate

    def push(self, level: Floats, valid: np.ndarray) -> list[Found]:
        found: list[Found] = []
        after = AFTER_S * self._rate
        for y, ok in zip(level.tolist(), valid.tolist(), strict=True):
            self._step(y, ok)
            while self._ended and self._now - self._ended[0].end > after:
                found += self._measure(self._ended.pop(0))
        drop = len(self._level) - round(KEEP_S * self._rate)
        if drop > 0:
            del self._level[:drop], self._slope[:drop]
            self._first += drop
        return found

    def _step(self, y: float, ok: bool) -> None:
        level = self._level
        i = self._first + len(level)
        slope = (y - level[-1]) * self._rate if level and not self._blind else 0.0
        level.append(y)
        self._slope.append(slope)
        if not ok:
            self._blind, self._up, self._open = True, None, None
            self._ended, self._lost = [], [0.0] * USUAL
            return
        if self._blind:
            self._blind, self._low, self._since = False, (0.0, i), i
            return
        self._follow(slope, i)

    def _follow(self, slope: float, i: int) -> None:
        if self._up:
            self._rise(self._up, slope, i)
        elif slope < self._low[0] or i - self._low[1] > LOW_S * self._rate:
            self._low = (slope, i)
        elif slope > self._low[0] + TURN_US_S:
            if self._open:
                self._end(self._open, self._low[1])
            self._up = Bump(self._low[1], self._low[0], i, slope)
        if self._open:
            self._watch(self._open, slope, i)

    def _watch(self, bump: Bump, slope: float, i: int) -> None:
        if i - bump.top > RISE_S[1] * self._rate:
            self._open = None  # a drift, not a response
        elif self._is_over(bump, slope, i):
            self._end(bump, i - 1)

    def _rise(self, bump: Bump, slope: float, i: int) -> None:
        if slope > bump.top_slope:
            bump.top, bump.top_slope = i, slope
        if i - bump.foot > CLIMB_S * self._rate:
            bump = self._later(i)
        height = bump.top_slope - bump.foot_slope
        if height <= TURN_US_S:
            self._up, self._low = None, (bump.foot_slope, bump.foot)
        elif bump.top_slope - slope > max(TURN_US_S, TURN_SHARE * height):
            self._up, self._open, self._low = None, bump, (slope, i)
        else:
            self._up = bump

    def _later(self, i: int) -> Bump:
        """What rises now, as seen from the lowest slope of the last LOW_S."""
        last = self._slope[-round(LOW_S * self._rate) :]
        low = min(last)
        foot = len(last) - 1 - last[::-1].index(low)
        top = max(last[foot:])
        first = i + 1 - len(last)
        return Bump(first + foot, low, first + last.index(top, foot), top)

    def _is_over(self, bump: Bump, slope: float, i: int) -> bool:
        if bump.top_slope > 0:
            return slope <= max(0.0, bump.foot_slope)
        base = self._base(bump, i)
        return slope - base <= FOOT * (bump.top_slope - base)

    def _end(self, bump: Bump, i: int) -> None:
        bump.end = i
        self._open = None
        self._ended.append(bump)

    def _base(self, bump: Bump, i: int) -> float:
        """The slope that the last response's recovery would have had."""
        if bump.foot_slope > -FALLING_US_S:
            return 0.0
        return bump.foot_slope * exp(-(i - bump.foot) / (RECOVERY_S * self._rate))

    def _measure(self, bump: Bump) -> list[Found]:
        """The response that this bump is, if it is one."""
        bump, onset = self._settled(bump, self._onset(bump))
        a, b = onset - self._first, bump.end - self._first
        amplitude = self._amplitude(bump, a, b)
        rise = (bump.end - onset) / self._rate
        if amplitude < LEAST_US or not RISE_S[0] <= rise <= RISE_S[1]:
            return []
        trend = self._trend(b)
        if bump.foot_slope > -FALLING_US_S:  # on no recovery, but it may be on a rise
            amplitude -= trend * rise
        if amplitude < LEAST_US or self._is_lost(bump, a, b, trend) or self._is_a_lull(a, b):
            return []
        self._stands.append((bump.end, amplitude))
        early = min(self._early, bump.end - onset - RISE_S[0] * self._rate)
        return [(onset + early, float(bump.end), amplitude, self.certain)]

    def _amplitude(self, bump: Bump, a: int, b: int) -> float:
        """The rise above what the last one's recovery would have done (uS)."""
        risen = sum(self._slope[a + 1 : b + 1]) / self._rate + self._recovering(bump, a, b)
        return risen + self._flattened(a) - self._flattened(b)

    def _is_a_lull(self, a: int, b: int) -> bool:
        """Whether the skin hardly rose, and only fell less."""
        return self._level[b] - min(self._level[a : b + 1]) < RISEN_US

    def _recovering(self, bump: Bump, a: int, b: int) -> float:
        """What the last response's recovery would have lost meanwhile (uS): no more than the skin
        stands above its lowest lately, or every dip would be a large response."""
        fall = -sum([self._base(bump, self._first + k) for k in range(a + 1, b + 1)])
        begin = max(a - round(LATELY_S * self._rate), self._since - self._first, 0)
        return min(fall / self._rate, self._level[a] - min(self._level[begin : a + 1]))

    def _settled(self, bump: Bump, onset: int) -> tuple[Bump, int]:
        """The bump and its onset, without what fell on for long: the slope bends up too where a
        recovery that was quick goes on slowly."""
        level = self._level[onset - self._first : bump.top + 1 - self._first]
        lowest = onset + level.index(min(level))
        if lowest == bump.top or lowest - onset <= FELL_S * self._rate:
            return bump, onset
        foot = lowest - round(NEAR_S * self._rate)
        later = Bump(foot, self._slope[foot - self._first], bump.top, bump.top_slope, bump.end)
        return later, self._onset(later)

    def _is_lost(self, bump: Bump, onset: int, peak: int, trend: float) -> bool:
        """Whether a rise is lost too soon to be a response. (A swing is told by what is left of it
        without the trend it stands on; of a single rise that is too little to refuse it by.)"""
        lost = self._share_lost(bump.foot - self._first, onset, peak, trend)
        self._lost = [*self._lost[1:], lost]
        if self._in_a_fall(onset, bump) and sorted(self._lost)[USUAL // 2] > SWING_SHARE:
            return lost > STRICT_SHARE
        if trend:
            lost = self._share_lost(bump.foot - self._first, onset, peak, 0.0)
        return lost > LOST_SHARE

    def _trend(self, end: int) -> float:
        """How fast the skin has been rising (uS/s): the median slope of the LATELY_S until then,
        in which a response rises for less than half; 0 where it fell, or is not known yet."""
        begin = max(end - round(LATELY_S * self._rate), self._since - self._first, 0)
        last = sorted(self._slope[begin + 1 : end + 1])
        return max(0.0, last[len(last) // 2]) if len(last) >= TREND_S * self._rate else 0.0

    def _in_a_fall(self, onset: int, bump: Bump) -> bool:
        """Whether the skin fell just before this rise, by no little against how fast it rises."""
        before = self._slope[max(0, onset - round(JUST_S * self._rate)) : onset + 1]
        return min(before) < -SWING_FALLS * bump.top_slope

    def _flattened(self, k: int) -> float:
        """By how much the smoothing raised the level here (uS): where it bends up, more."""
        bend = (self._slope[k + 1] - self._slope[k]) * self._rate
        return 0.5 * self._spread_s**2 * bend

    def _share_lost(self, foot: int, onset: int, peak: int, trend: float) -> float:
        """The share of the rise before the peak that is lost as soon after it, beyond what was to
        be lost anyway; without this trend (uS/s)."""
        left_us = self._left(onset + self._first)
        begin = max(foot - round(LATELY_S * self._rate), self._since - self._first, 0)
        reach = min(peak - onset, round(AFTER_S * self._rate))
        step = trend / self._rate
        level = self._level[begin : peak + reach + 1]
        if step:
            level = [y - k * step for k, y in enumerate(level)]
        onset, peak = onset - begin, peak - begin
        risen = level[peak] - level[peak - reach]
        fallen = level[peak] - min(level[peak:])
        trough = min(level[onset : peak + 1])
        due = self._due(level[: foot - begin + 1], trough, left_us, reach / self._rate)
        return (fallen - due) / max(risen + due, TINY_US)

    def _left(self, at: int) -> float:
        """What the responses before may have left (uS) at this position."""
        fade = RECOVERY_S * self._rate
        return sum([us * exp(min(0, peak - at) / fade) for peak, us in self._stands])

    def _due(self, before: list[float], trough: float, left_us: float, time_s: float) -> float:
        """What a skin may lose in this time (uS): by recovery what lies above where it was lately,
        and is left of responses, but not what it has lost already; or as its lowest sinks."""
        early = before[: len(before) // 2] or [trough]
        low = min(early)
        sinks = (low - trough) * self._rate / (len(before) - early.index(low))
        left = min(trough - min(before), left_us)
        return max(left * (1.0 - exp(-time_s / QUICK_S)), sinks * time_s, 0.0)

    def _onset(self, bump: Bump) -> int:
        """Where the bump leaves its foot."""
        for i in range(bump.top, bump.foot, -1):
            base = max(self._base(bump, i), bump.foot_slope)
            if self._slope[i - self._first] - base <= FOOT * (bump.top_slope - base):
                return i
        return bump.foot
