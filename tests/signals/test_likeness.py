"""Beats against the beats before them, and when they were, between samples."""

import numpy as np
import pytest

from hub.signals.cut import AFTER_S, BEFORE_S, POINTS, Cut
from hub.signals.likeness import ShapeMemory
from hub.signals.polarity import Pulse
from hub.signals.shift import Fit
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
    at, quality = memory.judge(beat(9.0))
    assert (at, quality) == (pytest.approx(9.0, abs=1e-4), 1.0)
    assert memory.worth_keeping and memory.trusted and not memory.doubted_and_fast


def test_what_is_upside_down_is_not_alike() -> None:
    memory = ShapeMemory([beat(0.0)])
    turned = beat(0.8)._replace(shape=-shape_of())
    assert memory.likeness(turned) == pytest.approx(-1.0)
    assert memory.judge(turned)[1] == 0.0


@pytest.mark.parametrize("late_s", [-0.012, -0.005, 0.005, 0.012])
def test_a_beat_that_is_later_than_it_looks_is_found_later(late_s) -> None:
    """By most of it; the sampling of the shape is three times as coarse."""
    fit = Fit(np.zeros((Fit.ROWS, POINTS)))
    fit.learn(shape_of(), POINTS - 2)
    found = fit.shift_s(*(fit.rows @ shape_of(late_s))[1:3])
    assert 0.4 < found / late_s < 1.1
