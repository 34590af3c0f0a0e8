"""A beat's time between samples: the shift at which it fits the beats before it best.

It is known to a fraction of a sample, from all of the beat and not only from the samples round its
steepest rise: one step of Gauss and Newton.
"""

from __future__ import annotations

import numpy as np

from hub.arrays import Floats
from hub.signals.cut import AFTER_S, BEFORE_S, POINTS

STEP_S = (BEFORE_S + AFTER_S) / (POINTS - 1)
INNER = np.eye(POINTS)[1:-1]  # times a shape: all but its ends
BEND = 0.5 * (np.eye(POINTS)[2:] - np.eye(POINTS)[:-2])  # and its slope there
PARTS = [np.concatenate((INNER[:n], BEND[:n])) for n in range(POINTS - 1)]  # of the first of these
LEAST_S, NEXT_S = 0.2, 0.2  # so far after it at least, and so far before the next upstroke at most,
# a beat says how it is shifted: the next one has a shift of its own
SHARE = 0.75  # of the shift that fits best; the rest is the steepest rise's
MOST_SHIFT_S = 0.04  # a beat's time may be moved by; what wants twice as much is not alike
SAME = 0.3  # share of the mean shape in a beat: with less there is nothing to shift


class Fit:
    """What beats are fitted to: the first inner `points` of a mean shape, and its slope there."""

    def __init__(self, mean: Floats, points: int) -> None:
        self._end = points + 1
        self._parts = PARTS[points].dot(mean).reshape(2, -1)
        self._products: list[list[float]] = self._parts.dot(self._parts.T).tolist()

    def shift_s(self, shape: Floats) -> float:
        """How much later a beat of this shape is than the mean, by least squares:
        shape = a mean - a shift bend."""
        (mm, mb), (_, bb) = self._products
        ms, bs = self._parts.dot(shape[1 : self._end]).tolist()
        det = mm * bb - mb * mb
        a, b = ms * bb - bs * mb, bs * mm - ms * mb
        if det <= 0 or a < SAME * det:
            return 0.0
        shift = -b / a * STEP_S
        if abs(shift) > 2 * MOST_SHIFT_S:
            return 0.0
        shift *= SHARE
        return max(-MOST_SHIFT_S, min(MOST_SHIFT_S, shift))


def points_of(gap_s: float) -> int:
    """How many of a shape's inner points are of the beat itself, with such intervals."""
    after = max(LEAST_S, min(gap_s - NEXT_S, AFTER_S))
    return min(POINTS - 2, round((BEFORE_S + after) / STEP_S))
