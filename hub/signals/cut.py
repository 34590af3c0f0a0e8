"""Candidates cut from the slope, so that they can be compared: each one's shape, once."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from hub.arrays import Floats, Marks
from hub.signals.polarity import Pulse
from hub.signals.slope import LOST, Slopes

BEFORE_S, AFTER_S = 0.24, 0.44  # the part of a beat that is compared, round its upstroke
POINTS = 18
BETWEEN = 0.5  # samples: a slope is that between one sample and the one before
NEAR_S, BRIDGED_NEAR_S = 0.2, 0.12  # what is lost, or bridged, this near makes a beat worthless
TINY = 1e-300


class Cut(NamedTuple):
    """A candidate: when (s), the slope round it (POINTS; mean 0, length 1), the log of its steepest
    rise, and whether it is a pulse at all (not where something was lost near it)."""

    at: float
    shape: Floats
    height: float
    pulse: Pulse


class SlopeMemory:
    """The last moments of slope, to cut candidates from."""

    def __init__(self, fs: float) -> None:
        self._fs = fs
        self._slope: Floats = np.empty(0)
        self._lost: Marks = np.empty(0, np.int8)
        self._first = 0
        self._offsets = np.linspace(-BEFORE_S * fs, AFTER_S * fs, POINTS)
        self._edge = round(BEFORE_S * fs) + 1
        self._near, self._bridged_near = round(NEAR_S * fs), round(BRIDGED_NEAR_S * fs)
        self._pulses: list[Pulse] = []  # of every block kept
        self._block = 1

    def keep(self, slopes: Slopes, pulses: list[Pulse]) -> None:
        """Add blocks, and how far each is a pulse; one from before is kept too."""
        self._block = slopes.slope.shape[1]
        blocks = max(0, len(self._pulses) - 2)
        old = blocks * self._block
        self._first += old
        self._pulses = self._pulses[blocks:] + pulses
        self._slope = np.concatenate((self._slope[old:], slopes.slope.ravel()))
        self._lost = np.concatenate((self._lost[old:], slopes.lost.ravel()))

    def cut(self, places: list[float]) -> list[Cut]:
        """The candidates at these positions (samples since the first ever, not whole)."""
        if not places:
            return []
        place = np.maximum(np.array(places), self._first + self._edge)
        where = place[:, None] + self._offsets
        low = where.astype(np.int64)
        part = where - low  # of the absolute place: no other one by how the samples were cut
        low -= self._first
        shapes = self._slope[low] * (1.0 - part) + self._slope[low + 1] * part
        shapes -= shapes.sum(axis=1, keepdims=True) / POINTS
        size = np.sqrt((shapes * shapes).sum(axis=1, keepdims=True))
        shapes /= np.maximum(size, TINY)
        middle: list[int] = (place.astype(np.int64) - self._first).tolist()
        worth = [self._pulses[p // self._block] for p in middle]
        for k in self._lost_near(middle):
            worth[k] = Pulse(0.0, 0.0, worth[k].way)
        heights = [log(h if h > TINY else TINY) for h in self._slope[middle].tolist()]
        times = [(p - BETWEEN) / self._fs for p in places]
        return list(map(Cut._make, zip(times, shapes, heights, worth, strict=True)))

    def _lost_near(self, places: list[int]) -> list[int]:
        """Which of the places have something lost or bridged near them."""
        if not self._lost.any():
            return []
        return [k for k, p in enumerate(places) if self._around(p, self._bridged_near).any()
                or (self._around(p, self._near) == LOST).any()]  # fmt: skip

    def _around(self, place: int, side: int) -> Marks:
        return self._lost[max(0, place - side) : place + side]
