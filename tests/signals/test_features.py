"""The table of features is the one place they are described."""

from dataclasses import FrozenInstanceError

import pytest

from hub.signals.features import BY_NAME, FEATURES


def test_names_are_unique_and_labelled() -> None:
    assert len(BY_NAME) == len(FEATURES)
    assert all(f.label["en"] and f.source and f.inputs for f in FEATURES)


def test_the_features_that_others_rely_on() -> None:
    assert {
        "hr", "rmssd", "scl", "scr_rate", "contact_ppg", "contact_eda", "quality_ppg",
        "quality_eda", "arousal", "arousal_sympathetic", "arousal_parasympathetic",
    } <= set(BY_NAME)  # fmt: skip


def test_a_feature_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        FEATURES[0].unit = "Hz"  # type: ignore[misc]
