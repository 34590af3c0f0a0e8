"""What a quality promises: of the figures that say 0.9, nine of ten are right, and so on down.

Simulated hearts with known beats, spoiled in every way that a seated person's sensor is.
"""

from itertools import pairwise

import numpy as np
import pytest

from hub.signals import prv
from hub.signals.intervals import intervals
from hub.signals.ppg import detect_beats
from hub.simulate import artefacts
from hub.simulate.pulse import Finger, Heart, Optics, Pulses
from hub.simulate.scene import Mood

FS, SECONDS = 100, 240
KINDS = {
    "none": None, "motion": artefacts.motion, "wander": artefacts.wander, "weak": artefacts.weak,
    "saturated": artefacts.saturated, "gaps": artefacts.gaps, "lifted": artefacts.contact_loss,
    "flicker": artefacts.ambient, "speech": artefacts.speech, "counts": artefacts.max30102,
}  # fmt: skip
RIGHT_S, RIGHT_BPM = 0.15, 5.0
STEPS = (0.05, 0.4, 0.6, 0.8, 0.9, 1.001)


def heart(seed):
    """Counts of a heart at rest, and its beats."""
    rng = np.random.default_rng(seed)
    rates = Heart(rest_bpm=float(rng.uniform(55, 90)), breath_hz=float(rng.uniform(0.18, 0.3)))
    pulses, optics = Pulses(rates, rng), Optics(Finger(), rng)
    calm = Mood(np.zeros(FS), np.zeros(FS))
    counts = [
        optics.counts(pulses.volume(second + np.arange(FS) / FS, 1 / FS, calm), 1 / FS, calm)
        for second in range(SECONDS)
    ]
    return -np.concatenate(counts).astype(float), np.array(pulses.beats)


@pytest.fixture(scope="module")
def judged():
    """Rows quality, right (0 or 1): of every beat found, of every heart rate given, and of the
    beats found with motion."""
    rows = {"beats": [], "heart rate": [], "beats in motion": []}
    for seed in range(4):
        clean, truth = heart(seed)
        for number, (kind, spoil) in enumerate(KINDS.items()):
            rng = np.random.default_rng([seed, number])
            found = detect_beats(spoil(clean, FS, rng)[0] if spoil else clean, FS)
            near = np.abs(found.times_s[:, None] - truth).min(axis=1)
            beats = list(zip(found.quality, near <= RIGHT_S, strict=True))
            rows["beats"] += beats
            rows["beats in motion"] += beats if kind == "motion" else []
            rows["heart rate"] += heart_rates(found, truth)
    return {what: np.array(some, float) for what, some in rows.items()}


def heart_rates(found, truth):
    rows = intervals(found).rows
    for at in range(12, SECONDS - 5):
        value = prv.heart_rate(rows, at)
        inside = truth[(truth > at - 10) & (truth <= at)]
        if value.value is not None:
            off = abs(value.value - 60 / np.diff(inside).mean())
            yield value.quality, off <= RIGHT_BPM


@pytest.mark.parametrize("what", ["beats", "heart rate"])
def test_a_quality_is_at_least_the_share_that_is_right(judged, what):
    quality, right = judged[what].T
    for low, high in pairwise(STEPS):
        here = right[(quality >= low) & (quality < high)]
        if len(here) >= 30:
            assert here.mean() >= low, f"{what} of quality {low} to {high}"


@pytest.mark.parametrize("what", ["beats", "heart rate"])
def test_what_says_nine_of_ten_is_nearly_always_right_and_most_say_so(judged, what):
    quality, right = judged[what].T
    assert right[quality >= 0.9].mean() >= 0.99
    assert (quality >= 0.8).mean() > 0.5


def test_beats_of_no_quality_are_the_wrong_ones(judged):
    """In motion: next to a gap they have none since what is not there could tell otherwise, and
    most of them are right."""
    quality, right = judged["beats in motion"].T
    assert right[quality < 0.05].mean() < right[quality >= 0.9].mean() - 0.2


def test_a_hand_that_trembles_by_more_than_its_pulse_has_hardly_a_wrong_heart_rate_of_quality():
    """4 to 8 Hz: two swings lie so near that only one can be a beat, and either might."""
    said = []
    for seed in range(8):
        clean, truth = heart(seed)
        height = np.ptp(np.quantile(clean, (0.05, 0.95)))
        swings = trembling(len(clean), np.random.default_rng(50 + seed))
        said += heart_rates(detect_beats(clean + 1.4 * height * swings, FS), truth)
    quality, right = np.array(said, float).T
    assert np.sum(right[quality >= 0.9] == 0) < 0.01 * 8 * SECONDS


def trembling(n, rng):
    """A sine of a wandering frequency, now more and now less of it: 1 on the whole."""
    at, seconds = np.arange(n) / FS, np.arange(n // FS + 4)
    hz = rng.uniform(4, 8) + 0.3 * np.interp(at, seconds, rng.standard_normal(len(seconds)))
    lively = np.interp(at, 2 * seconds, rng.uniform(0.2, 1.8, len(seconds)))
    return lively * np.sin(2 * np.pi * np.cumsum(hz) / FS)
