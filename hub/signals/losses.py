"""Whether a rise of the skin is lost again too soon to be a response, or only brings back what was
lost just before.

A response rises faster than it recovers: what is lost as fast as it rose is a touch, or a swing as
of breathing. An earlier recovery may add to the loss, but only down to where the skin was lately,
and what the responses before may have left; a swing is down there already. A swing's rises lose
much and begin in its falls, again and again; one alone that does is a response on another's
recovery, and what rises from rest is one that recovers fast. What was lost faster than those before
can recover, or than the skin fell before, is a dip of the contact, and the rise out of it none.
"""

from __future__ import annotations

from collections import deque
from math import exp, inf

from hub.signals.bumps import RECOVERY_S, Bump, Trail

LOST_SHARE = 0.9  # of a rise: what loses more as fast as it rose is no response
SWING_SHARE, STRICT_SHARE = 0.55, 0.4  # a swing loses more than the one; amid swings, the other
SWING_FALLS, JUST_S = 0.15, 2.5  # of its rise, as fast, it comes down just before it rises
RISES, SWINGS = 6, 3  # where of so many rises so many were swings, the skin swings
REGAINED_SHARE, REGAINED_S = 0.6, 2.0  # a rise that brings back more of what was lost so soon
# before is no response
GOES_ON_S = 3.0  # what fell for so long before goes on falling
AFTER_S = 1.5  # looked at on both sides of the peak for that
LATELY_S = 20.0  # looked back for how low the skin was, and how it rose
TREND_S = 5.0  # and at least, for that
LAST = 20  # responses that may have left something, and bumps that were none
QUICK_S = 2.0  # how fast a quick recovery fades
SETTLED_S = 1.0  # so long after its peak a recovery is as fast as it will be
TINY_US = 1e-9


