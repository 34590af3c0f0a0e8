"""Intervals, heart rate and RMSSD against the truth."""

import numpy as np

from hub.signals import prv
from hub.signals.beats import Beats
from hub.signals.ppg import detect_beats
from tests.signals.made import counts, pulse


def beats_of(times_s, quality=None) -> Beats:
    times = np.asarray(times_s, float)
    return Beats(times, np.ones(len(times)) if quality is None else np.asarray(quality, float))


def rows_of(beats: Beats) -> prv.Rows:
    found = prv.intervals(beats)
    return found.times_s.tolist(), found.ibi_s.tolist(), found.valid.tolist()


def test_heart_rate_and_rmssd_of_a_modelled_finger() -> None:
    """Counted, inverted, with noise: heart rate within 0.3 /min, RMSSD within 2.5 ms."""
    body = pulse(180.0, seed=11)
    rows = rows_of(detect_beats(counts(body.samples), body.fs))
    true = rows_of(beats_of(body.beats_s))
    for at in range(70, 178):
        rate, truth = prv.heart_rate(rows, at).value, prv.heart_rate(true, at).value
        assert rate and truth and abs(rate - truth) < 1.0
    off = [
        abs((prv.rmssd(rows, at).value or 999) - (prv.rmssd(true, at).value or 0))
        for at in range(70, 178, 5)
    ]
    assert np.median(off) < 2.5
    assert max(off) < 5


def test_even_beats_have_no_variability() -> None:
    rows = rows_of(beats_of(np.arange(0, 100, 0.8)))
    assert prv.heart_rate(rows, 90.0).value == 75.0 or np.isclose(
        prv.heart_rate(rows, 90.0).value or 0, 75.0
    )
    assert (prv.rmssd(rows, 90.0).value or 0.0) < 1e-6


def test_a_beat_too_many_and_one_too_few_do_not_count() -> None:
    times = list(np.arange(0, 100, 0.8))
    times.remove(times[60])
    times.append(times[100] + 0.3)
    rows = rows_of(beats_of(sorted(times)))
    assert rows[2].count(False) == 3
    assert (prv.rmssd(rows, 90.0).value or 0.0) < 1e-6
    assert np.isclose(prv.heart_rate(rows, 52.0).value or 0, 75.0)  # bridged


def test_breathing_is_not_rejected() -> None:
    """A young person at rest: intervals swing by 12 % with the breath."""
    steps = 0.9 * (1 + 0.12 * np.sin(2 * np.pi * np.arange(120) / 5))
    found = prv.intervals(beats_of(np.cumsum(steps)))
    assert found.valid.mean() > 0.97


def test_poor_beats_are_not_used() -> None:
    times = np.arange(0, 100, 0.8)
    quality = np.where((times > 40) & (times < 80), 0.2, 1.0)
    rows = rows_of(beats_of(times, quality))
    assert prv.heart_rate(rows, 60.0) == prv.Value(None, 0.0, prv.FEW)
    assert prv.rmssd(rows, 85.0).reason == prv.FEW


def test_forgetting_changes_nothing_that_is_still_to_come() -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(0.8 + 0.05 * rng.standard_normal(400))
    quality = rng.uniform(0.35, 1, 400)
    whole, forgetful = prv.IntervalLog(), prv.IntervalLog()
    for at, good in zip(times.tolist(), quality.tolist(), strict=True):
        for log in (whole, forgetful):
            log.add(at, at, good)
            log.judge()
        forgetful.forget(at - 62.0)
        assert prv.rmssd((whole.ends_s, whole.ibi_s, whole.valid), at) == prv.rmssd(
            (forgetful.ends_s, forgetful.ibi_s, forgetful.valid), at
        )
    assert len(forgetful.ibi_s) < 150
