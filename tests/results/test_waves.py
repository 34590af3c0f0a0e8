"""Waves lie on the UTC grid, whatever the sensor's rate and however the samples came."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.results.channels import PPG
from hub.results.waves import WaveGrid

START = 1_700_000_000_000_000_000


def signal(ns):
    """A slow sine that straight lines between samples follow closely."""
    return np.sin((np.asarray(ns) - START) * 1e-9)


def pushed(times, cuts):
    grid = WaveGrid(1, PPG)
    parts = np.split(times, sorted(set(cuts)))
    waves = [grid.push(part, signal(part)) for part in parts if len(part)]
    return [wave for wave in waves if wave is not None]


@given(rate=st.floats(97, 103), cuts=st.lists(st.integers(1, 399), max_size=8))
def test_points_lie_on_multiples_of_the_period_each_once_and_follow_the_signal(rate, cuts):
    times = (START + np.arange(400) * (1e9 / rate)).astype(np.int64)
    waves = pushed(times, cuts)
    points = np.concatenate([w.start_ns + np.arange(len(w.values)) * w.period_ns for w in waves])
    values = np.concatenate([w.values for w in waves])
    assert (points % PPG.wave_ns == 0).all()
    assert (np.diff(points) == PPG.wave_ns).all()
    assert np.abs(values - signal(points)).max() < 1e-4


def test_a_gap_is_drawn_as_a_gap():
    times = (START + np.arange(400) * 10_000_000).astype(np.int64)
    kept = np.concatenate((times[:100], times[200:]))
    grid = WaveGrid(1, PPG)
    first, second = (grid.push(part, signal(part)) for part in (kept[:100], kept[100:]))
    assert not np.isnan(first.values).any()
    assert np.isnan(second.values[:24]).all()
    assert not np.isnan(second.values[26:]).any()
