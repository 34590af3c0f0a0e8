"""One boot of one kit: its frames in order, and its samples in time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, Protocol

import numpy as np

from firmware import wire
from hub.arrays import Bools, Floats, Ints
from hub.clock import KitClock, SensorClock
from hub.decode import together
from hub.results.channels import CHANNELS

Ticks = Ints | Floats

AHEAD_NS = 2_000_000_000  # by how much a clock may seem ahead of the hub's
LATE_NS = 5_000_000_000  # what comes so long after it was taken is called late
TOGETHER = 10  # blocks are one piece: in so many seconds the clocks bend by some us
STRETCHES_MAX = 256  # of frames without a gap, remembered
HELD_MAX = 4096  # frames kept aside for a missing one: over an hour, then it is given up


class KitFit(Protocol):
    """Maps a kit's tick to UTC; `error_ns` is what it claims not to exceed, `drift_ppm` by how much
    UTC gains on the tick."""

    @property
    def error_ns(self) -> float: ...

    @property
    def drift_ppm(self) -> float: ...

    def to_ns(self, tick_us: Ticks) -> Ints: ...


class SensorFit(Protocol):
    """Maps a sample's index to the kit's tick."""

    @property
    def error_us(self) -> float: ...

    def period_at(self, index: int) -> float: ...

    def to_us(self, index: Ints) -> Floats: ...


class Clocks(Protocol):
    """Where the pipeline gets its clocks: fitted as it goes, or known from the whole session."""

    at_once: int  # so many blocks are placed together; 1: each as it comes

    def kit(self, kit: str, boot: int) -> KitClock: ...

    def sensor(self, kit: str, boot: int, session: int) -> SensorClock: ...


class LiveClocks:
    """Causal clocks: each fit knows only what came before."""

    at_once = 1

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
        return current or any([first <= seq < end for first, end in self._before])


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

    @property
    def fit(self) -> SensorFit:
        fit = self.sensor.fit()
        assert fit is not None  # a run begins with a block, whose own drain is in it
        return fit

    def lost_before(self, channel: int, index: int, end: int) -> int:
        """Samples missing before those from `index` to `end`, by the index."""
        lost = max(0, index - self._next.get(channel, 0))
        self._next[channel] = end
        return lost


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one channel in time, one after the other. times_ns: UTC, int64; values: raw
    counts or codes; late: which came more than LATE_NS after they were taken."""

    kit: str
    boot: int
    channel: int
    index: int  # of the first
    times_ns: Ints
    values: Ints
    late: Bools
    period_s: float  # of UTC
    lost: int  # samples missing right before these, by the index
    error_ns: float
    seq: int  # of the frame that brought the first
    last_seq: int  # of the frame that brought the last

    @property
    def begins(self) -> bool:
        """True if none came before since the kit began to record, which it counts from."""
        return self.lost == self.index

    def cut(self, at_ns: Sequence[int]) -> list[Samples]:
        """In pieces: those before each of these times (rising), and the rest; none is empty."""
        if not at_ns:
            return [self]  # the usual case
        places = np.searchsorted(self.times_ns, at_ns).tolist()
        ends = [*places, len(self.times_ns)]
        return [self._part(a, b) for a, b in zip([0, *places], ends, strict=True) if a < b]

    def _part(self, a: int, b: int) -> Samples:
        if (a, b) == (0, len(self.times_ns)):
            return self
        return replace(
            self, index=self.index + a, times_ns=self.times_ns[a:b], values=self.values[a:b],
            late=self.late[a:b], lost=0 if a else self.lost,
        )


class _Waiting(NamedTuple):
    """A block of samples that is still to be placed: of which run, and when its frame came."""

    block: wire.Block
    run: Run
    seq: int
    at_ns: int

    @property
    def kind(self) -> tuple[int, int]:
        """Blocks of one kind are placed together."""
        return id(self.run), self.block.channel

    @property
    def end(self) -> int:
        """The index behind its last sample."""
        return self.block.index + len(self.block.values)

    def goes_on(self, before: _Waiting) -> bool:
        """Whether nothing is missing between that one and this."""
        return self.block.index == before.end and not self.block.flags & wire.INDEX_BREAK


