"""The truth file comes back as it was written, and says what the kits were told."""

import time

import numpy as np
import pytest

from hub.signals.eda import to_us
from hub.simulate import truth
from hub.simulate.circle import Plan, build, clocks
from hub.simulate.kits import Place
from hub.simulate.scene import Scene
from hub.simulate.skin import response
from hub.simulate.world import mono_us


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Eight bodies that have lived six seconds; no kit was switched on."""
    folder = tmp_path_factory.mktemp("kits")
    world = build(Plan(8, 1), Place("demo", "circle", "127.0.0.1", 1), folder)
    for step in range(24):
        world.step(mono_us() + step * 250_000)
    return world


def test_it_comes_back_as_it_was(world, tmp_path):
    known = truth.of_world(world, "some-session")
    truth.write(tmp_path / "truth.npz", known)
    again = truth.read(tmp_path / "truth.npz")
    assert again.meta == known.meta
    for seat, was in known.seats.items():
        for name in truth.ARRAYS:
            a, b = getattr(was, name), getattr(again.seats[seat], name)
            assert (a is None and b is None) or (np.array_equal(a, b) and a.dtype == b.dtype)
        assert all(getattr(was, n) == getattr(again.seats[seat], n) for n in truth.PLAIN)
    assert [path.name for path in tmp_path.iterdir()] == ["truth.npz"]


def test_times_are_utc_and_beats_of_recordings_are_not_known(world):
    known = truth.of_world(world, "s")
    for seat in known.seats.values():
        assert abs(int(seat.ppg_time_ns[0]) - time.time_ns()) < 60e9
        assert (seat.beat_ns is None) == seat.source.startswith("recording")
        rate = 1e9 / np.diff(seat.ppg_time_ns).mean()
        assert rate == pytest.approx(seat.sensor_hz, rel=1e-4)
    assert sum(seat.beat_ns is None for seat in known.seats.values()) == 2
    assert [n for n, seat in known.seats.items() if not seat.responder] == [3]


def test_the_skin_can_be_told_from_its_level_and_its_responses(world):
    """What lay on the wires is the level and each response of its height, but for those that are
    too small to be counted."""
    for seat in truth.of_world(world, "s").seats.values():
        us = to_us(seat.eda_code, 62.5, 500_000, 100_000, 2_200)
        level = np.interp(seat.eda_time_ns, seat.level_ns, seat.level_us)
        after_s = (seat.eda_time_ns[:, None] - seat.scr_ns) * 1e-9
        counted = (response(after_s) * seat.scr_us).sum(axis=1)
        assert len(seat.scr_us) == len(seat.scr_ns) and (seat.scr_us >= 0.05).all()
        assert us == pytest.approx(level + counted, abs=0.06)
        assert len(seat.speaking) == len(seat.arousal) and set(seat.speaking) <= {0.0, 1.0}


def test_clocks_are_off_as_real_ones_and_one_is_exactly_100_hz():
    plan = Plan(8, 1)
    all_ = [clocks(seat, plan) for seat in range(1, 9)]
    assert all(97 <= c.sensor_hz <= 103 and abs(c.ppb) <= 50_000 for c in all_)
    assert all_[-1].sensor_hz == 100.0
    assert len({c.offset_us for c in all_}) == 8
    assert max(c.offset_us for c in all_) > 3_600_000_000


def test_nothing_of_the_truth_is_in_a_kit_s_config(world):
    for kit in world.kits:
        text = (kit.folder / "config.json").read_text()
        assert "hz" not in text and "ppb" not in text


def test_scenes_may_be_played_at_any_time(world):
    world.play(Scene(mono_us() * 1e-6, "presentation", 0.0, 60, 1, 1))
    world.step(mono_us() + 10_000_000)
    assert world.wearers[0].feed.body.trace.arousal
