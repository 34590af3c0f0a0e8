"""The pipe's records, and the kit's clocks."""

import struct

import numpy as np
import pytest

from hub.simulate.bodies import Body, circle
from hub.simulate.feed import CRYSTAL, EDA, PPG, Clocks, Feed, press
from hub.simulate.scene import Scene

START_US = 5_000_000


@pytest.fixture
def feed():
    return Feed(Body(circle(1, 1)[0], 1), Clocks(101.7, 20_000, 7_200_000_000), START_US)


def rows(data):
    return [struct.unpack_from("<BBHiq", data, k) for k in range(0, len(data), 16)]


def test_samples_lie_on_the_sensor_s_own_clock(feed):
    end_us = START_US + 3_000_000
    data = b"".join(feed.until(t, [Scene(0)]) for t in range(START_US, end_us + 1, 250_000))
    times = np.array([r[4] for r in rows(data) if r[0] == PPG])
    assert times[0] == START_US
    assert len(times) == 1 + int(3 * 101.7)
    assert times == pytest.approx(START_US + np.arange(len(times)) * 1e6 / 101.7, abs=0.51)
    skin = [r[4] for r in rows(data) if r[0] == EDA]
    assert np.diff(skin).tolist() == [50_000] * (len(skin) - 1)


def test_the_truth_is_what_went_down_the_pipe(feed):
    data = feed.until(START_US + 1_000_000, [Scene(0)])
    sent = [(r[4], r[3]) for r in rows(data) if r[0] == PPG]
    kept = zip(np.concatenate(feed.samples.times_us), np.concatenate(feed.samples.values),
               strict=True)
    assert sent == [(int(t), int(v)) for t, v in kept]


def test_asking_twice_for_the_same_moment_gives_nothing(feed):
    feed.until(START_US + 1_000_000, [Scene(0)])
    assert feed.until(START_US + 1_000_000, [Scene(0)]) == b""


@pytest.mark.parametrize("ppb", [-50_000, 0, 50_000])
def test_a_tick_leads_back_to_its_moment_across_wraps(ppb):
    clocks = Clocks(100.0, ppb, 3 * 3_600_000_000)
    for mono_us in (10_000_000, 10**12 + 1, 3 * 10**12):
        low = clocks.tick_us(mono_us) & ((1 << 30) - 1)
        for near in (-1_000_000, 0, 1_000_000):
            assert clocks.mono_us(low, mono_us + near) == pytest.approx(mono_us, abs=1.5)


def test_the_crystal_is_the_first_record():
    assert rows(Clocks(100.0, -31_000, 77).record()) == [(CRYSTAL, 0, 0, -31_000, 77)]


def test_a_press_goes_down_and_up():
    assert [(r[1], r[3], r[4]) for r in rows(press(5, 1000))] == [(5, 1, 1000), (5, 0, 151_000)]
