"""Beats against the beats before them, and when they were, between samples."""

import numpy as np
import pytest

from hub.signals.cut import AFTER_S, BEFORE_S, POINTS, Cut
from hub.signals.likeness import ShapeMemory
from hub.signals.polarity import Pulse
from hub.signals.shift import AS_SEEN, MOST_SHIFT_S, SMOOTHED, Fit, trembling
from tests.signals.made import one_beat

SURELY = Pulse(1.0, 1.0, 1.0)


def shape_of(late_s: float = 0.0):
    """The slope round a beat that comes this much later than it was looked for."""
    at = np.linspace(-BEFORE_S, AFTER_S, POINTS) - late_s
    slope = one_beat(at + 0.01) - one_beat(at - 0.01)
    slope -= slope.mean()
    return slope / np.linalg.norm(slope)


def beat(at: float, late_s: float = 0.0) -> Cut:
    return Cut(at, shape_of(late_s), 0.0, SURELY)


@pytest.mark.parametrize("first", [1, 3, 8])
def test_the_first_beats_are_enough_to_judge_the_next_by(first) -> None:
    """However few: a pulse that was seen once is known."""
    memory = ShapeMemory([beat(0.8 * k) for k in range(first)])
    assert memory.likeness(beat(9.0)) == pytest.approx(1.0)
    at, quality, alike = memory.judge(beat(9.0))
    assert (at, quality) == (pytest.approx(9.0, abs=1e-4), 1.0)
    assert alike == pytest.approx(1.0)
    assert memory.worth_keeping and memory.trusted and not memory.doubted_and_fast


def test_what_is_upside_down_is_not_alike() -> None:
    memory = ShapeMemory([beat(0.0)])
    turned = beat(0.8)._replace(shape=-shape_of())
    assert memory.likeness(turned) == pytest.approx(-1.0)
    assert memory.judge(turned)[1] == 0.0


@pytest.mark.parametrize("how", [AS_SEEN, SMOOTHED])
@pytest.mark.parametrize("late_s", [-0.012, -0.005, 0.005, 0.012])
def test_a_beat_that_is_later_than_it_looks_is_found_later(late_s, how) -> None:
    """By most of it; the sampling of the shape is three times as coarse."""
    fit = Fit(np.zeros((Fit.ROWS, POINTS)))
    fit.suit(how, POINTS - 2)
    fit.learn(shape_of())
    found = fit.shift_s(*(fit.rows @ shape_of(late_s))[1:3])
    assert 0.4 < found / late_s < 1.1


@pytest.mark.parametrize(
    ("how", "far_s", "hardly_s"), [(AS_SEEN, 0.05, 0.07), (SMOOTHED, 0.07, 0.12)]
)
def test_a_beat_far_from_where_it_looks_is_moved_as_far_as_it_may_be(how, far_s, hardly_s) -> None:
    """And not at all where it is so far that it is hardly the same; a tremor moves it further."""
    fit = Fit(np.zeros((Fit.ROWS, POINTS)))
    fit.suit(how, POINTS - 2)
    fit.learn(shape_of())
    moved = [fit.shift_s(*(fit.rows @ shape_of(late_s))[1:3]) for late_s in (far_s, hardly_s)]
    assert moved == [MOST_SHIFT_S, 0.0]


def test_beats_that_differ_by_what_is_fast_are_of_a_hand_that_trembles() -> None:
    """And not those that differ by what is slow, however late or low some of them are."""
    rng = np.random.default_rng(0)
    to_and_fro = 0.1 * np.cos(np.pi * np.arange(POINTS))
    fast = shape_of() + rng.standard_normal((8, 1)) * to_and_fro
    slow = 0.03 * rng.standard_normal((8, POINTS)).cumsum(axis=1)
    late = [low * shape_of(late_s) for low, late_s in rng.random((8, 2)) * (1.0, 0.04)]
    assert trembling(fast, fast.mean(axis=0))
    assert not trembling(late + slow, (late + slow).mean(axis=0))
