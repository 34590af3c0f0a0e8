"""Pulse-rate variability (PRV: it is not HRV) over windows of intervals; for the heart rate see hr.

Each figure is a Value: withheld, with the reason, below its coverage; its quality is the share of
the window in valid intervals. Standards: Task Force 1996. No LF/HF: it says nothing certain about
the sympathetic, and a pulse wave makes it worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints
from hub.records import Value
from hub.signals.column import Column, named
from hub.signals.corrected import corrected
from hub.signals.hr import FEW, heart_rate
from hub.signals.intervals import Intervals, Rows, as_rows, intervals
from hub.signals.rhythm import MINUTE_S, OUT_OF_RHYTHM, USUAL, irregular
from hub.signals.windows import Windows, window

RMSSD_S, RMSSD_COVERAGE = MINUTE_S, 0.6
LONG_S, LONG_COVERAGE = 120.0, 0.8  # SDNN and HF
LONG_EVERY_S = 5  # two minutes' figures change little in a second
OUTLYING, LEAST_OUTLYING_S = 7.0, 0.02  # times the usual difference: counts as no more than this
OVERLAP = 1.22  # successive differences share an interval: their mean is that much less certain
ROWS_AT_ONCE = 8
HF_FIRST, HF_LAST = 18, 48  # times 1 / LONG_S: 0.15 and 0.40 Hz; the first a multiple of 6
TINY = 1e-300
Complexes = NDArray[np.complex128]
IRREGULAR = 0.25  # of the mean interval: successive ones differ by more in fibrillation (0.3) or
# where every second or third beat is early (0.4 and more), not by breathing, however deep (0.15)

__all__ = ["corrected", "heart_rate", "hf", "intervals", "rmssd", "rmssd_error", "sdnn"]


def rmssd(found: Intervals | Rows, at_s: float) -> Value:
    """Root mean square of successive differences (ms) over the RMSSD_S up to `at_s`; a difference
    far beyond the usual one (a beat out of turn) counts as one at that limit. Withheld in an
    irregular rhythm, and where it is more than IRREGULAR of the mean interval."""
    return rmssd_of(window(as_rows(found), at_s, RMSSD_S)).values()[0]


def rmssd_of(seen: Windows) -> Column:
    """`rmssd` of each window of RMSSD_S."""
    differs, pairs = _differing(seen)
    found = _given(1000.0 * differs, seen, RMSSD_COVERAGE, pairs > 0)
    return _regular(found, differs, seen)


def _differing(seen: Windows) -> tuple[Floats, Ints]:
    """Root mean square (s) of the limited differences of successive intervals, and how many."""
    squares, pairs = _squares(seen)
    n = pairs.sum(axis=1)
    return np.sqrt(squares.sum(axis=1) / np.maximum(n, 1)), n


def _squares(seen: Windows) -> tuple[Floats, Bools]:
    """The squared differences (s2) of each interval to the one before, limited by the usual ones
    of the window; and where there is one: both are valid. It is 0 elsewhere."""
    pairs = np.zeros(seen.valid.shape, np.bool_)
    pairs[:, 1:] = seen.valid[:, 1:] & seen.valid[:, :-1]
    squares = np.zeros(seen.ibi_s.shape)
    squares[:, 1:] = np.where(pairs[:, 1:], seen.ibi_s[:, 1:] - seen.ibi_s[:, :-1], 0.0) ** 2
    found = np.where(pairs, squares, np.inf)
    found.sort(axis=1)
    usual = found[np.arange(len(found)), pairs.sum(axis=1) // 2]
    most = np.maximum(OUTLYING**2 * usual, LEAST_OUTLYING_S**2)
    return np.minimum(squares, most[:, None]), pairs


def _regular(found: Column, differs: Floats, seen: Windows) -> Column:
    """Withheld where the rhythm is none that breathing and the vagus make."""
    mean = seen.covered_s() / np.maximum(seen.valid.sum(axis=1), 1)
    there = ~np.isnan(found.value)
    odd = there & (differs > IRREGULAR * mean)
    for k in np.flatnonzero(there & ~odd & (differs > USUAL * mean)).tolist():
        odd[k] = any(irregular(*minute) for minute in _minutes(seen, k))
    return found.without(odd, OUT_OF_RHYTHM)


def _minutes(seen: Windows, k: int) -> Iterator[tuple[Floats, Floats, Bools]]:
    """The `k`th window in pieces of RMSSD_S, as long as a breath is about one wave."""
    n = seen.known[k]
    ends = seen.ends_s[k, :n]
    cuts = np.arange(seen.at_s[k] - seen.length_s, seen.at_s[k] + 1.0, RMSSD_S)
    for a, b in pairwise(ends.searchsorted(cuts, "right").tolist()):
        yield ends[a:b], seen.ibi_s[k, a:b], seen.good[k, a:b]


def rmssd_error(found: Intervals | Rows, at_s: float) -> float | None:
    """Standard error (ms) of `rmssd` as an estimate of the person's at rest, from the spread of the
    squared differences. Too small where breathing gets deeper and shallower within minutes, which
    one window cannot show: 1.96 of it then hold the person's in three of four."""
    seen = window(as_rows(found), at_s, RMSSD_S)
    limited, pairs = _squares(seen)
    squares = limited[pairs]
    if seen.coverage[0] < RMSSD_COVERAGE or len(squares) < 10:
        return None
    mean = float(squares.mean())
    if mean == 0.0:
        return 0.0
    spread = float(squares.std(ddof=1))
    return 1000.0 * OVERLAP * spread / sqrt(len(squares)) / (2 * sqrt(mean))


