"""Simulated studies: what is planted is found with its sign and size, what is not there is not."""

import json
from argparse import Namespace
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hub.analysis.contrasts import (
    StudySession,
    estimates,
    over_sessions,
    phase_levels,
)
from hub.analysis.questions import CONTRASTS, PHASED
from hub.analysis.speech import EDGES, comparable, without_speech
from hub.cli import main
from hub.simulate.study.otherwise import without_effect
from hub.simulate.study.power import margin, power, text
from hub.simulate.study.scenario import MEASURES, SCENARIOS
from hub.simulate.study.session import NAMES, QUIET, simulate
from hub.simulate.study.taps import Taps, later, tapped
from hub.simulate.study.trials import PLANTED, study, trials, truth, unit

HR = MEASURES["hr"]
SESSIONS, STUDIES = 12, 40
EARLY = NAMES.index("discussion-early")


@pytest.fixture(scope="module")
def planted():
    return trials(SCENARIOS["planted"], "hr", SESSIONS, STUDIES)


def test_what_is_planted_comes_out_with_its_sign_and_size(planted):
    """The mean over the studies within a quarter of the truth: three standard errors or more."""
    for found in planted.values():
        if found.truth is not None:
            assert found.mean == pytest.approx(found.truth, abs=0.25 * abs(found.truth) + 0.1)
    assert planted["following"].mean > 0.15
    assert planted["following"].significant > 0.9
    assert planted["presentation"].significant > 0.4
    assert planted["intervention"].significant > 0.9


def test_the_intervals_hold_the_truth_as_often_as_they_say(planted):
    """19 of 20; of 40, 33 or fewer come about once in 300 times."""
    for found in planted.values():
        assert found.covered is None or found.covered > 33 / STUDIES


@pytest.mark.parametrize("scenario", ["nothing", "speech and trend"])
def test_of_what_is_not_there_one_in_twenty_is_found(scenario):
    """Speech moves the presenter's heart, time moves all: neither is an effect. Over all
    contrasts: 5 % and three standard errors of it."""
    found = trials(SCENARIOS[scenario], "hr", SESSIONS, STUDIES, seed=2)
    most = 0.05 + 3 * (0.05 * 0.95 / (STUDIES * len(CONTRASTS))) ** 0.5
    assert np.mean([one.significant for one in found.values()]) <= most
    assert np.mean([one.corrected for one in found.values()]) <= 0.03


def test_speech_alone_would_fool_who_does_not_take_it_out():
    """The confound is there: the presenter's plain means differ, far beyond chance."""
    rng = np.random.default_rng(3)
    sessions = [simulate(SCENARIOS["speech alone"], HR, rng) for _ in range(SESSIONS)]
    plain = [_plain(one, "presentation") - _plain(one, "discussion-late") for one in sessions]
    t = np.mean(plain) / (np.std(plain, ddof=1) / SESSIONS**0.5)
    assert t > 3


def _plain(session, phase):
    return np.nanmean(session.y[session.presenter, session.phase == session.names.index(phase)])


@pytest.mark.parametrize(("felt_s", "taps"), [
    (8, Taps(late_s=10)), (60, Taps()), (8, Taps(missed=0.2)),
])
def test_speech_that_is_tapped_late_or_not_or_felt_for_long_passes_for_no_effect(felt_s, taps):
    """Were speech taken out from the tap on, for half a minute, and a turn that was not tapped
    taken for silence, each of these means would be off by more than six of its errors."""
    found = without_effect("hr", felt_s, taps, 150)
    for name in ("presentation", "role"):
        each = np.array([one[name] for one in found if np.isfinite(one[name])])
        assert len(each) > 0.9 * len(found)
        assert abs(each.mean()) < 3 * each.std() / len(each) ** 0.5, name


def test_turns_are_told_as_they_were_tapped():
    rng = np.random.default_rng(9)
    session = simulate(SCENARIOS["nothing"], HR, rng)
    late, missed, kept = (tapped(session, taps, rng).speaks
                          for taps in (Taps(late_s=10), Taps(missed=1.0), Taps(kept=1.0)))
    assert (late[:, 2:] == session.speaks[:, :-2] * ~QUIET[2:]).all()
    assert not missed.any() and not kept.any()
    half = tapped(session, Taps(missed=0.25, kept=0.25), rng)
    right = (half.speaks == session.speaks).all(axis=0)
    assert 0.4 < right.mean() < 0.7 and (half.speaks.sum(axis=0) <= 1).all()
    assert (half.known == (half.speaks.any(axis=0) | QUIET)).all()


