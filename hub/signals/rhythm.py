"""Whether breathing and the vagus can be what moves the heart's intervals.

In fibrillation, or where many beats are early, the usual successive difference is large, and no one
wave carries the intervals, as breath does.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.intervals import Rows

MINUTE_S = 60.0
OUT_OF_RHYTHM = "irregular rhythm"
# Chosen on recordings of intensive care by their ECGs, minutes of 89 people in fibrillation (95 %
# called irregular) and of 239 others (1.9 %); by a cardiologist's labels 109 of 118, and 0 of 94.
USUAL = 0.07  # of the mean interval: the usual successive difference, and
BREATH = 0.4  # the share of the intervals' variance in the wave that holds most
SLOWEST_HZ, FASTEST_HZ = 0.08, 0.5
STEP = 0.48  # from wave to wave, of one turn in all of the time: no peak falls between two
PER_BEAT = 0.42  # waves a beat, at most: every second beat early (0.5) is no breath
LEAST = 15  # pairs of intervals; of fewer nothing is said


def by_chance(rows: Rows, at_s: float) -> bool:
    """Whether the rhythm is `irregular` over the MINUTE_S up to `at_s`."""
    ends, ibi, _, good = rows
    a, b = bisect_right(ends, at_s - MINUTE_S), bisect_right(ends, at_s)
    return irregular(np.array(ends[a:b]), np.array(ibi[a:b]), np.array(good[a:b]))


def irregular(ends_s: Floats, ibi_s: Floats, good: Bools) -> bool:
    """Of successive intervals: when they end (s), their lengths (s), whether their beats can be
    believed (those that cannot do not count). False where there are too few to tell."""
    pairs = good[1:] & good[:-1]
    if pairs.sum() < LEAST:
        return False
    mean = float(ibi_s[good].mean())
    if np.median(np.abs(np.diff(ibi_s))[pairs]) <= USUAL * mean:
        return False
    fastest = min(FASTEST_HZ, PER_BEAT / mean)
    waves = np.arange(SLOWEST_HZ, fastest, STEP / (ends_s[-1] - ends_s[0]))
    return largest_share((ends_s - 0.5 * ibi_s)[good], ibi_s[good], waves) < BREATH


def largest_share(at_s: Floats, values: Floats, hz: Floats) -> float:
    """The share of the variance, trend removed, in the one wave of these that holds most, by least
    squares (Lomb 1976)."""
    at = at_s - at_s.mean()
    values = values - values.mean()
    values = values - at * (at @ values) / max(at @ at, 1e-300)
    turn = 2 * np.pi * np.outer(hz, at)
    c, s = np.cos(turn), np.sin(turn)
    cc, ss, cs = (c * c).sum(axis=1), (s * s).sum(axis=1), (c * s).sum(axis=1)
    x, y = c @ values, s @ values
    held = (x * x * ss - 2 * x * y * cs + y * y * cc) / np.maximum(cc * ss - cs * cs, 1e-300)
    return float(held.max() / max(values @ values, 1e-300))
