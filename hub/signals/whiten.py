"""A slow signal made ready to be compared with others': its trend gone, its spectrum flat.

What two people share because time passes (drift, a phase that calms all) lies below LOW_HZ and is
taken out. What is left is made equally strong at all frequencies, or the slowest alone would
decide, and alike curves of that kind come about by chance (autocorrelation); and at all times, or
people who are lively at the same time would pass for people who move together: turning one round
(surrogates) takes the lively minute away from the others'.
"""

from __future__ import annotations

import numpy as np

from hub.arrays import Bools, Floats

LOW_HZ, HIGH_HZ = 0.01, 0.3  # skin conductance that is not level, drift or noise
RATE_HZ = 2.0  # enough for HIGH_HZ
DEGREE = 3  # of the trend that is taken out besides
SMOOTH_HZ = 0.03  # the spectrum is smoothed over so much before it is divided by
LIVELY_S, LEAST_LIVELY = 25.0, 0.5  # how lively it is: root mean square, over a Gaussian's standard
# deviation, and at least, of the whole phase's
CLIP = 4.0  # standard deviations: one jump must not speak for a phase
FLAT = 1e-9
# Of a signal's range, standard deviation of what the trend leaves of it. Of less it is rounding, or
# what the curves cannot follow of a smooth change; of real people the least was 0.0023.
LEAST_LEFT = 1e-3


def thinned(signals: Floats, fs: float) -> tuple[Floats, float]:
    """Means over whole blocks, and their rate: RATE_HZ or up to half as much again, but what is
    below twice RATE_HZ stays as it is. NaN where more than half of a block is missing."""
    merge = max(1, int(fs // RATE_HZ))
    whole = signals.shape[1] // merge * merge
    blocks = signals[:, :whole].reshape(len(signals), whole // merge, merge)
    here = ~np.isnan(blocks)
    count = here.sum(axis=2)
    total = np.where(here, blocks, 0.0).sum(axis=2)
    return np.where(2 * count >= merge, total / np.maximum(count, 1), np.nan), fs / merge


def whitened(signals: Floats, fs: float) -> Floats:
    """Each row without trend and with a flat spectrum between LOW_HZ and HIGH_HZ, standard
    deviation 1; NaN stays NaN. A row in which nothing moves but its trend becomes NaN."""
    if not signals.size:
        return signals.copy()
    rest = np.array([_without_trend(row, fs) for row in signals])
    spectrum = np.fft.rfft(rest, axis=1)
    hz = np.fft.rfftfreq(rest.shape[1], 1 / fs)
    power = _smooth(np.abs(spectrum) ** 2, rest.shape[1] / fs)
    inside = (hz >= LOW_HZ / 2) & (hz <= min(HIGH_HZ, 0.45 * fs))
    floor = FLAT * power.max(axis=1, keepdims=True) + np.finfo(np.float64).tiny
    even = np.where(inside, spectrum / np.sqrt(power + floor), 0.0)
    flat = np.asarray(np.fft.irfft(even, rest.shape[1], axis=1), np.float64)
    return _scaled(flat, signals, rest, fs)


def _without_trend(row: Floats, fs: float) -> Floats:
    """What the trend's curves do not explain; 0 where nothing was received."""
    here = ~np.isnan(row)
    curves = _trend(len(row), fs)
    if here.sum() <= curves.shape[1]:
        return np.zeros(len(row))
    weights = np.linalg.lstsq(curves[here], row[here], rcond=None)[0]
    rest = row - curves @ weights
    at = np.arange(len(row))
    return np.interp(at, at[here], rest[here])


def _trend(n: int, fs: float) -> Floats:
    """A polynomial, and cosines up to LOW_HZ: as columns."""
    slow = int(2 * n / fs * LOW_HZ)
    at = (np.arange(n) + 0.5) / n
    powers = (2 * at - 1) ** np.arange(DEGREE + 1)[:, None]
    cosines = np.cos(np.pi * np.arange(1, slow + 1)[:, None] * at)
    return np.asarray(np.linalg.qr(np.vstack((powers, cosines)).T)[0], np.float64)


def _smooth(power: Floats, length_s: float) -> Floats:
    width = max(3, round(SMOOTH_HZ * length_s)) | 1
    kernel = np.hanning(width + 2)[1:-1]
    kernel /= kernel.sum()
    padded = np.pad(power, ((0, 0), (width // 2, width // 2)), mode="reflect")
    return np.array([np.convolve(row, kernel, "valid") for row in padded])


def _scaled(flat: Floats, signals: Floats, rest: Floats, fs: float) -> Floats:
    """Of standard deviation 1, about the same at all times, jumps clipped; NaN where nothing
    moved."""
    out = np.full(flat.shape, np.nan)
    for k in range(len(flat)):
        here: Bools = ~np.isnan(signals[k])
        if here.any() and _moves(signals[k, here], rest[k, here]):
            even = _steady(np.where(here, flat[k], 0.0), here, fs)[here]
            spread = float(np.mean(even**2)) ** 0.5
            out[k, here] = np.minimum(np.maximum(even / max(spread, FLAT), -CLIP), CLIP)
    return out


def _steady(flat: Floats, here: Bools, fs: float) -> Floats:
    """A row by how lively it is at the time; 0 where it is not `here`."""
    half = min(round(3 * LIVELY_S * fs), (len(flat) - 1) // 2)
    kernel = np.exp(-0.5 * (np.arange(-half, half + 1) / (LIVELY_S * fs)) ** 2)
    squares, weight = (np.convolve(x, kernel, "same") for x in (flat * flat, here * 1.0))
    whole = float(np.mean(flat[here] ** 2))
    least = LEAST_LIVELY**2 * whole + FLAT**2
    return flat / np.sqrt(np.maximum(squares / np.maximum(weight, FLAT), least))


def _moves(signal: Floats, rest: Floats) -> bool:
    """Whether the trend leaves something."""
    least = max(LEAST_LEFT * float(np.ptp(signal)), FLAT * float(np.abs(signal).max()))
    return float(rest.std()) > least
