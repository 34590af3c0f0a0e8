"""Intervals between beats, heart rate, and pulse-rate variability (PRV: it is not HRV).

Signal quality rejects first; of what is left, an interval counts if it fits those around it, with
limits that follow their spread (after Lipponen & Tarvainen 2019).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.records import Value
from hub.signals.beats import Beats
from hub.signals.slope import Bools, Floats

GOOD = 0.5  # quality both beats of an interval must have
SHORTEST_S, LONGEST_S = 0.3, 2.0  # 200 to 30 beats a minute
AROUND = 5  # good intervals on each side that say what is usual
SPREAD = 4.5  # times the usual deviation from their median
LEAST_SPREAD_S, LEAST_SPREAD = 0.06, 0.12  # and at least this, in s and of the median

HR_S, HR_COVERAGE = 10.0, 0.5
RMSSD_S, RMSSD_COVERAGE = 60.0, 0.6
MOST_BRIDGED = 5  # beats that a count may put into a stretch without valid intervals
BRIDGE = 0.25  # how far, in intervals, such a stretch may be from a whole number of them
FEW = "too few valid beats"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals in order of time: when each ends (s), its length (s), and whether it counts."""

    times_s: Floats
    ibi_s: Floats
    valid: Bools


def intervals(beats: Beats) -> Intervals:
    """The intervals between successive `beats`, and which of them count."""
    log = IntervalLog()
    for at, quality in zip(beats.times_s.tolist(), beats.quality.tolist(), strict=True):
        log.add(at, at, quality)
    log.judge()
    return Intervals(np.array(log.ends_s), np.array(log.ibi_s), np.array(log.valid, bool))


class IntervalLog:
    """Intervals as beats come in; `judge` says which count as far as is known now."""

    def __init__(self) -> None:
        self.ends_s: list[float] = []
        self.ibi_s: list[float] = []
        self.valid: list[bool] = []
        self._good: list[int] = []  # which have two good beats and a possible length
        self._settled = 0  # of the good: those whose neighbours are all known
        self._last: tuple[float, float] | None = None  # sensor time and quality of the last beat

    def add(self, at_s: float, sensor_s: float, quality: float) -> None:
        """A beat at session time `at_s`; the interval is taken on the sensor's even clock."""
        if self._last:
            ibi = sensor_s - self._last[0]
            if min(quality, self._last[1]) >= GOOD and SHORTEST_S <= ibi <= LONGEST_S:
                self._good.append(len(self.ibi_s))
            self.ends_s.append(at_s)
            self.ibi_s.append(ibi)
            self.valid.append(False)
        self._last = (sensor_s, quality)

    def judge(self) -> None:
        """Bring `valid` up to date."""
        values = [self.ibi_s[k] for k in self._good]
        for g in range(self._settled, len(values)):
            around = values[max(0, g - AROUND) : g + AROUND + 1]
            self.valid[self._good[g]] = fits(values[g], around)
        self._settled = max(0, len(values) - AROUND)

    def forget(self, before_s: float) -> None:
        """Drop what ended before, but for the neighbours of what did not."""
        keep = max(0, self._settled - AROUND)
        first = self._good[keep] if self._good else len(self.ends_s)
        n = min(bisect_right(self.ends_s, before_s), first)
        if n < 30:
            return
        del self.ends_s[:n], self.ibi_s[:n], self.valid[:n]
        gone = bisect_right(self._good, n - 1)
        self._good = [k - n for k in self._good[gone:]]
        self._settled -= gone


def fits(ibi: float, around: list[float]) -> bool:
    """Whether an interval fits those around it (itself among them)."""
    if len(around) < 3:
        return True
    middle = len(around) // 2
    usual = sorted(around)[middle]
    spread = sorted([abs(x - usual) for x in around])[middle]
    return abs(ibi - usual) <= max(LEAST_SPREAD_S, LEAST_SPREAD * usual, SPREAD * spread)


Rows = tuple[Sequence[float], Sequence[float], Sequence[bool]]  # ends (s), lengths (s), valid


def heart_rate(rows: Rows, at_s: float) -> Value:
    """Beats a minute over the HR_S up to `at_s`. Coverage counts valid intervals only, the rate
    also the stretches between them into which a whole number of intervals fits."""
    ibi, valid = window(rows, at_s, HR_S)
    kept = [x for x, ok in zip(ibi, valid, strict=True) if ok]
    total = sum(kept)
    coverage = min(1.0, total / HR_S)
    if coverage < HR_COVERAGE:
        return Value(None, coverage, FEW)
    beats, time = bridged(ibi, valid, total / len(kept))
    return Value(60.0 * (len(kept) + beats) / (total + time), coverage)


def bridged(ibi: Sequence[float], valid: Sequence[bool], usual: float) -> tuple[int, float]:
    """Beats in, and length (s) of, the stretches between valid intervals that `usual` ones fill:
    a lost second, a beat out of turn with its pause."""
    beats, time = 0, 0.0
    stretch = 0.0
    inside = False  # there was a valid interval before
    for x, ok in zip(ibi, valid, strict=True):
        if not ok:
            stretch += x
            continue
        count = round(stretch / usual)
        if inside and 1 <= count <= MOST_BRIDGED and abs(stretch / usual - count) <= BRIDGE:
            beats, time = beats + count, time + stretch
        inside, stretch = True, 0.0
    return beats, time


def rmssd(rows: Rows, at_s: float) -> Value:
    """Root mean square of successive differences (ms) over the RMSSD_S up to `at_s`."""
    ibi, valid = window(rows, at_s, RMSSD_S)
    coverage = min(1.0, sum(x for x, ok in zip(ibi, valid, strict=True) if ok) / RMSSD_S)
    if coverage < RMSSD_COVERAGE:
        return Value(None, coverage, FEW)
    squares = [
        (b - a) ** 2
        for a, b, ok, ok_too in zip(ibi[:-1], ibi[1:], valid[:-1], valid[1:], strict=True)
        if ok and ok_too
    ]
    return Value(1000.0 * (sum(squares) / len(squares)) ** 0.5, coverage)


def window(rows: Rows, at_s: float, length_s: float) -> tuple[Sequence[float], Sequence[bool]]:
    """Lengths and validity of the intervals that end in (at_s - length_s, at_s]."""
    ends, ibi, valid = rows
    a, b = bisect_right(ends, at_s - length_s), bisect_right(ends, at_s)
    return ibi[a:b], valid[a:b]
