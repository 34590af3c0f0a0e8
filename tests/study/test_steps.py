"""A case in steps: what counts, over which window, and who speaks in it."""

from dataclasses import replace

import numpy as np
import pytest

from hub.analysis.measures import MEASURED
from hub.analysis.seats import SeatSeconds
from hub.records import NS
from hub.signals.column import Column
from hub.signals.features import BY_NAME
from hub.simulate.study import scenario
from hub.study.cases import Case, Stretch
from hub.study.session import _unusable
from hub.study.steps import STEP_S, People, in_steps

BEGIN_S = 1_700_000_000
SECONDS = 200  # of the two stretches together
SILENT_S, TALK_S = 100, 100
HR, SCL, RATE = MEASURED["hr"], MEASURED["ln_scl"], MEASURED["scr_rate"]


def at(second):
    return (BEGIN_S + second) * NS


def rows(first=0, **features):
    """One person's seconds from `first` on; what is not given is 70 everywhere."""
    times = np.array([at(k) for k in range(first, SECONDS)])
    known = {"hr": 70.0, "scl": 70.0, "rmssd": 70.0, "scr_rate": 70.0, "non_responder": 0.0}
    columns = {name: np.broadcast_to(value, len(times)).astype(float)
               for name, value in (known | features).items()}
    return SeatSeconds(times, {n: Column(v, np.ones(len(v)), np.full(len(v), None, object))
                               for n, v in columns.items()}, np.full(len(times), "kit", object))


def people(turns=None, known_s=0, **seats):
    given = {int(name[1:]): one for name, one in seats.items()}
    return People(given or {1: rows(), 2: rows(), 3: rows()},
                  {seat: [(at(a), at(b)) for a, b in several]
                   for seat, several in (turns or {}).items()},
                  None if known_s is None else at(known_s))


def case(marks=()):
    stretches = (Stretch("baseline", at(0), at(SILENT_S), True),
                 Stretch("presentation", at(SILENT_S), at(SILENT_S + TALK_S), False))
    return Case(1, 1, (), stretches, tuple(at(mark) for mark in marks), True)


def test_the_measures_are_those_that_power_simulates_each_one_feature():
    assert set(MEASURED) == set(scenario.MEASURES)
    assert all(one.feature in BY_NAME for one in MEASURED.values())
    assert scenario.STEP_S == STEP_S


def test_of_a_seat_whose_kit_changed_only_what_the_one_of_the_case_recorded_counts():
    kit = np.repeat(np.array(["before", "own"], object), [130, SECONDS - 130])
    two = replace(rows(), kit=kit)
    there = people(s1=two, s2=rows(), s3=rows())
    had = there.kits_in(case())
    valid = np.isfinite(in_steps(there.with_first(had), case(), HR).y)
    assert had[1] == ["own", "before"], "at rest it was another"
    assert np.flatnonzero(valid[0]).tolist() == list(range(26, 40))
    assert valid[1].sum() == 36


def test_a_window_that_reaches_into_what_was_before_does_not_count():
    session = in_steps(people(), case(), HR)
    valid = np.isfinite(session.y[0]).reshape(2, -1)
    assert not valid[:, :2].any()  # 10 s
    assert valid[:, 2:].all()
    minute = np.isfinite(in_steps(people(), case(), RATE).y[0]).reshape(2, -1)
    assert not minute[:, :12].any() and minute[:, 12:].all()


