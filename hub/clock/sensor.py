"""Sample index -> kit tick, for a sensor that samples by its own oscillator.

A sample's time is the moment its conversion is complete. A drain says that at some moment of
tick..tick + span exactly the samples below `next_index` had been taken: sample next_index - 1 was
complete by tick + span, and sample next_index was not at tick. x is the index in hundreds, y in us
what the samples come later than by the guessed period, so a slope of 10,000 is 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np

from firmware.wire import COUNT_MAX
from hub.arrays import Floats, Ints
from hub.clock.envelope import ABOVE, BELOW, Bound, Envelope, Line, Rule
from hub.clock.spine import Spine, spine

GUESS_US = 10_000.0
HUNDRED = 100.0

# The oscillator is within 3 % (datasheet of the MAX30102), that of copies perhaps not: 15 % are
# believed, and that it moves by 500 ppm an hour at most.
SENSOR = Rule(slopes=(-150e3, 150e3), bend=500 / 3600, window=180.0, reach=400.0, step=4e3)
SPACING = 30.0
KEPT_PERIOD = 3000.0  # how far a known period may move while the phase is lost: 0.3 %

SPAN_MAX = 65535  # wire.BlockWriter.at: the read took so long or longer,
SPAN_LONGEST = 1_000_000  # but not three times as long as the FIFO takes to run over


class Drain(NamedTuple):
    """What one block says of the sensor's clock."""

    next_index: int
    tick_us: int
    span_us: int
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """An index and a tick near the data: subtracted before float64; and the guessed period."""

    index: int = 0
    tick: int = 0
    guess_us: float = GUESS_US

    def x(self, index: Any) -> Any:
        """The envelope's x of sample indices."""
        return (index - self.index) / HUNDRED

    def y(self, index: int, tick: int) -> float:
        """The envelope's y (us) of a sample that comes at a tick."""
        return tick - self.tick - (index - self.index) * self.guess_us

    def to_us(self, index: Any, y: Any) -> Any:
        """The ticks of samples whose y is known."""
        return self.tick + ((index - self.index) * self.guess_us + y)

    def bounds(self, drain: Drain) -> list[Bound]:
        """What a drain says, for the envelope."""
        after, last = drain.next_index, drain.next_index - 1
        end = drain.tick_us + (drain.span_us if drain.span_us < SPAN_MAX else SPAN_LONGEST)
        return [
            (self.x(after), self.y(after, drain.tick_us), BELOW),
            (self.x(last), self.y(last, end), ABOVE),
        ]


@dataclass(frozen=True, slots=True)
class SensorFit:
    """Samples in ticks of the kit, as far as was known when this was made."""

    origin: Origin
    line: Line
    n: int  # drains so far
    error_us: float  # claimed for the samples of the last drain; it covers the true one

    @property
    def period_us(self) -> float:
        """In us of the kit's clock."""
        return self.origin.guess_us + self.line.slope / HUNDRED

    @overload
    def to_us(self, index: float) -> float: ...
    @overload
    def to_us(self, index: Floats | Ints) -> Floats: ...
    def to_us(self, index: Any) -> Any:
        """The tick at which a sample's conversion was complete, or an array of them."""
        line = self.line
        y = line.offset + line.slope * (self.origin.x(index) - line.ref)
        return self.origin.to_us(index, y)

    def error_at(self, index: Floats | Ints) -> Floats:
        """The claimed error in us of other samples."""
        return self.line.errors(self.origin.x(index))


