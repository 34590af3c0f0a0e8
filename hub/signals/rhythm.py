"""Whether breathing and the vagus can be what moves the heart's intervals.

In fibrillation, or where many beats are early, the usual successive difference is large, no narrow
band carries the intervals, as breath does, and some beats come far before the others: the vagus
makes an interval longer at once, but not shorter.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hub.arrays import Bools, Floats
from hub.signals.intervals import Rows

MINUTE_S = 60.0
OUT_OF_RHYTHM = "irregular rhythm"
# Chosen on simulated fibrillation (independent intervals, spread 0.1 to 0.28) and on 24 hours of RR
# intervals of 63 healthy people (nsr2db, and Irurzun 2021), some with early beats or strong vagus.
USUAL = 0.07  # of the mean interval: the usual successive difference
EARLY, AROUND = 0.82, 4  # of the median of so many to either side: an early interval
# Up to such a share of early intervals: the least share of the variance in one band that is breath.
BREATH = ((0.025, 0.3), (0.1, 0.4), (1.0, 0.7))
BAND_HZ = 0.1  # breaths differ in length, by about a quarter
SLOWEST_HZ, FASTEST_HZ = 0.08, 0.5
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
    kept = ibi_s[good]
    early = early_share(kept)
    breath = next(least for most, least in BREATH if early <= most)
    return band_share((ends_s - 0.5 * ibi_s)[good], kept, min(FASTEST_HZ, PER_BEAT / mean)) < breath


def early_share(ibi_s: Floats) -> float:
    """The share of intervals below EARLY of the median of AROUND to either side."""
    padded = np.pad(ibi_s, AROUND, constant_values=np.nan)
    others = np.delete(sliding_window_view(padded, 2 * AROUND + 1), AROUND, axis=1)
    return float(np.mean(ibi_s < EARLY * np.nanmedian(others, axis=1)))


def band_share(at_s: Floats, ibi_s: Floats, fastest_hz: float) -> float:
    """The share of the variance, trend removed, in the BAND_HZ that holds most, from SLOWEST_HZ to
    `fastest_hz`: by a periodogram at the intervals' own times, up to half a wave a beat."""
    at = at_s - at_s.mean()
    values = ibi_s - ibi_s.mean()
    values = values - at * (at @ values) / max(at @ at, 1e-300)
    lasts = at_s[-1] - at_s[0]
    hz = np.arange(1, int(0.5 * lasts / ibi_s.mean()) + 1) / lasts
    turn = 2 * np.pi * np.outer(hz, at)
    power = (np.cos(turn) @ values) ** 2 + (np.sin(turn) @ values) ** 2
    held = np.convolve(power, np.ones(max(1, round(BAND_HZ * lasts))), "valid")
    first = hz[: len(held)]
    inside = held[(first >= SLOWEST_HZ) & (first + BAND_HZ <= fastest_hz + 1 / lasts)]
    return float(inside.max(initial=0.0) / max(power.sum(), 1e-300))
