"""Bounds that came one after the other, looked at together: which is the first that changes
anything? Most change nothing but by being there, and to see that of one costs as much as of many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hub.clock.polygon import Corner

Bound = tuple[float, float, float]  # x, y, side

ABOVE = 1.0  # the curve is at or below the point
BELOW = -1.0  # the curve is at or above the point

AT_ONCE = 64  # bounds: about one in twenty cuts


class Ahead:
    """`bounds` in the order in which they came."""

    def __init__(self, bounds: Sequence[Bound]) -> None:
        x, y, side = np.array(bounds).T
        self._x = x
        self._rows = np.array((-side * x, -side, side * y))
        self._newest = np.maximum.accumulate(x)
        self._of = {which: np.where(side == which, x, -np.inf) for which in (ABOVE, BELOW)}
        for each in self._of.values():
            np.maximum.accumulate(each, out=each)
        self._sides = {which: x[side == which] for which in (ABOVE, BELOW)}

    def even(self, last: Mapping[float, float], since: float, least: float, most: float) -> bool:
        """Whether on each side every one comes at least `least` and at most `most` behind the one
        before (the first: behind `last`), and none before `since`."""
        if self._x.min() < since:
            return False
        for which, x in self._sides.items():
            step = np.diff(x, prepend=last[which])
            if len(step) and (step.min() < least or step.max() > most):
                return False
        return True

    def quiet(
        self, at: int, corners: Sequence[Corner], ref: float, inside: float, until: float
    ) -> int:
        """Where the first bound from `at` on lies that cuts a corner by more than -`inside`, or
        lies beyond `until`; or how far was looked. The corners' offsets are those at `ref`."""
        end = min(at + AT_ONCE, int(self._newest.searchsorted(until, "right")))
        if end <= at:
            return at
        lines = np.array([(s, a - s * ref, 1.0) for s, a in corners])
        loud = (lines @ self._rows[:, at:end]).min(axis=0) < -inside
        first = int(loud.argmax())
        return at + first if loud[first] else end

    def newest(self, end: int) -> dict[float, float]:
        """The greatest x of each side before `end`."""
        return {which: float(x[end - 1]) for which, x in self._of.items()}