class SensorClock:
    """Live: from the drains, in the order in which they were made. Where the index was broken or
    began again, the period is kept and the phase found anew."""

    def __init__(self, period_guess_us: float = GUESS_US) -> None:
        self.envelope = Envelope(SENSOR)
        self.origin = Origin(guess_us=period_guess_us)
        self.n = 0
        self._last = Drain(0, -1, 0)
        self._first = 0  # of the samples that the last drain brought

    def drain(self, next_index: int, tick_us: int, span_us: int, broken: bool = False) -> None:
        """One drain. `broken`: samples were lost uncounted since the drain before."""
        for bound in self.bounds(Drain(next_index, tick_us, span_us, broken)):
            self.envelope.add(*bound)

    def bounds(self, drain: Drain) -> list[Bound]:
        """What the drain says, for the envelope; a break makes the envelope begin anew first."""
        before = self._last.next_index
        if not self.n:
            self.origin = Origin(drain.next_index, drain.tick_us, self.origin.guess_us)
        elif drain.broken or drain.next_index < before:
            self._break(min(drain.next_index, before))
        began = before if drain.next_index >= before else 0
        self._first = max(began, drain.next_index - COUNT_MAX)
        self.n += 1
        self._last = drain
        return self.origin.bounds(drain)

    def fit(self) -> SensorFit | None:
        """What is known now; None before the first drain."""
        line = self.envelope.line
        if line is None:
            return None
        error = max(line.error(line.until), line.error(self.origin.x(self._first)))
        return SensorFit(self.origin, line, self.n, error)

    def _break(self, index: int) -> None:
        line, rule = self.envelope.line, SENSOR
        if line is not None:
            low, high = line.slopes()
            rule = SENSOR.narrowed(low - KEPT_PERIOD, high + KEPT_PERIOD)
        self.envelope.begin_anew(self.origin.x(index), rule)


@dataclass(frozen=True, slots=True)
class FinalSensorFit:
    """Samples in ticks of the kit, by the whole run. `error_us` holds from first to last drain."""

    origin: Origin
    curve: Spine
    n: int
    error_us: float
    period_us: float  # mean, in us of the kit's clock

    @overload
    def to_us(self, index: float) -> float: ...
    @overload
    def to_us(self, index: Floats | Ints) -> Floats: ...
    def to_us(self, index: Any) -> Any:
        """The tick at which a sample's conversion was complete, or an array of them."""
        y = self.curve.at(np.atleast_1d(self.origin.x(index)))
        return self.origin.to_us(index, y if isinstance(index, np.ndarray) else float(y[0]))

    def error_at(self, index: Floats | Ints) -> Floats:
        """The claimed error in us of these samples."""
        return self.curve.errors(self.origin.x(index))


class FinalSensor:
    """Whole run: `drains` are (next_index, tick_us, span_us[, broken]) in order, of one unbroken
    count (the index begins at 0 with each recording: that is another run). Goes where a
    SensorClock goes; `drain` does nothing, as everything has been heard."""

    def __init__(
        self, drains: Iterable[tuple[Any, ...]], period_guess_us: float = GUESS_US
    ) -> None:
        live = SensorClock(period_guess_us)
        bounds: list[Bound] = []
        for each in drains:
            new = live.bounds(Drain(*each))
            bounds += new
            for bound in new:
                live.envelope.add(*bound)
        self.n = live.n
        self.breaks = len(live.envelope.began)
        self._fit = self._whole(live, live.envelope.used(bounds)) or live.fit()

    def drain(self, next_index: int, tick_us: int, span_us: int, broken: bool = False) -> None:
        """Nothing: it was among the drains."""

    def fit(self) -> FinalSensorFit | SensorFit | None:
        """The whole run's, or the live one where drains leave no curve; None without a drain."""
        return self._fit

    @property
    def error_us(self) -> float:
        """The largest error claimed between the first drain and the last."""
        return self._fit.error_us if self._fit else math.inf

    def _whole(self, live: SensorClock, bounds: Floats) -> FinalSensorFit | None:
        curve = spine(bounds, live.envelope.began, SENSOR, SPACING)
        if curve is None:
            return None
        worst = float(curve.errors(curve.knots()).max())
        period = live.origin.guess_us + SENSOR.believed(curve.slope()) / HUNDRED
        return FinalSensorFit(live.origin, curve, self.n, worst, period)
