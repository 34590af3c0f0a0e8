"""Intervals between beats, and which of them count.

Signal quality rejects first; of what is left, an interval counts if it fits those around it, with
limits that follow their spread (after Lipponen & Tarvainen 2019, but local, so that live and
afterwards agree), narrower for poorer beats.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals import arguments
from hub.signals.beats import Beats

GOOD, SURE = 0.4, 0.95  # quality that both beats of an interval must have; that nobody doubts
SHORTEST_S, LONGEST_S = 0.3, 2.0  # 200 to 30 beats a minute
AROUND = 5  # good intervals on each side that say what is usual
NEAR, COMPANY = 12, 0.2  # intervals on each side; share of these that must be good, not by chance
ENOUGH = int(COMPANY * (2 * NEAR + 1))  # others, whatever else is around
SPREAD = 4.5  # times the usual deviation from their median
LEAST_SPREAD_S, LEAST_SPREAD = 0.06, 0.12  # and at least this, in s and of the median
DOUBTED_SHARE = 0.4  # share of these limits for beats that are just good
LUMP = 30  # intervals that are forgotten at once: fewer are not worth the copying
FAR = 0.32  # of the median: a breath may take an interval this far, but not in one step

Young = tuple[int, Sequence[bool]]  # from which interval on the verdicts may change; these


class Rows(NamedTuple):
    """`Intervals` as plain columns: what windows, heart rate and rhythm look into."""

    ends_s: Sequence[float]
    ibi_s: Sequence[float]
    valid: Sequence[bool]
    good: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals in order of time: when each ends (s), its length (s), whether it counts, and
    whether its two beats could be believed at all (a beat out of turn may be, and not count)."""

    times_s: Floats
    ibi_s: Floats
    valid: Bools
    good: Bools

    @property
    def rows(self) -> Rows:
        """As plain columns."""
        ends, lengths = self.times_s.tolist(), self.ibi_s.tolist()
        return Rows(ends, lengths, self.valid.tolist(), self.good.tolist())


def as_rows(found: Intervals | Rows) -> Rows:
    """As plain columns, whichever it is. ValueError for anything else."""
    if isinstance(found, Rows):
        return found
    return arguments.of_kind(found, Intervals, "what `intervals` gives").rows


def intervals(beats: Beats) -> Intervals:
    """The intervals between successive `beats`, and which of them count. ValueError for what are no
    Beats, for beats that are not in order of time, and where not each of them has a quality."""
    beats = arguments.of_kind(beats, Beats, "Beats (their times and quality)")
    times, quality = arguments.samples(beats.times_s), arguments.samples(beats.quality)
    if not (np.diff(times) > 0).all():
        raise ValueError("beats in order of time are needed, each later than the one before")
    if len(times) != len(quality):
        raise ValueError(f"a quality for each of {len(times)} beats is needed, not {len(quality)}")
    log = IntervalLog()
    for at, how_good in zip(times.tolist(), quality.tolist(), strict=True):
        log.add(at, at, how_good)
    log.judge()
    valid, good = np.array(log.valid, bool), np.array(log.good, bool)
    return Intervals(np.array(log.ends_s), np.array(log.ibi_s), valid, good)


