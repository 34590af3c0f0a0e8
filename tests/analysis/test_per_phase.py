"""Features of a phase, from seconds made by hand: a window is never shrunk, a hole never filled."""

import pytest

from hub.analysis.per_phase import features_per_phase
from hub.records import Phase, Second, Value
from hub.signals.after import AFTER
from hub.signals.features import BY_NAME, FEATURES
from tests.seconds import seats_of

NS = 1_000_000_000
START_S = 1000  # of the phase
HR, SCL, RMSSD = (BY_NAME[name] for name in ("hr", "scl", "rmssd"))


def seconds(since, until, value, seat=1, reason=None, quality=1.0):
    """Every whole second of [since, until], in which each feature has this value."""
    values = {f.name: Value(value, quality, reason) for f in FEATURES}
    return [Second(seat, s * NS, values) for s in range(since, until + 1)]


def phase(start_s=START_S, end_s=START_S + 100, name="case"):
    end_ns = None if end_s is None else round(end_s * NS)
    return Phase(name, {"en": name}, round(start_s * NS), end_ns, "script", "e1")


def found(rows, phases, name="hr", end_s=START_S + 500):
    told = features_per_phase(seats_of(rows), phases, end_s * NS)
    return [one for one in told if one.feature == name]


def test_only_windows_that_lie_inside_the_phase_count():
    window = int(HR.window_s)
    before = seconds(START_S - 50, START_S + window - 1, 999.0)  # they reach into the time before
    inside = seconds(START_S + window, START_S + 100, 60.0)
    after = seconds(START_S + 101, START_S + 150, 999.0)
    (one,) = found(before + inside + after, [phase()])
    assert (one.mean, one.coverage, one.reason) == (60.0, 1.0, None)
    assert one.seconds == len(inside) == 100 - window + 1


def test_a_phase_shorter_than_the_window_has_no_figure_however_good_the_signal():
    rows = seconds(START_S - 300, START_S + 300, 42.0)
    (one,) = found(rows, [phase(end_s=START_S + RMSSD.window_s - 1)], "rmssd")
    assert (one.mean, one.seconds, one.coverage) == (None, 0, 0.0)
    assert one.reason == "window of 60 s does not fit a phase of 59.0 s"
    (short,) = found(rows, [phase(end_s=START_S + RMSSD.window_s - 0.03)], "rmssd")
    assert short.reason == "window of 60 s does not fit a phase of 59.9 s"
    (fits,) = found(rows, [phase(end_s=START_S + RMSSD.window_s)], "rmssd")
    assert (fits.mean, fits.seconds) == (42.0, 1)


@pytest.mark.parametrize("name", ["sdnn", "hf"])
def test_a_figure_that_stands_for_five_seconds_may_be_of_a_window_that_ended_earlier(name):
    rows = seconds(START_S - 300, START_S + 123, 99.0) + seconds(START_S + 124, START_S + 300, 42.0)
    (short,) = found(rows, [phase(end_s=START_S + 123)], name)
    assert short.reason == "window of 124 s does not fit a phase of 123.0 s"
    (fits,) = found(rows, [phase(end_s=START_S + 130)], name)
    assert (fits.mean, fits.seconds) == (42.0, 7)


@pytest.mark.parametrize("offset_s", [0.001, 0.5, 0.999])
def test_a_phase_between_two_seconds_begins_with_the_next_whole_window(offset_s):
    rows = seconds(START_S, START_S + 200, 60.0)
    (one,) = found(rows, [phase(START_S + offset_s, START_S + 50 + offset_s)])
    assert one.seconds == 50 - HR.window_s
    assert one.coverage == 1.0


def test_what_is_withheld_lowers_the_coverage_and_is_not_in_the_mean():
    window = int(HR.window_s)
    good = seconds(START_S + window, START_S + 79, 60.0)
    bad = seconds(START_S + 80, START_S + 100, None, reason="motion")
    (one,) = found(good + bad, [phase()])
    assert one.mean == 60.0
    assert one.coverage == pytest.approx(len(good) / (100 - window + 1), abs=1e-4)


def test_seconds_that_are_missing_count_against_it_like_those_that_are_withheld():
    window = int(HR.window_s)
    (one,) = found(seconds(START_S + window, START_S + window + 8, 60.0), [phase()])
    assert one.mean is None
    assert (one.seconds, one.coverage) == (9, round(9 / (100 - window + 1), 4))
    assert one.reason == "only 10% of the phase is valid"


