"""Contrasts of one session with a plain truth: who is there and who speaks changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import detrend
from scipy.stats import pearsonr

from hub.analysis.contrasts import (
    AROUND_STEPS,
    StudySession,
    estimates,
    following,
    over_sessions,
    told_apart,
    unusable,
)
from hub.analysis.questions import CONTRASTS, PHASED

NAMES = ("baseline", "presentation", "questions", "discussion-early", "discussion-middle",
         "discussion-late", "integration")
LONG = 120
PHASE = np.repeat(np.arange(len(NAMES)), LONG)
PERSONS = 6
MIDDLE = LONG * NAMES.index("discussion-middle")
MARKS = MIDDLE + np.array([30, 80])
LATE = LONG * NAMES.index("questions") + 10  # somebody's kit joins here


def quiet_session(noise=0.001, seed=0):
    """Nobody changes: each at an own level, the last one 30 above the others."""
    rng = np.random.default_rng(seed)
    y = 70 + noise * rng.normal(size=(PERSONS, len(PHASE)))
    y[-1] += 30
    who = np.repeat(rng.integers(0, PERSONS, len(PHASE)), 6)[: len(PHASE)]
    speaks = (who == np.arange(PERSONS)[:, None]).astype(float)
    return StudySession(y, speaks, PHASE, NAMES, 0, MARKS, np.ones(len(PHASE), bool))


def missing(session, row, steps):
    y = session.y.copy()
    y[row, steps] = np.nan
    return replace(session, y=y)


@pytest.mark.parametrize("contrast", [*PHASED, "intervention"])
@pytest.mark.parametrize("from_step", [LATE, MARKS[0], MARKS[0] + 3])
def test_who_comes_late_changes_nothing_where_nobody_changes(contrast, from_step):
    late = missing(quiet_session(), -1, slice(0, from_step))
    assert estimates(late)[contrast] == pytest.approx(0, abs=0.01)


def test_a_member_without_one_phase_still_counts_in_the_others():
    """The last member alone rises, in the late discussion; without a baseline it still does."""
    session = quiet_session()
    session.y[-1, NAMES.index("discussion-late") == PHASE] += 5
    part = missing(session, -1, NAMES.index("baseline") == PHASE)
    assert estimates(part)["push-back"] == pytest.approx(-5 / (PERSONS - 1), abs=0.01)


def test_a_missing_step_costs_no_session_its_following():
    whole = quiet_session(noise=1.0)
    step = LONG * NAMES.index("discussion-early") + 50
    for row in (0, 3):
        found = estimates(missing(whole, row, step))["following"]
        assert found == pytest.approx(estimates(whole)["following"], abs=0.05)


def test_following_outlives_a_third_withheld():
    session = quiet_session(noise=1.0)
    session.y[np.random.default_rng(1).random(session.y.shape) < 0.3] = np.nan
    assert np.isfinite(estimates(session)["following"])


def test_following_is_not_moved_by_what_is_missing():
    """Nobody follows; 40 % of the early discussion is missing. Three standard errors."""
    found = []
    for seed in range(100):
        session = quiet_session(noise=1.0, seed=seed)
        gone = np.random.default_rng(seed + 1000).random(session.y.shape) < 0.4
        session.y[gone & (NAMES.index("discussion-early") == PHASE)] = np.nan
        found.append(estimates(session)["following"])
    assert abs(np.mean(found)) < 3 * np.std(found) / len(found) ** 0.5


def test_what_all_share_is_no_following():
    """All, the presenter among them, come down from the beginning of the discussion."""
    early = NAMES.index("discussion-early") == PHASE
    found = []
    for seed in range(100):
        session = quiet_session(noise=1.0, seed=seed)
        session.y[:, early] += 4 * np.exp(-np.arange(LONG) / 20)
        found.append(estimates(session)["following"])
    assert abs(np.mean(found)) < 3 * np.std(found) / len(found) ** 0.5


@pytest.mark.parametrize(("led", "sign"), [("by the presenter", 1), ("by another", -1)])
def test_following_is_running_with_the_presenter_more_than_with_one_another(led, sign):
    """In the early discussion, all members as the presenter, or as somebody outside the circle."""
    early = np.flatnonzero(NAMES.index("discussion-early") == PHASE)
    found = []
    for seed in range(20):
        session = quiet_session(noise=1.0, seed=seed)
        other = np.random.default_rng(seed + 1000).normal(size=len(early))
        session.y[1:, early] += session.y[0, early] if led == "by the presenter" else other
        found.append(sign * estimates(session)["following"])
    assert np.mean(found) > 3 * np.std(found) / len(found) ** 0.5


def test_following_is_as_scipy_has_it():
    """Of the presenter with each member, less members with one another; early less late."""
    session = quiet_session(noise=1.0)
    expected = []
    for part in ("early", "late"):
        y = detrend(session.y[:, NAMES.index(f"discussion-{part}") == PHASE])
        z = np.mean([[[fisher(a, b, lag) for b in y] for a in y] for lag in range(-2, 3)], axis=0)
        among = [z[i, j] for i in range(1, PERSONS) for j in range(1, PERSONS) if i != j]
        expected.append(z[0, 1:].mean() - np.mean(among))
    assert following(session.y, session) == pytest.approx(expected[0] - expected[1], abs=1e-9)


def fisher(a, b, lag):
    steps = len(a) - abs(lag)
    a, b = (a[:steps], b[-steps:]) if lag > 0 else (a[-steps:], b[:steps])
    return np.arctanh(np.clip(pearsonr(a, b).statistic, -0.999, 0.999))


def test_following_takes_two_members():
    session = quiet_session(noise=1.0)
    session.y[2:] = np.nan
    assert np.isnan(estimates(session)["following"])


def test_following_of_those_who_do_not_vary_is_not_known():
    session = quiet_session(noise=1.0)
    session.y[1:] = 70.0
    assert np.isnan(estimates(session)["following"])


def test_silence_after_the_leader_intervenes_is_no_answer():
    """All speak in turns but for a minute after each mark; speaking adds 5."""
    session = quiet_session()
    for mark in MARKS:
        session.speaks[:, mark : mark + AROUND_STEPS] = 0
    session.y[:] += 5 * session.speaks
    assert estimates(session)["intervention"] == pytest.approx(0, abs=0.01)


def test_what_the_phase_does_to_all_is_no_answer_to_the_leader():
    session = quiet_session()
    session.y[:] += 0.02 * np.arange(len(PHASE))  # 0.24 a minute, which a rise over one would be
    assert estimates(session)["intervention"] == pytest.approx(0, abs=0.1)


def test_an_answer_to_the_leader_has_its_size():
    session = quiet_session()
    for mark in MARKS:
        session.y[:, mark : mark + AROUND_STEPS] -= 2
    assert estimates(session)["intervention"] == pytest.approx(-2, abs=0.1)


def test_a_mark_beside_another_phase_is_not_compared_across_its_border():
    session = replace(quiet_session(), marks=np.array([MIDDLE + 3, len(PHASE) - 2]))
    session.y[:, MIDDLE:] += 4
    assert np.isnan(estimates(session)["intervention"])


@pytest.mark.parametrize(("silent", "reason"), [
    (slice(None), "no turns of the presenter recorded"),
    (slice(0, 1), "no turns of the presenter recorded"),
    (slice(1, None), "no turns of members recorded"),
])
def test_without_recorded_turns_there_is_a_reason_and_no_figure(silent, reason):
    session = quiet_session()
    session.speaks[silent] = 0
    assert unusable(session) == reason
    assert np.isnan([estimates(session)[name] for name in CONTRASTS]).all()


def test_a_session_with_turns_is_usable():
    assert unusable(quiet_session()) is None
    assert np.isfinite([*estimates(quiet_session()).values()]).all()


def test_a_member_without_a_valid_step_is_left_out():
    session = missing(quiet_session(noise=1.0), 3, slice(None))
    assert np.isfinite([*estimates(session).values()]).all()


def in_whole_phases(row, *names, session=None):
    """Somebody speaks all through these phases and never else, but for a tenth of a step."""
    session = session or quiet_session(noise=1.0)
    speaks = session.speaks.copy()
    speaks[row] = np.isin(PHASE, [NAMES.index(name) for name in names])
    speaks[row, np.flatnonzero(np.diff(speaks[row]) > 0) + 1] = 0.9
    return replace(session, speaks=speaks)


def test_where_the_presenters_turns_are_phases_only_what_needs_no_telling_is_left():
    found = estimates(in_whole_phases(0, "presentation", "integration"))
    assert np.isnan([found[name] for name in ("presentation", "questions", "return", "role")]).all()
    assert abs(found["push-back"]) < 1 and abs(found["intervention"]) < 1
    assert np.isfinite(found["following"])


def test_a_member_whose_turn_is_a_phase_is_left_out_and_spoils_nobody():
    session = in_whole_phases(3, "discussion-late")
    told = told_apart(session)["push-back"]
    assert told.tolist() == [True, True, True, False, True, True]
    assert abs(estimates(session)["push-back"]) < 1
    assert told_apart(session)["role"].all()


def test_turns_that_are_exactly_phases_are_not_told_either():
    session = in_whole_phases(0, "presentation")
    speaks = np.ceil(session.speaks)
    assert not told_apart(replace(session, speaks=speaks))["role"][0]


def test_it_hangs_on_who_spoke_and_never_on_how_large_a_figure_is():
    session = quiet_session(noise=1.0)
    large = replace(session, y=session.y * 1000)
    for name, told in told_apart(session).items():
        assert told.all() and told_apart(large)[name].all()


def test_one_session_that_cannot_be_told_leaves_the_mean_of_the_others():
    others = [estimates(quiet_session(noise=1.0, seed=seed)) for seed in range(11)]
    odd = in_whole_phases(0, "presentation", "integration", session=quiet_session(1.0, seed=99))
    for alone, both in zip(over_sessions(others), over_sessions([*others, estimates(odd)]),
                           strict=True):
        if alone.name in ("presentation", "questions", "return", "role"):
            assert both == alone
