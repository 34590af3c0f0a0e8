"""How alike signals run when each may be turned round by any shift: masked circular correlation.

The correlation of two persons under a pair of circular shifts depends on the difference of the
shifts alone, so one Fourier transform a pair gives the observed figure and every surrogate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats, Ints

OVERLAP = 0.25  # of the stretch both must be there, or a shift is not judged
NOT_JUDGED = np.nan
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Pairs:
    """`first` and `second` (person numbers) of each pair; `r[pair, k]`: the correlation of the
    first at t with the second at t + k, round the end (k in samples; NaN: too little overlap);
    `share[pair, k]`: of the samples, those where both are then there."""

    first: Ints
    second: Ints
    r: Floats
    share: Floats


def pairs_of(signals: Floats) -> Pairs:
    """Of `signals` (persons, samples; NaN: not there), each about its own mean."""
    here = ~np.isnan(signals)
    n = signals.shape[1]
    values = np.where(here, signals, 0.0)
    values -= np.where(here, values.sum(axis=1, keepdims=True) / here.sum(axis=1, keepdims=True), 0)
    value, square, mask = (np.fft.rfft(x, axis=1) for x in (values, values**2, here * 1.0))
    first, second = np.triu_indices(len(signals), 1)

    def crossed(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> Floats:
        return np.asarray(np.fft.irfft(np.conj(a[first]) * b[second], n, axis=1), np.float64)

    power = crossed(square, mask) * crossed(mask, square)
    share = np.clip(crossed(mask, mask) / n, 0.0, 1.0)
    enough = (share >= OVERLAP - 1e-9) & (power > 1e-12 * power.max(initial=0.0))
    r = np.full(power.shape, NOT_JUDGED)
    np.divide(crossed(value, value), np.sqrt(np.abs(power)), out=r, where=enough)
    return Pairs(first, second, np.clip(r, -0.999999, 0.999999), share)


def tolerant(pairs: Pairs, lags: Floats, independent: float) -> Floats:
    """For every shift how alike two are where the lag between them is not known, in standard errors
    of Fisher's z where so much of both is there, less the mean over all shifts.

    `lags`: how likely each lag is, of an odd number of samples, the middle one 0; `independent`:
    how many values of a whole signal are. With these, a z in standard errors is the log of how much
    likelier it is with a coupling of one standard error than without (but for a constant); the
    mean of that likelihood over the lags is what counts. The greatest alone would be chance's more
    often than theirs.
    """
    size = np.sqrt(independent * pairs.share)
    here = ~np.isnan(pairs.r)
    log_odds = np.where(here, size * np.arctanh(np.where(here, pairs.r, 0.0)), -np.inf)
    top = np.maximum(log_odds.max(axis=1, keepdims=True), -1 / TINY)  # finite where none is here
    odds = np.exp(log_odds - top)
    middle = len(lags) // 2
    mean = np.zeros_like(odds)
    for k, weight in enumerate(lags.tolist()):
        mean += weight * np.roll(odds, middle - k, axis=1)
    alike = np.where(here, np.log(np.maximum(mean, TINY)) + top, NOT_JUDGED)
    middle = float(np.nanmean(alike)) if here.any() else 0.0
    return np.asarray(alike - middle, np.float64)


def shifted_sums(pairs: Pairs, best: Floats, shifts: Ints) -> Floats:
    """The sum over pairs of `best` under each row of `shifts` (surrogates, persons), by the root of
    how many are judged then: as wide, by chance, of few as of many."""
    difference = (shifts[:, pairs.second] - shifts[:, pairs.first]) % best.shape[1]
    rows = np.arange(len(pairs.first))
    values = best[rows, difference]
    judged = ~np.isnan(values)
    count = judged.sum(axis=1)
    total = np.where(judged, values, 0.0).sum(axis=1)
    sums = np.where(count > 0, total / np.sqrt(np.maximum(count, 1)), NOT_JUDGED)
    return np.asarray(sums, np.float64)