def test_a_course_that_all_share_passes_for_no_effect():
    """However steep: it bends within phases, where what speaking does is learnt, and the
    presenter's turns are most in the presentation. It would add 1.5 to 2 a minute to `role`."""
    scenario = replace(SCENARIOS["speech alone"], missing=0.0)
    session = simulate(scenario, HR, np.random.default_rng(4))
    steps = np.arange(session.y.shape[1]) / session.y.shape[1]
    hill = 10.0 * np.exp(-(((steps - 0.45) / 0.12) ** 2))
    flat, bent = (estimates(replace(session, y=y)) for y in (session.y, session.y + hill))
    assert [bent[name] for name in PHASED] == pytest.approx([flat[name] for name in PHASED],
                                                            abs=0.01)


def test_what_the_discussions_beginning_does_to_all_is_no_following():
    """Each in their own measure. By members' likeness to the presenter alone it would be more than
    six errors."""
    rng = np.random.default_rng(8)
    found = []
    for _ in range(200):
        session = simulate(SCENARIOS["speech and trend"], HR, rng)
        steps = np.maximum(np.arange(len(session.phase)) - session.phase.searchsorted(EARLY), 0)
        course = np.where(session.phase >= EARLY, 6.0 * np.exp(-steps / 24), 0.0)
        loads = rng.uniform(0.5, 1.5, (len(session.y), 1))
        found.append(estimates(replace(session, y=session.y + loads * course))["following"])
    assert abs(np.mean(found)) < 3 * np.std(found) / len(found) ** 0.5


def test_speech_is_taken_out_by_ordinary_least_squares():
    """numpy's own solution of the same regression, phases as dummies."""
    session = simulate(SCENARIOS["planted"], HR, np.random.default_rng(4))
    dummies = [session.phase == k for k in range(len(session.names))]
    x = np.array([*dummies, *_speech_of(session, 1)], float).T
    here = np.isfinite(session.y[1]) & session.known
    wanted = np.linalg.lstsq(x[here], session.y[1, here], rcond=None)[0][: len(dummies)]
    silent = without_speech(session.y, session.speaks, session.phase, known=session.known)
    levels = phase_levels(silent, session)
    assert levels[1] == pytest.approx(wanted, abs=1e-3)


def test_levels_are_those_of_ordinary_least_squares():
    """numpy's own solution of the same regression: a mean for each phase and what speaking does,
    both each person's own, and a step's course that all share."""
    session = simulate(replace(SCENARIOS["planted"], persons=4), HR, np.random.default_rng(4))
    persons, steps = session.y.shape
    phases = len(session.names)
    own = [np.column_stack([np.eye(phases)[session.phase], *_speech_of(session, k)])
           for k in range(persons)]
    shared = np.eye(steps)
    x = np.vstack([np.hstack([*[one if k == j else 0 * one for j in range(persons)], shared])
                   for k, one in enumerate(own)])
    y = np.where(session.known, session.y, np.nan).ravel()
    found = np.linalg.lstsq(x[np.isfinite(y)], y[np.isfinite(y)], rcond=None)[0]
    answers = found[: persons * own[0].shape[1]].reshape(persons, -1)[:, phases:]
    plain = session.y - np.array([own[k][:, phases:] @ answers[k] for k in range(persons)])
    silent = comparable(session.y, session.speaks, session.phase, session.known)
    assert phase_levels(silent, session) == pytest.approx(phase_levels(plain, session), abs=1e-2)


def test_of_one_person_alone_speech_is_taken_out_as_well():
    session = simulate(SCENARIOS["speech alone"], HR, np.random.default_rng(4))
    most = int(session.speaks.sum(axis=1).argmax())
    y, speaks = session.y[most : most + 1], session.speaks[most : most + 1]
    alone = comparable(y, speaks, session.phase, session.known)
    assert np.array_equal(alone, without_speech(y, speaks, session.phase, known=session.known),
                          equal_nan=True)
    assert np.nanmax(np.abs(alone - y)) > 1.0


def _speech_of(session, person):
    """What each window of that person's speaking holds, step by step."""
    return [np.mean([later(session.speaks, k)[person] for k in range(*window)], axis=0)
            for window in pairwise(EDGES)]


def test_weights_compare_and_do_not_add():
    for name, weights in PHASED.items():
        assert sum(weights.values()) == pytest.approx(0), name
    assert set(PHASED) < set(CONTRASTS)


