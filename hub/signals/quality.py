"""How far a signal can be believed, second by second: 0..1, with the cause of what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from hub.signals.contact import HIGHEST_US, LOWEST_US
from hub.signals.slope import Floats

GAP, NO_CONTACT, SATURATED, FLAT = "gap", "no contact", "saturated", "flat"
MOTION, WEAK, OFF = "motion", "weak pulse", "electrode off"

CLIPPED = 0.05  # share of a second at full scale: more is saturated
FLAT_COUNTS = 2.0  # a second that moves less is no pulse
MOTION_TIMES = 3.0  # the usual range: more is motion
WHOLE = 0.98  # a share this high is all
PULSE_S = 5.0  # of beats that speak for a second


@dataclass(frozen=True, slots=True)
class PulseSensor:
    """What the counts of the pulse sensor mean. The default: MAX30102, 18 bits."""

    contact_counts: float = 20_000.0  # less light comes back: no finger
    full_scale: float = 262_143.0


@dataclass(frozen=True, slots=True)
class Quality:
    """`value` 0..1; `cause`: why it is not 1, where that has a name."""

    value: float
    cause: str | None = None

    @property
    def contact(self) -> bool:
        return self.cause not in (GAP, NO_CONTACT, OFF)


@dataclass(frozen=True, slots=True)
class Light:
    """What one second of raw counts says: share received, cause of trouble, range in counts."""

    share: float
    cause: str | None
    swing: float = 0.0

    @property
    def contact(self) -> bool:
        return self.cause not in (GAP, NO_CONTACT)


def of_light(samples: Floats, sensor: PulseSensor) -> Light:
    """One second of raw counts (NaN: not received): is there a finger, is it in range?"""
    n = len(samples)
    if n and isnan(float(samples.sum())):
        samples = samples[~np.isnan(samples)]
    share = len(samples) / max(1, n)
    if share < 0.5:
        return Light(0.0, GAP)
    high = float(samples.max())
    if high >= sensor.full_scale and float(np.mean(samples >= sensor.full_scale)) > CLIPPED:
        return Light(0.0, SATURATED)
    if float(samples.sum()) < sensor.contact_counts * len(samples):
        return Light(0.0, NO_CONTACT)
    swing = high - float(samples.min())
    if swing < FLAT_COUNTS:
        return Light(0.0, FLAT)
    return Light(share, None if share > WHOLE else GAP, swing)


def of_pulse(light: Light, coverage: float, usual_swing: float) -> Quality:
    """With what the beats say: `coverage` is the share of the last PULSE_S in valid intervals,
    `usual_swing` the range of the seconds before."""
    if light.share == 0.0:
        return Quality(0.0, light.cause)
    value = light.share * min(1.0, coverage)
    if value > 0.8:
        return Quality(value, light.cause)
    moving = usual_swing > 0 and light.swing > MOTION_TIMES * usual_swing
    return Quality(value, MOTION if moving else light.cause or WEAK)


def of_skin(us: Floats, valid: float, moves: bool) -> Quality:
    """One second of conductance (uS; NaN: not received), the share of it that is `valid`, and
    whether it has moved at all lately."""
    got = us[~np.isnan(us)]
    if 2 * len(got) < max(1, len(us)):
        return Quality(0.0, GAP)
    if float(got.max()) > HIGHEST_US:
        return Quality(0.0, SATURATED)
    if float(got.min()) < LOWEST_US:
        return Quality(0.0, OFF)
    if not moves:
        return Quality(0.0, FLAT)
    return Quality(valid, None if valid > WHOLE else MOTION)
