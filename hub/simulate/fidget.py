"""What people do to a pulse sensor: hands that shake and fingers that lift, at known times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.arrays import Bools, Floats, Ints
from hub.simulate.scene import Mood

SHAKE_S, LIFT_S = (1.0, 4.0), (4.0, 12.0)  # how long, from and to
SHAKING_HZ = (0.5, 4.0)
SHAKING = 1.2  # heights of a pulse, standard deviation
SPEAKING = 3.0  # times as often while one speaks, with one's hands
AMBIENT_COUNTS, AMBIENT_NOISE = 900.0, 25.0  # what the sensor sees without a finger
Stretch = tuple[float, float]  # from, to (s)


@dataclass(frozen=True, slots=True)
class Fidgets:
    """How often a person does so, per minute."""

    shakes: float = 0.0
    lifts: float = 0.0


STILL = Fidgets()


class Fidget:
    """`shaken` and `lifted` are the known stretches. Ask for an even grid that goes on where the
    last call ended: `shaking` first."""

    def __init__(self, fidgets: Fidgets, rng: np.random.Generator) -> None:
        self._often, self._rng = fidgets, rng
        self.shaken: list[Stretch] = []
        self.lifted: list[Stretch] = []
        self._waves: Floats = np.empty((0, 2))  # Hz and turn of the shake that goes on

    def shaking(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """What shaking adds to the blood volume, in heights of a pulse."""
        length = step_s * len(at_s)
        often = self._often.shakes * (1 + (SPEAKING - 1) * float(mood.speaking.mean()))
        if self._begins(self.shaken, often, at_s, length, SHAKE_S):
            hz, turn = self._rng.uniform(*SHAKING_HZ, 5), self._rng.uniform(0, 2 * np.pi, 5)
            self._waves = np.column_stack((hz, turn))
        self._begins(self.lifted, self._often.lifts, at_s, length, LIFT_S)
        here = _within(self.shaken, at_s)
        if not here.any():
            return np.zeros(len(at_s))
        turns = 2 * np.pi * self._waves[:, 0] * at_s[:, None] + self._waves[:, 1]
        return here * SHAKING * np.sqrt(2 / len(self._waves)) * np.sin(turns).sum(axis=1)

    def seen(self, at_s: Floats, counts: Ints) -> Ints:
        """The counts, and those of the room's light where the finger is off."""
        away = _within(self.lifted, at_s)
        if not away.any():
            return counts
        room = self._rng.normal(AMBIENT_COUNTS, AMBIENT_NOISE, len(at_s))
        return np.where(away, np.rint(room).astype(np.int64), counts)

    def _begins(
        self, known: list[Stretch], often: float, at_s: Floats, length_s: float,
        lasts_s: tuple[float, float],
    ) -> bool:
        """Whether one more begins in these moments; not before the last is over."""
        if not often or (known and known[-1][1] > at_s[0]):
            return False
        if self._rng.random() >= often * length_s / 60:
            return False
        start = float(at_s[0] + self._rng.uniform(0, length_s))
        known.append((start, start + float(self._rng.uniform(*lasts_s))))
        return True


def _within(stretches: list[Stretch], at_s: Floats) -> Bools:
    """Which of these moments lie in the last stretch: those before it are over."""
    start, end = stretches[-1] if stretches else (np.inf, np.inf)
    return (at_s >= start) & (at_s < end)
