"""The skin conductance of one seat, second by second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints
from hub.signals import arguments, quality
from hub.signals.column import FULL, Column, named, stacked, texts
from hub.signals.contact import FINE, MISSING
from hub.signals.eda import BEYOND_US, SCL_S, SCL_SHARE, EdaStream, Skin
from hub.signals.features import SCL_COVERAGE, SCR_COVERAGE, SCR_S
from hub.signals.placed import Placed, Stretches, joined, seconds_of, seconds_since

FLAT_S = 30.0  # without any movement: not a skin
LEAST_MOVEMENT_US = 0.00075  # what one step of the converter, to and fro, leaves: of a resistor
TINY_S = 1e-9
LUMP = 200  # samples that are forgotten at once: fewer are not worth the copying
NO_SKIN = "too little valid skin conductance"
WINDOWS_S = np.array((SCR_S, FLAT_S, SCL_S, 1.0))


@dataclass(frozen=True, slots=True)
class SkinLook:
    """What one seat's skin shows at successive seconds: how long there has been one (s), and why no
    longer; of each second the conductance as it came, the share of it that is valid, and the worst
    that is wrong in or near it (a fault of `contact`); whether the level moved over FLAT_S; the
    valid level of SCL_S (a row each, infinite: none), so many a second; the valid seconds of SCR_S
    and the responses in it; samples a second as they came."""

    since_s: Floats
    young: str
    samples: Stretches
    valid: Floats
    fault: Floats
    moves: Bools
    level_us: Floats
    rate_hz: float
    valid_s: Floats
    responses: Ints
    sent_hz: float


class SkinTrack:
    """`push` conductance; `look` at whole seconds, in order, each once: `skin_figures` makes
    values of that, for many seats at once."""

    def __init__(self, young: str = FULL) -> None:
        self.first_s: int | None = None
        self._young = young
        self.certain_s = -inf
        self._placed: Placed | None = None
        self._stream: EdaStream | None = None
        self._skin: Floats = np.empty((4, 0))  # session time, level, fault, known to be still since
        self._known: list[float] = []  # when each response was known
        self._sent_hz = 1.0
        self._out = 0  # how many the stream has given

    def push(self, us: NDArray[Any], start_s: float, period_s: float) -> None:
        """`us` is conductance (uS), NaN: not received; the first lies at `start_s`."""
        us = arguments.samples(us, BEYOND_US)
        if not len(us):
            return
        if self._placed is None or self._placed.breaks(start_s):
            self._begin(start_s, period_s)
        assert self._placed
        self._placed.push(us, start_s, period_s)

    def settle(self) -> None:
        """Work on what was pushed."""
        new = self._placed.gather() if self._placed else np.empty(0)
        if not len(new):
            return
        assert self._placed and self._stream
        self._keep(self._stream.push(new))
        self.certain_s = self._placed.locate(self._stream.certain_s * self._stream.fs)[0]

    def _begin(self, start_s: float, period_s: float) -> None:
        """A first sample, or one after a pause."""
        stream = EdaStream(round(1.0 / period_s, 1))  # refused before anything is changed
        self.settle()
        if self._stream:
            self._keep(self._stream.flush())
        if self.first_s is None:
            self.first_s, self._sent_hz = ceil(start_s), 1.0 / period_s
        self._stream, self._placed = stream, Placed(start_s, self._placed)
        self._out = 0

    def _keep(self, skin: Skin) -> None:
        assert self._placed and self._stream
        fs = self._stream.fs
        if len(skin.level):
            first, step = self._stream.time_s(self._out) * fs, fs / self._stream.rate
            time = self._placed.times(first, step, len(skin.level))
            new = np.array((time, skin.level, skin.fault, np.full(len(time), inf)), np.float64)
            self._skin = np.concatenate((self._skin, new), axis=1)
            self._out += len(skin.level)
        self._known += [self._placed.locate(p * fs)[0] for p in skin.known_s.tolist()]

    def look(self, span: range) -> SkinLook:
        """What is to be seen at these seconds, each from what lies before it. They come in order,
        each once."""
        at = np.arange(span.start, span.stop, dtype=np.float64)
        times, level, fault, still_s = self._skin
        begins = times.searchsorted(at - WINDOWS_S[:, None], "right")
        minute, flat, scl, second = begins
        end = times.searchsorted(at, "right")
        since = seconds_since(self.first_s, at)
        moves = (_swing(level, flat, end) > LEAST_MOVEMENT_US) | (since < FLAT_S)
        for k in (~moves).nonzero()[0].tolist():  # no later window takes it for skin either
            still_s[flat[k] : end[k]] = np.minimum(still_s[flat[k] : end[k]], at[k])
        fine = fault == FINE
        minute_fine, second_fine = _count(fine, still_s, at, np.array((minute, second)), end)
        known = sorted(self._known)
        look = SkinLook(
            since_s=since,
            young=self._young,
            samples=seconds_of(self._placed, span),
            valid=second_fine / np.maximum(1, end - second),
            fault=_worst(fault, second, end),
            moves=moves,
            level_us=_table(np.where(fine, level, inf), still_s, at, scl, end),
            rate_hz=self._rate_hz,
            valid_s=minute_fine / self._rate_hz,
            responses=np.array([
                bisect_right(known, s) - bisect_right(known, s - SCR_S) for s in span
            ]),
            sent_hz=self._sent_hz,
        )
        self._forget(span.stop - 1)
        return look

    @property
    def _rate_hz(self) -> float:
        return self._stream.rate if self._stream else 1.0

    def _forget(self, second: int) -> None:
        if self._placed:
            self._placed.forget(second - 1.0)
        old = int(self._skin[0].searchsorted(second - SCR_S - 1.0))
        if old > LUMP:
            self._skin = self._skin[:, old:]
        self._known = [p for p in self._known if p > second - SCR_S - 1.0]


def _swing(level: Floats, begin: Ints, end: Ints) -> Floats:
    """The range of each stretch of level; infinite where there is nothing."""
    pairs = np.array((begin, end)).ravel("F")
    level = np.concatenate((level, (0.0,)))
    swing = (np.maximum.reduceat(level, pairs) - np.minimum.reduceat(level, pairs))[::2]
    return np.where(begin == end, np.inf, swing)


def _worst(fault: Floats, begin: Ints, end: Ints) -> Floats:
    """The highest of each stretch of faults; where nothing is known yet, as at the end, MISSING."""
    pairs = np.array((begin, end)).ravel("F")
    worst: Floats = np.maximum.reduceat(np.concatenate((fault, (FINE,))), pairs)[::2]
    return np.where(begin == end, MISSING, worst)


def _count(fine: Bools, still_s: Floats, at: Floats, begins: Ints, end: Ints) -> Floats:
    """How many of each stretch are fine, less those known by then to have stood still: of what is
    later it is known later."""
    so_far = np.concatenate(((0.0,), fine.cumsum()))
    count = so_far[end] - so_far[begins]
    (still,) = (fine & (still_s < inf)).nonzero()
    if not len(still):
        return count  # the usual case
    last = np.minimum(still_s[still].searchsorted(at, "right"), still.searchsorted(end))
    return count - np.maximum(0, last - still.searchsorted(begins))


def _table(level: Floats, still_s: Floats, at: Floats, begin: Ints, end: Ints) -> Floats:
    """The level of each stretch, a row each, and infinity: also for what is known to have stood
    still by then."""
    place = begin[:, None] + np.arange(max(1, int((end - begin).max())))
    place[place >= end[:, None]] = -1
    still = np.concatenate((still_s, (inf,)))[place] <= at[:, None]
    return np.where(still, inf, np.concatenate((level, (inf,)))[place])


def skin_figures(looks: Sequence[SkinLook]) -> dict[str, Column]:
    """The values at what was looked at, one seat after the other."""
    since = np.concatenate([look.since_s for look in looks])
    young = texts(look.young for look in looks for _ in look.valid)
    valid = np.concatenate([look.valid for look in looks])
    fault = np.concatenate([look.fault for look in looks])
    moves = np.concatenate([look.moves for look in looks])
    touched, skin = quality.of_skin(
        joined([look.samples for look in looks]),
        np.repeat([look.sent_hz for look in looks], [len(look.valid) for look in looks]),
        valid, fault, moves,
    )  # fmt: skip
    return {
        "scl": _scl(looks).held(skin, since < SCL_S, young),
        "scr_rate": _rate(looks).held(skin, since < SCR_S, young),
        "contact_eda": touched,
        "quality_eda": skin,
    }


def _scl(looks: Sequence[SkinLook]) -> Column:
    """A low percentile of the valid level; its quality is the share that there is."""
    rate = np.concatenate([np.full(len(look.level_us), look.rate_hz) for look in looks])
    kept = stacked([look.level_us for look in looks], np.inf)
    kept.sort(axis=1)
    n = np.isfinite(kept).sum(axis=1)
    low = kept[np.arange(len(n)), (SCL_SHARE * np.maximum(n - 1, 0)).astype(np.int64)]
    return _covered(low, n / (SCL_S * rate), SCL_COVERAGE)


def _rate(looks: Sequence[SkinLook]) -> Column:
    """Responses a minute of valid time; its quality is the share that is valid."""
    valid_s = np.concatenate([look.valid_s for look in looks])
    count = np.concatenate([look.responses for look in looks])
    return _covered(60.0 * count / np.clip(valid_s, TINY_S, SCR_S), valid_s / SCR_S, SCR_COVERAGE)


def _covered(value: Floats, coverage: Floats, least: float) -> Column:
    """Withheld where less is covered than `least`."""
    coverage = np.minimum(1.0, coverage)
    few = coverage < least
    return Column(np.where(few, np.nan, value), coverage, named((few, NO_SKIN)))
