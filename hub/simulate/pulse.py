"""A heart that beats with known times, and the finger in front of the sensor's light."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats, Ints
from hub.simulate.scene import Mood

FULL_SCALE = 1 << 18  # counts of the MAX30102
BLANK = 1  # of their bits, at the lower end: with pulses of 215 us its converter has 17
UPSTROKE_S = 0.18  # from the foot of a pulse to its steepest rise: the moment called the beat
SPEECH_BPM = 6.0
TAIL_S = 1.6  # a pulse is over by then


@dataclass(frozen=True, slots=True)
class Heart:
    """One person's heart. Rates in beats per minute, breath in Hz."""

    rest_bpm: float = 66.0
    gain_bpm: float = 24.0  # at full arousal
    sinus_bpm: float = 4.0  # breath's sway (amplitude) at rest; arousal takes most of it away
    breath_hz: float = 0.24
    drift_bpm: float = 2.0  # slow wandering, standard deviation
    jitter_s: float = 0.006  # of each beat, standard deviation
    early_per_min: float = 0.15  # premature beats, each followed by a pause


class Rhythm:
    """Beat times by integrating the rate: a beat falls where the sum crosses the next whole."""

    def __init__(self, heart: Heart, rng: np.random.Generator) -> None:
        self.heart, self._rng = heart, rng
        self._sum = float(rng.uniform(0, 0.5))
        self._breath = float(rng.uniform(0, 1))
        self._drift: float = 0.0
        self._next, self._pause = 1.0, 0.0

    def advance(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """Times (s) of the pulses' feet that fall within `at_s`, an even grid that goes on where
        the last call ended."""
        sums = self._sum + np.cumsum(self._rate_bpm(step_s, mood)) * (step_s / 60)
        before, self._sum = self._sum, float(sums[-1])
        feet: list[float] = []
        while self._next <= self._sum:
            feet.append(self._crossing(at_s, sums, before, step_s))
            self._next += self._interval()
        return np.array(feet)

    def _rate_bpm(self, step_s: float, mood: Mood) -> Floats:
        heart, calm = self.heart, 1 - 0.8 * mood.arousal
        hz = heart.breath_hz * (1 + 0.3 * mood.arousal - 0.45 * mood.speaking)
        breath = self._breath + np.cumsum(hz) * step_s
        self._breath = float(breath[-1])
        decay = math.exp(-step_s * len(hz) / 12.0)
        kick = float(self._rng.normal(0, heart.drift_bpm * math.sqrt(1 - decay**2)))
        start, self._drift = self._drift, self._drift * decay + kick
        drift = np.linspace(start, self._drift, len(hz))
        sway = heart.sinus_bpm * calm * np.sin(2 * np.pi * breath)
        speech = SPEECH_BPM * mood.speaking
        return heart.rest_bpm + heart.gain_bpm * mood.arousal + sway + drift + speech

    def _crossing(self, at_s: Floats, sums: Floats, before: float, step_s: float) -> float:
        k = int(np.searchsorted(sums, self._next))
        low = before if k == 0 else float(sums[k - 1])
        share = (self._next - low) / max(float(sums[k]) - low, 1e-9)
        return float(at_s[k]) - (1 - share) * step_s + float(
            np.clip(self._rng.normal(0, self.heart.jitter_s), -0.03, 0.03)
        )

    def _interval(self) -> float:
        if self._pause:
            full, self._pause = self._pause, 0.0
            return full
        if self._rng.random() < self.heart.early_per_min / self.heart.rest_bpm:
            self._pause = 1.35
            return 0.65
        return 1.0


def pulse(after_s: Floats) -> Floats:
    """Blood volume (0..1) this long after the foot of a pulse: the wave and its echo."""
    wave = np.exp(-0.5 * ((after_s - 0.26) / 0.080) ** 2)
    echo = 0.40 * np.exp(-0.5 * ((after_s - 0.50) / 0.110) ** 2)
    return wave + echo


@dataclass(frozen=True, slots=True)
class Finger:
    """What the light meets. Shares are of the constant part."""

    level: float = 0.60  # constant part, share of full scale
    perfusion: float = 0.015  # pulse from foot to top
    wander: float = 0.002  # slow changes of pressure, standard deviation
    noise_counts: float = 18.0


class Optics:
    """Counts of the infrared channel. More blood takes more light: a pulse makes counts fall."""

    def __init__(self, finger: Finger, rng: np.random.Generator) -> None:
        self.finger, self._rng = finger, rng
        self._wander: float = 0.0

    def counts(self, volume: Floats, step_s: float, mood: Mood) -> Ints:
        """18-bit counts for blood volumes (0..1) on an even grid. Arousal narrows the vessels."""
        finger = self.finger
        decay = math.exp(-step_s * len(volume) / 8.0)
        start = self._wander
        kick = float(self._rng.normal(0, finger.wander * math.sqrt(1 - decay**2)))
        self._wander = start * decay + kick
        slow = np.linspace(start, self._wander, len(volume))
        share = finger.perfusion * (1 - 0.4 * mood.arousal) * volume
        light = FULL_SCALE * finger.level * (1 - share + slow)
        noisy = light + self._rng.normal(0, finger.noise_counts, len(volume))
        return np.clip(np.rint(noisy), 0, FULL_SCALE - 1).astype(np.int64)


def converted(counts: Ints) -> Ints:
    """As the converter gives these counts."""
    return counts >> BLANK << BLANK


class Pulses:
    """Blood volume of a modelled heart. `beats` are the known times (s) of its beats."""

    def __init__(self, heart: Heart, rng: np.random.Generator) -> None:
        self._rhythm = Rhythm(heart, rng)
        self._feet = np.empty(0)
        self.beats: list[float] = []

    def volume(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """0..1 or a little more, on an even grid that goes on where the last call ended."""
        feet = self._rhythm.advance(at_s, step_s, mood)
        self.beats.extend((feet + UPSTROKE_S).tolist())
        self._feet = np.concatenate([self._feet[self._feet > at_s[0] - TAIL_S], feet])
        after = at_s[:, None] - self._feet[None, :]
        return np.where(after > -0.05, pulse(after), 0.0).sum(axis=1)
