"""The recordings of real pulses, from the installed package's files."""

import sys

import numpy as np
import pytest

from hub.simulate import recordings

SHORTEST_S = {"data.csv": 15, "data2.csv": 60, "data3.csv": 100}


@pytest.fixture(params=sorted(recordings.FILES))
def loop(request):
    return recordings.load(request.param)


def test_the_loop_is_long_and_scaled(loop):
    assert loop.length_s > SHORTEST_S[loop.name.removeprefix("heartpy ")]
    assert np.percentile(loop.values, 2) == pytest.approx(0, abs=0.05)
    assert np.percentile(loop.values, 98) == pytest.approx(1, abs=0.05)


def test_the_loop_has_no_seam(loop):
    steps = np.abs(np.diff(np.append(loop.values, loop.values[:2])))
    assert steps[-2:].max() <= np.percentile(steps, 99.9)


def test_any_rate_reads_the_same_curve(loop):
    at_s = np.arange(0, 20, 1 / 97.3)
    assert loop.at(at_s) == pytest.approx(loop.at(at_s + loop.length_s), abs=1e-6)
    assert loop.at(np.arange(5) / loop.rate_hz) == pytest.approx(loop.values[:5], abs=1e-9)


def test_real_people_have_plausible_rates(loop):
    rises = np.diff((loop.values > 0.55).astype(int)) == 1
    assert 45 < 60 * rises.sum() / loop.length_s < 140


def test_heartpy_is_never_imported(loop):
    assert "heartpy" not in sys.modules


def test_without_the_package_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setattr(recordings, "find_spec", lambda name: None)
    with pytest.raises(recordings.RecordingsMissing, match="make clean setup"):
        recordings.load("data.csv")