class Losses:
    """Of the rises of a trail, one after the other. Places are indices of the trail's lists."""

    def __init__(self, trail: Trail) -> None:
        self._trail, self._rate = trail, trail.rate
        self._swung = [False] * RISES  # each of the last
        self._stands: deque[tuple[int, float]] = deque(maxlen=LAST)  # peaks and heights (uS)

    def begin(self) -> None:
        """Anew: what was usual before is so no more."""
        self._swung = [False] * RISES

    def note(self, peak: int, amplitude: float) -> None:
        """A response (position of its peak, uS), which is lost again later."""
        self._stands.append((peak, amplitude))

    def is_lost(self, bump: Bump, onset: int, peak: int, trend: float) -> bool:
        """Whether a rise is lost too soon to be a response. (A swing is told by what is left of it
        without the trend it stands on; of a single rise that is too little to refuse it by.)"""
        foot = bump.foot - self._trail.first
        lost = self._share_lost(foot, onset, peak, trend)
        falls = self._in_a_fall(onset, bump)
        self._swung = [*self._swung[1:], falls and lost > SWING_SHARE]
        if falls and sum(self._swung) >= SWINGS:
            return lost > STRICT_SHARE
        if trend:
            lost = self._share_lost(foot, onset, peak, 0.0)
        return lost > LOST_SHARE or self._is_regained(foot, peak)

    def trend(self, end: int) -> float:
        """How fast the skin has been rising (uS/s); 0 where it fell, or is not known yet."""
        return max(0.0, self._drift(end))

    def _drift(self, end: int) -> float:
        """The mean of the middle half of the slopes (uS/s) of the LATELY_S until then, in which a
        response rises for less than that; 0: not known yet. (Of few samples a swing, the median
        may lie far up or down.)"""
        last = sorted(self._trail.slope[self._trail.back(end, LATELY_S) + 1 : end + 1])
        n = len(last)
        if n < TREND_S * self._rate:
            return 0.0
        middle = last[n // 4 : n - n // 4]
        return sum(middle) / len(middle)

    def _in_a_fall(self, onset: int, bump: Bump) -> bool:
        """Whether the skin fell just before this rise, by no little against how fast it rises."""
        before = self._trail.slope[max(0, onset - round(JUST_S * self._rate)) : onset + 1]
        return min(before) < -SWING_FALLS * bump.top_slope

    def _share_lost(self, foot: int, onset: int, peak: int, trend: float) -> float:
        """The share of the rise before the peak that is lost as soon after it, beyond what was to
        be lost anyway; without this trend (uS/s)."""
        left_us = self._left(onset + self._trail.first)
        falling = self._falling(foot, peak, trend)
        begin = self._trail.back(foot, LATELY_S)
        reach = min(peak - onset, int(AFTER_S * self._rate))
        step = trend / self._rate
        level = self._trail.level[begin : peak + reach + 1]
        if step:
            level = [y - k * step for k, y in enumerate(level)]
        onset, peak = onset - begin, peak - begin
        risen = level[peak] - level[peak - reach]
        fallen = level[peak] - min(level[peak:])
        trough = min(level[onset : peak + 1])
        before = level[: foot - begin + 1]
        due = self._due(before, trough, left_us, falling, reach / self._rate)
        return (fallen - due) / max(risen + due, TINY_US)

    def _is_regained(self, foot: int, peak: int) -> bool:
        """Whether REGAINED_SHARE of the rise only brings back what was lost in the REGAINED_S
        before it, beyond what was to be lost anyway."""
        level = self._trail.level
        trough = min(level[foot : peak + 1])
        low = level.index(trough, foot)
        begin = self._trail.back(low, REGAINED_S)
        high = max(level[begin : low + 1])
        regained = high - trough - REGAINED_SHARE * (level[peak] - trough)
        if regained <= 0.0:
            return False  # the usual case
        top = level.index(high, begin)
        time_s = (low - top) / self._rate
        left_us = self._left(top + self._trail.first)
        due = recovers(left_us, self._falling(top, top, 0.0), time_s)
        sinks = -self._drift(top) * time_s
        return regained > max(due, sinks, self._goes_on(top, time_s))

    def _goes_on(self, top: int, time_s: float) -> float:
        """What a skin that came down to there loses in this time (uS), whether or not it is known
        of what; infinite where nothing is known of before."""
        level, begin = self._trail.level, self._trail.back(top, GOES_ON_S)
        if begin == top:
            return inf
        fell = max(0.0, level[begin] - level[top]) * self._rate / (top - begin)
        return fell * time_s * exp(-time_s / RECOVERY_S)

    def _left(self, at: int) -> float:
        """What the responses before may have left (uS) at this position."""
        fade = RECOVERY_S * self._rate
        return sum([us * exp(min(0, peak - at) / fade) for peak, us in self._stands])

    def _falling(self, foot: int, peak: int, trend: float) -> float:
        """How fast (uS/s), without this trend, the last response's recovery still goes on at the
        peak, by how fast it went at the foot; infinite where it had hardly begun."""
        settles = self._stands[-1][0] + SETTLED_S * self._rate if self._stands else inf
        if foot + self._trail.first < settles:
            return inf
        fade = exp((foot - peak) / (RECOVERY_S * self._rate))
        return max(0.0, trend - self._trail.slope[foot]) * fade

    def _due(
        self, before: list[float], trough: float, left_us: float, falling: float, time_s: float
    ) -> float:
        """What a skin may lose in this time (uS): by recovery what lies above where it was lately,
        and is left of responses, but not what it has lost already, nor faster than it falls; or as
        its lowest sinks."""
        early = before[: len(before) // 2] or [trough]
        low = min(early)
        sinks = (low - trough) * self._rate / (len(before) - early.index(low))
        left = min(trough - min(before), left_us)
        return max(recovers(left, falling, time_s), sinks * time_s, 0.0)


def recovers(left_us: float, falling: float, time_s: float) -> float:
    """What is lost (uS) in this time of what responses left, no faster than the skin falls."""
    return min(left_us * (1.0 - exp(-time_s / QUICK_S)), falling * time_s)