def test_a_session_without_a_phase_has_no_such_contrast():
    whole = simulate(SCENARIOS["nothing"], HR, np.random.default_rng(5))
    keep = whole.phase != whole.names.index("integration")
    part = StudySession(whole.y[:, keep], whole.speaks[:, keep], whole.phase[keep], whole.names,
                        0, whole.marks[:0], whole.known[keep])
    found = estimates(part)
    assert np.isnan(found["return"]) and np.isnan(found["intervention"])
    assert np.isfinite(found["push-back"])


def test_too_few_sessions_are_not_tested():
    found = estimates(simulate(SCENARIOS["nothing"], HR, np.random.default_rng(6)))
    assert all(one.p is None and one.n == 2 for one in over_sessions([found, found]))


def test_more_sessions_find_more(capsys):
    asked = ["--sessions", "4,24", "--studies", "20", "--contrast", "push-back", "--json"]
    assert main(["power", "--effect", "1", *asked]) == 0
    out, progress = capsys.readouterr()
    said = json.loads(out)
    assert [line for line in progress.splitlines() if "study 1 of 20" in line] == [
        f"Simulating study 1 of 20 with {n} sessions each" for n in (4, 24)]
    assert said["power"]["4"] < said["power"]["24"] and said["enough"] in (None, 24)


def test_the_more_people_differ_in_what_a_phase_does_to_them_the_fewer_studies_find_it():
    """Nothing is found falsely for it, and the size is right; what a study can see is less."""
    alike, differing = (power(1.0, [12], "push-back", "hr", studies=40, own=own)[12]
                        for own in (0.0, 1.0))
    assert differing < alike - 0.2
    null = trials(replace(SCENARIOS["nothing"], own=1.0), "hr", 12, 60)
    assert np.mean([one.significant for one in null.values()]) < 0.09


def test_in_a_closed_group_each_presenter_counts_once_and_hides_behind_what_is_each_one_s_own():
    """What a phase does to each is in every session, once as the presenter's and else as a
    member's: it moves no mean, and makes every interval wide."""
    group = replace(SCENARIOS["planted"], own=20.0, groups=1)
    found = next(one for one in study(group, HR, 16, seed=1) if one.name == "push-back")
    assert found.n == group.persons
    assert found.mean == pytest.approx(truth("push-back", group, HR), abs=1.5)
    assert found.high - found.low > 10 * HR.sd


def test_a_presenter_of_whom_one_case_has_no_figure_counts_by_the_others():
    """As `stillpoint study` counts; in the 4th of these sessions no intervention has a figure."""
    group = replace(SCENARIOS["planted"], groups=1, persons=3)
    found = next(one for one in study(group, HR, 6, seed=7) if one.name == "intervention")
    assert found.n == 3


def test_of_several_closed_groups_each_has_presenters_of_its_own():
    """Three groups of three people: of eleven sessions two have somebody who presented before."""
    groups = replace(SCENARIOS["planted"], groups=3, persons=3)
    assert study(groups, HR, 7, seed=1)[0].n == 7
    assert study(groups, HR, 11, seed=1)[0].n == 9


def test_whom_a_study_has_is_said_and_how_else_it_may_be():
    assert "other people and another presenter" in text(_asked(), {10: 0.5})
    assert "--closed" in text(_asked(), {10: 0.5})
    closed = text(_asked(closed=1), {10: 0.5})
    assert "One closed group" in closed and "more groups do" in closed
    five = text(_asked(closed=5), {10: 0.5})
    assert "5 closed groups share the sessions" in five and "try more" in five
    assert "more groups do" in text(_asked(closed=5), {10: 0.5, 40: 0.5})


def test_that_turns_not_ended_pass_for_an_effect_is_said_of_the_contrasts_that_speech_touches():
    said = {name for name in CONTRASTS if "not ended" in text(_asked(contrast=name), {10: 0.5})}
    assert said == {"presentation", "questions", "return", "role"}


def test_only_who_asks_for_following_has_members_who_follow(monkeypatch):
    """It takes fluctuation out of presenter less members: other contrasts would be found more."""
    asked = {}

    def fake(scenario, measure, n, studies, say):
        asked[len(asked)] = scenario.follows
        return trials(scenario, measure, 3, 1)

    monkeypatch.setattr("hub.simulate.study.trials.trials", fake)
    for contrast in ("push-back", "following"):
        power(0.5, [3], contrast, "hr")
    assert list(asked.values()) == [False, True]


