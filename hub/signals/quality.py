"""How far a signal can be believed, second by second: 0..1, with the cause of what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.column import Column, Reasons, chosen, either, named, none
from hub.signals.contact import HIGHEST_US, LOWEST_US, MISSING, TOO_HIGH, TOO_LOW
from hub.signals.placed import Stretches
from hub.signals.ppg import LEAST_HZ

GAP, NO_CONTACT, SATURATED, FLAT = "gap", "no contact", "saturated", "flat"
MOTION, WEAK, OFF, SLOW = "motion", "weak pulse", "electrode off", "sensor too slow"

BRIEF = 0.05  # share of a second at full scale, or without contact: more is told
FLAT_COUNTS = 2.0  # a second that moves less is no pulse
MOTION_TIMES = 2.0  # the usual range: more, where the pulse is lost, is motion
NEARLY = 0.9  # of a rate: a sensor's clock, and the fit of it, are so far off at most
WHOLE = 0.98  # a share this high is all
CLEAR = 0.8  # a quality above this needs no cause
NEAR_FAULT = {MISSING: GAP, TOO_HIGH: SATURATED, TOO_LOW: OFF}  # of skin; all else is a movement
PULSE_S = 5.0  # of beats that speak for a second


@dataclass(frozen=True, slots=True)
class PulseSensor:
    """What the counts of the pulse sensor mean. As it stands: MAX30102 with the pulses of 215 us
    that the kit's driver sets, so that 17 of the 18 bits count and the last is 0."""

    contact_counts: float = 20_000.0  # at 7 mA and 8192 nA; less light comes back: no finger
    full_scale: float = 262_142.0


MAX30102 = PulseSensor()


@dataclass(frozen=True, slots=True)
class Light:
    """What the raw counts of each second say: share received with contact (0: nothing to be seen
    in it), cause of trouble, range in counts (0: not seen), and `contact`."""

    share: Floats
    cause: Reasons
    swing: Floats
    contact: Column

    def off(self, where: Bools) -> Light:
        """The same, with nothing to be seen in these seconds: no contact."""
        return Light(
            np.where(where, 0.0, self.share), chosen(where, NO_CONTACT, self.cause),
            np.where(where, 0.0, self.swing), self.contact,
        )


def contact(cause: Reasons) -> Column:
    """1: the sensor was on the body, 0: not, by what was wrong with it; of what was not received,
    or is what no body can be told from, nobody knows."""
    unknown = (cause == GAP) | (cause == SATURATED) | (cause == FLAT)
    off = (cause == NO_CONTACT) | (cause == OFF)
    value = np.where(unknown, np.nan, np.where(off, 0.0, 1.0))
    return Column(value, np.where(unknown, 0.0, 1.0), chosen(unknown | off, cause, None))


def touched(counts: Floats, sensor: PulseSensor = MAX30102) -> Floats:
    """These counts, NaN where no finger was: the noise there must not be learnt as a pulse."""
    return np.where(counts < sensor.contact_counts, np.nan, counts)


def of_light(
    seen: Stretches, rate_hz: Floats, least: Floats, sensor: PulseSensor = MAX30102
) -> Light:
    """Seconds of raw counts (NaN: not received), of which there should be `rate_hz`: is there a
    finger, is it in range? `least`: what the finger that was there before sends back at least
    (0: not known)."""
    lowest = np.repeat(np.maximum(sensor.contact_counts, least), np.diff(seen.cuts))
    share = _share(seen, ~np.isnan(seen.samples), rate_hz)
    high, low = seen.each(np.fmax, seen.samples), seen.each(np.fmin, seen.samples)
    full = _share(seen, seen.samples >= sensor.full_scale, rate_hz)
    dark = _share(seen, seen.samples < lowest, rate_hz)
    cause = named(
        (share < 0.5, GAP), (full > BRIEF * share, SATURATED), (dark > 0.5 * share, NO_CONTACT),
        (high - low < FLAT_COUNTS, FLAT),
    )
    seeable = none(cause)
    whole = seeable & (dark <= BRIEF * share)
    cause[seeable & ~whole] = NO_CONTACT
    on_body = contact(cause)  # a sample lost here and there says nothing of the finger
    cause[whole & (share <= WHOLE)] = GAP
    slow = seeable & (rate_hz < LEAST_HZ)
    cause[slow] = SLOW
    swing = np.where(whole, high - low, 0.0)
    return Light(np.where(seeable & ~slow, share - dark, 0.0), cause, swing, on_body)


def of_pulse(light: Light, coverage: Floats, usual_swing: Floats) -> Column:
    """With what the beats say: `coverage` is the share of the last PULSE_S in valid intervals,
    `usual_swing` the range of the seconds before (0: none was seen)."""
    value = light.share * np.minimum(1.0, coverage)
    moving = (usual_swing > 0) & (light.swing > MOTION_TIMES * usual_swing)
    poor = chosen(moving, MOTION, either(light.cause, WEAK))
    cause = chosen((value > CLEAR) | (light.share == 0), light.cause, poor)
    return Column(value, np.ones(len(value)), cause)


def of_skin(
    seen: Stretches, rate_hz: Floats, valid: Floats, fault: Floats, moves: Bools
) -> tuple[Column, Column]:
    """Contact and quality in seconds of conductance (uS; NaN: not received), of which there should
    be `rate_hz`, of the share of each that is `valid`, what is wrong in or near it (a fault of
    `contact`), and whether it has moved at all lately."""
    share = _share(seen, ~np.isnan(seen.samples), rate_hz)
    high, low = seen.each(np.fmax, seen.samples), seen.each(np.fmin, seen.samples)
    cause = named(
        (share < 0.5, GAP), (high > HIGHEST_US, SATURATED), (low < LOWEST_US, OFF), (~moves, FLAT)
    )
    seeable, on_body = none(cause), contact(cause)
    near = named(*((fault == code, name) for code, name in NEAR_FAULT.items()))
    cause = chosen(seeable & (valid <= WHOLE), either(near, MOTION), cause)
    cause[seeable & (share <= WHOLE)] = GAP
    return on_body, Column(np.where(seeable, share * valid, 0.0), np.ones(len(valid)), cause)


def _share(seen: Stretches, where: Bools, rate_hz: Floats) -> Floats:
    """The share of each second's samples that these are: a second that a pause cuts has all that
    there should be, and these are few."""
    there = np.maximum(np.diff(seen.cuts), np.maximum(1.0, NEARLY * rate_hz))
    return seen.each(np.add, where.astype(np.float64)) / there
