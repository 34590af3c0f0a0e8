"""Signals with known truth, for tests: small, deterministic, independent of hub/simulate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pulse:
    """Samples at `fs` Hz and the true times of the steepest rises (s)."""

    samples: Floats
    fs: float
    beats_s: Floats


def pulse(
    seconds: float = 120.0, fs: float = 100.0, rate: float = 72.0, seed: int = 0,
    breath: float = 0.05, jitter: float = 0.015,
) -> Pulse:  # fmt: skip
    """A finger's pulse, about 0..1, with breathing in its intervals and its level; `breath` and
    `jitter` are shares of the interval."""
    rng = np.random.default_rng(seed)
    beats, at = [], 0.4
    while at < seconds - 0.6:
        beats.append(at)
        slow = breath * np.sin(2 * np.pi * 0.25 * at)
        at += 60.0 / rate * (1 + slow + jitter * rng.standard_normal())
    times = np.arange(round(seconds * fs)) / fs
    wave = 0.3 * np.sin(2 * np.pi * 0.25 * times) + 0.01 * rng.standard_normal(len(times))
    for beat in beats:
        since = times - beat
        near = (since > -0.5) & (since < 1.5)
        wave[near] += one_beat(since[near])
    return Pulse(wave, fs, np.array(beats))


def one_beat(since_s: Floats) -> Floats:
    """A beat whose rise is steepest at 0, with its dicrotic wave and slow fall."""
    rise = 1.0 / (1.0 + np.exp(-since_s / 0.03))
    fall = np.where(since_s > 0.1, np.exp(-(since_s - 0.1) / 0.22), 1.0)
    return rise * fall + 0.12 * np.exp(-0.5 * ((since_s - 0.38) / 0.06) ** 2)


def counts(samples: Floats, level: float = 130_000.0, height: float = 900.0) -> Floats:
    """As a MAX30102 counts it: whole numbers, and light falls with the pulse."""
    return np.round(level - height * samples)


def shaken(body: Pulse, seed: int, size: float = 1.2) -> Floats:
    """Four seconds of shaking (0.5 to 4 Hz) from the 30th on, larger than the pulse."""
    rng, times = np.random.default_rng(seed), np.arange(400) / 100
    samples = body.samples.copy()
    for hz in rng.uniform(0.5, 4.0, 6):
        samples[3000:3400] += size * np.sin(2 * np.pi * (hz * times + rng.random()))
    return samples


@dataclass(frozen=True)
class Skin:
    """Conductance (uS) at `fs` Hz and the responses planted in it."""

    us: Floats
    fs: float
    onset_s: Floats
    amplitude_us: Floats


def skin(
    seconds: float = 600.0, fs: float = 16.0, per_minute: float = 5.0, seed: int = 0,
    level_us: float = 5.0, noise_us: float = 0.003,
) -> Skin:  # fmt: skip
    """A palm that responds `per_minute` times, over a slow drift."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * fs)) / fs
    us = level_us + 0.3 * np.sin(2 * np.pi * times / 400)
    onsets = np.sort(rng.uniform(5, seconds - 10, rng.poisson(per_minute * seconds / 60)))
    onsets = onsets[np.diff(onsets, prepend=-9.0) > 1.5]
    sizes = np.maximum(0.08, rng.lognormal(-1.3, 0.6, len(onsets)))
    for onset, size in zip(onsets, sizes, strict=True):
        us += size * response(times - onset)
    us += noise_us * rng.standard_normal(len(us))
    return Skin(np.round(us / 0.00125) * 0.00125, fs, onsets, sizes)


def response(since_s: Floats) -> Floats:
    """A response of height 1: up in about 1.5 s, down in several."""
    since = np.maximum(since_s, 0.0)
    shape = np.exp(-since / 3.5) - np.exp(-since / 0.75)
    return shape / 0.5186


@dataclass(frozen=True)
class Match:
    """How many found are true, how many true were found, and by how much (s) they are off."""

    precision: float
    recall: float
    off_s: Floats

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def match(found_s: Floats, true_s: Floats, within_s: float) -> Match:
    """Each true event takes the nearest found one within `within_s`, and no found one twice."""
    taken: set[int] = set()
    off: list[float] = []
    for true in true_s:
        order = np.argsort(np.abs(found_s - true))[:2]
        for k in map(int, order):
            if k not in taken and abs(found_s[k] - true) <= within_s:
                taken.add(k)
                off.append(float(found_s[k] - true))
                break
    return Match(len(taken) / max(1, len(found_s)), len(off) / max(1, len(true_s)), np.array(off))
