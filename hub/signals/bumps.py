"""Bumps of a skin's slope: where it left its foot, its top, and where it was over.

One that begins while another still rises, or on its way down, is a bump of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp

import numpy as np

from hub.arrays import Floats

TURN_US_S = 0.012  # a slope that comes back by this has turned
TURN_SHARE = 0.15  # and by this share of the bump
LOW_S = 6.0  # the lowest slope is forgotten after this
CLIMB_S = 12.0  # a slope that climbs for longer recovered first; what rises now began later
FOOT = 0.1  # of a bump's height: onset and end
LONGEST_AFTER_TOP_S = 7.0  # from its top: what rises for longer is a drift
FALLING_US_S = 0.03  # slower is not a recovery, but noise or drift
RECOVERY_S = 4.0  # how fast the last response's fall fades


@dataclass(slots=True)
class Bump:
    """A bump of the slope that is being followed: where it left, its top, where it ended."""

    foot: int
    foot_slope: float
    top: int
    top_slope: float
    end: int = -1

    @property
    def on_a_recovery(self) -> bool:
        return self.foot_slope <= -FALLING_US_S

    def base(self, i: int, rate: float) -> float:
        """The slope that the last response's recovery would have had at this position (uS/s)."""
        if not self.on_a_recovery:
            return 0.0
        return self.foot_slope * exp(-(i - self.foot) / (RECOVERY_S * rate))

    def is_foot(self, slope: float, base: float) -> bool:
        """Whether a slope is hardly above this base, against the bump's top."""
        return slope - base <= FOOT * (self.top_slope - base)

    def is_over(self, slope: float, i: int, rate: float) -> bool:
        """Whether it was over at this position, after its top."""
        if self.top_slope > 0:
            return slope <= 0.0 or slope <= self.foot_slope
        return self.is_foot(slope, self.base(i, rate))


class Trail:
    """Level (uS) and slope (uS/s) of the last while; `first`: position of the lists' first,
    `since`: position from which on all is valid."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.level: list[float] = []
        self.slope: list[float] = []
        self.first = self.since = 0
        self.blind = True

    @property
    def now(self) -> int:
        return self.first + len(self.level)

    def extend(self, level: Floats, ok: bool) -> list[float]:
        """Levels more, all of them valid or none; the slopes at the last ones, as many as follow
        something valid and are valid."""
        before = level[0] if self.blind else self.level[-1]
        until = len(level) if ok else 1  # the rest follows nothing valid
        joined = np.concatenate(((before,), level[:until]))
        slopes: list[float] = ((joined[1:] - joined[:-1]) * self.rate).tolist()
        if ok and self.blind:
            self.since = self.now
        known = slopes[self.blind :] if ok else []
        self.blind = not ok
        self.level += level.tolist()
        self.slope += slopes + [0.0] * (len(level) - until)
        return known

    def back(self, k: int, seconds: float) -> int:
        """The index so far before another, but not before what is valid."""
        return max(k - round(seconds * self.rate), self.since - self.first, 0)

    def keep(self, seconds: float) -> None:
        drop = len(self.level) - round(seconds * self.rate)
        if drop > 0:
            del self.level[:drop], self.slope[:drop]
            self.first += drop


class Bumps:
    """`follow` the slope of a trail; what has ended waits in `ended`."""

    def __init__(self, trail: Trail) -> None:
        self._trail, self._rate = trail, trail.rate
        self._lowest, self._low_at = 0.0, 0  # slope and position of the lowest since the last top
        self._forgets, self._climbs, self._lasts = (
            s * self._rate for s in (LOW_S, CLIMB_S, LONGEST_AFTER_TOP_S)
        )
        self._up: Bump | None = None  # rises, not yet turned
        self._open: Bump | None = None  # turned, not yet ended
        self.ended: list[Bump] = []

    def begin(self, i: int) -> None:
        """Anew, from this position on."""
        self._lowest, self._low_at, self._up, self._open, self.ended = 0.0, i, None, None, []

    def follow(self, slopes: list[float], first: int) -> Iterator[int]:
        """One after the other, the first at this position; gives each at which something waits."""
        for i, slope in enumerate(slopes, first):
            if self._up:
                self._rise(self._up, slope, i)
            elif slope < self._lowest or i - self._low_at > self._forgets:
                self._lowest, self._low_at = slope, i
            elif slope > self._lowest + TURN_US_S:
                if self._open:
                    self._end(self._open, self._low_at)
                self._up = Bump(self._low_at, self._lowest, i, slope)
            if self._open:
                self._watch(self._open, slope, i)
            if self.ended:
                yield i

    def _watch(self, bump: Bump, slope: float, i: int) -> None:
        if i - bump.top > self._lasts:
            self._open = None
        elif bump.is_over(slope, i, self._rate):
            self._end(bump, i - 1)

    def _rise(self, bump: Bump, slope: float, i: int) -> None:
        if slope > bump.top_slope:
            bump.top, bump.top_slope = i, slope
        if i - bump.foot > self._climbs:
            self._up = bump = self._later(i)
        height, back = bump.top_slope - bump.foot_slope, bump.top_slope - slope
        if height <= TURN_US_S:
            self._up, self._lowest, self._low_at = None, bump.foot_slope, bump.foot
        elif back > TURN_US_S and back > TURN_SHARE * height:
            self._up, self._open, self._lowest, self._low_at = None, bump, slope, i

    def _later(self, i: int) -> Bump:
        """What rises now, as seen from the lowest slope of the last LOW_S."""
        end = i + 1 - self._trail.first
        last = self._trail.slope[max(0, end - round(self._forgets)) : end]
        low = min(last)
        foot = len(last) - 1 - last[::-1].index(low)
        top = max(last[foot:])
        first = i + 1 - len(last)
        return Bump(first + foot, low, first + last.index(top, foot), top)

    def _end(self, bump: Bump, i: int) -> None:
        bump.end = i
        self._open = None
        self.ended.append(bump)
