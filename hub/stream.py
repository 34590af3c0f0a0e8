"""One boot of one kit: its frames in order, and its samples in time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from firmware import wire
from hub.clock import KitClock, SensorClock

Ints = npt.NDArray[np.int64]
Came = tuple[int, int]  # a frame's seq, and when it came
Ticks = npt.NDArray[np.int64] | npt.NDArray[np.float64]

EDA_PERIOD_US = 62_500
AHEAD_NS = 2_000_000_000  # by how much a clock may seem ahead of the hub's
STRETCHES_MAX = 256  # of frames without a gap, remembered
HELD_MAX = 4096  # frames kept aside for a missing one: over an hour, then it is given up


class KitFit(Protocol):
    """Maps a kit's tick to UTC; `error_ns` is what it claims not to exceed."""

    @property
    def error_ns(self) -> float: ...

    def to_ns(self, tick_us: Ticks) -> Ints: ...


class SensorFit(Protocol):
    """Maps a sample's index to the kit's tick."""

    @property
    def period_us(self) -> float: ...

    @property
    def error_us(self) -> float: ...

    def to_us(self, index: Ints) -> npt.NDArray[np.float64]: ...


class Clocks(Protocol):
    """Where the pipeline gets its clocks: fitted as it goes, or known from the whole session."""

    def kit(self, kit: str, boot: int) -> KitClock: ...

    def sensor(self, kit: str, boot: int, session: int) -> SensorClock: ...


class LiveClocks:
    """Causal clocks: each fit knows only what came before."""

    def kit(self, kit: str, boot: int) -> KitClock:
        return KitClock()

    def sensor(self, kit: str, boot: int, session: int) -> SensorClock:
        return SensorClock()


class InOrder:
    """Gives frames in the order of `seq`, each once; passes over those the kit no longer holds.

    A kit's base never goes back. One that does says that an earlier base was not the kit's own:
    then what was passed over is waited for again.
    """

    def __init__(self) -> None:
        self._floor = self._next = 0  # these and those between were given, or are none
        self._before: deque[tuple[int, int]] = deque(maxlen=STRETCHES_MAX)  # likewise, earlier
        self._held: dict[int, tuple[wire.Frame, int]] = {}

    def put(self, frame: wire.Frame, at_ns: int) -> None:
        """A frame and its arrival. One that was given already is dropped."""
        if not self._given(frame.seq):
            self._held[frame.seq] = (frame, at_ns)

    def ready(self, base: int) -> Iterator[tuple[wire.Frame, int]]:
        """The frames that can go on, knowing that nothing below `base` will come again."""
        if base < self._floor:
            self._begin(base)
        if len(self._held) > HELD_MAX:
            base = max(base, min(self._held))
        while self._held and (self._next in self._held or self._next < base):
            if self._next in self._held:
                yield self._held.pop(self._next)
                self._next += 1
            else:
                self._begin(self._after(base))
        if self._held and min(self._held) < self._floor:
            self._held = {seq: kept for seq, kept in self._held.items() if seq >= self._floor}

    def _after(self, base: int) -> int:
        later = [seq for seq in self._held if seq >= self._next]
        return min(base, *later) if later else base

    def _begin(self, seq: int) -> None:
        if self._next > self._floor:
            self._before.append((self._floor, self._next))
        self._floor = self._next = seq

    def _given(self, seq: int) -> bool:
        current = self._floor <= seq < self._next
        return current or any(first <= seq < end for first, end in self._before)


