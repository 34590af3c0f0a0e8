"""The pulse of one seat, second by second: from samples placed in time to heart rate and RMSSD."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.records import Value
from hub.signals import prv, quality
from hub.signals.beats import Beats
from hub.signals.features import FULL
from hub.signals.placed import Placed
from hub.signals.ppg import BeatDetector

KEEP_S = prv.LONG_S + 2.0  # of intervals: the longest window
LONG_EVERY_S = 5  # two minutes' figures change little in a second
SWINGS = 30  # seconds that say what a usual range is
Held = Callable[[float, Value], Value]


class PulseTrack:
    """`push` samples; `second` gives the values of a whole second, in order, each once.

    Values do not depend on how the samples were cut into pushes: a second is `certain` when all
    beats up to it are known.
    """

    def __init__(self, sensor: quality.PulseSensor) -> None:
        self._sensor = sensor
        self.first_s: int | None = None
        self.certain_s = -np.inf
        self._placed: Placed | None = None
        self._detector: BeatDetector | None = None
        self._beats: list[tuple[float, float, float]] = []  # session, sensor time, quality
        self._log = prv.IntervalLog()
        self._swings: list[float] = []
        self._slow: dict[str, Value] = {}

    def push(self, samples: NDArray[Any], start_s: float, period_s: float) -> None:
        """`samples` are raw counts, NaN: not received; the first lies at `start_s`."""
        if not len(samples):
            return
        if self._placed is None or self._placed.breaks(start_s):
            self._begin(start_s, period_s)
        assert self._placed
        self._placed.push(np.asarray(samples, np.float64), start_s, period_s)

    def settle(self) -> None:
        """Work on what was pushed."""
        new = self._placed.gather() if self._placed else np.empty(0)
        if not len(new):
            return
        assert self._placed and self._detector
        self._keep(self._detector.push(new))
        self.certain_s = self._placed.locate(self._detector.certain_s * self._detector.fs)[0]

    def _begin(self, start_s: float, period_s: float) -> None:
        """A first sample, or one after a pause: what was learnt may be of another finger."""
        self.settle()
        if self._detector:
            self._keep(self._detector.flush())
        if self.first_s is None:
            self.first_s = ceil(start_s)
        self._detector = BeatDetector(max(20.0, float(round(1.0 / period_s))))
        self._placed = Placed(start_s, self._placed)

    def _keep(self, beats: Beats) -> None:
        assert self._placed and self._detector
        for at, good in zip(beats.times_s.tolist(), beats.quality.tolist(), strict=True):
            self._beats.append((*self._placed.locate(at * self._detector.fs), good))

    def second(self, second: int) -> dict[str, Value]:
        """The values at `second`, from what lies before it."""
        seen = self._placed.within(second - 1, second) if self._placed else np.empty(0)
        light = quality.of_light(seen, self._sensor)
        self._take(second)
        rows = self._log.rows
        pulse = self._pulse(light, rows, second)
        held = self._held(second, pulse)
        contact = light.contact
        values = {
            "hr": held(prv.HR_S, prv.heart_rate(rows, second)),
            "rmssd": held(prv.RMSSD_S, prv.rmssd(rows, second)),
            **self._long(held, rows, second),
            "contact_ppg": Value(float(contact), 1.0, None if contact else light.cause),
            "quality_ppg": Value(pulse.value, 1.0, pulse.cause),
        }
        self._log.forget(second - KEEP_S)
        if self._placed:
            self._placed.forget(second - 1.0)
        return values

    def _take(self, second: int) -> None:
        """Take the beats up to `second` into the log."""
        n = 0
        for n, beat in enumerate(self._beats, 1):
            if beat[0] > second:
                n -= 1
                break
            self._log.add(*beat)
        del self._beats[:n]
        self._log.judge()

    def _pulse(self, light: quality.Light, rows: prv.Rows, second: int) -> quality.Quality:
        usual = sorted(self._swings)[len(self._swings) // 2] if self._swings else 0.0
        if light.swing:
            self._swings = [*self._swings[1 - SWINGS :], light.swing]
        covered = prv.covered(rows, second, quality.PULSE_S + 1.0)
        return quality.of_pulse(light, covered / quality.PULSE_S, usual)

    def _long(self, held: Held, rows: prv.Rows, second: int) -> dict[str, Value]:
        """The slow figures: worked out every LONG_EVERY_S, and standing until the next time."""
        if second % LONG_EVERY_S == 0 or not self._slow:
            self._slow = {"sdnn": prv.sdnn(rows, second), "hf": prv.hf(rows, second)}
        return {name: held(prv.LONG_S, value) for name, value in self._slow.items()}

    def _held(self, second: int, pulse: quality.Quality) -> Held:
        """Withhold a value whose window is not full or whose signal is gone, and say why."""
        since = second - (second if self.first_s is None else self.first_s)

        def held(window_s: float, value: Value) -> Value:
            if since < window_s:
                return Value(None, value.quality, FULL)
            if value.value is None or pulse.value == 0.0:
                return Value(None, value.quality, pulse.cause or value.reason)
            return value

        return held
