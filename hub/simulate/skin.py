"""Skin that sweats with known responses, and what the amplifier and converter make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats, Ints
from hub.simulate.scene import Mood

RISE_S, FALL_S = 0.8, 3.2  # a response is the difference of two exponentials
OVER_S = 30.0  # a response is over by then

LSB_V = 62.5e-6
EXCITATION_V = 0.5
FEEDBACK_OHM = 100_000.0
SERIES_OHM = 2_200.0
CODE_MAX = 32_767


@dataclass(frozen=True, slots=True)
class Skin:
    """One person's skin. Conductances in uS, rates in responses per minute."""

    level_us: float = 5.0
    gain_us: float = 4.0  # of the level, at full arousal
    rate_rest: float = 1.0
    rate_gain: float = 11.0  # at full arousal
    rate_speech: float = 4.0
    size_us: float = 0.35  # median response
    noise_us: float = 0.001


# About one in ten hardly responds: flat, whatever happens.
NON_RESPONDER = Skin(
    level_us=1.6, gain_us=0.05, rate_rest=0.3, rate_gain=0.5, rate_speech=0.2, size_us=0.01
)


def _peak() -> float:
    top = np.log(FALL_S / RISE_S) * RISE_S * FALL_S / (FALL_S - RISE_S)
    return float(np.exp(-top / FALL_S) - np.exp(-top / RISE_S))


PEAK = _peak()


def response(after_s: Floats) -> Floats:
    """A response of height 1 this long after its onset."""
    t = np.clip(after_s, 0, OVER_S)
    return (np.exp(-t / FALL_S) - np.exp(-t / RISE_S)) / PEAK


class Sweat:
    """Conductance over time. `onsets` and `heights` (uS) are of the responses of at least 0.05 uS;
    `levels` (uS), at `levels_s`, is what they stand on."""

    COUNTED_US = 0.05

    def __init__(self, skin: Skin, rng: np.random.Generator) -> None:
        self.skin, self._rng = skin, rng
        self._level = skin.level_us
        self._slow = 0.0
        self._responses = np.empty((0, 2))  # onset, height
        self.onsets: list[float] = []
        self.heights: list[float] = []
        self.levels_s: list[float] = []
        self.levels: list[float] = []

    def conductance_us(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """uS at moments of an even grid that goes on where the last call ended."""
        skin, length = self.skin, step_s * len(at_s)
        self._respond(at_s, length, mood)
        goal = skin.level_us + skin.gain_us * float(mood.arousal.mean())
        start = self._level
        self._level += (goal - start) * (1 - math.exp(-length / 20.0))
        self.levels_s.append(float(at_s[-1]))
        self.levels.append(self._level)
        after = at_s[:, None] - self._responses[None, :, 0]
        phasic = np.where(after > 0, response(after) * self._responses[None, :, 1], 0.0).sum(axis=1)
        noise = self._rng.normal(0, skin.noise_us, len(at_s))
        return np.linspace(start, self._level, len(at_s)) + phasic + noise

    def _respond(self, at_s: Floats, length_s: float, mood: Mood) -> None:
        skin = self.skin
        speech = skin.rate_speech * float(mood.speaking.mean())
        rate = skin.rate_rest + skin.rate_gain * float(mood.arousal.mean()) ** 2 + speech
        n = int(self._rng.poisson(rate / 60 * length_s))
        new = np.empty((n, 2))
        new[:, 0] = at_s[0] + np.sort(self._rng.uniform(0, length_s, n))
        new[:, 1] = skin.size_us * self._rng.lognormal(0, 0.5, n)
        counted = new[new[:, 1] >= self.COUNTED_US]
        self.onsets.extend(counted[:, 0].tolist())
        self.heights.extend(counted[:, 1].tolist())
        recent = self._responses[self._responses[:, 0] > at_s[0] - OVER_S]
        self._responses = np.concatenate([recent, new])


def code(conductance_us: Floats) -> Ints:
    """The converter's code for a conductance: `hub.signals.eda.to_us`, the other way round."""
    g = conductance_us * 1e-6
    measured = g / (1 + g * SERIES_OHM)
    volts = measured * EXCITATION_V * FEEDBACK_OHM
    return np.clip(np.rint(volts / LSB_V), -CODE_MAX - 1, CODE_MAX).astype(np.int64)
