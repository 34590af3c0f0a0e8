"""Kit tick -> UTC, for one kit and boot.

Two messages bound the kit's clock. One that the kit sent at tick `send_us` and that came to the
hub at `at_ns`: the clock's line lies below that point. One that the hub sent at `echo_ns` and that
came to the kit at tick `echo_us`: it lies above. x is the kit's tick in s, y what UTC has gained
on it in us, so a slope of 1 is 1 ppm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from firmware.wire import Stamp
from hub.arrays import Floats, Ints
from hub.clock.envelope import ABOVE, BELOW, Bound, Envelope, Line, Rule
from hub.clock.spine import Spine, spine

Ticks = Floats | Ints

SETTLED_NS = 10_000_000  # a clock is settling until its claimed error is below this

# A crystal is within 200 ppm, and warming up moves it by 60 ppm an hour at most.
KIT = Rule(slopes=(-200.0, 200.0), bend=60 / 3600, window=300.0, reach=3600.0, step=5e3)
SPACING = 60.0


@dataclass(frozen=True, slots=True)
class Origin:
    """A tick and a UTC ns near the data: subtracted before float64, so that no digit is lost."""

    tick: int = 0
    ns: int = 0

    def x(self, tick: Any) -> Any:
        """The envelope's x (s) of ticks."""
        return (tick - self.tick) * 1e-6

    def y(self, tick: int, ns: int) -> float:
        """The envelope's y (us) of a moment on both clocks."""
        return (ns - self.ns - 1000 * (tick - self.tick)) / 1e3

    def to_ns(self, tick: Any, y: Any) -> Any:
        """UTC ns of ticks whose y is known."""
        ns = (tick - self.tick + y) * 1e3
        if isinstance(tick, np.ndarray):
            return self.ns + np.rint(ns).astype(np.int64)
        return self.ns + round(ns)


@dataclass(frozen=True, slots=True)
class Fit:
    """The kit's tick in UTC, as far as was known when this was made."""

    origin: Origin
    line: Line
    n: int  # exchanges so far
    error_ns: float  # claimed for the moment asked for; it covers the true one

    @property
    def drift_ppm(self) -> float:
        """By how much UTC gains on the kit's clock."""
        return self.line.slope

    @property
    def since(self) -> int:
        """First tick of the exchanges in use."""
        return self.origin.tick + round(self.line.since * 1e6)

    @property
    def until(self) -> int:
        """Last tick of the exchanges in use."""
        return self.origin.tick + round(self.line.until * 1e6)

    @overload
    def to_ns(self, tick_us: float) -> int: ...
    @overload
    def to_ns(self, tick_us: Ticks) -> Ints: ...
    def to_ns(self, tick_us: Any) -> Any:
        """UTC nanoseconds of a tick, or of an array of them."""
        line = self.line
        y = line.offset + line.slope * (self.origin.x(tick_us) - line.ref)
        return self.origin.to_ns(tick_us, y)

    def error_at(self, tick_us: Ticks) -> Floats:
        """The claimed error in ns at other ticks: it grows outside `since`..`until`."""
        return self.line.errors(self.origin.x(tick_us)) * 1e3


class KitClock:
    """Live: from the stamps of the kit's frames, in the order in which they came."""

    def __init__(self) -> None:
        self.envelope = Envelope(KIT)
        self.origin = Origin()
        self.n = {ABOVE: 0, BELOW: 0}
        self.refused = 0  # stamps that contradict themselves
        self._echo_us = -1

    def stamp(self, at_ns: int, stamp: Stamp) -> None:
        """A frame's stamp, and when the frame came to the hub."""
        self.envelope.add_all(self.bounds(at_ns, stamp))

    def bounds(self, at_ns: int, stamp: Stamp) -> list[Bound]:
        """What the stamp says that is new."""
        if stamp.echo_ns > at_ns or (stamp.echo_ns and stamp.echo_us > stamp.send_us):
            self.refused += 1
            return []
        sent = self._bound(stamp.send_us, at_ns, ABOVE)
        if not stamp.echo_ns or stamp.echo_us == self._echo_us:
            return [sent]
        self._echo_us = stamp.echo_us
        return [sent, self._bound(stamp.echo_us, stamp.echo_ns, BELOW)]

    def _bound(self, tick: int, ns: int, side: float) -> Bound:
        if not self.n[ABOVE] and not self.n[BELOW]:
            self.origin = Origin(tick, ns)
        self.n[side] += 1
        return self.origin.x(tick), self.origin.y(tick, ns), side

    def fit(self, now_us: float | None = None) -> Fit | None:
        """What is known now; None before the first exchange both ways. `now_us`: the tick that
        the claim is for (None: the last exchange's)."""
        line = self.envelope.line
        if line is None:
            return None
        now = line.until if now_us is None else self.origin.x(now_us)
        return Fit(self.origin, line, min(self.n.values()), line.error(now) * 1e3)


