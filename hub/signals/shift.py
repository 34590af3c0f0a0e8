"""A beat's time between samples: the shift at which it fits the beats before it best.

It is known to a fraction of a sample, from all of the beat and not only from the samples round its
steepest rise: one step of Gauss and Newton. Where the beats differ by what is faster than a pulse
rises, as with a hand that trembles, that is smoothed out of both first.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from hub.arrays import Floats
from hub.signals.asymmetry import limited
from hub.signals.cut import AFTER_S, BEFORE_S, POINTS, TINY

STEP_S = (BEFORE_S + AFTER_S) / (POINTS - 1)
INNER = np.diag([0.0, *[1.0] * (POINTS - 2), 0.0])  # times a shape: all but its ends
BEND = 0.5 * INNER @ (np.eye(POINTS, k=1) - np.eye(POINTS, k=-1))  # and its slope there
FIRST = np.tri(POINTS - 1, POINTS, k=0)[:, :, None]  # of the first of these
TREMOR_S = 0.06  # standard deviation of the Gaussian that takes a tremor out of a shape
AWAY = np.subtract.outer(np.arange(POINTS), np.arange(POINTS)) * STEP_S / TREMOR_S
GAUSS = np.exp(-0.5 * AWAY**2)
SMOOTH = GAUSS / GAUSS.sum(axis=1, keepdims=True)  # times a shape: without what is fast in it
SLOW = 0.3  # share of what beats differ by that is left then: with less it is a tremor
LEAST_S, NEXT_S = 0.2, 0.2  # so far after it at least, and so far before the next upstroke at most,
# a beat says how it is shifted: the next one has a shift of its own
SHARE = 0.75  # of the shift that fits best; the rest is the steepest rise's
MOST_SHIFT_S = 0.04  # a beat's time may be moved by
SAME = 0.3  # share of the mean shape in a beat: with less there is nothing to shift


def parts(smooth: Floats) -> list[Floats]:
    """What times a mean shape fills the rows of Fit, of shapes that are made `smooth` first."""
    slope = BEND @ smooth
    return [
        np.concatenate((
            np.eye(POINTS),
            smooth.T @ (n * (INNER @ smooth)),
            smooth.T @ (n * slope),
            slope.T @ (n * slope),
        ))
        for n in FIRST
    ]


class How(NamedTuple):
    """To fit beats: the parts for so many inner points; a shift (s) beyond which none is alike."""

    parts: list[Floats]
    unlike_s: float


AS_SEEN, SMOOTHED = How(parts(np.eye(POINTS)), 0.08), How(parts(SMOOTH), 0.12)


class Fit:
    """What beats are fitted to. It fills ROWS rows of POINTS: a mean shape, its first inner points,
    its slope there, and what times the mean is that slope's square."""

    ROWS = 4

    def __init__(self, rows: Floats) -> None:
        self.rows, self._filled = rows, rows.reshape(-1)

    def suit(self, how: How, points: int) -> None:
        """From now on fit `how`, with so many inner points."""
        self._parts, self._unlike_s = how.parts[points], how.unlike_s

    def learn(self, mean: Floats) -> float:
        """Fit to this shape; the mean times itself."""
        self._parts.dot(mean, self._filled)
        square, self._mm, self._mb, self._bb = self.rows.dot(mean).tolist()
        return square

    def shift_s(self, ms: float, bs: float) -> float:
        """How much later a beat is than the mean, by least squares: shape = a mean - a shift bend;
        `ms` and `bs`: the second and third row times its shape."""
        mm, mb, bb = self._mm, self._mb, self._bb
        det = mm * bb - mb * mb
        a, b = ms * bb - bs * mb, bs * mm - ms * mb
        if det <= 0 or a < SAME * det:
            return 0.0
        shift = -b / a * STEP_S
        if abs(shift) > self._unlike_s:
            return 0.0
        return limited(shift * SHARE, MOST_SHIFT_S)


def points_of(gap_s: float) -> int:
    """How many of a shape's inner points are of the beat itself, with such intervals."""
    after = max(LEAST_S, min(gap_s - NEXT_S, AFTER_S))
    return min(POINTS - 2, round((BEFORE_S + after) / STEP_S))


def trembling(shapes: Floats, mean: Floats) -> bool:
    """Whether what these beats differ from their mean by, heights and shifts apart, is mostly
    faster than a pulse rises."""
    higher = mean / sqrt(mean.dot(mean) + TINY)
    later = BEND.dot(higher)
    later -= later.dot(higher) * higher
    later /= sqrt(later.dot(later) + TINY)
    apart = np.array((higher, later))
    left = shapes - shapes.dot(apart.T).dot(apart)
    slow, whole = left.dot(SMOOTH.T).ravel(), left.ravel()
    return bool(slow.dot(slow) < SLOW * whole.dot(whole))
