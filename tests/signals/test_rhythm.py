"""A rhythm that breath moves, and one that chance does."""

import numpy as np
import pytest
from scipy.signal import lombscargle

from hub.signals.rhythm import irregular, largest_share


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


@pytest.mark.parametrize("spread", [0.12, 0.2])
@pytest.mark.parametrize("rate", [60.0, 80.0, 110.0])
def test_intervals_by_chance_are_irregular(spread: float, rate: float) -> None:
    """Fibrillation: independent intervals."""
    rng = np.random.default_rng(round(rate))
    steps = [60 / rate * np.exp(spread * rng.standard_normal(60)) for _ in range(20)]
    assert np.mean([told(s) for s in steps]) >= 0.95


@pytest.mark.parametrize("hz", [0.1, 0.15, 0.2, 0.25, 0.3])
@pytest.mark.parametrize("size_s", [0.06, 0.12, 0.2])
@pytest.mark.parametrize("rate", [50.0, 65.0, 75.0])
def test_breathing_is_not_however_deep(hz: float, size_s: float, rate: float) -> None:
    said = [told(breathing(60 / rate, hz, size_s, seed)) for seed in range(10)]
    assert not any(said)


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


def test_the_share_of_a_wave_is_that_of_scipy() -> None:
    """Oracle: scipy.signal.lombscargle, normalised."""
    rng = np.random.default_rng(2)
    at = np.cumsum(rng.uniform(0.5, 1.2, 70))
    values = 0.1 * np.sin(2 * np.pi * 0.22 * at) + 0.05 * rng.standard_normal(70)
    hz = np.arange(0.08, 0.4, 0.012)
    line = np.polyval(np.polyfit(at, values, 1), at)
    theirs = lombscargle(at, values - line, 2 * np.pi * hz, normalize=True)
    assert largest_share(at, values, hz) == pytest.approx(theirs.max(), rel=1e-9)
