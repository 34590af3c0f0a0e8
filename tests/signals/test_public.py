"""What others call: these names stay, and each says what it does."""

import pytest

from hub.signals import arousal, eda, live, ppg, prv, quality, synchrony

PUBLIC = {
    ppg: ("detect_beats", "BeatDetector"),
    prv: ("corrected", "heart_rate", "hf", "intervals", "rmssd", "rmssd_error", "sdnn"),
    live: ("PulseWindow",),
    eda: ("to_us", "decompose", "EdaStream"),
    quality: ("of_pulse", "of_skin"),
    arousal: ("Arousal", "arousal_figures"),
    synchrony: ("group", "pairs", "leading", "against_others"),
}


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_the_names_that_others_rely_on(module) -> None:
    assert all(getattr(module, name).__doc__ for name in PUBLIC[module])


def test_variability_offers_its_own_figures_and_what_they_are_made_of() -> None:
    """What keeps intervals is asked of `intervals`."""
    assert tuple(prv.__all__) == PUBLIC[prv]
