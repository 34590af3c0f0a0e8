"""Artefacts: known truth, nothing changed outside it, and the same seed the same again."""

from __future__ import annotations

import numpy as np
import pytest

from hub.simulate import artefacts as a

FS = 100.0
ALL = [a.motion, a.treadmill, a.speech, a.wander, a.weak, a.saturated, a.gaps, a.contact_loss,
       a.ambient, a.max30102]  # fmt: skip
LOCAL = [a.motion, a.speech, a.saturated, a.gaps, a.contact_loss]


def wave() -> np.ndarray:
    return np.sin(2 * np.pi * 1.2 * np.arange(6000) / FS)


@pytest.mark.parametrize("artefact", ALL)
def test_pure_and_repeatable(artefact: a.Artefact) -> None:
    clean = wave()
    one, touched = artefact(clean, FS, np.random.default_rng(3))
    two, _ = artefact(clean, FS, np.random.default_rng(3))
    assert np.array_equal(one, two, equal_nan=True) and np.array_equal(clean, wave())
    assert one.shape == touched.shape == clean.shape


@pytest.mark.parametrize("artefact", LOCAL)
def test_outside_the_mask_nothing_changes(artefact: a.Artefact) -> None:
    spoilt, touched = artefact(wave(), FS, np.random.default_rng(3))
    assert touched.any() and not touched.all()
    assert np.array_equal(spoilt[~touched], wave()[~touched])


def test_gaps_are_exactly_what_was_not_received() -> None:
    spoilt, touched = a.gaps(wave(), FS, np.random.default_rng(1))
    assert np.array_equal(np.isnan(spoilt), touched)


def test_flicker_sampled_at_100_hz_is_slow() -> None:
    light = a.ambient(wave(), FS, np.random.default_rng(2))[0] - wave()
    spectrum = np.abs(np.fft.rfft(light))
    assert np.fft.rfftfreq(len(light), 1 / FS)[spectrum.argmax()] <= 1.0


def test_together_joins_the_masks() -> None:
    spoilt, touched = a.together(a.gaps, a.wander)(wave(), FS, np.random.default_rng(1))
    assert touched.all() and np.isnan(spoilt).any()
