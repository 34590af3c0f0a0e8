"""A treadmill: hearts of 90 to 160 a minute, and an arm that swings with every stride.

No recording of one is among ours. What is known of such recordings (IEEE Signal Processing Cup
2015, Zhang, Pi and Liu 2015; wrist recordings of Jarchi and Casson 2017): the steps are in the
signal as a few harmonics of the stride, of uneven share, that come and go; walkers take 1.6 to 2.1
steps a second, runners 2.4 to 2.9, a stride is two of them; beside them is noise of the same band.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bench.signals.cases import FS, Case, pulse_band, pulse_height, runs

RATES = (90.0, 160.0)  # heart rates, 1/min
RUNS = 125.0  # from this rate on they run
WALKING, RUNNING = (1.6, 2.1), (2.4, 2.9)  # steps a second
SHARES = (0.6, 1.0, 0.4)  # at most, of the stride, its double (the steps) and their double
SIZE = 0.36  # of the pulse, root mean square: there HeartPy has the F1 (0.858) it had on real ones
NOISE = 0.4  # of the steps


def runners(people: list[Case]) -> list[Case]:
    """Those who really run, if there are any; else all but the phone's, which nobody holds still
    against a lens while running, made to."""
    return [p for p in people if runs(p)] or [runner(p) for p in people if p.group != "phone"]


def runner(case: Case) -> Case:
    """Quickened, so that pulses are as short as exercise makes them, and shaken by every step."""
    rng = np.random.default_rng(sum(map(ord, case.name)))
    rate = rng.uniform(*RATES)
    case = quickened(case, rate * float(np.median(np.diff(case.beats))) / 60.0)
    moved = steps(len(case.ppg), rate, rng) * SIZE * pulse_height(case.ppg)
    return replace(case, ppg=case.ppg + moved)


def quickened(case: Case, times: float) -> Case:
    """Played that many times as fast."""
    at = np.arange(int(len(case.ppg) / times)) * times
    ppg = np.interp(at, np.arange(len(case.ppg)), case.ppg)
    return replace(case, ppg=ppg, beats=case.beats / times, bad=case.bad / times)


def steps(n: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """What the arm adds: harmonics of the stride, together 1 high (root mean square), and noise."""
    pace = rng.uniform(*(RUNNING if rate > RUNS else WALKING))
    turn = 2 * np.pi * np.cumsum(pace * (1 + 0.02 * _wandering(n, 8.0, rng))) / FS
    waves = [
        share * rng.uniform(0.5, 1.0) * np.sin(turn * times + rng.uniform(0, 2 * np.pi))
        for share, times in zip(SHARES, (0.5, 1.0, 2.0), strict=True)
    ]
    moved = np.exp(0.35 * _wandering(n, 5.0, rng)) * np.sum(waves, axis=0)
    noise = pulse_band(rng.standard_normal(n))
    return moved / np.std(moved) + NOISE * noise / np.std(noise)


def _wandering(n: int, every_s: float, rng: np.random.Generator) -> np.ndarray:
    """About 1 high, another value every so often, and even between."""
    knots = np.arange(0, n + every_s * FS + 1, every_s * FS)
    return np.interp(np.arange(n), knots, rng.standard_normal(len(knots)))
