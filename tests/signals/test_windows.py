"""Intervals by windows: the table says what a look at each window alone would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.signals import prv
from hub.signals.intervals import IntervalLog
from hub.signals.windows import asked, windows

LENGTHS = st.lists(st.floats(0.3, 2.0), min_size=1, max_size=400)
EVEN = st.lists(st.floats(0.78, 0.85), min_size=100, max_size=200)


def log_of(lengths, quality=1.0):
    log, at = IntervalLog(), 0.0
    log.add(at, at, quality)
    for length in lengths:
        at += length
        log.add(at, at, quality)
    log.judge()
    return log


def of_one(rows, at, length_s):
    known = sum(end <= at for end in rows.ends_s), ()
    return asked(rows, [known], np.array([at], float), length_s)


@settings(max_examples=60)
@given(LENGTHS, st.lists(st.integers(1, 500), min_size=1, max_size=5), st.sampled_from([6.0, 60.0]))
def test_each_row_is_its_window(lengths, seconds, length_s) -> None:
    """Held against a loop over all intervals."""
    intervals = log_of(lengths).rows
    ends, ibi, valid, _ = intervals
    rows = sorted(seconds)
    known = [(sum(end <= at for end in ends), ()) for at in rows]
    seen = windows([asked(intervals, known, np.array(rows, float), length_s)])
    for k, at in enumerate(rows):
        inside = [j for j, end in enumerate(ends) if at - length_s < end <= at]
        n = len(inside)
        assert seen.ends_s[k, :n].tolist() == [ends[j] for j in inside]
        assert seen.valid[k, :n].tolist() == [valid[j] for j in inside]
        assert not seen.valid[k, n:].any() and not seen.ibi_s[k, n:].any()
        expected = sum(ibi[j] for j in inside if valid[j])
        assert seen.covered_s()[k] == pytest.approx(expected)
        late = sum(ibi[j] for j in inside if valid[j] and ends[j] > at - 3.0)
        assert seen.covered_s(3.0)[k] == pytest.approx(late)


def test_an_interval_counts_as_it_was_judged_then_and_not_as_it_is_judged_now() -> None:
    """The first is long: that stands out only once others have come after it."""
    log, known, said = IntervalLog(), [], []
    log.add(0.0, 0.0, 1.0)
    for at in np.cumsum([1.2, *[0.8] * 12]).tolist():
        log.add(at, at, 1.0)
        log.judge()
        known.append(log.young)
        said.append(list(log.valid))
    seen = windows([asked(log.rows, known, np.array(log.ends_s), 60.0)])
    assert [row[: len(then)] for row, then in zip(seen.valid.tolist(), said, strict=True)] == said
    assert seen.valid[0, 0] and not seen.valid[-1, 0]


@settings(max_examples=60)
@given(LENGTHS, LENGTHS, LENGTHS)
def test_a_sum_is_the_same_to_the_last_bit_whatever_else_is_in_the_table(one, two, three) -> None:
    """Or live and replay would differ, since they look at other seconds together."""
    alone = [of_one(log_of(lengths).rows, sum(lengths), 120.0) for lengths in (one, two, three)]
    together = windows(alone)
    assert together.covered_s().tolist() == [windows([each]).covered_s()[0] for each in alone]
    assert windows(alone[::-1]).covered_s().tolist() == together.covered_s().tolist()[::-1]


@settings(max_examples=80)
@given(LENGTHS | EVEN, st.integers(1, 200))
def test_the_figure_of_a_table_is_that_of_the_one_window(lengths, at) -> None:
    """To the last bit: what is judged alone is what is shown."""
    rows, others = log_of(lengths).rows, log_of([0.8] * 300).rows
    table = windows([of_one(others, 200.0, prv.RMSSD_S), of_one(rows, at, prv.RMSSD_S)])
    assert prv.rmssd_of(table).values()[1] == prv.rmssd(rows, at)


@settings(max_examples=80)
@given(EVEN, st.integers(60, 80))
def test_rmssd_is_what_a_loop_over_the_intervals_gives(lengths, at) -> None:
    intervals = log_of(lengths).rows
    ends, ibi, valid, _ = intervals
    inside = [j for j, end in enumerate(ends) if at - 60 < end <= at]
    pairs = [(j, j + 1) for j in inside if j + 1 in inside and valid[j] and valid[j + 1]]
    squares = sorted((ibi[b] - ibi[a]) ** 2 for a, b in pairs)
    most = max(7.0**2 * squares[len(squares) // 2], 0.02**2)
    expected = 1000 * np.sqrt(np.mean([min(x, most) for x in squares]))
    assert prv.rmssd(intervals, at).value == pytest.approx(expected, abs=1e-10)
