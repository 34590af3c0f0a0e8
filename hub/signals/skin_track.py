"""The skin conductance of one seat, second by second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints
from hub.signals import arguments, quality
from hub.signals.column import FULL, Column, named, texts
from hub.signals.contact import FINE, MISSING
from hub.signals.eda import BEYOND_US, SCL_S, SCL_SHARE, EdaStream, Skin
from hub.signals.features import SCL_COVERAGE, SCR_COVERAGE, SCR_S
from hub.signals.placed import Placed, Stretches, joined, seconds_of, seconds_since

FLAT_S = 30.0  # without any movement: not a skin
LEAST_MOVEMENT_US = 0.0009  # what one step of the converter, to and fro, leaves: of a resistor
TINY_S = 1e-9
LUMP = 200  # samples that are forgotten at once: fewer are not worth the copying
NO_SKIN = "too little valid skin conductance"
WINDOWS_S = np.array((SCR_S, FLAT_S, SCL_S, 1.0))
SCR, FLAT, SCL, SECOND = range(4)


@dataclass(frozen=True, slots=True)
class SkinLook:
    """What one seat's skin shows at successive seconds: how long there has been one (s), and why no
    longer; the conductance of each second as it came; what was found of it lately (level, fault,
    known to be still since), so many a second, and where in that the windows of each second begin
    (one of WINDOWS_S a row) and end; whether the level moved over FLAT_S; the responses in SCR_S;
    samples a second as they came."""

    at_s: Floats
    since_s: Floats
    young: str
    samples: Stretches
    skin: Floats
    rate_hz: float
    begins: Ints
    end: Ints
    moves: Bools
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
        times, level, _, still_s = self._skin
        begins = times.searchsorted(at - WINDOWS_S[:, None], "right")
        flat = begins[FLAT]
        end = times.searchsorted(at, "right")
        since = seconds_since(self.first_s, at)
        moves = (_swing(level, flat, end) > LEAST_MOVEMENT_US) | (since < FLAT_S)
        for k in (~moves).nonzero()[0].tolist():  # no later window takes it for skin either
            still_s[flat[k] : end[k]] = np.minimum(still_s[flat[k] : end[k]], at[k])
        known, old = sorted(self._known), int(begins.min())
        look = SkinLook(
            at_s=at,
            since_s=since,
            young=self._young,
            samples=seconds_of(self._placed, span),
            skin=self._skin[1:, old:],
            rate_hz=self._stream.rate if self._stream else 1.0,
            begins=begins - old,
            end=end - old,
            moves=moves,
            responses=np.array([
                bisect_right(known, s) - bisect_right(known, s - SCR_S) for s in span
            ]),
            sent_hz=self._sent_hz,
        )
        self._forget(span.stop - 1)
        return look

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


def skin_figures(looks: Sequence[SkinLook]) -> dict[str, Column]:
    """The values at what was looked at, one seat after the other."""
    since = np.concatenate([look.since_s for look in looks])
    young = texts(look.young for look in looks for _ in look.end)
    skins = _together(looks)
    touched, skin = quality.of_skin(
        joined([look.samples for look in looks]),
        _each([look.sent_hz for look in looks], looks),
        skins.share_fine(SECOND), skins.worst(SECOND), np.concatenate([k.moves for k in looks]),
    )  # fmt: skip
    responses = np.concatenate([look.responses for look in looks])
    return {
        "scl": _scl(skins).held(skin, since < SCL_S, young),
        "scr_rate": _rate(skins, responses).held(skin, since < SCR_S, young),
        "contact_eda": touched,
        "quality_eda": skin,
    }


@dataclass(frozen=True, slots=True)
class _Skins:
    """The skins of several seats, one after the other, and the windows in them: see SkinLook."""

    at_s: Floats
    level: Floats
    fault: Floats
    still_s: Floats
    rate_hz: Floats
    begins: Ints
    end: Ints

    def worst(self, of: int) -> Floats:
        """The highest fault of each window; where nothing is known yet, as at the end, MISSING."""
        begin = self.begins[of]
        pairs = np.array((begin, self.end)).ravel("F")
        worst: Floats = np.maximum.reduceat(np.concatenate((self.fault, (FINE,))), pairs)[::2]
        return np.where(begin == self.end, MISSING, worst)

    def fine(self, of: int) -> Floats:
        """How many of each window are fine, less those known by then to have stood still: of what
        is later it is known later."""
        fine = self.fault == FINE
        so_far = np.concatenate(((0.0,), fine.cumsum()))
        count = so_far[self.end] - so_far[self.begins[of]]
        if (self.still_s < inf).any():
            windows = zip(self.begins[of].tolist(), self.end.tolist(), self.at_s, strict=True)
            count -= [(fine[a:b] & (self.still_s[a:b] <= at)).sum() for a, b, at in windows]
        return count

    def share_fine(self, of: int) -> Floats:
        return self.fine(of) / np.maximum(1, self.end - self.begins[of])

    def levels(self, of: int) -> Floats:
        """The level where it is fine, a row for each window, and infinity: also for what is known
        by then to have stood still."""
        begin, end = self.begins[of][:, None], self.end[:, None]
        place = begin + np.arange(max(1, int((end - begin).max())))
        place[place >= end] = -1
        level = np.concatenate((np.where(self.fault == FINE, self.level, inf), (inf,)))
        still = np.concatenate((self.still_s, (inf,)))[place] <= self.at_s[:, None]
        return np.where(still, inf, level[place])


def _together(looks: Sequence[SkinLook]) -> _Skins:
    starts = accumulate([look.skin.shape[1] for look in looks], initial=0)
    moved = [(look.begins + k, look.end + k) for look, k in zip(looks, starts, strict=False)]
    level, fault, still_s = np.concatenate([look.skin for look in looks], axis=1)
    return _Skins(
        np.concatenate([look.at_s for look in looks]), level, fault, still_s,
        _each([look.rate_hz for look in looks], looks),
        np.concatenate([begins for begins, _ in moved], axis=1),
        np.concatenate([end for _, end in moved]),
    )


def _each(of_seat: Sequence[float], looks: Sequence[SkinLook]) -> Floats:
    """What is so of a seat, for each of its seconds."""
    return np.repeat(of_seat, [len(look.end) for look in looks])


def _scl(skins: _Skins) -> Column:
    """A low percentile of the valid level; its quality is the share that there is."""
    kept = skins.levels(SCL)
    kept.sort(axis=1)
    n = np.isfinite(kept).sum(axis=1)
    low = kept[np.arange(len(n)), (SCL_SHARE * np.maximum(n - 1, 0)).astype(np.int64)]
    return _covered(low, n / (SCL_S * skins.rate_hz), SCL_COVERAGE)


def _rate(skins: _Skins, responses: Ints) -> Column:
    """Responses a minute of valid time; its quality is the share that is valid."""
    valid_s = skins.fine(SCR) / skins.rate_hz
    per_minute = 60.0 * responses / np.clip(valid_s, TINY_S, SCR_S)
    return _covered(per_minute, valid_s / SCR_S, SCR_COVERAGE)


def _covered(value: Floats, coverage: Floats, least: float) -> Column:
    """Withheld where less is covered than `least`."""
    coverage = np.minimum(1.0, coverage)
    few = coverage < least
    return Column(np.where(few, np.nan, value), coverage, named((few, NO_SKIN)))
