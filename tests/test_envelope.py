"""hub.clock.envelope against an oracle we did not write: scipy's linear programming."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from hub.arrays import Floats
from hub.clock.envelope import ABOVE, BELOW, STRAYS, Envelope, Rule, fit
from hub.clock.polygon import carve, clip, middle, room

RULE = Rule(slopes=(-200.0, 200.0), bend=0.01, window=100.0, reach=1000.0, step=500.0)
SLOPES = RULE.slopes
SLACK = 10.0

spots = st.floats(-50, 50).map(lambda x: round(x, 3))
waits = st.floats(0, 5000).map(lambda y: round(y, 3))
sides = st.sampled_from((ABOVE, BELOW))


def oracle(bounds: Floats, x: float, sign: float) -> float | None:
    """The highest (sign 1) or lowest (-1) value at x of a line that keeps the bounds."""
    at, y, side = bounds.T
    found = linprog(
        [-sign * x, -sign], A_ub=np.column_stack((side * at, side)), b_ub=side * y + SLACK,
        bounds=[SLOPES, (None, None)], method="highs",
    )
    return sign * -found.fun if found.status == 0 else None


@st.composite
def feasible(draw: st.DrawFn) -> Floats:
    """Bounds that some line keeps, at least one a side."""
    slope, offset = draw(st.floats(-199, 199)), draw(st.floats(-1e4, 1e4))
    rows = draw(st.lists(st.tuples(spots, waits, sides), min_size=1, max_size=30))
    rows += [(draw(spots), draw(waits), ABOVE), (draw(spots), draw(waits), BELOW)]
    return np.array([(x, offset + slope * x + side * wait, side) for x, wait, side in rows])


@settings(max_examples=150)
@given(feasible(), st.floats(-200, 200))
def test_the_corners_are_the_optima_of_linear_programming(bounds: Floats, x: float) -> None:
    ends = [a + s * x for s, a in carve(bounds, SLOPES, SLACK)]
    assert max(ends) == pytest.approx(oracle(bounds, x, 1.0), abs=0.02)
    assert min(ends) == pytest.approx(oracle(bounds, x, -1.0), abs=0.02)


@settings(max_examples=100)
@given(st.lists(st.tuples(spots, st.floats(-3000, 3000), sides), min_size=1, max_size=12))
def test_nothing_is_left_exactly_where_there_is_no_solution(rows: list[tuple[float, ...]]) -> None:
    bounds = np.array(rows)
    assume({ABOVE, BELOW} <= set(bounds[:, 2]))
    tighter, looser = bounds.copy(), bounds.copy()
    tighter[:, 1] -= bounds[:, 2] * 0.1
    looser[:, 1] += bounds[:, 2] * 0.1
    assume((oracle(tighter, 0.0, 1.0) is None) == (oracle(looser, 0.0, 1.0) is None))
    assert bool(carve(bounds, SLOPES, SLACK)) == (oracle(bounds, 0.0, 1.0) is not None)


@settings(max_examples=150)
@given(feasible())
def test_no_line_is_above_an_upper_or_below_a_lower_bound(bounds: Floats) -> None:
    x, y, side = bounds.T
    corners = carve(bounds, SLOPES, SLACK)
    for slope, offset in [*corners, middle(corners)]:
        assert SLOPES[0] - 1e-6 <= slope <= SLOPES[1] + 1e-6
        assert np.all(side * (y - offset - slope * x) >= -SLACK - 1e-3)


@settings(max_examples=60)
@given(feasible())
def test_one_at_a_time_is_the_same_as_all_at_once(bounds: Floats) -> None:
    bounds = bounds[np.argsort(bounds[:, 0])]
    envelope = Envelope(RULE)
    for row in bounds.tolist():
        envelope.add(*row)
    line, whole = envelope.line, fit(bounds, RULE)
    assert line is not None
    for x in (-80.0, 0.0, 50.0):
        assert line.at(x) == pytest.approx(whole.at(x), abs=1.0)
        assert line.error(x) == pytest.approx(whole.error(x), abs=1.0)
        assert line.errors(np.array([x]))[0] == pytest.approx(line.error(x), abs=1e-6)


@settings(max_examples=100)
@given(feasible(), st.floats(-199, 199), st.floats(-100, 100))
def test_the_claim_covers_every_line_that_could_be_true(
    bounds: Floats, slope: float, x: float
) -> None:
    line = fit(bounds, RULE)
    at, y, side = bounds.T
    offset = min(y[side == ABOVE] - slope * at[side == ABOVE])
    assume(np.all(side * (y - offset - slope * at) >= 0))
    assert abs(line.at(x) - (offset + slope * x)) <= line.error(x) + 1e-3


@pytest.mark.parametrize(
    ("corners", "centre"),
    [
        ([(0, 0), (2, 0), (2, 4), (0, 4)], (1, 2)),
        ([(0, 0), (3, 0), (0, 3)], (1, 1)),
        ([(1, 1), (3, 1)], (2, 1)),
        ([(5, 7)], (5, 7)),
    ],
)
def test_the_middle_is_the_centroid(
    corners: list[tuple[float, float]], centre: tuple[float, float]
) -> None:
    assert middle(corners) == pytest.approx(centre)


def test_a_bound_that_cuts_nothing_changes_nothing() -> None:
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    assert min(room(square, 0.0, 5.0, ABOVE)) >= 0
    assert clip(square, room(square, 0.0, 0.5, ABOVE)) == [(0, 0.5), (0, 0), (1, 0), (1, 0.5)]
    assert clip(square, room(square, 0.0, -1.0, ABOVE)) == []


def both(envelope: Envelope, x: float, y: float, wait: float = 100.0) -> None:
    envelope.add(x, y + wait, ABOVE)
    envelope.add(x, y - wait, BELOW)


def test_none_until_both_sides_have_spoken() -> None:
    envelope = Envelope(RULE)
    for x in range(10):
        envelope.add(float(x), 0.0, ABOVE)
    assert envelope.line is None
    envelope.add(5.0, -50.0, BELOW)
    assert envelope.line is not None


def test_a_curve_that_bends_too_much_widens_the_claim_and_is_covered() -> None:
    envelope = Envelope(RULE)
    for x in np.arange(0, 100, 0.5):
        both(envelope, float(x), 0.05 * float(x) ** 2, 20.0)
    line = envelope.line
    assert line is not None and line.slack > 2 * RULE.slack(0.0)
    for x in (0.0, 50.0, 99.0):
        assert abs(line.at(x) - 0.05 * x * x) <= line.error(x)


def test_a_stray_is_passed_over_and_a_step_begins_anew() -> None:
    envelope = Envelope(RULE)
    for x in range(60):
        both(envelope, float(x), 0.0)
    envelope.add(60.0, -5000.0, ABOVE)
    line = envelope.line
    assert line is not None and abs(line.at(60.0)) <= 100 and not envelope.began
    for x in range(61, 61 + STRAYS):
        both(envelope, float(x), -5000.0)
    line = envelope.line
    assert line is not None and len(envelope.began) == 1
    assert abs(line.at(float(60 + STRAYS)) + 5000) <= line.error(float(60 + STRAYS))


@pytest.mark.parametrize("step", [0, 400, 1000, -3000])
@pytest.mark.parametrize("bend", [0.0, 0.5 * RULE.bend, RULE.bend])
@pytest.mark.parametrize("seed", range(5))
def test_many_at_once_have_the_strays_and_the_steps_of_one_at_a_time(
    seed: int, step: float, bend: float
) -> None:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 900, 600)).round(3)
    x += np.where(x > rng.uniform(0, 900), rng.choice([0, 200, 2000]), 0)  # a silence
    side = rng.choice([ABOVE, BELOW], 600)
    y = bend * x * x / 2 + side * rng.exponential(100, 600)
    y += np.where(x > rng.uniform(0, 900), step, 0) - side * (rng.random(600) < 0.01) * 2000
    bounds = list(zip(x.tolist(), y.tolist(), side.tolist(), strict=True))
    each, many = Envelope(RULE), Envelope(RULE)
    each.add_all(bounds)
    many.add_many(bounds[:50])
    many.add_many(bounds[50:])
    assert many.began == each.began
    assert many.strays() == each.strays()


def test_many_that_agree_are_not_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = Envelope(RULE)
    both(envelope, 0.0, 0.0)
    monkeypatch.setattr(Envelope, "add", None)
    envelope.add_many([(float(x), side * 100.0, side) for x in range(999) for side in (1.0, -1.0)])
    line = envelope.line
    assert line is not None and line.until == 998 and abs(line.at(998.0)) < 100


def test_the_memory_is_bounded_and_silence_does_not_age() -> None:
    envelope = Envelope(RULE)
    for x in np.arange(0, 300, 0.01):
        envelope.add(float(x), 100.0, ABOVE)
        envelope.add(float(x), -100.0, BELOW)
    assert len(envelope._bounds) + len(envelope._new) < 10_000
    both(envelope, 900.0, 0.0)
    line = envelope.line
    assert line is not None and line.since < 300
    both(envelope, 2000.0, 0.0)
    line = envelope.line
    assert line is not None and line.since == 2000