def test_the_reason_is_the_commonest_of_the_phase_and_no_other():
    before = seconds(START_S - 100, START_S - 1, None, reason="electrode off")
    inside = seconds(START_S, START_S + 60, None, reason="motion")
    inside += seconds(START_S + 61, START_S + 100, None, reason="no contact")
    after = seconds(START_S + 101, START_S + 300, None, reason="saturated")
    (one,) = found(before + inside + after, [phase()], "scl")
    assert (one.mean, one.coverage, one.reason) == (None, 0.0, "motion")
    (empty,) = found(before + after, [phase()], "scl")
    assert empty.reason == "no valid second"


@pytest.mark.parametrize("reason", ["no baseline", "non-responder"])
def test_a_figure_carries_what_qualifies_it_and_its_quality(reason):
    rows = seconds(START_S, START_S + 69, 5.0, reason=reason, quality=0.5)
    rows += seconds(START_S + 70, START_S + 100, 5.0)
    (one,) = found(rows, [phase()], "delta_hr")
    assert (one.mean, one.coverage, one.reason) == (5.0, 1.0, reason)
    assert one.quality == pytest.approx((60 * 0.5 + 31) / 91, abs=1e-4)


def test_a_note_on_less_than_a_tenth_of_the_seconds_is_left_out():
    rows = seconds(START_S, START_S + 91, 5.0)
    rows += seconds(START_S + 92, START_S + 100, 5.0, reason="odd")
    (one,) = found(rows, [phase()], "delta_hr")
    assert (one.mean, one.reason) == (5.0, None)
    rows[-10:-9] = seconds(START_S + 91, START_S + 91, 5.0, reason="odd")
    (one,) = found(rows, [phase()], "delta_hr")
    assert one.reason == "odd"


def test_why_seconds_are_withheld_is_no_note_on_the_others():
    rows = seconds(START_S, START_S + 79, 60.0)
    rows += seconds(START_S + 80, START_S + 100, None, reason="motion")
    (one,) = found(rows, [phase()])
    assert (one.mean, one.quality, one.reason) == (60.0, 1.0, None)


def test_a_figure_that_nobody_has_has_no_quality():
    (one,) = found(seconds(START_S, START_S + 100, None, reason="motion"), [phase()])
    assert (one.mean, one.quality) == (None, None)


def test_a_non_responder_is_one_in_a_short_phase_too():
    (one,) = found(seconds(START_S, START_S + 100, 1.0), [phase()], "non_responder")
    assert (one.mean, one.reason) == (1.0, None)


def test_what_only_the_whole_session_tells_is_there_for_a_phase():
    rows = seconds(START_S - 300, START_S - 1, 60.0) + seconds(START_S, START_S + 300, 80.0)
    (one,) = found(rows, [phase(end_s=START_S + 300)], "arousal_sympathetic_after")
    assert one.mean == pytest.approx(1.0, abs=0.01)  # half low, half high: a standard deviation
    assert one.unit == "z"


def test_a_phase_that_has_not_ended_ends_with_the_session():
    rows = seconds(START_S, START_S + 400, 60.0)
    (one,) = found(rows, [phase(end_s=None)], end_s=START_S + 100)
    assert one.seconds == 100 - HR.window_s + 1


def test_every_feature_of_every_seat_in_every_phase_also_when_one_comes_again():
    rows = seconds(START_S, START_S + 200, 60.0, seat=2) + seconds(START_S, START_S + 200, 70.0)
    phases = [phase(), phase(START_S + 100, START_S + 200)]
    told = features_per_phase(seats_of(rows), phases, 0)
    assert len(told) == 2 * 2 * len((*FEATURES, *AFTER))
    rates = [(one.start_ns // NS, one.seat, one.mean) for one in told if one.feature == "hr"]
    assert rates == [(1000, 1, 70.0), (1000, 2, 60.0), (1100, 1, 70.0), (1100, 2, 60.0)]
    assert {one.unit for one in told if one.feature == "scl"} == {SCL.unit}


def test_a_session_without_seconds_or_phases_has_no_rows():
    assert features_per_phase({}, [phase()], 0) == []
    assert features_per_phase(seats_of(seconds(0, 9, 1.0)), [], 0) == []