def test_a_step_belongs_to_one_stretch():
    session = in_steps(people(), case(), HR)
    assert session.names == ("baseline", "presentation")
    assert session.phase.tolist() == [0] * (SILENT_S // STEP_S) + [1] * (TALK_S // STEP_S)


def test_figures_are_at_their_seconds_and_what_is_withheld_stays_so():
    course = np.arange(SECONDS, dtype=float)
    course[50:60] = np.nan
    y = in_steps(people(s1=rows(hr=course), s2=rows(), s3=rows()), case(), HR).y
    assert y[0, 4] == pytest.approx(np.mean([20, 21, 22, 23, 24]))
    assert np.isnan(y[0, [10, 11]]).all() and np.isfinite(y[0, [9, 12]]).all()
    assert np.isfinite(y[1, [10, 11]]).all()


def test_of_a_stretch_of_which_too_little_is_valid_nothing_counts():
    """As in the figures of a phase: a quarter for heart rate, four fifths for responses."""
    some = np.full(SECONDS, 70.0)
    some[110:125] = np.nan
    third = np.where(np.arange(SECONDS) < 160, np.nan, 70.0)
    they = people(s1=rows(hr=third, scr_rate=some), s2=rows(), s3=rows())
    heart, responses = (in_steps(they, case(), measured).y[0, 20:] for measured in (HR, RATE))
    assert np.isfinite(heart).sum() == 8  # 40 of 90 s
    third[165:] = np.nan
    heart = in_steps(people(s1=rows(hr=third), s2=rows(), s3=rows()), case(), HR).y[0, 20:]
    assert not np.isfinite(heart).any()
    assert np.isfinite(responses).any()  # what is withheld lies before the first window that fits
    some[160:170] = np.nan
    they = people(s1=rows(scr_rate=some), s2=rows(), s3=rows())
    assert not np.isfinite(in_steps(they, case(), RATE).y[0, 20:]).any()


def test_who_comes_late_is_not_there_before():
    y = in_steps(people(s1=rows(), s2=rows(first=60), s3=rows()), case(), HR).y
    assert np.isnan(y[1, :12]).all() and np.isfinite(y[1, 12:20]).all()


def test_a_measure_may_be_the_logarithm_of_its_feature():
    y = in_steps(people(s1=rows(scl=2.0), s2=rows(scl=0.0), s3=rows()), case(), SCL).y
    assert y[0, -1] == pytest.approx(np.log(2)) and np.isnan(y[1]).all()


def test_responses_of_who_never_responds_tell_nothing():
    mute = rows(scr_rate=0.0, non_responder=[np.nan] * 150 + [1.0] * 50)
    late = rows(scr_rate=0.0, non_responder=[1.0] * 150 + [0.0] * 50)
    y = in_steps(people(s1=mute, s2=late, s3=rows()), case(), RATE).y
    assert np.isnan(y[0]).all() and np.isfinite(y[1]).any()
    assert np.isfinite(in_steps(people(s1=mute, s2=late, s3=rows()), case(), HR).y[0]).any()


@pytest.mark.parametrize(("measured", "window_s"), [(HR, 10), (RATE, 60)])
def test_speaking_is_counted_over_the_window_of_the_figure(measured, window_s):
    """Seat 2 speaks for 20 s; a figure at the end of it has as much of it as fits its window."""
    speaks = in_steps(people({2: [(110, 130)]}), case(), measured).speaks
    assert speaks[0].max() == 0
    assert speaks[1, 26] == pytest.approx(min(20, window_s - 2) / window_s, abs=0.05)
    last = (130 + window_s) // STEP_S
    assert speaks[1, last - 1] > 0
    assert not speaks[1, last + 1 :].any()


@pytest.mark.parametrize(("spoke", "why"), [
    ({}, "no turns of the presenter recorded"),
    ({1: [(100, 110)]}, "no turns of members recorded"),
    ({1: [(100, 110)], 7: [(110, 120)], 9: [(130, 140)]}, "the only members who spoke (seats 7,"),
    ({1: [(100, 110)], 2: [(110, 120)], 9: [(130, 140)]}, None),
])
def test_whose_turns_are_missing_is_told_apart_from_who_has_no_signals(spoke, why):
    said = _unusable(case(), people(spoke), frozenset())
    assert said is why or said.startswith(why)


def test_overlong_turns_and_many_of_them_add_up_to_the_time_spoken():
    speaks = in_steps(people({1: [(100, 110), (120, 125), (140, 190)], 3: [(110, 120)]}), case(),
                      HR).speaks
    assert speaks.sum(axis=1) * STEP_S == pytest.approx([65, 0, 10], abs=0.6)


def test_before_it_is_recorded_who_speaks_only_silence_counts():
    session = in_steps(people(known_s=140), case(), HR)
    valid = np.isfinite(session.y[0]).reshape(2, -1)
    assert valid[0, 2:].all()  # nobody speaks in the quiet rest, whoever taps
    assert not valid[1, :10].any() and valid[1, 10:].all()
    never = np.isfinite(in_steps(people(known_s=None), case(), HR).y[0]).reshape(2, -1)
    assert never[0, 2:].all() and not never[1].any()


def test_an_intervention_is_at_its_step_and_one_outside_is_at_none():
    assert in_steps(people(), case([3, 120, 124, 400]), HR).marks.tolist() == [0, 24, 24]
