"""What a study compares, as a table: four features, each by its figure or the logarithm of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`feature`: one of `hub.signals.features`; `as_log`: its natural logarithm is compared;
    `mute`: the feature that is 1 of a person whose figures tell nothing."""

    feature: str
    unit: str
    label: str
    as_log: bool = False
    mute: str | None = None


MEASURED: dict[str, Measured] = {
    "hr": Measured("hr", "1/min", "Heart rate"),
    "ln_scl": Measured("scl", "ln uS", "Log skin conductance level", as_log=True),
    "scr_rate": Measured("scr_rate", "1/min", "Skin conductance responses",
                         mute="non_responder"),
    "ln_rmssd": Measured("rmssd", "ln ms", "Log pulse-rate variability (RMSSD)", as_log=True),
}
ALIKE = "Fisher z"  # the unit of `following`, whatever is measured


def unit_of(measure: str, contrast: str) -> str:
    """What a contrast of this measure is counted in."""
    return ALIKE if contrast == "following" else MEASURED[measure].unit
