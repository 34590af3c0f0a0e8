"""Six people's skin conductance with a known coupling: a generator of the judge's own.

Responses have each their own shape (bench.signals.skin), sizes and latencies. All six share a
slow trend whether coupled or not: a room that warms up is no synchrony. In a coupled group a
share of each one's responses answer events that all of them hear, each with its own latency.
"""

from __future__ import annotations

import numpy as np

from bench.signals.skin import response

FS, SECONDS, PERSONS = 4.0, 400, 6
PER_MIN = 5.0  # responses of one person
LATENCY_S, JITTER_S = 3.0, 0.4  # of a person, up to; of an answer, standard deviation
TREND_US = 0.3  # shared, up to
NOISE_US = 0.005


def a_group(seed: int, share: float) -> np.ndarray:
    """(persons, samples) in uS at FS. `share`: of the shared events that each one answers, instead
    of as many own ones (0: uncoupled). The same input gives the same group."""
    rng = np.random.default_rng([seed, round(100 * share)])
    t = np.arange(int(SECONDS * FS)) / FS
    shared, trend = _events(rng, PER_MIN), _slow(rng, t, 300.0, 900.0)
    rows = [_person(rng, t, _answered(rng, shared, share)) for _ in range(PERSONS)]
    return np.array([row + rng.uniform(0.0, TREND_US) * trend for row in rows])


def _answered(rng: np.random.Generator, shared: np.ndarray, share: float) -> np.ndarray:
    """Onsets (s) of one person's responses: to a share of the shared events, and own ones."""
    heard = shared[rng.random(len(shared)) < share]
    heard = heard + rng.uniform(0, LATENCY_S) + rng.normal(0, JITTER_S, len(heard))
    return np.concatenate([heard, _events(rng, PER_MIN * (1 - share))])


def _person(rng: np.random.Generator, t: np.ndarray, onsets: np.ndarray) -> np.ndarray:
    us = rng.uniform(2, 12) + 0.4 * _slow(rng, t, 60.0, 400.0)
    for onset in onsets:
        wave, _ = response(t - onset, rng)
        us += rng.lognormal(-1.6, 0.6) * wave
    return us + NOISE_US * rng.standard_normal(len(t))


def _events(rng: np.random.Generator, per_min: float) -> np.ndarray:
    return rng.uniform(-20, SECONDS, rng.poisson(per_min * (SECONDS + 20) / 60))


def _slow(rng: np.random.Generator, t: np.ndarray, short_s: float, long_s: float) -> np.ndarray:
    """Three slow waves, about 1 high."""
    periods = rng.uniform(short_s, long_s, 3)
    return sum(0.5 * np.sin(2 * np.pi * (t / s + rng.random())) for s in periods)