def sdnn(found: Intervals | Rows, at_s: float) -> Value:
    """Standard deviation of the valid intervals (ms) over the LONG_S up to `at_s`."""
    return sdnn_of(window(as_rows(found), at_s, LONG_S)).values()[0]


def sdnn_of(seen: Windows) -> Column:
    """`sdnn` of each window of LONG_S."""
    n = seen.valid.sum(axis=1)
    off = _off_mean(seen.ibi_s, seen, n)
    variance = (off * off).sum(axis=1) / np.maximum(n - 1, 1)
    return _given(1000.0 * np.sqrt(variance), seen, LONG_COVERAGE)


def hf(found: Intervals | Rows, at_s: float) -> Value:
    """Power (ms2) of the intervals between 0.15 and 0.40 Hz over the LONG_S up to `at_s`: a
    periodogram at their own times (Deeming 1975), trend removed, Hann-weighted. Each stands for the
    time it lasts, at its middle: else there were more of the short ones, and a slow deep breath had
    harmonics. A breath slower than 9 a minute, as in speech, is not in it."""
    return hf_of(window(as_rows(found), at_s, LONG_S)).values()[0]


def hf_of(seen: Windows) -> Column:
    """`hf` of each window of LONG_S."""
    n = seen.valid.sum(axis=1)
    middle = seen.ends_s - 0.5 * seen.ibi_s - seen.at_s[:, None]
    at, y = _off_mean(middle, seen, n), _off_mean(seen.ibi_s, seen, n)
    slope = (at * y).sum(axis=1) / np.maximum((at * at).sum(axis=1), TINY)
    turn = np.where(seen.valid, 1.0 + middle / LONG_S, 0.0)
    lasts = seen.ibi_s * (n / np.maximum(seen.covered_s(), TINY))[:, None]
    weight = lasts * np.sin(np.pi * np.maximum(0.0, turn)) ** 2
    part = np.abs(_waves(turn, weight * (y - slope[:, None] * at))) ** 2
    whole = n * (LONG_S / np.maximum(seen.covered_s(), TINY))  # intervals, were none missing
    size = np.maximum(whole * (weight * weight).sum(axis=1), TINY)
    found = _given(2e6 * part.sum(axis=1) / size, seen, LONG_COVERAGE)
    return _regular(found, _differing(seen)[0], seen)


def _off_mean(x: Floats, seen: Windows, n: Ints) -> Floats:
    """Each window's valid ones of `x` less their mean, 0 for the others."""
    mean = (x * seen.valid).sum(axis=1) / np.maximum(n, 1)
    return (x - mean[:, None]) * seen.valid


def _waves(turn: Floats, y: Floats) -> Complexes:
    """Sums of y exp(2 pi i k turn) of each row for k from HF_FIRST to HF_LAST; of a few rows at a
    time, for what does not fit into the processor's cache takes three times as long."""
    cuts = range(0, len(turn), ROWS_AT_ONCE)
    return np.concatenate([
        _waves_of(turn[k : k + ROWS_AT_ONCE], y[k : k + ROWS_AT_ONCE]) for k in cuts
    ])


def _waves_of(turn: Floats, y: Floats) -> Complexes:
    """k = 6 a + b: from powers of one wave, since so many exponentials take longer than all the
    rest."""
    wave: Complexes = np.exp(2j * np.pi * turn)
    low = _powers(wave, np.ones_like(wave), 6)
    sixth = low[:, 5] * wave
    high = _powers(sixth, sixth**(HF_FIRST // 6), HF_LAST // 6 + 1 - HF_FIRST // 6)
    sums: Complexes = high @ (low * y[:, None]).transpose(0, 2, 1)
    return sums.reshape(len(turn), -1)[:, : HF_LAST - HF_FIRST + 1]


def _powers(wave: Complexes, first: Complexes, n: int) -> Complexes:
    """first, first wave, first wave wave ... of each row: (rows, n, row)."""
    out = np.empty((len(wave), n, wave.shape[1]), np.complex128)
    out[:, 0] = first
    for k in range(1, n):
        np.multiply(out[:, k - 1], wave, out=out[:, k])
    return out


def _given(value: Floats, seen: Windows, least: float, known: Bools | None = None) -> Column:
    """The figure with its window's coverage as quality; withheld below the `least`, and where it
    is not `known`."""
    coverage = seen.coverage
    few = coverage < least
    if known is not None:
        few = few | ~known
    return Column(np.where(few, np.nan, value), coverage, named((few, FEW)))
