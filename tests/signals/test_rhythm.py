"""A rhythm that breath moves, and one that chance does."""

import numpy as np
import pytest
from scipy.signal import periodogram

from hub.signals.rhythm import BAND_HZ, band_share, early_share, irregular


def told(steps: np.ndarray, good: np.ndarray | None = None) -> bool:
    return irregular(np.cumsum(steps), steps, np.ones(len(steps), bool) if good is None else good)


def breathing(mean_s: float, hz: float, size_s: float, seed: int) -> np.ndarray:
    """A minute of intervals that sway with a breath of uneven length."""
    rng, at, turn, steps = np.random.default_rng(seed), 0.0, 0.0, []
    while at < 60:
        steps.append(max(0.4, mean_s + size_s * np.sin(turn) + 0.012 * rng.standard_normal()))
        turn += 2 * np.pi * hz * steps[-1] * (1 + 0.15 * rng.standard_normal())
        at += steps[-1]
    return np.array(steps)


@pytest.mark.parametrize("spread", [0.15, 0.2])
@pytest.mark.parametrize("rate", [60.0, 80.0, 110.0])
def test_intervals_by_chance_are_irregular(spread: float, rate: float) -> None:
    """Fibrillation: independent intervals."""
    rng = np.random.default_rng(round(rate))
    steps = [60 / rate * np.exp(spread * rng.standard_normal(60)) for _ in range(80)]
    assert np.mean([told(s) for s in steps]) >= 0.9


@pytest.mark.parametrize("hz", [0.1, 0.15, 0.2, 0.25, 0.3])
@pytest.mark.parametrize("size_s", [0.06, 0.12, 0.2])
@pytest.mark.parametrize("rate", [50.0, 65.0, 75.0])
def test_breathing_is_not_however_deep(hz: float, size_s: float, rate: float) -> None:
    said = [told(breathing(60 / rate, hz, size_s, seed)) for seed in range(10)]
    assert not any(said)


def test_breaths_of_uneven_length_and_depth_are_not() -> None:
    """As of people at rest or in talk: lengths and depths differ by a quarter."""
    said = [
        told(uneven(60 / rate, size_s, seed))
        for rate in (50.0, 60.0, 70.0, 80.0) for size_s in (0.07, 0.09, 0.12) for seed in range(20)
    ]  # fmt: skip
    assert np.mean(said) <= 0.03


def uneven(mean_s: float, size_s: float, seed: int) -> np.ndarray:
    """A minute of intervals; each breath about 4 s, with a length and a depth of its own."""
    rng, at, ends, begins, deep, steps = np.random.default_rng(seed), 0.0, 0.0, 0.0, 1.0, []
    while at < 60:
        if at >= ends:
            begins, ends = ends, ends + 4 * np.exp(0.25 * rng.standard_normal())
            deep = max(0.2, 1 + 0.25 * rng.standard_normal())
        turn = 2 * np.pi * (at - begins) / (ends - begins)
        steps.append(mean_s + size_s * deep * np.sin(turn) + 0.008 * rng.standard_normal())
        at += steps[-1]
    return np.array(steps)


def test_many_early_beats_are() -> None:
    """A quarter of them, each with its pause after it, on a breath: the intervals sway, too."""
    rng, said = np.random.default_rng(3), []
    for seed in range(20):
        steps = uneven(0.85, 0.05, seed)
        for k in np.flatnonzero(rng.random(len(steps) - 1) < 0.25):
            steps[k], steps[k + 1] = 0.65 * steps[k], 1.3 * steps[k + 1]
        said.append(told(steps))
    assert np.mean(said) >= 0.8


@pytest.mark.parametrize("rate", [50.0, 75.0, 100.0])
def test_every_second_beat_early_is(rate: float) -> None:
    steps = 60 / rate * np.tile([0.75, 1.25], 30)
    assert told(steps)


def test_an_early_beat_now_and_then_is_not() -> None:
    steps = np.full(70, 0.8)
    steps[[10, 30, 50]], steps[[11, 31, 51]] = 0.5, 1.1
    assert not told(steps)


def test_nothing_is_said_of_few_intervals_or_of_beats_that_are_not_believed() -> None:
    steps = 0.8 * np.exp(0.2 * np.random.default_rng(1).standard_normal(60))
    assert told(steps)
    assert not told(steps[:14])
    assert not told(steps, np.arange(60) % 4 == 0)


def test_of_even_intervals_the_share_of_a_band_is_that_of_scipy() -> None:
    """Oracle: scipy.signal.periodogram, of as good as evenly spaced intervals."""
    rng, n = np.random.default_rng(2), 60
    at = np.arange(n, dtype=float)
    values = 1 + 1e-6 * (np.sin(2 * np.pi * 0.22 * at) + rng.standard_normal(n))
    line = np.polyval(np.polyfit(at, values, 1), at)
    hz, power = periodogram(values - line)
    wide = round(BAND_HZ * (n - 1))
    theirs = max(power[k : k + wide].sum() for k in np.flatnonzero((hz >= 0.08) & (hz <= 0.32)))
    assert band_share(at, values, 0.42) == pytest.approx(theirs / power.sum(), abs=0.05)


def test_early_is_what_comes_before_its_neighbours_and_not_what_is_late() -> None:
    steps = np.full(60, 0.8)
    steps[[10, 30]], steps[[20, 40, 50]] = 0.6, 1.2
    assert early_share(steps) == pytest.approx(2 / 60)
