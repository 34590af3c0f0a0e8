"""How alike a group's signals run, window by window: a curve for showing, with its chance band.

It describes. Whether a phase is above chance is asked of `synchrony.group` alone: many windows
looked at are many chances to be misled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats, Ints
from hub.signals.synchrony import LAG_S, checked
from hub.signals.whiten import thinned, whitened

WINDOW_S = 30.0  # the shorter, the better real is told from chance (Behrens et al. 2020)
STEP_S = 5.0
TURNS = 4  # surrogates: the band is that of all their windows
WINDOW_VALID = 0.8
BAND = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class SynchronyCurve:
    """`times_s`: the middles of the windows; `value`: mean over pairs of the greatest correlation
    within the lag, less the middle of chance (NaN: fewer than two valid persons); `low` to `high`:
    95 % of chance, on the same scale, for all windows."""

    times_s: Floats
    value: Floats
    low: float
    high: float


def curve(signals: NDArray[Any], fs: float, seed: int = 0) -> SynchronyCurve:
    """The curve of a whole recording: `signals` as in `synchrony.group`."""
    part, rate = thinned(*checked(signals, fs))
    every = max(1, int(rate))  # what is whitened ends at 0.3 Hz: once a second is enough
    ready, rate = whitened(part, rate)[:, ::every], rate / every
    ready = ready[~np.isnan(ready).all(axis=1)]
    width, step = round(WINDOW_S * rate), round(STEP_S * rate)
    if len(ready) < 2 or ready.shape[1] < width:
        return SynchronyCurve(np.empty(0), np.empty(0), np.nan, np.nan)
    found = _windows(ready, width, step, rate)
    turned = [_windows(one, width, step, rate) for one in _turned(ready, seed)]
    chance = np.concatenate(turned)
    chance = chance[~np.isnan(chance)]
    if not len(chance):
        return SynchronyCurve(np.empty(0), np.empty(0), np.nan, np.nan)
    middle = float(np.median(chance))
    low, high = (float(q) - middle for q in np.quantile(chance, BAND))
    times = np.asarray((np.arange(len(found)) * step + width / 2) / rate, np.float64)
    return SynchronyCurve(times, found - middle, low, high)


def _turned(ready: Floats, seed: int) -> list[Floats]:
    rng = np.random.default_rng(seed)
    shifts = rng.integers(0, ready.shape[1], (TURNS, len(ready)))
    return [np.array([np.roll(row, k) for row, k in zip(ready, turn, strict=True)])
            for turn in shifts]


def _windows(ready: Floats, width: int, step: int, rate: float) -> Floats:
    """The mean over pairs of the best correlation in each window."""
    first, second = np.triu_indices(len(ready), 1)
    begins = np.array(range(0, ready.shape[1] - width + 1, step), np.int64)
    best = np.full((len(first), len(begins)), -np.inf)
    for lag in range(-round(LAG_S * rate), round(LAG_S * rate) + 1):
        later = np.roll(ready, -lag, axis=1)
        np.fmax(best, _correlations(ready[first], later[second], begins, width), out=best)
    best[~np.isfinite(best)] = np.nan
    count = np.sum(~np.isnan(best), axis=0)
    return np.where(count > 0, np.nansum(best, axis=0) / np.maximum(count, 1), np.nan)


def _correlations(a: Floats, b: Floats, begins: Ints, width: int) -> Floats:
    here = ~(np.isnan(a) | np.isnan(b))
    a, b = np.where(here, a, 0.0), np.where(here, b, 0.0)
    n, sa, sb, aa, bb, ab = (_sums(x, begins, width)
                             for x in (here.astype(np.float64), a, b, a * a, b * b, a * b))
    m = np.maximum(n, 1.0)
    power = (aa - sa * sa / m) * (bb - sb * sb / m)
    fit = (n >= WINDOW_VALID * width) & (power > 0)
    return np.where(fit, (ab - sa * sb / m) / np.sqrt(np.where(fit, power, 1.0)), np.nan)


def _sums(x: Floats, begins: Ints, width: int) -> Floats:
    total = np.concatenate((np.zeros((len(x), 1)), np.cumsum(x, axis=1)), axis=1)
    return total[:, begins + width] - total[:, begins]
