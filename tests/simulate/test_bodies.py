"""Bodies: what comes out of them is what their truth says."""

import numpy as np
import pytest

from hub.simulate.bodies import Body, Person, circle, presenting
from hub.simulate.chance import BODY, HANDS, SCRIPT, stream
from hub.simulate.circle import Plan, clocks
from hub.simulate.pulse import FULL_SCALE, Finger, Heart
from hub.simulate.scene import Scene
from hub.simulate.skin import NON_RESPONDER, Skin, code

HZ = 100.0


def person(**other):
    return Person(**{"seat": 1, "heart": Heart(), "skin": Skin(), "finger": Finger(), **other})


def live(body, seconds, scenes, block=25):
    """Counts, conductances (20 Hz) of a body that lives so long."""
    counts, skin = [], []
    for start in range(0, round(seconds * HZ), block):
        at_s = (start + np.arange(block)) / HZ
        mood = body.mood(at_s, 1 / HZ, scenes)
        counts.append(body.pulse(at_s, 1 / HZ, mood))
        skin.append(body.skin_us(at_s[::5], 0.05, mood))
    return np.concatenate(counts), np.concatenate(skin)


@pytest.fixture(scope="module")
def rest():
    body = Body(person(heart=Heart(early_per_min=0)), seed=4)
    return body, *live(body, 120, [Scene(0, "baseline", 0, 120)])


def test_counts_are_whole_and_within_the_sensor(rest):
    _, counts, _ = rest
    assert counts.dtype == np.int64
    assert counts.min() > 0 and counts.max() < FULL_SCALE
    assert not (counts % 2).any()  # its converter has 17 of the 18 bits
    assert abs(np.median(counts) / FULL_SCALE - 0.6) < 0.02


def test_the_beat_is_where_counts_fall_fastest(rest):
    body, counts, _ = rest
    smooth = np.convolve(counts, np.ones(7) / 7, mode="same")
    falls = np.gradient(smooth)
    for beat in [b for b in body.heart.beats if 1 < b < 118]:
        k = round(beat * HZ)
        steepest = k - 20 + np.argmin(falls[k - 20 : k + 20])
        assert abs(steepest - k) <= 4


def test_a_resting_heart_beats_at_its_rate_and_sways_with_the_breath(rest):
    beats = np.array(rest[0].heart.beats)
    rate = 60 / np.diff(beats)
    assert 62 < rate.mean() < 75
    rmssd_ms = 1e3 * np.sqrt(np.mean(np.diff(np.diff(beats)) ** 2))
    assert 15 < rmssd_ms < 90


def test_blocks_of_any_size_join_without_a_seam():
    body = Body(person(heart=Heart(early_per_min=0), finger=Finger(noise_counts=0)), seed=4)
    counts, _ = live(body, 20, [Scene(0)], block=10)
    assert np.abs(np.diff(counts)).max() < 700


def test_a_premature_beat_is_followed_by_a_pause():
    body = Body(person(heart=Heart(early_per_min=12)), seed=1)
    live(body, 120, [Scene(0)])
    intervals = np.diff(body.heart.beats)
    early = np.flatnonzero(intervals[:-1] < 0.72 * np.median(intervals))
    assert len(early) >= 5
    assert (intervals[early + 1] > 1.2 * np.median(intervals)).all()


def test_the_presenter_is_high_while_presenting_and_falls_over_the_discussion():
    scenes = [
        Scene(0, "baseline", 0, 60),
        Scene(60, "presentation", 60, 60, presenter=1, speaker=1),
        Scene(120, "discussion", 120, 120, presenter=1, speaker=2),
    ]
    bodies = [Body(person(seat=seat), seed=2) for seat in (1, 2)]
    for body in bodies:
        live(body, 240, scenes)
    at = np.array(bodies[0].trace.arousal_s)
    presenter, member = (np.array(body.trace.arousal) for body in bodies)

    def mean(arousal, a, b):
        return arousal[(at > a) & (at <= b)].mean()

    assert mean(presenter, 90, 120) > 0.7 > 0.35 > mean(presenter, 30, 60)
    assert mean(presenter, 140, 160) - mean(presenter, 220, 240) > 0.2
    assert mean(member, 90, 120) < mean(presenter, 90, 120) - 0.25
    beats = np.array(bodies[0].heart.beats)
    rates = {a: 60 / np.diff(beats[(beats > a) & (beats < a + 30)]).mean() for a in (30, 90)}
    assert rates[90] > rates[30] + 12


def test_speech_moves_heart_and_skin():
    def spoken(speaker):
        body = Body(person(), seed=3)
        live(body, 240, [Scene(0, "discussion", 0, 1e6, speaker=speaker)])
        return body

    silent, speaking = spoken(None), spoken(1)
    assert len(speaking.heart.beats) > len(silent.heart.beats) * 1.05
    assert len(speaking.sweat.onsets) > len(silent.sweat.onsets)


def test_a_non_responder_has_no_counted_response():
    body = Body(person(skin=NON_RESPONDER), seed=3)
    _, skin = live(body, 120, [Scene(0, "presentation", 0, 60, presenter=1, speaker=1)])
    assert body.sweat.onsets == []
    assert np.ptp(skin) < 0.15


def test_the_skin_jumps_after_each_counted_onset():
    body = Body(person(skin=Skin(gain_us=0, rate_rest=2, rate_gain=0, size_us=1.0)), seed=5)
    _, skin = live(body, 180, [Scene(0)])
    for onset in [t for t in body.sweat.onsets if t < 175]:
        k = round(onset * 20)
        assert skin[k + 20] > skin[k] + 0.02


def test_the_code_is_the_circuit_s_equation_backwards():
    us = np.array([0.1, 1.0, 5.0, 20.0, 40.0])
    measured = code(us) * 62.5e-6 / (0.5 * 100_000)
    assert measured / (1 - measured * 2200) * 1e6 == pytest.approx(us, abs=0.001)
    assert code(np.array([500.0]))[0] == 32_767


def test_a_circle_has_a_non_responder_and_two_recordings():
    people = circle(8, seed=1)
    assert [p.seat for p in people if p.recording] == [2, 5]
    assert [p.seat for p in people if p.skin is NON_RESPONDER] == [3]
    assert len({p.heart.rest_bpm for p in people}) == 8


@pytest.mark.parametrize("seats", range(2, 41))
def test_whoever_presents_first_has_a_heart_that_answers(seats):
    people = circle(seats, seed=1)
    assert people[presenting(seats) - 1].recording is None
    assert sum(person.recording is not None for person in people) == min(2, seats - 1)


def test_what_differs_between_people_differs_on_its_own():
    """Of 800 people: no two traits go together, and no clock with its wearer's hands."""
    people = [(person, seed) for seed in range(100) for person in circle(8, seed)]
    traits = np.array([
        (one.heart.rest_bpm, one.heart.gain_bpm, one.heart.sinus_bpm, one.heart.breath_hz,
         one.finger.level, one.finger.perfusion, clocks(one.seat, Plan(40, seed)).sensor_hz,
         stream(seed, HANDS, one.seat).random())
        for one, seed in people
    ])
    alike = np.corrcoef(traits.T) - np.eye(traits.shape[1])
    assert np.abs(alike).max() < 0.15


def test_the_script_draws_no_body_s_chance():
    for seed in range(20):
        drawn = stream(seed, SCRIPT).random()
        assert drawn not in {stream(seed, BODY, seat).random() for seat in range(41)}


def test_the_same_seed_gives_the_same_body():
    a, b = (live(Body(person(), seed=9), 5, [Scene(0)])[0] for _ in range(2))
    assert (a == b).all()