class BootStream:
    """Frames in, `Samples` out. What cannot be placed in time yet waits; where the clocks are those
    of the whole session so many wait for one another as cost least together, or until `place`."""

    def __init__(self, kit: str, boot: int, clocks: Clocks) -> None:
        self.kit, self.boot = kit, boot
        self.clock = clocks.kit(kit, boot)
        self.order = InOrder()
        self.health: dict[str, int] = {}
        self._clocks = clocks
        self.impossible: int | None = None  # the first frame taken after it came: its seq
        self._run: Run | None = None
        self._waiting: deque[_Waiting] = deque(maxlen=2 * HELD_MAX)

    def feed(self, at_ns: int, stamp: wire.Stamp, frame: wire.Frame | None) -> list[Samples]:
        """Samples that this frame (None: only a stamp) lets go on."""
        self.clock.stamp(at_ns, stamp)
        if frame is not None:
            self.order.put(frame, at_ns)
        for ready, came_ns in self.order.ready(stamp.base):
            self._take(ready, came_ns, self._run_of(ready))
        return self.place() if len(self._waiting) >= self._clocks.at_once else []

    def _run_of(self, frame: wire.Frame) -> Run:
        ppg = [block for block in frame.blocks if block.channel == wire.PPG_IR]
        if self._run is None or not self._run.goes_on(frame.session, ppg):
            sensor = self._clocks.sensor(self.kit, self.boot, frame.session)
            self._run = Run(frame.session, sensor)
        for block in ppg:
            self._run.drain(block)
        return self._run

    def _take(self, frame: wire.Frame, at_ns: int, run: Run) -> None:
        for block in frame.blocks:
            if block.channel == wire.HEALTH:
                values = map(int, block.values)
                self.health = dict(zip(wire.HEALTH_FIELDS, values, strict=False))
            elif block.channel in CHANNELS and len(block.values):
                self._waiting.append(_Waiting(block, run, frame.seq, at_ns))

    def place(self) -> list[Samples]:
        """All that wait, if the kit's clock is known."""
        fit = self.clock.fit()
        if fit is None or not self._waiting:
            return []
        kinds: dict[tuple[int, int], list[_Waiting]] = {}
        for one in self._waiting:
            kinds.setdefault(one.kind, []).append(one)
        self._waiting.clear()
        return [samples for alike in kinds.values() for samples in self._place(alike, fit)]

    def _place(self, alike: list[_Waiting], fit: KitFit) -> Iterator[Samples]:
        """Blocks of one kind: their times are worked out together."""
        run, channel = alike[0].run, alike[0].block.channel
        blocks = [one.block for one in alike]
        ticks, periods_us = _ticks(blocks, run, CHANNELS[channel].period_us)
        times = np.asarray(fit.to_ns(ticks), dtype=np.int64)
        values = together([block.values for block in blocks])
        ends = list(accumulate(len(block.values) for block in blocks))
        for a, b in self._pieces(alike, times[np.array(ends) - 1].tolist(), periods_us):
            these = slice(ends[a] - len(blocks[a].values), ends[b - 1])
            yield self._samples(alike[a:b], times[these], values[these], periods_us[a], fit)

    def _pieces(
        self, alike: list[_Waiting], last_ns: list[int], periods_us: list[float]
    ) -> Iterator[tuple[int, int]]:
        """The possible blocks, as many together as go on from one another at one rate (but
        TOGETHER)."""
        first = 0
        for k, (one, last) in enumerate(zip(alike, last_ns, strict=True)):
            impossible = last > one.at_ns + AHEAD_NS
            if k > first and (
                impossible or k - first == TOGETHER or not one.goes_on(alike[k - 1])
                or periods_us[k] != periods_us[k - 1]
            ):
                yield first, k
                first = k
            if impossible:
                self.impossible = one.seq if self.impossible is None else self.impossible
                first = k + 1
        if first < len(alike):
            yield first, len(alike)

    def _samples(
        self, several: list[_Waiting], times_ns: Ints, values: Ints, period_us: float, fit: KitFit
    ) -> Samples:
        head, run = several[0].block, several[0].run
        by_index = CHANNELS[head.channel].period_us is None
        error_us = run.fit.error_us if by_index else 0.0
        came_ns = _each([one.at_ns for one in several], [one.block for one in several])
        return Samples(
            kit=self.kit, boot=self.boot, channel=head.channel, index=head.index,
            times_ns=times_ns, values=values, late=came_ns - times_ns > LATE_NS,
            period_s=period_us * 1e-6 * (1 + fit.drift_ppm * 1e-6),
            lost=run.lost_before(head.channel, head.index, several[-1].end),
            error_ns=fit.error_ns + error_us * 1e3, seq=several[0].seq, last_seq=several[-1].seq,
        )


def _ticks(
    blocks: list[wire.Block], run: Run, period_us: int | None
) -> tuple[Ticks, list[float]]:
    """When their samples were taken, by the kit's clock, and the period (us) of each block."""
    if period_us is not None:
        return _by_tick(blocks, period_us), [float(period_us)] * len(blocks)
    period_at = run.fit.period_at
    return _by_index(blocks, run), [period_at(block.index) for block in blocks]


def _by_tick(blocks: list[wire.Block], period_us: int) -> Ticks:
    """A block's tick is its last sample's."""
    last = _each([block.tick_us for block in blocks], blocks)
    back = [np.arange(len(block.values) - 1, -1, -1, dtype=np.int64) for block in blocks]
    return last - np.concatenate(back) * period_us


def _each(of_block: list[int], blocks: list[wire.Block]) -> Ints | int:
    """What is so of each block, for each of its samples; for those of one block it is a number."""
    if len(blocks) == 1:
        return of_block[0]  # live, the usual case
    return np.repeat(of_block, [len(block.values) for block in blocks])


def _by_index(blocks: list[wire.Block], run: Run) -> Ticks:
    """By the index, on the sensor's own clock."""
    index = [np.arange(block.index, block.index + len(block.values)) for block in blocks]
    return run.fit.to_us(np.concatenate(index))
