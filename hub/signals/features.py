"""The features, in one table: pipeline, live view, export, InfluxDB and codebook read it here."""

from __future__ import annotations

from dataclasses import dataclass

from hub.signals import eda, hr, index, prv


@dataclass(frozen=True, slots=True)
class Feature:
    """One figure a second. The window ends at that second, or less than `every_s` before it, and is
    never shrunk. Below the minimum coverage (share of the window with valid input) the figure is
    withheld with a reason; a heart rate alone may be given with one (`hr.heart_rate`)."""

    name: str
    unit: str
    window_s: float
    inputs: tuple[str, ...]
    minimum_coverage: float
    source: str
    label: dict[str, str]
    decimals: int
    every_s: int = 1  # worked out so often, and stands until then


SCR_S, SCR_COVERAGE = 60.0, 0.8
SCL_COVERAGE = 0.5

PULSE, SKIN = ("ppg",), ("eda",)
BOTH = ("ppg", "eda")
TASK_FORCE = "Task Force 1996"
BOUCSEIN = "Boucsein et al. 2012"
OWN = "docs/signals.md"


def _feature(name: str, unit: str, window_s: float, inputs: tuple[str, ...], coverage: float,
             source: str, label: str, decimals: int, every_s: int = 1) -> Feature:  # fmt: skip
    labels = {"en": label}
    return Feature(
        name=name, unit=unit, window_s=window_s, inputs=inputs, minimum_coverage=coverage,
        source=source, label=labels, decimals=decimals, every_s=every_s,
    )  # fmt: skip


FEATURES: tuple[Feature, ...] = (
    _feature("hr", "1/min", hr.HR_S, PULSE, hr.HR_COVERAGE, TASK_FORCE, "Heart rate", 1),
    _feature("rmssd", "ms", prv.RMSSD_S, PULSE, prv.RMSSD_COVERAGE, TASK_FORCE,
             "Pulse-rate variability (RMSSD)", 1),
    _feature("sdnn", "ms", prv.LONG_S, PULSE, prv.LONG_COVERAGE, TASK_FORCE,
             "Pulse-rate variability (SDNN)", 1, prv.LONG_EVERY_S),
    _feature("hf", "ms2", prv.LONG_S, PULSE, prv.LONG_COVERAGE, TASK_FORCE,
             "Pulse-rate variability, power at 0.15 to 0.40 Hz", 1, prv.LONG_EVERY_S),
    _feature("scl", "uS", eda.SCL_S, SKIN, SCL_COVERAGE, BOUCSEIN, "Skin conductance level", 3),
    _feature("scr_rate", "1/min", SCR_S, SKIN, SCR_COVERAGE, BOUCSEIN,
             "Skin conductance responses of 0.05 uS or more", 1),
    _feature("contact_ppg", "", 1.0, PULSE, 0.0, OWN, "Finger on the pulse sensor (0: none)", 0),
    _feature("contact_eda", "", 1.0, SKIN, 0.0, OWN, "Electrodes on the skin (0: not)", 0),
    _feature("quality_ppg", "", 5.0, PULSE, 0.0, OWN, "Quality of the pulse", 2),
    _feature("quality_eda", "", 1.0, SKIN, 0.0, OWN, "Quality of the skin conductance", 2),
    _feature("delta_hr", "1/min", hr.HR_S, PULSE, hr.HR_COVERAGE, OWN,
             "Heart rate against baseline", 1),
    _feature("delta_ln_scl", "", eda.SCL_S, SKIN, SCL_COVERAGE, OWN,
             "Log skin conductance level against baseline", 3),
    _feature("delta_scr_rate", "1/min", SCR_S, SKIN, SCR_COVERAGE, OWN,
             "Response rate against baseline", 1),
    _feature("delta_ln_rmssd", "", prv.RMSSD_S, PULSE, prv.RMSSD_COVERAGE, OWN,
             "Log RMSSD against baseline", 3),
    _feature("arousal", "z", 60.0, BOTH, index.LEAST_WEIGHT, OWN,
             "Arousal index (exploratory)", 2),
    _feature("arousal_sympathetic", "z", 60.0, BOTH, index.LEAST_WEIGHT, OWN,
             "Sympathetic part (skin and heart rate)", 2),
    _feature("arousal_parasympathetic", "z", 60.0, PULSE, prv.RMSSD_COVERAGE, OWN,
             "Parasympathetic part (log RMSSD)", 2),
    _feature("arousal_se", "z", 60.0, BOTH, index.LEAST_WEIGHT, OWN,
             "Standard error of the arousal index", 2),
    _feature("arousal_sympathetic_se", "z", 60.0, BOTH, index.LEAST_WEIGHT, OWN,
             "Standard error of the sympathetic part", 2),
    _feature("arousal_parasympathetic_se", "z", 60.0, PULSE, prv.RMSSD_COVERAGE, OWN,
             "Standard error of the parasympathetic part", 2),
    _feature("non_responder", "", SCR_S, SKIN, SCR_COVERAGE, OWN,
             "1: fewer than 0.2 responses a minute so far", 0),
)  # fmt: skip

BY_NAME = {f.name: f for f in FEATURES}
