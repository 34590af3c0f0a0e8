"""A kit, its sensor, a network and a hub in simulated time, with a known truth.

True time `t` is in us since the simulation began; the hub's clock is exact. The kit's clock is off
by `drift` ppm and `bend` ppm more an hour, the sensor's by `rate` and `sensor_bend`. Messages keep
their order: one that is late holds up those behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from firmware.wire import Stamp
from hub.clock import Drain

Floats = NDArray[np.float64]
Delay = Callable[[np.random.Generator, int], Floats]

EPOCH_NS = 1_790_000_000_123_456_789
COMMIT_US = 25e3


def wifi(rng: np.random.Generator, n: int) -> Floats:
    """us: floor 1 ms, median 4 ms, 95 % at 50 ms, a long tail beyond."""
    return 1e3 + 3e3 * np.exp(np.log(49 / 3) / 1.645 * rng.standard_normal(n))


def uniform(rng: np.random.Generator, n: int) -> Floats:
    """us: anything from 1 to 50 ms."""
    return rng.uniform(1e3, 50e3, n)


def quiet(rng: np.random.Generator, n: int) -> Floats:
    """us: one machine, nothing else running."""
    return 200 + rng.exponential(200, n)


@dataclass
class World:
    """Makes `frames`: one (at_ns, Stamp, Drain, true us of the drain) a second, in order."""

    seed: int
    seconds: float
    delay: Delay = wifi
    drift: float | None = None  # ppm; None: anything within 50
    rate: float = 100.0
    bend: float = 0.0
    sensor_bend: float = 0.0
    silent: tuple[float, float] = (0.0, 0.0)  # s: no message comes through
    frames: list[tuple[int, Stamp, Drain, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.drift = self.rng.uniform(-50, 50) if self.drift is None else self.drift
        self.tick0 = int(self.rng.uniform(0, 9 * 3600e6))
        self.samples = self._samples()
        self._run()

    def tick(self, t: Floats) -> Floats:
        """The kit's clock, unrounded."""
        return self.tick0 + t + self.drift * 1e-6 * t + self.bend * 1e-6 * t**2 / 7200e6

    def ns(self, t: Floats) -> NDArray[np.int64]:
        """The hub's clock."""
        return EPOCH_NS + np.rint(t * 1e3).astype(np.int64)

    def _samples(self) -> Floats:
        """True us at which each sample is complete."""
        i = np.arange(int(self.seconds * self.rate) + 400)
        even = (i + self.rng.uniform(0, 1)) * 1e6 / self.rate
        return even + self.sensor_bend * 1e-6 * even**2 / 7200e6

    def _run(self) -> None:
        n = int(self.seconds)
        at = (np.arange(n) + 1) * 1e6 + self.rng.uniform(-7.5e3, 7.5e3, n)
        span = self.rng.uniform(100, 5e3, n)
        moment = at + span * self.rng.uniform(0, 1, n)
        count = np.searchsorted(self.samples, moment, side="right")
        sent = at + span + self.rng.uniform(500, 20e3, n)
        heard = (sent < self.silent[0] * 1e6) | (sent > self.silent[1] * 1e6)
        came = np.maximum.accumulate(np.where(heard, sent + self.delay(self.rng, n), 0))
        answered = came + COMMIT_US
        back = np.maximum.accumulate(answered + self.delay(self.rng, n))
        back[~heard] = np.inf
        ticks = np.floor(self.tick(np.column_stack((at, sent, np.where(heard, back, 0)))))
        came_ns, answered_ns = self.ns(came), self.ns(answered)
        for k in np.flatnonzero(heard):
            known = np.flatnonzero(heard & (back < sent[k]))
            echo = (0, 0)
            if len(known):
                echo = (int(answered_ns[known[-1]]), int(ticks[known[-1], 2]))
            stamp = Stamp(int(k), int(ticks[k, 1]), *echo)
            drain = Drain(int(count[k]), int(ticks[k, 0]), int(np.ceil(span[k])) + 1)
            self.frames.append((int(came_ns[k]), stamp, drain, float(at[k])))
