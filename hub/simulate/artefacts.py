"""What goes wrong at a sensor, with known truth: pure functions that can be put one on another.

Each takes (signal, fs, rng) and gives (signal, touched): a new array, NaN where nothing was
received, and for each sample whether the artefact is there. Sizes follow `high`, the height of what
is measured, or without it the signal's own spread (drift and all), so that they suit counts as well
as uS. `together` composes them; the masks are joined.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hub.arrays import Bools, Floats

Spoiled = tuple[Floats, Bools]
Artefact = Callable[[Floats, float, np.random.Generator], Spoiled]

EVERY_S = 20.0  # bursts come this often on average
MAINS_HZ = 100.0  # light on 50 Hz mains flickers twice as fast


def together(*artefacts: Artefact) -> Artefact:
    """One after the other; touched where any of them was."""

    def all_of(signal: Floats, fs: float, rng: np.random.Generator) -> Spoiled:
        out, touched = signal.copy(), np.zeros(len(signal), bool)
        for artefact in artefacts:
            out, here = artefact(out, fs, rng)
            touched |= here
        return out, touched

    return all_of


def bursts(n: int, fs: float, rng: np.random.Generator, low_s: float, high_s: float) -> Bools:
    """Stretches of `low_s` to `high_s`, about one in EVERY_S and at least one where one fits."""
    touched = np.zeros(n, bool)
    for _ in range(max(1, round(n / fs / EVERY_S))):
        length = round(rng.uniform(low_s, high_s) * fs)
        start = int(rng.integers(0, max(1, n - length)))
        touched[start : start + length] = True
    return touched


def height(signal: Floats) -> float:
    """The usual height of what moves, drift and all: from the 5th to the 95th percentile."""
    low, high = np.nanpercentile(np.diff(signal, n=1), [5, 95])
    low_all, high_all = np.nanpercentile(signal - np.nanmedian(signal), [5, 95])
    return float(max(high_all - low_all, high - low, 1e-12))


def motion(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Bursts of 1-4 s of shaking, 0.5-4 Hz, about as large as the signal."""
    touched = bursts(len(signal), fs, rng, 1.0, 4.0)
    return signal + touched * _shaking(len(signal), fs, rng, high or height(signal)), touched


def treadmill(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Steps that never stop: 1.3-1.7 Hz and their double, as large as the signal, and shaking."""
    t = np.arange(len(signal)) / fs
    turn = 2 * np.pi * np.cumsum(rng.uniform(1.3, 1.7) + 0.05 * np.sin(0.2 * t)) / fs
    steps = 0.35 * np.sin(turn) + 0.2 * np.sin(2 * turn + rng.uniform(0, 6))
    size = high or height(signal)
    spoilt = signal + size * steps + 0.2 * _shaking(len(signal), fs, rng, size)
    return spoilt, np.ones(len(signal), bool)


def _shaking(n: int, fs: float, rng: np.random.Generator, size: float) -> Floats:
    t = np.arange(n) / fs
    waves = [np.sin(2 * np.pi * (hz * t + rng.random())) for hz in rng.uniform(0.5, 4.0, 6)]
    return size * np.sum(waves, axis=0) / np.sqrt(6.0)


def speech(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Talk of 5-15 s: slow uneven breath and small jaw and hand tremor."""
    touched = bursts(len(signal), fs, rng, 5.0, 15.0)
    t = np.arange(len(signal)) / fs
    breath = np.sin(2 * np.pi * rng.uniform(0.1, 0.2) * t) + 0.1 * rng.standard_normal(len(t))
    return signal + touched * 0.3 * (high or height(signal)) * breath, touched


def wander(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """The whole signal sways slowly (0.05-0.3 Hz), three times its height."""
    t = np.arange(len(signal)) / fs
    slow = [np.sin(2 * np.pi * (hz * t + rng.random())) for hz in rng.uniform(0.05, 0.3, 3)]
    sway = (high or height(signal)) * np.sum(slow, axis=0)
    return signal + sway, np.ones(len(signal), bool)


def weak(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Cold hands: white noise of a tenth of the signal's height all the time."""
    del fs
    noise = 0.1 * (high or height(signal)) * rng.standard_normal(len(signal))
    return signal + noise, np.ones(len(signal), bool)


def saturated(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """The highest and lowest 15 % of the samples cut off, as a full converter does."""
    del fs, rng, high
    bottom, top = np.nanpercentile(signal, [15, 85])
    return np.clip(signal, bottom, top), (signal < bottom) | (signal > top)


def gaps(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Nothing received for 1-5 s: NaN."""
    del high
    touched = bursts(len(signal), fs, rng, 1.0, 5.0)
    return np.where(touched, np.nan, signal), touched


def contact_loss(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Finger or electrode lifted for 1-5 s: far below everything else, with a little noise."""
    touched = bursts(len(signal), fs, rng, 1.0, 5.0)
    size = high or height(signal)
    off = np.nanmin(signal) - 10 * size + 0.01 * size * rng.standard_normal(len(signal))
    return np.where(touched, off, signal), touched


def ambient(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """Lamp light that flickers at MAINS_HZ, give or take 1 %: sampled at 100 Hz it beats slowly."""
    t = np.arange(len(signal)) / fs
    hz = MAINS_HZ * rng.uniform(0.99, 1.01)
    light = 0.1 * (high or height(signal)) * np.sin(2 * np.pi * (hz * t + rng.random()))
    return signal + light, np.ones(len(signal), bool)


def max30102(
    signal: Floats, fs: float, rng: np.random.Generator, high: float | None = None
) -> Spoiled:
    """As the MAX30102 counts: whole numbers, a pulse of 900 counts that makes light fall."""
    del fs
    centred = (signal - np.nanmedian(signal)) / (high or height(signal))
    counts = 130_000.0 - 900.0 * centred + 10.0 * rng.standard_normal(len(signal))
    return np.rint(counts), np.zeros(len(signal), bool)