@dataclass(frozen=True, slots=True)
class FinalFit:
    """The kit's tick in UTC, by the whole session. `error_ns` holds from first to last exchange and
    for the samples that the clock was made for."""

    origin: Origin
    curve: Spine
    n: int
    error_ns: float
    drift_ppm: float  # mean

    @overload
    def to_ns(self, tick_us: float) -> int: ...
    @overload
    def to_ns(self, tick_us: Ticks) -> Ints: ...
    def to_ns(self, tick_us: Any) -> Any:
        """UTC nanoseconds of a tick, or of an array of them."""
        y = self.curve.at(np.atleast_1d(self.origin.x(tick_us)))
        return self.origin.to_ns(tick_us, y if isinstance(tick_us, np.ndarray) else float(y[0]))

    def error_at(self, tick_us: Ticks) -> Floats:
        """The claimed error in ns at these ticks."""
        return self.curve.errors(self.origin.x(tick_us)) * 1e3


class FinalClock:
    """Whole session: `exchanges` are (at_ns, stamp) in the order in which they came; `samples` the
    ticks of what is to be placed, the first and the last at least. Goes where a KitClock goes;
    `stamp` does nothing, as everything has been heard."""

    def __init__(
        self, exchanges: Iterable[tuple[int, Stamp]], samples: Sequence[int] = ()
    ) -> None:
        live = KitClock()
        bounds: list[Bound] = []
        looked_at = 0  # so many of them, one by one
        self.settled_ns: int | None = None  # when a live clock first claimed less than SETTLED_NS
        self.heard_ns: tuple[int, ...] = ()  # when the first message came, and the last
        for at_ns, stamp in exchanges:
            self.heard_ns = (*self.heard_ns[:1], at_ns)
            new = live.bounds(at_ns, stamp)
            bounds += new
            if self.settled_ns is None:
                live.envelope.add_all(new)
                looked_at = len(bounds)
                if (fit := live.fit()) and fit.error_ns < SETTLED_NS:
                    self.settled_ns = at_ns
        live.envelope.add_many(bounds[looked_at:])
        self.bounds = live.envelope.used(bounds)
        self.steps = len(live.envelope.began)
        self.refused = live.refused + len(live.envelope.strays())
        self.exchanges = min(live.n.values())
        self._fit = self._whole(live, samples)

    def stamp(self, at_ns: int, stamp: Stamp) -> None:
        """Nothing: it was among the exchanges."""

    def fit(self, now_us: float | None = None) -> FinalFit | None:
        """The whole session's; None where there was no exchange both ways: the boot's data are
        kept, but have no place in time."""
        return self._fit

    @property
    def error_ns(self) -> float:
        """The largest error claimed between the first exchange and the last, and of the samples."""
        return self._fit.error_ns if self._fit else math.inf

    def jumps(self) -> list[tuple[int, float]]:
        """When (UTC ns) the hub's time had jumped against the kit's clock, and by how many s."""
        if self._fit is None:
            return []
        origin = self._fit.origin
        return [
            (self._fit.to_ns(origin.tick + x * 1e6), by_us * 1e-6)
            for x, by_us in self._fit.curve.jumps()
        ]

    def delays_ms(self) -> Floats:
        """How long each message took by this clock: rows delay, side."""
        if self._fit is None:
            return np.empty((0, 2))
        x, y, side = self.bounds.T
        return np.column_stack((side * (y - self._fit.curve.at(x)) / 1e3, side))

    def _whole(self, live: KitClock, samples: Sequence[int]) -> FinalFit | None:
        curve = spine(self.bounds, live.envelope.began, KIT, SPACING)
        if curve is None:
            return None
        x = np.concatenate((curve.knots(), live.origin.x(np.array(samples, dtype=np.int64))))
        worst = float(curve.errors(x).max()) * 1e3
        return FinalFit(live.origin, curve, self.exchanges, worst, KIT.believed(curve.slope()))
