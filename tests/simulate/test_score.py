"""The score finds exactly what was done to the samples."""

import numpy as np
import pytest

from hub.simulate.score import beats_f1, heart_rate_bpm, match, score
from hub.simulate.truth import ARRAYS, SeatTruth

HZ = 99.3
START_NS = 1_700_000_000_000_000_000


@pytest.fixture(scope="module")
def truth():
    rng = np.random.default_rng(1)
    n = 6000
    times = START_NS + np.rint(np.arange(n) * 1e9 / HZ).astype(np.int64)
    none = np.empty(0, dtype=np.int64)
    empty = dict.fromkeys(ARRAYS, none)
    pulse = {"ppg_time_ns": times, "ppg_value": 150_000 + rng.integers(-40, 40, n)}
    return SeatTruth(1, "kit-1", "model", HZ, 0, 0, True, **{**empty, **pulse})


def enrolled(truth, first=500, last=5500):
    return int(truth.ppg_time_ns[first]) - 30_000_000, int(truth.ppg_time_ns[last]) + 1


def test_what_is_right_scores_clean(truth):
    part = slice(500, 5501)
    times = truth.ppg_time_ns[part] + 400_000
    found = score(truth, times, truth.ppg_value[part].astype(float), enrolled(truth))
    assert (found.lost, found.duplicates, found.unplaced) == (0, 0, 0)
    assert found.expected == pytest.approx(5000, abs=1)
    assert found.stored == 5001
    assert found.error(50) == found.error(99) == pytest.approx(0.4)


def test_a_hole_is_lost_and_a_repeat_is_twice(truth):
    index = np.r_[500:2000, 2100:4000, 3950:5501]
    found = score(truth, truth.ppg_time_ns[index], truth.ppg_value[index].astype(float),
                  enrolled(truth))
    assert found.lost == 100
    assert found.duplicates == 50
    assert found.expected == pytest.approx(5000, abs=1)


def test_a_kit_that_begins_late_or_ends_early_has_lost(truth):
    index = np.r_[900:5000]
    found = score(truth, truth.ppg_time_ns[index], truth.ppg_value[index].astype(float),
                  enrolled(truth))
    assert found.lost == pytest.approx(900, abs=5)


def test_nothing_stored_is_all_lost(truth):
    found = score(truth, truth.ppg_time_ns[:0], truth.ppg_value[:0].astype(float), enrolled(truth))
    assert found.lost == pytest.approx(found.expected, abs=5)
    assert found.error(99) is None


def test_values_that_no_sensor_made_are_not_placed(truth):
    values = np.r_[truth.ppg_value[500:600], np.arange(50)]
    assert (match(truth.ppg_value, values) >= 0).sum() == 100


def test_beats_are_counted_once_each():
    beats = np.arange(10) * 800_000_000
    assert beats_f1(beats, beats + 100_000_000) == 1.0
    assert beats_f1(beats, beats + 200_000_000) == 0.0
    assert beats_f1(beats, beats[:5]) == pytest.approx(2 * 5 / 15)
    assert beats_f1(beats, []) == 0.0


def test_the_true_heart_rate():
    beats = np.arange(40) * 800_000_000
    assert heart_rate_bpm(beats, int(beats[-1])) == pytest.approx(75.0)
    assert heart_rate_bpm(beats[:2], int(beats[1])) is None
