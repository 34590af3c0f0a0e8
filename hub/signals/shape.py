"""How much a beat looks like the beats before it: the quality of a beat, 0..1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.signals.slope import Bools, Floats, Slopes

BEFORE_S, AFTER_S = 0.24, 0.44  # the part of a beat that is compared, round its upstroke
POINTS = 18
KNOWN = 8  # beats remembered
ALIKE = 2  # a beat counts as the third best of its likenesses to those
LOWEST, HIGHEST = 0.6, 0.95  # likeness (correlation) of quality 0 and 1
NEAR_S = 0.2  # something lost this near makes a beat worthless
KEEP = 16  # blocks, besides those added last
TOO_LOW, LOW, HIGH, TOO_HIGH = 0.25, 0.45, 2.2, 4.0  # heights against the usual: 0, 1 .. 1, 0


@dataclass(frozen=True, slots=True)
class Cuts:
    """n beats: the slope round each (n, POINTS; mean 0, length 1), the steepest rise, and what it
    can be worth at most (0 where something was lost near it, or where nothing pulses)."""

    shapes: Floats
    heights: list[float]
    worth: list[float]


class SlopeMemory:
    """The last KEEP_S of slope, to cut beats from."""

    def __init__(self, fs: float) -> None:
        self._fs = fs
        self._slope: Floats = np.empty(0)
        self._lost: Bools = np.empty(0, bool)
        self._first = 0
        self._offsets = np.linspace(-BEFORE_S * fs, AFTER_S * fs, POINTS)
        self._edge = round(BEFORE_S * fs) + 1
        self._near = round(NEAR_S * fs)
        self._pulses: list[float] = []  # of every block kept
        self._block = 1

    def keep(self, slopes: Slopes, pulses: list[float]) -> None:
        """Add blocks, and how far each is a pulse."""
        self._block = slopes.slope.shape[1]
        blocks = max(0, len(self._pulses) - KEEP)
        old = blocks * self._block
        self._first += old
        self._pulses = self._pulses[blocks:] + pulses
        self._slope = np.concatenate((self._slope[old:], slopes.slope.ravel()))
        self._lost = np.concatenate((self._lost[old:], slopes.lost.ravel()))

    def cut(self, at: Floats) -> Cuts:
        """The beats at the positions `at` (samples since the first ever, not whole)."""
        place = np.maximum(at - self._first, self._edge)
        where = place[:, None] + self._offsets
        low = where.astype(np.int64)
        part = where - low
        shapes = self._slope[low] * (1.0 - part) + self._slope[low + 1] * part
        shapes -= shapes.sum(axis=1, keepdims=True) / POINTS
        size = np.sqrt((shapes * shapes).sum(axis=1, keepdims=True))
        shapes /= np.maximum(size, 1e-300)
        middle = place.astype(np.int64)
        places: list[int] = middle.tolist()
        worth = [self._pulses[p // self._block] for p in places]
        for k in self._lost_near(places):
            worth[k] = 0.0
        return Cuts(shapes, self._slope[middle].tolist(), worth)

    def _lost_near(self, places: list[int]) -> list[int]:
        """Which of the places have something lost near them."""
        if not self._lost.any():
            return []
        side = self._near
        return [k for k, p in enumerate(places) if self._lost[max(0, p - side) : p + side].any()]


class ShapeMemory:
    """Remembers the last beats' shapes and heights; `judge` gives the next ones' quality."""

    def __init__(self) -> None:
        self._shapes: Floats = np.empty((0, POINTS))
        self._heights: list[float] = []
        self._turn = 0

    def begin(self, beats: Cuts) -> None:
        """Remember the first beats as if they had come before themselves, in reverse."""
        last = len(beats.heights) - 1
        order = [last - k % (last + 1) for k in range(KNOWN)]
        self._shapes = beats.shapes[order]
        self._heights = [beats.heights[k] for k in order]

    def judge(self, beats: Cuts) -> list[float]:
        """Quality of the next beats in order of time."""
        pairs = zip(beats.shapes, beats.heights, strict=True)
        quality = [self._next(shape, height) for shape, height in pairs]
        return [min(q, most) for q, most in zip(quality, beats.worth, strict=True)]

    def _next(self, shape: Floats, height: float) -> float:
        like = sorted(self._shapes.dot(shape).tolist())[KNOWN - 1 - ALIKE]
        usual = sorted(self._heights)[KNOWN // 2]
        self._shapes[self._turn] = shape
        self._heights[self._turn] = height
        self._turn = (self._turn + 1) % KNOWN
        return likeness(like) * evenness(height, usual)


def likeness(correlation: float) -> float:
    """Quality from the correlation with earlier beats."""
    return min(1.0, max(0.0, (correlation - LOWEST) / (HIGHEST - LOWEST)))


def evenness(height: float, usual: float) -> float:
    """Quality from the height against the usual one."""
    if height <= 0 or usual <= 0:
        return 0.0
    ratio = height / usual
    rising = (ratio - TOO_LOW) / (LOW - TOO_LOW)
    falling = (TOO_HIGH - ratio) / (TOO_HIGH - HIGH)
    return min(1.0, max(0.0, min(rising, falling)))
