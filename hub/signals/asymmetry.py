"""Whether a wave rises otherwise than it falls, as a pulse does, and a hum or a swinging hand does
not: by the log ratios of its rise and its fall, block by block.
"""

from __future__ import annotations

from collections.abc import Collection
from math import log, nan, sqrt

from hub.arrays import Floats, Marks
from hub.signals.slope import LOST

CHANCE, SURE = 2.5, 4.0  # the mean log ratio in standard errors: may be chance, is a pulse
EARLY = 2.0  # ratios: of so many a mean in standard errors counts half
LEAST_SPREAD = 0.2  # of the log ratio, standard deviation
RECENT, FEWEST = 12, 4  # ratios that must not contradict; of fewer nothing is said
EVENLY, UNEVENLY = 0.04, 0.07  # their mean log ratio and its deviation: surely no pulse, may be one
OWN_LEAST, OWN_MOST = 0.12, 0.27  # that mean and its error, of the pulse's own: no longer it, is it
OWN_FADES = 0.998  # each time
HOLES = 0.2  # of a block: with more lost nothing is seen in it
TINY = 1e-100

Most = tuple[float, float]  # logs of the most that it rises and falls


class Asymmetry:
    """Knows the pulse's own ratio, which what comes is held against."""

    def __init__(self) -> None:
        self._own = 0.0

    def surely(
        self, mean: float, spread: float, n: float, recent: Collection[float]
    ) -> tuple[float, float]:
        """How far the `mean` of `n` log ratios with this `spread` surely is a pulse's, more than by
        chance and not contradicted by the `recent` ones; and how far those are not surely even."""
        size = abs(mean)
        self._own = max(OWN_FADES * self._own, size)
        most = spread if spread > LEAST_SPREAD else LEAST_SPREAD
        errors = size / most * sqrt(n) * n / (n + EARLY)
        uneven, still = self._lately(1.0 if mean > 0 else -1.0, recent)
        return min(between(errors, CHANCE, SURE), uneven, still), uneven

    def _lately(self, way: float, recent: Collection[float]) -> tuple[float, float]:
        """How far these are not surely those of what is alike both ways, and are as the pulse was
        that was known."""
        n = len(recent)
        if n < FEWEST:
            return 1.0, 1.0
        middle = sorted(recent)[n // 2]
        usual = way * middle
        if usual >= UNEVENLY and usual >= OWN_MOST * self._own:
            return 1.0, 1.0  # the usual case, whatever they deviate by
        deviation = sqrt(sum([(x - middle) * (x - middle) for x in recent]) / n)
        own = (usual + deviation / sqrt(n)) / max(self._own, TINY)
        return between(abs(usual) + deviation, EVENLY, UNEVENLY), between(own, OWN_LEAST, OWN_MOST)


def most_of(blocks: Floats, marks: Marks) -> list[Most | None]:
    """Of each block, by the marks of its samples; None: no pulse can be seen."""
    rises: list[float] = blocks.max(axis=1).tolist()
    falls: list[float] = blocks.min(axis=1).tolist()
    lost: list[int] = [0] * len(rises)
    if marks.any():
        lost = (marks == LOST).sum(axis=1).tolist()
    most = HOLES * marks.shape[1]
    return [
        (log(rise), log(-fall)) if rise > 0 > fall and gone <= most else None
        for rise, fall, gone in zip(rises, falls, lost, strict=True)
    ]


def of_two(one: Most | None, other: Most | None) -> float:
    """Log ratio, within 1, of two blocks together; NaN: one was not seen."""
    if one is None or other is None:
        return nan
    rise = one[0] if one[0] > other[0] else other[0]
    fall = one[1] if one[1] > other[1] else other[1]
    return limited(rise - fall, 1.0)


def limited(value: float, most: float) -> float:
    """No more than `most` either way. (What is limited for each beat or second is so by conditions:
    `min` and `max` take three times as long.)"""
    return most if value > most else -most if value < -most else value


def between(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, and even between."""
    if not value > low:
        return 0.0
    return 1.0 if value >= high else (value - low) / (high - low)
