"""Hands that shake and fingers that lift: at the times that are said, and at no others."""

import numpy as np
import pytest

from hub.signals.ppg import detect_beats
from hub.signals.seat import SeatSignals
from hub.simulate.bodies import Body, Person
from hub.simulate.fidget import AMBIENT_COUNTS, SHAKING, STILL, Fidget, Fidgets
from hub.simulate.pulse import Finger, Heart
from hub.simulate.scene import Mood, Scene
from hub.simulate.skin import Skin

HZ = 100.0


def lived(fidgets, seconds, block=25):
    """A body, and its counts."""
    body = Body(Person(1, Heart(early_per_min=0), Skin(), Finger(), fidgets=fidgets), seed=3)
    counts = []
    for start in range(0, round(seconds * HZ), block):
        at_s = (start + np.arange(block)) / HZ
        mood = body.mood(at_s, 1 / HZ, [Scene(0, "baseline", 0, seconds)])
        counts.append(body.pulse(at_s, 1 / HZ, mood))
    return body, np.concatenate(counts)


def inside(stretches, at_s):
    return np.any([(at_s >= a) & (at_s < b) for a, b in stretches], axis=0)


@pytest.fixture(scope="module")
def restless():
    return lived(Fidgets(shakes=1.0, lifts=1.0), 600)


def test_who_sits_still_is_as_if_there_were_no_fidgeting():
    at_s = np.arange(100) / HZ
    still = Fidget(STILL, np.random.default_rng(1))
    assert not still.shaking(at_s, 1 / HZ, Mood(np.zeros(100), np.ones(100))).any()
    assert still.seen(at_s, np.arange(100)).tolist() == list(range(100))


def test_the_finger_is_off_just_when_it_is_said_to_be(restless):
    body, counts = restless
    at_s = np.arange(len(counts)) / HZ
    assert 4 < len(body.fidget.lifted) < 20
    assert ((counts < 2 * AMBIENT_COUNTS) == inside(body.fidget.lifted, at_s)).all()


def test_shaking_is_about_as_large_as_a_pulse_and_only_where_it_is_said(restless):
    body, counts = restless
    quiet = lived(STILL, 600)[1]
    at_s = np.arange(len(counts)) / HZ
    shaken, lifted = (inside(s, at_s) for s in (body.fidget.shaken, body.fidget.lifted))
    added = (counts - quiet)[~lifted] / (2.0**18 * 0.6 * 0.015)
    assert np.std(added[shaken[~lifted]]) == pytest.approx(SHAKING, rel=0.35)
    assert np.std(added[~shaken[~lifted]]) < 0.1


def test_one_who_speaks_fidgets_more():
    def often(speaking):
        fidget = Fidget(Fidgets(shakes=1.0), np.random.default_rng(2))
        for k in range(0, 360_000, 25):
            fidget.shaking((k + np.arange(25)) / HZ, 1 / HZ, Mood(np.zeros(25), speaking))
        return len(fidget.shaken)

    assert often(np.ones(25)) > 2 * often(np.zeros(25)) > 60


def test_the_signals_say_no_contact_for_every_lift_and_no_wrong_rate(restless):
    body, counts = restless
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(counts, 0.0, 1 / HZ)
    found = dict(seat.advance(600, final=True))
    truth = np.array(body.heart.beats)
    for begin, end in body.fidget.lifted:
        for second in range(int(begin) + 2, min(int(end), 599)):
            assert found[second]["contact_ppg"].reason == "no contact"
            assert found[second]["hr"].value is None
    rates = [(s, v["hr"].value) for s, v in found.items() if s > 12 and v["hr"].value is not None]
    off = [abs(hr - 60 / np.diff(truth[(truth > s - 10) & (truth <= s)]).mean()) for s, hr in rates]
    assert len(off) > 300
    assert np.mean(np.array(off) < 5) > 0.97
    assert len(detect_beats(counts, HZ)) > 400
