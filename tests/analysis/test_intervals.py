"""Interbeat intervals of a whole session: those of the truth, at their times."""

import numpy as np
import pytest

from hub.analysis.intervals import IntervalRow, _of_seat
from hub.analysis.session import SeatSamples
from tests.rows import NS, OPEN_NS, pulse

HZ = 101.7


def recorded(seconds, without=(0, 0)):
    """A pulse of 66 a minute on a sensor that is not quite at 100 Hz; some seconds are missing."""
    at = np.arange(int(seconds * HZ))
    missing = (at / HZ >= without[0]) & (at / HZ < without[1])
    times = OPEN_NS + np.rint(at[~missing] / HZ * NS).astype(np.int64)
    return SeatSamples(times, pulse(at, HZ)[~missing].astype(float), missing[~missing])


def test_they_are_those_of_the_truth():
    rows = list(_of_seat(3, recorded(60)))
    assert len(rows) == pytest.approx(66, abs=4)
    assert all(isinstance(row, IntervalRow) and row.seat == 3 for row in rows)
    assert np.median([row.ibi_ms for row in rows]) == pytest.approx(60_000 / 66, abs=1.0)
    assert {row.kind for row in rows} == {"normal"}
    assert np.diff([row.end_ns for row in rows]).min() > 0.5 * NS


def test_none_reaches_over_what_is_missing():
    rows = list(_of_seat(1, recorded(90, (40, 44))))
    ends = np.array([row.end_ns - OPEN_NS for row in rows]) / NS
    assert not ((ends > 40) & (ends < 44)).any()
    assert max(row.ibi_ms for row in rows) < 1000


def test_after_a_long_pause_it_begins_anew_at_the_right_time():
    rows = list(_of_seat(1, recorded(160, (60, 100))))
    late = [row for row in rows if row.end_ns > OPEN_NS + 90 * NS]
    assert late and all(row.end_ns > OPEN_NS + 100 * NS for row in late)


def test_two_devices_of_one_name_on_a_seat_each_have_theirs():
    """The one that is heard last may end earlier."""
    two = recorded(60), recorded(50)
    columns = zip(*((one.time_ns, one.value, one.late) for one in two), strict=True)
    both = SeatSamples(*map(np.concatenate, columns))
    assert list(_of_seat(1, both)) == [row for one in two for row in _of_seat(1, one)]


@pytest.mark.parametrize("period_ns", [0, 10_000, NS])
def test_whose_samples_lie_too_close_or_too_far_apart_for_a_pulse_has_none(period_ns):
    times = OPEN_NS + period_ns * np.arange(500)
    times[250:] += 20 * NS
    assert list(_of_seat(1, SeatSamples(times, np.zeros(500), np.zeros(500, bool)))) == []


def test_nobody_has_none():
    none = np.empty(0, np.int64)
    assert list(_of_seat(1, SeatSamples(none, none.astype(float), none.astype(bool)))) == []
