"""The table of features is the one place they are described."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from hub.export.codebook import FEATURE_KEYS
from hub.signals import hr, prv
from hub.signals.after import AFTER
from hub.signals.beats import Beats
from hub.signals.features import BY_NAME, FEATURES
from hub.signals.index import LEAST_WEIGHT
from hub.signals.intervals import covered, intervals
from hub.signals.rhythm import OUT_OF_RHYTHM


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


def test_below_its_least_coverage_only_a_heart_rate_is_given_and_the_codebook_says_why() -> None:
    """Doubted beats as fast as those before; every second beat early, so that no interval fits."""
    even, turn = 0.8 * np.arange(175.0), np.arange(175)
    doubted = np.where((turn > 75) & (turn % 5 > 1), 0.1, 1.0)
    early, sure = even - 0.16 * (turn % 2), np.ones(175)
    share, seen = BY_NAME["hr"].minimum_coverage, set[str | None]()
    for rows in (intervals(Beats(even, doubted)).rows, intervals(Beats(early, sure)).rows):
        for at in range(75, 120):
            assert prv.rmssd(rows, at).value is None or covered(rows, at, 60.0) >= 0.6 * 60.0
            found = hr.heart_rate(rows, at)
            if found.value is not None and covered(rows, at, hr.HR_S) < share * hr.HR_S:
                seen.add(found.reason)
    assert seen == {hr.KNOWN, OUT_OF_RHYTHM}
    assert all(str(reason) in FEATURE_KEYS["minimum_coverage"] for reason in seen)


def test_an_index_needs_half_of_its_parts_and_a_side_of_one_part_what_that_needs() -> None:
    told = FEATURE_KEYS["minimum_coverage"]
    for feature in (*FEATURES, *AFTER):
        if feature.name.startswith("arousal_parasympathetic"):
            assert feature.minimum_coverage == prv.RMSSD_COVERAGE
        elif feature.name.startswith("arousal"):
            assert feature.minimum_coverage == LEAST_WEIGHT
    assert "for the parasympathetic side, RMSSD's own" in told
    assert "In per_phase also the least share of the phase's seconds" in told
