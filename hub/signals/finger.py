"""The light that a person's own finger sends back, and what is so far below it that it is gone.

The lamp's current is fixed, so a finger keeps its counts for as long as it lies there; a table, a
cloth or a hand may send back more than the least that any finger does, and far less than this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

USUAL = 30  # seconds of beats that say what the finger's own counts are
BEATING = 0.8  # share of quality.PULSE_S in valid intervals: these are a finger's counts
OWN_SHARE = 0.4  # of them: with less there is none, or another
ANOTHER_S = 10  # of beats at so much less than a finger's counts: it is another's
OFF, OFTEN = 5, 3  # of so many seconds, so many without contact: what is seen between is no pulse


class Finger:
    """One sensor's, second by second."""

    def __init__(self) -> None:
        self._counts: list[float] = []
        self._dim = 0  # seconds of beats far below them
        self._silent = 0
        self._off: list[bool] = []

    def least(self, highs: Iterable[float], covered: Iterable[float]) -> list[float]:
        """The least counts that the finger can have had in each of the next seconds (0: not known),
        of which these are the highest counts (NaN: nothing came) and the share of PULSE_S in valid
        intervals. Light far below it is that of no finger until there have been beats in it for
        ANOTHER_S."""
        return [self._next(*one) for one in zip(highs, covered, strict=True)]

    def _next(self, high: float, covered: float) -> float:
        least = OWN_SHARE * median(self._counts) if self._counts else 0.0
        came = high == high and high > 0
        self._silent = 0 if came else self._silent + 1
        if self._silent > 1:
            self._counts = []  # after a pause it may be another finger
        beating, dim = came and covered >= BEATING, high < least
        self._dim = self._dim + 1 if dim and beating else 0
        if self._dim >= ANOTHER_S:
            self._counts = [high]
        elif beating and not dim:
            self._counts = [*self._counts[1 - USUAL :], high]
        return least

    def often_off(self, off: Iterable[bool]) -> list[bool]:
        """Whether contact was lost in each of the next seconds and in OFTEN of the last OFF."""
        often: list[bool] = []
        for gone in off:
            self._off = [*self._off[1 - OFF :], gone]
            often.append(gone and sum(self._off) >= OFTEN)
        return often
