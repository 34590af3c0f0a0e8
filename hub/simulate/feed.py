"""A body behind a kit's sensors: what goes down the pipe to the simulated board, and the truth.

The pipe carries 16-byte records `<BBHiq`: kind, line, 0, value, and the microsecond of
CLOCK_MONOTONIC at which it becomes true. They are written 0.3-1 s ahead.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

from hub.arrays import Floats, Ints
from hub.simulate.bodies import Body
from hub.simulate.scene import Scene
from hub.simulate.skin import code

PPG, EDA, BUTTON, WIFI, STOP, CRYSTAL = 1, 2, 3, 4, 5, 6
RECORD = struct.Struct("<BBHiq")
RECORDS = np.dtype(
    [("kind", "u1"), ("line", "u1"), ("zero", "<u2"), ("value", "<i4"), ("time_us", "<i8")]
)
SKIN_STEP_US = 50_000


@dataclass(frozen=True, slots=True)
class Clocks:
    """A kit's crystals, as they truly are. The kit's tick is
    mono_us + mono_us * ppb / 1e9 + offset_us; the PPG sensor makes `sensor_hz` samples a second."""

    sensor_hz: float
    ppb: int
    offset_us: int

    def record(self) -> bytes:
        """What the board has to hear first."""
        return record(CRYSTAL, self.ppb, self.offset_us)

    def tick_us(self, mono_us: int) -> int:
        """The kit's tick, before it is cut to 30 bits."""
        return mono_us + mono_us * self.ppb // 1_000_000_000 + self.offset_us

    def mono_us(self, tick_us: int, near_us: int) -> float:
        """The moment nearest to `near_us` at which the 30 low bits of the tick were these."""
        span = 1 << 30
        off = (tick_us - self.tick_us(near_us) + span // 2) % span - span // 2
        return near_us + off / (1 + self.ppb * 1e-9)


def record(kind: int, value: int, time_us: int, line: int = 0) -> bytes:
    """One record of the pipe."""
    return RECORD.pack(kind, line, 0, value, time_us)


def records(kind: int, values: Ints, times_us: Ints) -> bytes:
    """Many records of one kind."""
    rows = np.zeros(len(values), dtype=RECORDS)
    rows["kind"], rows["value"], rows["time_us"] = kind, values, times_us
    return rows.tobytes()


@dataclass
class Samples:
    """What a sensor could see: when (monotonic us) and what."""

    times_us: list[Ints] = field(default_factory=list[Ints])
    values: list[Ints] = field(default_factory=list[Ints])

    def add(self, times_us: Ints, values: Ints) -> None:
        """The next of them."""
        self.times_us.append(times_us)
        self.values.append(values)


class Feed:
    """Turns one body into records, stretch after stretch, and keeps the truth."""

    def __init__(self, body: Body, clocks: Clocks, start_us: int) -> None:
        self.body, self.clocks = body, clocks
        self.samples, self.skin = Samples(), Samples()
        self._start_us = start_us
        self._next = 0
        self._skin_us = start_us

    def until(self, end_us: int, scenes: list[Scene]) -> bytes:
        """The records from where the last call ended up to `end_us`."""
        rate = self.clocks.sensor_hz
        end = int((end_us - self._start_us) * rate / 1e6) + 1
        if end <= self._next:
            return b""
        index = np.arange(self._next, end)
        self._next = end
        at_us: Floats = self._start_us + index.astype(np.float64) * (1e6 / rate)
        return self._stretch(at_us * 1e-6, np.rint(at_us).astype(np.int64), end_us, scenes)

    def _stretch(
        self, at_s: Floats, at_us: Ints, end_us: int, scenes: list[Scene]
    ) -> bytes:
        step_s = 1 / self.clocks.sensor_hz
        mood = self.body.mood(at_s, step_s, scenes)
        counts = self.body.pulse(at_s, step_s, mood)
        self.samples.add(at_us, counts)
        skin_us = np.arange(self._skin_us, end_us, SKIN_STEP_US, dtype=np.int64)
        if not len(skin_us):
            return records(PPG, counts, at_us)
        self._skin_us = int(skin_us[-1]) + SKIN_STEP_US
        skin_s = skin_us.astype(np.float64) * 1e-6
        codes = code(self.body.skin_us(skin_s, SKIN_STEP_US * 1e-6, mood))
        self.skin.add(skin_us, codes)
        return records(PPG, counts, at_us) + records(EDA, codes, skin_us)


def press(key: int, at_us: int, held_us: int = 150_000) -> bytes:
    """A finger on a key of the button box, and off again."""
    return record(BUTTON, 1, at_us, key) + record(BUTTON, 0, at_us + held_us, key)
