"""The rate of a sensor by counting alone: what its clock is to believe, and when it is another.

Over three seconds the count of samples tells the rate of a sensor of 100/s to one per cent. It is
believed where each part of that time says the same: a count that jumps does not.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from itertools import pairwise, starmap
from typing import NamedTuple

GUESS_US = 10_000.0
SOON_US = 2_500_000  # so long is counted live, that little is shown by a rate that is no more,
SURE_US = 5_500_000  # and so long afterwards, to see smaller changes
SILENT_US = 1_700_000  # without a drain: a frame is missing, which may have said that samples were
# lost uncounted
LEAST, MOST = 3, 100  # drains: two parts; a kit makes four a second at most
FASTEST_US, SLOWEST_US = 500.0, 1_000_000.0  # periods: beyond them no sensor counts

# A clock believes its guess to 15 % (`sensor.SENSOR`): a little more than this, so that it holds
# what a count cannot tell from it. A rate that is known moves by less, also as a chip warms up; a
# count that slow reads and lost frames make rough may still seem to move by so much.
GUESSED, KNOWN = 0.142, 0.03
NARROW = 0.02  # told so closely, a rate is known

SPAN_MAX = 65535  # wire.BlockWriter.at: the read took so long or longer,
SPAN_LONGEST = 1_000_000  # but not three times as long as the FIFO takes to run over
SPAN_FULL = 41_500  # kit.sampler.FULL_SPAN_US: the FIFO had run over, about so long at 100/s;
FULL_US = 50_000  # at a rate that a clock believes, so much sooner or later


class Drain(NamedTuple):
    """What one block says of the sensor's clock."""

    next_index: int
    tick_us: int
    span_us: int
    broken: bool = False

    @property
    def end_us(self) -> int:
        """When the reading was over at the latest."""
        return self.tick_us + (self.span_us if self.span_us < SPAN_MAX else SPAN_LONGEST)

    @property
    def doubt_us(self) -> int:
        """By how much it may have been sooner or later, at a rate that is still to be told."""
        return FULL_US if self.span_us >= SPAN_FULL else 0


class Range(NamedTuple):
    """Periods in us that are possible."""

    least: float
    most: float

    @property
    def middle(self) -> float:
        return (self.least + self.most) / 2

    def meets(self, other: Range) -> bool:
        return self.least <= other.most and other.least <= self.most

    def holds(self, other: Range) -> bool:
        return self.least <= other.least and other.most <= self.most

    def widened(self, share: float) -> Range:
        """With all that is no further off."""
        return Range(self.least * (1 - share), self.most * (1 + share))


def about(period_us: float, share: float) -> Range:
    """All that is no further off."""
    return Range(period_us, period_us).widened(share)


def between(one: Drain, other: Drain) -> Range:
    """The periods that two drains leave possible."""
    samples, doubt_us = other.next_index - one.next_index, one.doubt_us + other.doubt_us
    least = (other.tick_us - one.end_us - doubt_us) / (samples + 1)
    longest_us = other.end_us - one.tick_us + doubt_us
    return Range(least, longest_us / (samples - 1) if samples > 1 else math.inf)


class Pace:
    """Drains in, in order; out comes another rate as soon as it is sure."""

    def __init__(self, guess_us: float = GUESS_US, sure_us: int = SOON_US) -> None:
        self.heard = deque[Drain](maxlen=MOST)  # the last ones, over `sure_us`
        self._sure_us = sure_us
        self.known = False
        self._believed = about(guess_us, GUESSED)

    def drain(self, drain: Drain) -> float | None:
        """The period, where it is not the one that was believed until now."""
        whole = self._whole() if self._hear(drain) else None
        if whole is None or (self.known and self._believed.holds(whole)):
            return None  # the usual case
        period = self._steady(whole)
        if period is None:
            return None
        another = not period.meets(self._believed)
        told = another and FASTEST_US <= period.middle <= SLOWEST_US
        if told or (not self.known and period.most <= period.least * (1 + NARROW)):
            self.known, self._believed = True, period.widened(KNOWN)
        return period.middle if told else None

    def _hear(self, drain: Drain) -> bool:
        """False where the drain says next to nothing."""
        heard = self.heard
        last = heard[-1] if heard else drain
        goes_on = drain.next_index >= last.next_index and not drain.broken
        if not (goes_on and 0 <= drain.tick_us - last.tick_us <= SILENT_US):
            heard.clear()
        if drain.span_us >= SPAN_MAX:
            return False
        heard.append(drain)
        while len(heard) > LEAST and drain.tick_us - heard[1].tick_us >= self._sure_us:
            heard.popleft()
        return True

    def _whole(self) -> Range | None:
        """The periods that all of what was heard leaves possible; None if it is too short."""
        first, last = self.heard[0], self.heard[-1]
        long = len(self.heard) >= LEAST and last.tick_us - first.tick_us >= self._sure_us
        return between(first, last) if long else None

    def _steady(self, whole: Range) -> Range | None:
        """Those that each part of it leaves possible too; None if there are none."""
        each = [whole, *starmap(between, pairwise(self.heard))]
        period = Range(max(one.least for one in each), min(one.most for one in each))
        return period if period.least <= period.most else None


def guess(period_us: float) -> float:
    """What the clock of a sensor of this period begins with."""
    return GUESS_US if about(GUESS_US, GUESSED).meets(Range(period_us, period_us)) else period_us


class Stretch(NamedTuple):
    """Drains of one rate, and what its clock begins with."""

    guess_us: float
    drains: list[Drain]


def stretches(drains: Iterable[Drain], guess_us: float = GUESS_US) -> list[Stretch]:
    """The drains in stretches of one rate each: mostly all in one."""
    pace, out = Pace(guess_us, SURE_US), [Stretch(guess_us, [])]
    for drain in drains:
        before = out[-1].drains
        before.append(drain)
        known = pace.known
        period = pace.drain(drain)
        if period is None:
            continue
        since = before.index(pace.heard[0]) if known else 0  # else it ran so from the first
        out[-1:] = [
            Stretch(out[-1].guess_us, before[:since]), Stretch(guess(period), before[since:])
        ]
    return [stretch for stretch in out if stretch.drains]