class IntervalLog:
    """Intervals as beats come in; `judge` says which count as far as is known now."""

    def __init__(self) -> None:
        self.ends_s: list[float] = []
        self.ibi_s: list[float] = []
        self.valid: list[bool] = []
        self.good: list[bool] = []  # two good beats and a possible length
        self._which: list[int] = []  # of all are good
        self._limits: list[float] = []  # strictness by the poorer of the two beats
        self._settled = 0  # of the good: those whose verdict stands, whatever comes
        self._judged = True  # all that are known
        self._last: tuple[float, float] | None = None  # sensor time and quality of the last beat

    @property
    def rows(self) -> Rows:
        return Rows(self.ends_s, self.ibi_s, self.valid, self.good)

    @property
    def young(self) -> Young:
        """The verdicts that later beats may change, as they are now."""
        first = self._which[self._settled] if self._settled < len(self._which) else len(self.valid)
        return first, self.valid[first:]

    def add(self, at_s: float, sensor_s: float, quality: float) -> None:
        """A beat at session time `at_s`; the interval is taken on the sensor's even clock."""
        if self._last:
            ibi, poorer = sensor_s - self._last[0], min(quality, self._last[1])
            good = poorer >= GOOD and SHORTEST_S <= ibi <= LONGEST_S
            if good:
                self._which.append(len(self.ibi_s))
            if self._which and len(self.ibi_s) - self._which[-1] <= NEAR:
                self._judged = False
            self.good.append(good)
            self.ends_s.append(at_s)
            self.ibi_s.append(ibi)
            self.valid.append(False)
            self._limits.append(strictness(poorer))
        self._last = (sensor_s, quality)

    def tail(self, n: int) -> IntervalLog:
        """A log of its own that begins with the last `n` intervals of this one."""
        cut = max(0, len(self.ibi_s) - n)
        log = IntervalLog()
        log.ends_s, log.ibi_s = self.ends_s[cut:], self.ibi_s[cut:]
        log.valid, log.good = self.valid[cut:], self.good[cut:]
        log._limits = self._limits[cut:]
        gone = bisect_right(self._which, cut - 1)
        log._which = [k - cut for k in self._which[gone:]]
        log._settled = max(0, self._settled - gone)
        log._judged, log._last = self._judged, self._last
        return log

    def judge(self) -> None:
        """Bring `valid` up to date."""
        if self._judged:
            return
        first = max(0, self._settled - AROUND)
        values = [self.ibi_s[k] for k in self._which[first:]]
        low, high = min(values, default=0.0), max(values, default=0.0)
        spread = max(LEAST_SPREAD_S, LEAST_SPREAD * low)  # that any of them may have, at least
        together = self._settled >= ENOUGH and (
            self._which[-1] - self._which[self._settled - ENOUGH] <= NEAR
        )  # so each of them follows company
        for g in range(self._settled - first, len(values)):
            k, ibi = self._which[first + g], values[g]
            limit = self._limits[k] * spread
            self.valid[k] = (together or self._in_company(first + g)) and (
                (high - ibi <= limit and ibi - low <= limit)  # the usual case
                or self._fits(first + g, values[max(0, g - AROUND) : g + AROUND + 1])
            )
        self._settle()
        self._judged = True

    def _fits(self, g: int, around: list[float]) -> bool:
        k = self._which[g]
        ibi, limits = self.ibi_s[k], self._limits[k]
        return fits(ibi, around, limits) or leads(ibi, around, limits, self._beside(g))

    def _settle(self) -> None:
        """Of which of the good ones all is known that says whether they count: the AROUND after
        them, and their company, by those before them already or by all."""
        last = len(self._which) - AROUND
        known = bisect_right(self._which, len(self.ibi_s) - 1 - NEAR)
        self._settled = max(self._settled, min(last, known))
        while self._settled < last and self._follows_company(self._settled):
            self._settled += 1

    def _follows_company(self, g: int) -> bool:
        """Whether enough of the intervals before the `g`th good one are good, whatever comes."""
        return g >= ENOUGH and self._which[g - ENOUGH] >= self._which[g] - NEAR

    def _in_company(self, g: int) -> bool:
        """Whether at least COMPANY of the intervals around the `g`th good one, itself among them,
        are good: among doubted ones a single one is good by chance."""
        if self._follows_company(g):
            return True  # the usual case
        k, n = self._which[g], len(self.ibi_s)
        first, last = max(0, k - NEAR), min(k + NEAR, n - 1)
        near = bisect_right(self._which, last) - bisect_right(self._which, first - 1)
        return near >= COMPANY * (last - first + 1)

    def _beside(self, g: int) -> Iterator[float]:
        """The good intervals right before and after the `g`th good one; seldom asked for."""
        k = self._which[g]
        if g and self._which[g - 1] == k - 1:
            yield self.ibi_s[k - 1]
        if g + 1 < len(self._which) and self._which[g + 1] == k + 1:
            yield self.ibi_s[k + 1]

    def forget(self, before_s: float) -> None:
        """Drop what ended before, but for the neighbours of what did not."""
        keep = max(0, self._settled - NEAR - 1)
        first = self._which[keep] if self._which else len(self.ends_s)
        n = min(bisect_right(self.ends_s, before_s), first)
        if n < LUMP:
            return
        for column in (self.ends_s, self.ibi_s, self.valid, self.good, self._limits):
            del column[:n]
        gone = bisect_right(self._which, n - 1)
        self._which = [k - n for k in self._which[gone:]]
        self._settled -= gone


def strictness(quality: float) -> float:
    """The share of the limits that beats of this quality are given."""
    if quality >= SURE:
        return 1.0  # the usual case
    part = min(1.0, max(0.0, (quality - GOOD) / (SURE - GOOD)))
    return DOUBTED_SHARE + (1 - DOUBTED_SHARE) * part


def fits(ibi: float, around: list[float], limits: float) -> bool:
    """Whether an interval is as long as those around it (itself among them), however even."""
    if len(around) < 3:
        return True
    usual = sorted(around)[len(around) // 2]
    return abs(ibi - usual) <= limits * max(LEAST_SPREAD_S, LEAST_SPREAD * usual)


def leads(ibi: float, around: list[float], limits: float, beside: Iterable[float]) -> bool:
    """Whether it fits them as uneven as they are; or, with one beside it, is one of a deep breath's
    that lead there step by step."""
    middle = len(around) // 2
    usual = sorted(around)[middle]
    off = abs(ibi - usual)
    spread = sorted([abs(x - usual) for x in around])[middle]
    limit = limits * max(LEAST_SPREAD_S, LEAST_SPREAD * usual, SPREAD * spread)
    return off <= limit or (off <= FAR * usual and any(abs(ibi - x) <= limit for x in beside))


def covered(rows: Rows, at_s: float, length_s: float) -> float:
    """Seconds in the valid intervals that end in the `length_s` up to `at_s`."""
    ends, ibi, valid, _ = rows
    a, b = bisect_right(ends, at_s - length_s), bisect_right(ends, at_s)
    return sum([x for x, ok in zip(ibi[a:b], valid[a:b], strict=True) if ok])