def test_unless_told_otherwise_it_asks_of_the_contrast_to_rely_on_and_says_every_default(capsys):
    assert main(["power", "--sessions", "3", "--studies", "1", "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)
    assert asked["contrast"] == "push-back"
    with pytest.raises(SystemExit):
        main(["power", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for name in ("effect", "contrast", "measure", "persons", "own"):
        about = said.rpartition(f" --{name} ")[2].partition(" --")[0]
        assert f"(default: {asked[name]}" in about, name


@pytest.mark.parametrize("asked", [["--sessions", "2"], ["--sessions", "a"], ["--effect", "-1"],
                                   ["--own", "-1"],
                                   ["--persons", "2"], ["--contrast", "mood"],
                                   ["--studies", "0"], ["--studies", "-3"]])
def test_a_wrong_question_is_refused(asked, capsys):
    with pytest.raises(SystemExit):
        main(["power", *asked])
    assert asked[0] in capsys.readouterr().err


def test_nothing_is_bridged():
    session = simulate(SCENARIOS["planted"], HR, np.random.default_rng(7))
    gone = np.isnan(session.y).mean()
    assert gone == pytest.approx(SCENARIOS["planted"].missing, abs=0.02)


@pytest.mark.parametrize("contrast", PLANTED)
def test_an_effect_is_that_of_the_contrast_asked_for(contrast):
    """Without what varies between sessions, the contrast is of the size that is asked."""
    scenario = replace(SCENARIOS["planted"], effect=0.5 / unit(contrast))
    assert abs(truth(contrast, scenario, HR)) == pytest.approx(0.5 * HR.sd)


def test_power_plants_that_size(monkeypatch):
    asked = []

    def fake(scenario, measure, n, studies, say):
        asked.append(abs(truth("return", scenario, MEASURES[measure])))
        return trials(scenario, measure, 3, 1)

    monkeypatch.setattr("hub.simulate.study.trials.trials", fake)
    power(0.5, [3], "return", "hr")
    assert asked == [pytest.approx(1.5)]


@pytest.mark.parametrize(("measure", "size"), [("hr", "(1.5 1/min)"), ("ln_scl", "(0.04 ln uS)"),
                                               ("ln_rmssd", "(0.1 ln ms)")])
def test_power_says_what_is_planted_in_the_measures_unit(measure, size):
    assert size in text(_asked(measure=measure), {10: 0.5})


@pytest.mark.parametrize(("effect", "alike"), [(0.5, "0.35"), (1.0, "0.56"), (2.0, "0.65")])
def test_power_says_of_following_what_is_planted(effect, alike):
    """Effects differ between sessions, and none makes people more alike than wholly."""
    said = text(_asked(effect, contrast="following"), {10: 0.5})
    assert f"a correlation of {alike} on the mean with" in said


@pytest.mark.parametrize(("found", "verdict"), [
    ({10: 0.5, 20: 0.95}, "With 20 sessions, four of five studies find it"),
    ({10: 0.5, 20: 0.82}, "Perhaps 20 sessions are enough for four of five studies to find it:"),
    ({10: 0.78, 20: 0.95}, "Perhaps 10 sessions are enough for four of five studies to find it, "
     "and 20 surely are:"),
    ({10: 0.5}, "None of these numbers finds it"),
])
def test_power_is_as_sure_as_its_simulation(found, verdict):
    assert verdict in text(_asked(), found)


def test_power_says_that_sessions_without_a_figure_come_on_top():
    """Kits fail, and the turns of a session are not tapped: here neither is so."""
    assert "Sessions without one come on top" in text(_asked(), {10: 0.5})
    assert "one in ten" in text(_asked(measure="scr_rate"), {10: 0.5})
    assert "one in ten" not in text(_asked(), {10: 0.5})


def test_power_prints_its_own_error():
    assert "50% +-7%" in text(_asked(), {10: 0.5})
    assert margin(1.0, 200) > 0


def test_power_of_nothing_is_what_is_falsely_found(capsys):
    assert "No effect is planted" in text(_asked(effect=0.0), {10: 0.9})
    assert main(["power", "--effect", "0", "--sessions", "3", "--studies", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["enough"] is None and said["margin"]["3"] > 0


def _asked(effect=0.5, contrast="push-back", measure="hr", closed=0):
    return Namespace(effect=effect, contrast=contrast, measure=measure, persons=8, studies=200,
                     own=0.5, closed=closed)