class Run:
    """An unbroken count of samples: it begins at 0 when the kit begins to record."""

    def __init__(self, session: int, sensor: SensorClock) -> None:
        self.session, self.sensor = session, sensor
        self._drained = 0
        self._next: dict[int, int] = {}

    def goes_on(self, session: int, ppg: list[wire.Block]) -> bool:
        """False where these blocks belong to another count."""
        return session == self.session and all(block.index >= self._drained for block in ppg)

    def drain(self, block: wire.Block) -> None:
        """What one PPG block says of the sensor's clock."""
        self._drained = block.index + len(block.values)
        broken = bool(block.flags & wire.INDEX_BREAK)
        self.sensor.drain(self._drained, block.tick_us, block.span_us, broken)

    def lost_before(self, block: wire.Block) -> int:
        """Samples missing before this block, by the index."""
        lost = max(0, block.index - self._next.get(block.channel, 0))
        self._next[block.channel] = block.index + len(block.values)
        return lost


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one channel in time. times_ns: UTC, int64; values: raw counts or codes."""

    kit: str
    boot: int
    channel: int
    index: int
    at_ns: int
    times_ns: Ints
    values: Ints
    period_s: float
    lost: int  # samples missing right before these, by the index
    error_ns: float
    seq: int  # of the frame that brought them

    def until(self, end_ns: int | None) -> Samples:
        """Those not taken after `end_ns` (None: all)."""
        if end_ns is None or self.times_ns[-1] <= end_ns:
            return self
        keep = int(np.searchsorted(self.times_ns, end_ns, side="right"))
        return replace(self, times_ns=self.times_ns[:keep], values=self.values[:keep])


class BootStream:
    """Frames in, `Samples` out. What cannot be placed in time yet waits."""

    def __init__(self, kit: str, boot: int, clocks: Clocks) -> None:
        self.kit, self.boot = kit, boot
        self.clock = clocks.kit(kit, boot)
        self.order = InOrder()
        self.health: dict[str, int] = {}
        self._clocks = clocks
        self.impossible = 0  # blocks that would have been taken after they came
        self._run: Run | None = None
        self._waiting: deque[tuple[wire.Frame, int, Run]] = deque(maxlen=HELD_MAX)

    def feed(self, at_ns: int, stamp: wire.Stamp, frame: wire.Frame | None) -> list[Samples]:
        """Samples that this frame (None: only a stamp) lets go on."""
        self.clock.stamp(at_ns, stamp)
        if frame is not None:
            self.order.put(frame, at_ns)
        for ready, came_ns in self.order.ready(stamp.base):
            self._waiting.append((ready, came_ns, self._run_of(ready)))
        return self._placed()

    def _run_of(self, frame: wire.Frame) -> Run:
        ppg = [block for block in frame.blocks if block.channel == wire.PPG_IR]
        if self._run is None or not self._run.goes_on(frame.session, ppg):
            sensor = self._clocks.sensor(self.kit, self.boot, frame.session)
            self._run = Run(frame.session, sensor)
        for block in ppg:
            self._run.drain(block)
        return self._run

    def _placed(self) -> list[Samples]:
        fit = self.clock.fit()
        if fit is None:
            return []
        waiting = list(self._waiting)
        self._waiting.clear()
        return [
            samples
            for frame, at_ns, run in waiting
            for block in frame.blocks
            if (samples := self._block(block, (frame.seq, at_ns), fit, run)) is not None
        ]

    def _block(self, block: wire.Block, came: Came, fit: KitFit, run: Run) -> Samples | None:
        if block.channel == wire.HEALTH:
            self.health = dict(zip(wire.HEALTH_FIELDS, map(int, block.values), strict=False))
            return None
        if block.channel not in (wire.EDA, wire.PPG_IR) or not len(block.values):
            return None
        return self._eda(block, came, fit, run) if block.channel == wire.EDA else self._ppg(
            block, came, fit, run
        )

    def _eda(self, block: wire.Block, came: Came, fit: KitFit, run: Run) -> Samples | None:
        back = np.arange(len(block.values) - 1, -1, -1, dtype=np.int64)
        ticks = block.tick_us - back * EDA_PERIOD_US
        return self._samples(block, came, ticks, fit, (EDA_PERIOD_US, 0.0), run)

    def _ppg(self, block: wire.Block, came: Came, fit: KitFit, run: Run) -> Samples | None:
        index = np.arange(block.index, block.index + len(block.values), dtype=np.int64)
        sensor = run.sensor.fit()
        assert sensor is not None  # the block's own drain is in it
        error = (sensor.period_us, sensor.error_us)
        return self._samples(block, came, sensor.to_us(index), fit, error, run)

    def _samples(
        self, block: wire.Block, came: Came, ticks: Ticks, fit: KitFit,
        period_and_error_us: tuple[float, float], run: Run,
    ) -> Samples | None:
        period_us, error_us = period_and_error_us
        times_ns = np.asarray(fit.to_ns(ticks), dtype=np.int64)
        if int(times_ns[-1]) > came[1] + AHEAD_NS:
            self.impossible += 1
            return None
        return Samples(
            self.kit, self.boot, block.channel, block.index, came[1], times_ns,
            np.asarray(block.values, dtype=np.int64),
            period_us * 1e-6, run.lost_before(block), fit.error_ns + error_us * 1e3,
            came[0],
        )
