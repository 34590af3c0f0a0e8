"""Sample index -> kit tick, for a sensor that samples by its own oscillator.

A sample's time is the moment its conversion is complete. A drain says that at some moment of
tick..tick + span exactly the samples below `next_index` had been taken: sample next_index - 1 was
complete by tick + span, and sample next_index was not at tick. x is the index, in as many samples
as a second has by the guessed period, y in us what they come later than by it, so a slope of 10,000
is 1 %.

Drains -> is it another rate? (pace) -> an envelope of them, live, or the curve through all of one
rate (spine) -> a fit, which times the samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np

from firmware.wire import COUNT_MAX
from hub.arrays import Floats, Ints
from hub.clock.envelope import ABOVE, BELOW, Bound, Envelope, Line, Rule
from hub.clock.pace import GUESS_US, Drain, Pace, Stretch, guess, stretches
from hub.clock.spine import Spine, spine

SECOND_US = 1e6

# The oscillator is within 3 % (datasheet of the MAX30102), that of copies perhaps not: 15 % are
# believed of a guess, and that it moves by 500 ppm an hour at most. What is further off is another
# rate, which `pace` tells by counting: a guess of its own.
SENSOR = Rule(slopes=(-150e3, 150e3), bend=500 / 3600, window=180.0, reach=400.0, step=4e3)
SPACING = 30.0
KEPT_PERIOD = 3000.0  # how far a known period may move while the phase is lost: 0.3 %


@dataclass(frozen=True, slots=True)
class Origin:
    """An index and a tick near the data: subtracted before float64; and the guessed period."""

    index: int = 0
    tick: int = 0
    guess_us: float = GUESS_US

    @property
    def per_second(self) -> float:
        """Samples by the guess."""
        return SECOND_US / self.guess_us

    def period_us(self, slope: float) -> float:
        """Of a sensor whose line has this slope."""
        return self.guess_us + slope / self.per_second

    def x(self, index: Any) -> Any:
        """The envelope's x of sample indices."""
        return (index - self.index) / self.per_second

    def y(self, index: int, tick: int) -> float:
        """The envelope's y (us) of a sample that comes at a tick."""
        return tick - self.tick - (index - self.index) * self.guess_us

    def to_us(self, index: Any, y: Any) -> Any:
        """The ticks of samples whose y is known."""
        return self.tick + ((index - self.index) * self.guess_us + y)

    def bounds(self, drain: Drain) -> list[Bound]:
        """What a drain says, for the envelope."""
        after, last = drain.next_index, drain.next_index - 1
        return [
            (self.x(after), self.y(after, drain.tick_us), BELOW),
            (self.x(last), self.y(last, drain.end_us), ABOVE),
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
        return self.origin.period_us(self.line.slope)

    def period_at(self, index: int) -> float:
        """Of a sample: as far as is known now, that of all."""
        return self.period_us

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
    began again, the period is kept and the phase found anew; where the sensor runs at another rate
    all begins anew with the drains that say so."""

    def __init__(self, period_guess_us: float = GUESS_US) -> None:
        self.envelope = Envelope(SENSOR)
        self.origin = Origin(guess_us=period_guess_us)
        self.n = 0
        self._pace = Pace(period_guess_us)
        self._last = Drain(0, -1, 0)
        self._first = 0  # of the samples that the last drain brought

    def drain(self, next_index: int, tick_us: int, span_us: int, broken: bool = False) -> None:
        """One drain. `broken`: samples were lost uncounted since the drain before."""
        drain = Drain(next_index, tick_us, span_us, broken)
        self.envelope.add_all(self.bounds(drain))
        period_us = self._pace.drain(drain)
        if period_us is not None:
            self._run_at(guess(period_us), self._pace.heard)

    def _run_at(self, guess_us: float, drains: Sequence[Drain]) -> None:
        self.envelope = Envelope(SENSOR)
        self.origin = Origin(drains[0].next_index, drains[0].tick_us, guess_us)
        for drain in drains:
            self.envelope.add_all(self.origin.bounds(drain))

    def bounds(self, drain: Drain) -> list[Bound]:
        """What the drain says, for the envelope; a break makes the envelope begin anew first."""
        before = self._last.next_index
        if not self.n:
            self.origin = Origin(drain.next_index, drain.tick_us, self.origin.guess_us)
        elif self.breaks(drain):
            self._break(min(drain.next_index, before))
        began = before if drain.next_index >= before else 0
        self._first = max(began, drain.next_index - COUNT_MAX)
        self.n += 1
        self._last = drain
        return self.origin.bounds(drain)

    def breaks(self, drain: Drain) -> bool:
        """Whether the index was broken or began again before this next drain."""
        return self.n > 0 and (drain.broken or drain.next_index < self._last.next_index)

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

    def period_at(self, index: int) -> float:
        """Of a sample: the mean of all."""
        return self.period_us

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


StretchFit = FinalSensorFit | SensorFit


@dataclass(frozen=True, slots=True)
class ChangedSensorFit:
    """Samples in ticks of a sensor whose rate has changed: each fit holds from `starts` on."""

    starts: Ints  # of all but the first
    fits: tuple[StretchFit, ...]

    @property
    def n(self) -> int:
        return sum(fit.n for fit in self.fits)

    @property
    def error_us(self) -> float:
        """The largest."""
        return max(fit.error_us for fit in self.fits)

    @property
    def period_us(self) -> float:
        """That of most drains."""
        return max(self.fits, key=lambda fit: fit.n).period_us

    def period_at(self, index: int) -> float:
        """That of its stretch."""
        return self.fits[int(np.searchsorted(self.starts, index, "right"))].period_us

    @overload
    def to_us(self, index: float) -> float: ...
    @overload
    def to_us(self, index: Floats | Ints) -> Floats: ...
    def to_us(self, index: Any) -> Any:
        """The tick at which a sample's conversion was complete, or an array of them."""
        every = np.atleast_1d(index)
        which = np.searchsorted(self.starts, every, "right")
        ticks = np.empty(len(every))
        for k in map(int, np.unique(which)):  # few, of a sensor that changed often
            ticks[which == k] = self.fits[k].to_us(every[which == k])
        return ticks if isinstance(index, np.ndarray) else float(ticks[0])


class FinalSensor:
    """Whole run: `drains` are (next_index, tick_us, span_us[, broken]) in order, of one unbroken
    count (the index begins at 0 with each recording: that is another run). Goes where a
    SensorClock goes; `drain` does nothing, as everything has been heard. `is_odd`: it did not run
    at one rate of about 100 all the time."""

    def __init__(
        self, drains: Iterable[tuple[Any, ...]], period_guess_us: float = GUESS_US
    ) -> None:
        self.breaks = 0
        parts = stretches([Drain(*each) for each in drains], period_guess_us)
        found = [(part, fit) for part in parts if (fit := self._whole(part))]
        self._fit = _joined(found) if found else None
        self.n = self._fit.n if self._fit else 0
        self.periods_us = [fit.period_us for _, fit in found]  # one after the other: mostly one
        self.is_odd = any(part.guess_us != GUESS_US for part in parts) or len(parts) > 1

    def drain(self, next_index: int, tick_us: int, span_us: int, broken: bool = False) -> None:
        """Nothing: it was among the drains."""

    def fit(self) -> ChangedSensorFit | StretchFit | None:
        """The whole run's, or the live one where drains leave no curve; None without a drain."""
        return self._fit

    def _whole(self, part: Stretch) -> StretchFit | None:
        live = SensorClock(part.guess_us)
        bounds: list[Bound] = []
        looked_at = 0
        for drain in part.drains:
            if live.breaks(drain):
                live.envelope.add_many(bounds[looked_at:])
                looked_at = len(bounds)
            bounds += live.bounds(drain)
        live.envelope.add_many(bounds[looked_at:])
        began = live.envelope.began
        self.breaks += len(began)
        curve = spine(live.envelope.used(bounds), began, SENSOR, SPACING)
        if curve is None:
            return live.fit()
        worst = float(curve.errors(curve.knots()).max())
        period = live.origin.period_us(SENSOR.believed(curve.slope()))
        return FinalSensorFit(live.origin, curve, live.n, worst, period)


def _joined(found: Sequence[tuple[Stretch, StretchFit]]) -> ChangedSensorFit | StretchFit:
    """One fit of them all."""
    if len(found) == 1:
        return found[0][1]
    starts = [_change(*before, *after) for before, after in pairwise(found)]
    return ChangedSensorFit(np.maximum.accumulate(starts), tuple(fit for _, fit in found))


def _change(before: Stretch, old: StretchFit, after: Stretch, new: StretchFit) -> int:
    """The first sample of the new rate: where the two lines meet."""
    last, first = before.drains[-1].next_index, after.drains[0].next_index
    ahead, behind = (float(old.to_us(float(at)) - new.to_us(float(at))) for at in (last, first))
    if ahead == behind:
        return last
    return last + round(min(max(0.0, ahead / (ahead - behind)), 1.0) * (first - last))
