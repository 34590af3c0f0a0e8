"""Groups whose coupling is known: skin conductance by convolution, not by the code under test."""

from __future__ import annotations

import numpy as np

FS = 4.0


def response(rng, fs):
    """One person's skin conductance response: a difference of exponentials, 1 at its peak."""
    t = np.arange(int(40 * fs)) / fs
    shape = np.exp(-t / rng.uniform(3, 8)) - np.exp(-t / rng.uniform(0.5, 1.0))
    return shape / shape.max()


def events(rng, n, fs, per_min):
    return (rng.random(n) < per_min / 60 / fs) * rng.lognormal(-1.5, 0.6, n)


def skin(rng, n, fs, driven):
    """Level, own drift, own slow wandering (AR, 60 s), and the response to what drives it."""
    steps, wander = rng.normal(0, 1, n), np.zeros(n)
    for k in range(1, n):
        wander[k] = wander[k - 1] * (1 - 1 / (60 * fs)) + steps[k]
    drift = rng.normal(0, 1) * np.arange(n) / n
    wave = np.convolve(driven, response(rng, fs))[:n]
    return rng.uniform(2, 10) + drift + 0.15 * wander / wander.std() + wave + rng.normal(0, 0.01, n)


def a_group(seed, persons=6, seconds=400, share=0.0, lags=None, fs=FS):
    """(persons, samples): `share` of each one's responses answer what all share, `lags` (s) later;
    all share a smooth trend that is no coupling."""
    rng, n = np.random.default_rng(seed), int(seconds * fs)
    shared, t = events(rng, n, fs, 5.0), np.arange(n) / n
    trend = rng.normal() * t + rng.normal() * t**2 + 0.5 * np.sin(2 * np.pi * (t + rng.random()))
    lags = rng.uniform(-1.5, 1.5, persons) if lags is None else lags
    rows = []
    for lag in lags:
        heard = np.roll(shared * (rng.random(n) < share), round(lag * fs))
        driven = heard + events(rng, n, fs, 5.0 * (1 - share))
        rows.append(skin(rng, n, fs, driven) + trend * rng.uniform(0.5, 1.5))
    return np.array(rows)
